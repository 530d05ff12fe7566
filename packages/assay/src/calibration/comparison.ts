/**
 * What is compared with what: which probabilities, and when they are right.
 *
 * @module
 */
import { AssayRangeError, type CalibrationOf, type ComparisonOptions, defaults } from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { column, expectLength, reals } from "../arguments.js";
import type { ArgumentNames } from "../faults.js";
import { inapplicable, oneOf, whole } from "../options.js";

/** In the order of the kernel's codes. */
const ofCodes = ["positive", "topLabel", "allClasses", "eachClass"] as const;

/** What is compared; `"eachClass"` is all classes, in a table each. */
export type Of = CalibrationOf | "eachClass";

/** What is compared, checked. */
export interface Comparison {
  readonly of: Of;
  readonly columns: number;
  /** Each column has a label of its own. */
  readonly multilabel: boolean;
  readonly logits: boolean;
}

export const comparisonOptions = ["numClasses", "numLabels", "from"] as const;

/** What a table of all may compare. */
export const inOneTable = ["positive", "topLabel", "allClasses"] as const;

/** The columns asked for: of several classes none is the positive one, and of labels none is the top one. */
export function comparisonOf(options: ComparisonOptions, of?: Of, allowed: readonly Of[] = ofCodes): Comparison {
  const { numClasses, numLabels, from = defaults.from } = options;
  if (numClasses !== undefined && numLabels !== undefined) {
    const message = "numLabels and numClasses exclude each other: rows have one label, or one for each column";
    throw inapplicable("numLabels", message, numLabels);
  }
  const multilabel = numLabels !== undefined;
  const possible: readonly Of[] = multilabel
    ? ["allClasses", "eachClass"]
    : numClasses === undefined
      ? ["positive", "topLabel"]
      : ["topLabel", "allClasses", "eachClass"];
  const words = possible.filter((word) => allowed.includes(word));
  return {
    of: oneOf(of ?? (words[0] as Of), words, "of"),
    columns: multilabel
      ? whole(numLabels, 1, "numLabels")
      : numClasses === undefined
        ? 1
        : whole(numClasses, 2, "numClasses"),
    multilabel,
    logits: oneOf(from, ["probabilities", "logits"], "from") === "logits",
  };
}

/** The numbers that tell the kernel. */
export function codesOf({ of, columns, multilabel, logits }: Comparison): readonly number[] {
  return [ofCodes.indexOf(of), columns, Number(multilabel), Number(logits)];
}

/** Elements of one row of labels. */
export function labelColumns({ columns, multilabel }: Comparison): number {
  return multilabel ? columns : 1;
}

/** Takes the arguments, with their shapes checked. */
export function takeComparison(comparison: Comparison, predicted: unknown, labels: unknown): Rows {
  const { columns, multilabel, logits } = comparison;
  const targets = column(labels, "labels");
  const predictions = reals(predicted, logits ? "logits" : "probabilities");
  const count = targets.length / labelColumns(comparison);
  if (!Number.isInteger(count)) {
    const message = `labels has ${targets.length} elements, which are no whole rows of ${columns} labels`;
    throw new AssayRangeError(message, { code: "shape", argument: "labels", value: targets.length });
  }
  const needed = multilabel ? "labels has" : columns === 1 ? "there is one for each label:" : "labels × numClasses is";
  expectLength(predictions, count * columns, needed);
  return { predictions, targets, count };
}

/** What the arguments are called, for faults. */
export function namesOf(comparison: Comparison): ArgumentNames {
  const { columns, multilabel, logits } = comparison;
  return {
    predictions: logits ? "logits" : "probabilities",
    targets: "labels",
    numClasses: multilabel ? 2 : Math.max(2, columns),
    widths: [columns, labelColumns(comparison), 1],
  };
}
