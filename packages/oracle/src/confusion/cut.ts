import { defaults, type From } from "@assay/contract";
import { boolean, number, rangeError, typeError } from "../input.js";

/** How scores of one class, or of labels, become predictions: those that reach a threshold are positive. */
export interface Cut {
  /** One for all, or one per label. */
  readonly thresholds: readonly number[];
  readonly strict: boolean;
}

interface CutOptions {
  threshold?: number | readonly number[] | Float32Array | Float64Array;
  strict?: boolean;
}

/** Without `numLabels` there is one threshold and no list. */
export function cutOf(options: CutOptions, from: From, numLabels?: number): Cut {
  const { threshold } = options;
  if (threshold === undefined && from === "logits") {
    throw typeError("option", "threshold", "threshold is missing: logits have no default threshold");
  }
  const isList = numLabels !== undefined && (Array.isArray(threshold) || ArrayBuffer.isView(threshold));
  const thresholds = isList
    ? Array.from(threshold as readonly number[])
    : [(threshold as number) ?? defaults.threshold];
  if (isList && thresholds.length !== numLabels) {
    const message = `threshold has ${thresholds.length} elements, but should have ${numLabels}: one per label`;
    throw rangeError("shape", "threshold", message, { value: thresholds.length });
  }
  for (const each of thresholds) number("threshold", each, () => true, "a number");
  return { thresholds: [...thresholds], strict: boolean("strict", options.strict, defaults.strict) };
}

export function isPositive({ thresholds, strict }: Cut, score: number, label = 0): boolean {
  const threshold = thresholds.length === 1 ? thresholds[0]! : thresholds[label]!;
  return strict ? score > threshold : score >= threshold;
}

/** Options that say something about what is not there. */
export function refuse<Options extends object>(options: Options, names: readonly (keyof Options)[], why: string): void {
  for (const name of names) {
    const value = options[name];
    if (value === undefined) continue;
    throw typeError("option", String(name), `${String(name)} is ${why}`, value);
  }
}
