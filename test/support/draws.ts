/**
 * Long arguments from few numbers: what fast-check generates and shrinks is a recipe, and elements are drawn from it by
 * a hash of their index, so that a shorter argument has the same elements as the beginning of a longer one.
 *
 * @module
 */
import fc from "fast-check";
import { hash, uniform } from "./random.js";

/** One number, or any between two. */
export type Draw = number | readonly [low: number, high: number];

/** A draw from a list for every element. */
export interface Recipe {
  readonly seed: number;
  readonly draws: readonly Draw[];
}

/** The elements of a recipe. */
export function expand({ seed, draws }: Recipe, length: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length }, (_, i) => {
    const draw = draws[hash(seed, i) % draws.length]!;
    if (typeof draw === "number") return draw;
    const [low, high] = draw;
    return low + uniform(seed ^ 0x5bf03635, i) * (high - low);
  });
}

/** Recipes of some draws. */
export function recipes(draw: fc.Arbitrary<Draw>): fc.Arbitrary<Recipe> {
  return fc.record({ seed: fc.nat(), draws: fc.array(draw, { minLength: 1, maxLength: 12 }) });
}

/** Numbers of rows: mostly few, and around the blocks that kernels (1024) and streams (a multiple of it) work in. */
export const lengths: fc.Arbitrary<number> = fc.oneof(
  { withCrossShrink: true },
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 5, arbitrary: fc.constantFrom(3, 4, 5, 1023, 1024, 1025) },
  { weight: 1, arbitrary: fc.constantFrom(2047, 2500, 8191, 8192, 8193) },
);

/** Weights ≥ 0, of magnitudes that plain addition would lose. */
export const weightRecipes: fc.Arbitrary<Recipe> = recipes(
  fc.oneof(
    fc.constant<Draw>([0, 3]),
    fc.constantFrom<Draw>(0, 1, 2, 7, 0.1),
    fc.constantFrom<Draw>(1e-30, 1e30, 2 ** -20, 2 ** 53),
  ),
);

/** Whole weights: repetitions. */
export const repetitionRecipes: fc.Arbitrary<Recipe> = recipes(fc.constantFrom<Draw>(0, 1, 2, 3, 5));

/** Numbers in [0, 1], next to its ends and on the edges of bins. */
export const probabilityDraws: fc.Arbitrary<Draw> = fc.oneof(
  fc.constant<Draw>([0, 1]),
  fc.constantFrom<Draw>([0, 1e-3], [0.999, 1], [0.4, 0.6]),
  fc.constantFrom<Draw>(0, 1, 0.5, -0),
  fc.constantFrom<Draw>(5e-324, 1e-320, 2 ** -149, 1e-40, 1e-30, 2 ** -53, 2 ** -30, 1e-13, 1e-12),
  fc.constantFrom<Draw>(1 - 2 ** -53, 1 - 2 ** -52, 1 - 2 ** -24, 1 - 2 ** -25, 1 - 2 ** -23),
);

/** Logits of every size, ties and infinities. */
export const logitDraws: fc.Arbitrary<Draw> = fc.oneof(
  fc.constantFrom<Draw>([-3, 3], [-30, 30], [-1e-6, 1e-6]),
  fc.constantFrom<Draw>(0, -0, 1, -1, 10, -10, 17, 37),
  fc.constantFrom<Draw>(88, -88, 90, -90, 104, -104, 200, -200, 710, -745, 1e30, -1e30, 3e38, -3e38),
  fc.constantFrom<Draw>(1e-30, -1e-30, 1e-40, -1e-40, 5e-324, 2 ** -149),
  fc.constantFrom<Draw>(Infinity, -Infinity),
);

/** Real numbers, finite. */
export const realDraws: fc.Arbitrary<Draw> = fc.oneof(
  fc.constantFrom<Draw>([-3, 3], [-1e6, 1e6]),
  fc.constantFrom<Draw>(0, -0, 1, -1, 0.1, 1e30, -1e30, 3e38, -3e38, 1e-30, 1e-40, 2 ** -149),
);
