/**
 * Curves of several classes or labels.
 *
 * @module
 */
import type { BinaryCurve, ClassCurveOptions, Curves, Labels, PairCurve, Reals } from "@assay/contract";
import { inapplicable, optionsOf } from "../options.js";
import { ranked, type Shape, selection, selectionsOf, shapeOf, takeColumns } from "./columns.js";
import { KernelCurve } from "./curve.js";
import type { CurveRows, Selection } from "./sorted-scores.js";

/** Rows of several columns, and what these are. */
function take(
  name: string,
  scores: Reals,
  labels: Labels,
  options: ClassCurveOptions,
): { readonly shape: Shape; readonly rows: CurveRows } {
  const known = ["numClasses", "numLabels", "from", "sampleWeight"] as const;
  const given = optionsOf(options, known, name);
  const shape = shapeOf(given);
  if (shape === undefined) {
    const message = `${name} needs numClasses (one label a row) or numLabels (one label a column)`;
    throw inapplicable("numClasses", message);
  }
  return { shape, rows: takeColumns(shape, scores, labels, given.sampleWeight) };
}

/** A curve of each selection of rows. */
function curvesOf(rows: CurveRows, selections: readonly Selection[]): BinaryCurve[] {
  const curves: BinaryCurve[] = [];
  try {
    for (const one of selections) curves.push(KernelCurve.of(rows, [one]));
    return curves;
  } catch (error) {
    for (const curve of curves) curve.free();
    throw error;
  }
}

/**
 * A curve for each class against the rest (`numClasses`), or for each label (`numLabels`). Free each of them.
 *
 * @param scores N × numClasses or N × numLabels scores row-major; with `from: "logits"` classes are ranked by their
 *   softmax probabilities, whose log-odds are then the thresholds
 * @param labels N labels, with `numLabels` N × numLabels zeros and ones
 * @throws as {@link binaryCurve}
 * @example
 * const curves = classCurves(scores, labels, { numClasses: 10 });
 * curves.map((curve) => curve.best("f1").threshold);
 */
export const classCurves: Curves["classCurves"] = (scores, labels, options) => {
  const { shape, rows } = take("classCurves", scores, labels, options);
  return ranked(shape, rows, (order) => curvesOf(order, selectionsOf(shape)));
};

/**
 * A curve for each ordered pair of classes, one against one: of the rows of both, ranked by the positive class's column.
 * There are numClasses · (numClasses − 1) of them, (0, 1), (0, 2), …, (1, 0), (1, 2), …; free each. A pair without rows has
 * an empty curve, whose areas are NaN.
 *
 * @param scores N × numClasses scores row-major; `from: "logits"` as for {@link classCurves}
 * @param labels N labels
 * @throws as {@link binaryCurve}
 * @example
 * for (const { positive, negative, curve } of pairCurves(scores, labels, { numClasses: 3 })) {
 *   console.log(positive, negative, curve.rocAuc(), curve.roc());
 *   curve.free();
 * }
 * @see D. Hand and R. Till (2001), whose measure is the mean of their areas: `rocAuc` with `multiclass: "ovo"`
 */
export const pairCurves: Curves["pairCurves"] = (scores, labels, options): PairCurve[] => {
  const { numClasses, ...rest } = optionsOf(options, ["numClasses", "from", "sampleWeight"], "pairCurves");
  const { shape, rows } = take("pairCurves", scores, labels, { numClasses, ...rest });
  const classes = Array.from({ length: shape.columns }, (_, k) => k);
  const pairs = classes.flatMap((positive) =>
    classes.filter((negative) => negative !== positive).map((negative) => ({ positive, negative })),
  );
  const selections = pairs.map(({ positive, negative }) => selection(shape.columns, positive, true, negative));
  const curves = ranked(shape, rows, (order) => curvesOf(order, selections));
  return pairs.map((pair, i) => ({ ...pair, curve: curves[i] as BinaryCurve }));
};

/**
 * One curve of all elements of rows of scores, each against its own class or label: the micro-averaged curve.
 *
 * @param scores N × numClasses or N × numLabels scores row-major; `from: "logits"` as for {@link classCurves}
 * @param labels N labels, with `numLabels` N × numLabels zeros and ones
 * @throws as {@link binaryCurve}
 */
export const microCurve: Curves["microCurve"] = (scores, labels, options) => {
  const { shape, rows } = take("microCurve", scores, labels, options);
  return ranked(shape, rows, (order) => KernelCurve.of(order, selectionsOf(shape)));
};
