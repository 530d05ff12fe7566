import type { BinaryCurve, CurveOptions, Labels, Reals } from "@assay/contract";
import { checkOptions, typeError } from "../input.js";
import { type Columns, columnAt, columnsOf, elementsOf, shapeOf } from "./columns.js";
import { Curve } from "./curve.js";

type Options = CurveOptions & { numClasses?: number; numLabels?: number };

/** A curve for each class against the rest, or for each label. */
export function classCurves(scores: Reals, labels: Labels, options: Options): BinaryCurve[] {
  const given = take("classCurves", scores, labels, options);
  return Array.from({ length: given.columns }, (_, k) => new Curve(given.kind, columnAt(given, k)));
}

/** One curve of all elements, each against its own class or label. */
export function microCurve(scores: Reals, labels: Labels, options: Options): BinaryCurve {
  const given = take("microCurve", scores, labels, options);
  return new Curve(given.kind, elementsOf(given));
}

function take(name: string, scores: Reals, labels: Labels, options: Options): Columns {
  checkOptions(name, options, ["numClasses", "numLabels", "sampleWeight"]);
  const shape = shapeOf(options ?? {});
  if (shape.numClasses === undefined && shape.numLabels === undefined) {
    const message = `${name} needs numClasses (one label a row) or numLabels (one label a column)`;
    throw typeError("option", "numClasses", message);
  }
  return columnsOf(scores, labels, options.sampleWeight, shape);
}
