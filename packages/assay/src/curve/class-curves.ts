/**
 * Curves of several classes or labels.
 *
 * @module
 */
import type { BinaryCurve, CurveOptions, Curves, Labels, Reals } from "@assay/contract";
import { inapplicable, optionsOf, whole } from "../options.js";
import { selection } from "../ranking.js";
import { KernelCurve, unlessEmpty } from "./curve.js";
import { type CurveRows, type Selection, takeRows } from "./sorted-scores.js";

type Options = CurveOptions & { numClasses?: number; numLabels?: number };

/** Rows of several columns, and which of them are positive in each. */
function columnsOf(
  name: string,
  scores: Reals,
  labels: Labels,
  options: Options,
): readonly [rows: CurveRows, selections: readonly Selection[]] {
  const { numClasses, numLabels, sampleWeight } = optionsOf(options, ["numClasses", "numLabels", "sampleWeight"], name);
  if ((numClasses === undefined) === (numLabels === undefined)) {
    const message = `${name} needs numClasses (one label a row) or numLabels (one label a column)`;
    throw inapplicable(numClasses === undefined ? "numClasses" : "numLabels", message, numLabels);
  }
  const ofClasses = numClasses !== undefined;
  const columns = ofClasses ? whole(numClasses, 2, "numClasses") : whole(numLabels as number, 1, "numLabels");
  const rows = takeRows(scores, labels, sampleWeight, columns, ofClasses ? 1 : columns);
  return [rows, Array.from({ length: columns }, (_, k) => selection(columns, k, ofClasses))];
}

/**
 * A curve for each class against the rest (`numClasses`), or for each label (`numLabels`). Free each of them.
 *
 * @param scores N × numClasses or N × numLabels scores row-major
 * @param labels N labels, with `numLabels` N × numLabels zeros and ones
 * @throws as {@link binaryCurve}
 * @example
 * const curves = classCurves(scores, labels, { numClasses: 10 });
 * curves.map((curve) => curve.best("f1").threshold);
 */
export const classCurves: Curves["classCurves"] = (scores, labels, options) => {
  const [rows, selections] = columnsOf("classCurves", scores, labels, options);
  const curves: BinaryCurve[] = [];
  try {
    for (const one of selections) curves.push(unlessEmpty(KernelCurve.of(rows, [one])));
    return curves;
  } catch (error) {
    for (const curve of curves) curve.free();
    throw error;
  }
};

/**
 * One curve of all elements of rows of scores, each against its own class or label: the micro-averaged curve.
 *
 * @param scores N × numClasses or N × numLabels scores row-major
 * @param labels N labels, with `numLabels` N × numLabels zeros and ones
 * @throws as {@link binaryCurve}
 */
export const microCurve: Curves["microCurve"] = (scores, labels, options) => {
  const [rows, selections] = columnsOf("microCurve", scores, labels, options);
  return unlessEmpty(KernelCurve.of(rows, selections));
};
