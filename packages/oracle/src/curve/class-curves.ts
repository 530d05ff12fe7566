import type { BinaryCurve, ClassCurveOptions, Labels, PairCurve, PairCurveOptions, Reals } from "@assay/contract";
import { checkOptions, typeError } from "../input.js";
import { type Columns, columnAt, columnsOf, elementsOf, pairOf, shapeOf } from "./columns.js";
import { Curve } from "./curve.js";

/** A curve for each class against the rest, or for each label. */
export function classCurves(scores: Reals, labels: Labels, options: ClassCurveOptions): BinaryCurve[] {
  const given = take("classCurves", scores, labels, options);
  return Array.from({ length: given.columns }, (_, k) => Curve.of(given.kind, columnAt(given, k)));
}

/** A curve for each class against each other one. */
export function pairCurves(scores: Reals, labels: Labels, options: PairCurveOptions): PairCurve[] {
  checkOptions("pairCurves", options, ["numClasses", "from", "sampleWeight"]);
  const given = take("pairCurves", scores, labels, options);
  const classes = Array.from({ length: given.columns }, (_, k) => k);
  return classes.flatMap((positive) =>
    classes
      .filter((negative) => negative !== positive)
      .map((negative) => ({ positive, negative, curve: Curve.of(given.kind, pairOf(given, positive, negative)) })),
  );
}

/** One curve of all elements, each against its own class or label. */
export function microCurve(scores: Reals, labels: Labels, options: ClassCurveOptions): BinaryCurve {
  const given = take("microCurve", scores, labels, options);
  return Curve.of(given.kind, elementsOf(given));
}

function take(name: string, scores: Reals, labels: Labels, options: ClassCurveOptions): Columns {
  checkOptions(name, options, ["numClasses", "numLabels", "from", "sampleWeight"]);
  const shape = shapeOf(options ?? {});
  if (shape.numClasses === undefined && shape.numLabels === undefined) {
    const message = `${name} needs numClasses (one label a row) or numLabels (one label a column)`;
    throw typeError("option", "numClasses", message);
  }
  return columnsOf(scores, labels, options.sampleWeight, shape);
}
