/**
 * Status codes of the border become errors that say what was given, what was expected, and where.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type ErrorCode } from "@assay/contract";
import { buffer, core } from "./core.js";

/** What a caller calls the arguments of a call, in the border's order. */
export interface ArgumentNames {
  readonly predictions: string;
  readonly targets: string;
  /** What goes with each prediction besides its target. */
  readonly third?: string;
  /** What a target must be where targets are relevances, for messages. */
  readonly relevance?: string;
  /** Number of classes, for messages about labels. */
  readonly numClasses: number;
  /** Elements of one row of predictions and of targets. */
  readonly widths: readonly number[];
}

const problems: Record<number, [ErrorCode, string]> = {
  1: ["nan", "must be a number"],
  2: ["range", "a probability lies in 0..1"],
  3: ["range", "a weight lies in 0..2¹⁰⁰⁰"],
  5: ["range", "must be finite"],
  7: ["range", "must be finite and ≥ 0"],
};

/** A relevance outside the range that {@link ArgumentNames.relevance} tells. */
const RELEVANCE = 8;

/** Throws the error of a status; does nothing on 0. `first` is the row at which the call began. */
export function check(status: number, first: number, names: ArgumentNames): void {
  if (status === 0) return;
  const [which, at, value] = new Float64Array(buffer(), core().slab(), 3) as unknown as [number, number, number];
  const { predictions, targets, third = "arguments" } = names;
  const argument = [predictions, targets, "sampleWeight", "elementWeight", third][which] ?? "arguments";
  const index = first * (names.widths[which] ?? 1) + at;
  if (status === 4) {
    throw new AssayRangeError(`${argument}[${index}] = ${value}, but ${labelRule(names.numClasses)}`, {
      code: "label",
      argument,
      index,
      value,
    });
  }
  const problem = status === RELEVANCE ? (["range", names.relevance] as const) : problems[status];
  if (problem === undefined) {
    throw new AssayTypeError("an argument reached the WebAssembly core in a form that it does not take", {
      code: "type",
      argument,
    });
  }
  throw new AssayRangeError(`${argument}[${index}] = ${value}, but ${problem[1]}`, {
    code: problem[0],
    argument,
    index,
    value,
  });
}

function labelRule(numClasses: number): string {
  return numClasses === 2 ? "a binary label is 0 or 1" : `numClasses is ${numClasses}`;
}
