/**
 * Losses that are computed in one pass: a cross-entropy with a focal loss, or two focal losses.
 *
 * @module
 */
import type { GradientRoom, Labels, Reals, SetLossOptions } from "@assay/contract";
import { stateKind, withState } from "../accumulator.js";
import { core } from "../core.js";
import { stream } from "../stream.js";
import {
  type AnyReduction,
  call,
  checkRows,
  configOf,
  gradientRoom,
  type Kernel,
  kernelOf,
  lossCode,
  reduce,
  type Shape,
  scaleOf,
  typeOfFloats,
  withColumnWeights,
} from "./kernel.js";

/** A term of a sum of losses. */
export interface Term {
  readonly weight: number;
  readonly loss: unknown;
  readonly options: object;
}

interface Member {
  readonly weight: number;
  readonly shape: Shape;
  readonly reduction: AnyReduction;
}

/** Two terms that go together; the kernel wants the focal loss second. */
export type Pair = readonly [Member, Member];

function memberOf({ weight, loss, options }: Term): Member | undefined {
  const kernel = (loss as { readonly [kernelOf]?: (options: object) => Kernel })[kernelOf];
  if (kernel === undefined || weight === 0 || "elementWeight" in options) return undefined;
  return { weight, ...kernel(options) };
}

/** The two terms as a pair; nothing where they do not go together. */
export function pairOf(first: Term, second: Term): Pair | undefined {
  const [a, b] = [memberOf(first), memberOf(second)];
  if (a === undefined || b === undefined) return undefined;
  const pair: Pair = b.shape.code === lossCode.focal ? [a, b] : [b, a];
  const [{ shape }, { shape: focal }] = pair;
  const fit =
    focal.code === lossCode.focal &&
    (shape.code === lossCode.crossEntropy || shape.code === lossCode.focal) &&
    shape.soft !== true &&
    shape.columns === focal.columns &&
    shape.ignoreIndex === focal.ignoreIndex;
  return fit ? pair : undefined;
}

/** The weighted losses of a pair; writes the sum of their weighted gradients where there is room for it. */
export function evaluatePair(
  [first, second]: Pair,
  predictions: Reals,
  targets: Labels,
  { sampleWeight, gradient }: SetLossOptions & { gradient?: GradientRoom },
): [number, number] {
  const { shape } = first;
  const args = call(shape, predictions, targets, sampleWeight === undefined ? {} : { sampleWeight });
  const output = gradient && gradientRoom(gradient, args.predictions, [args.targets, args.sampleWeight]).output;
  const scaled = (member: Member): number =>
    output === undefined ? 0 : member.weight * scaleOf(member.shape, args, member.reduction);
  const [scale, otherScale] = [scaled(first), scaled(second)];
  const inputs = [
    { column: args.predictions, width: shape.columns },
    { column: args.targets, width: 1 },
    args.sampleWeight && { column: args.sampleWeight, width: 1 },
  ];
  const gradientType = output === undefined ? 0 : typeOfFloats(output.array);
  const outputs = [output && { ...output, width: shape.columns }];
  return withState({ kind: stateKind.loss, config: configOf(shape) }, (state) =>
    withState({ kind: stateKind.loss, config: configOf(second.shape) }, (other) => {
      withColumnWeights(shape, (weights) =>
        withColumnWeights(second.shape, (otherWeights) =>
          stream(args.count, inputs, outputs, ([p = 0, t = 0, s = 0, g = 0], rows, firstRow) => {
            // biome-ignore format: an address and its type belong together
            const status = core().loss_update_together(
              state.address, state.room, other.address, other.room, rows, p, args.predictions.type, t,
              args.targets.type, s, args.sampleWeight?.type ?? 0, weights, otherWeights, g, gradientType, scale, otherScale,
            );
            checkRows(shape, status, firstRow);
          }),
        ),
      );
      return [
        first.weight * reduce(first.reduction, state, shape),
        second.weight * reduce(second.reduction, other, second.shape),
      ];
    }),
  );
}
