/**
 * Curves: what scores do at every threshold.
 *
 * @module
 */
export { auc } from "./area.js";
export { classCurves, microCurve, pairCurves } from "./class-curves.js";
export { plain, ranked, selection, selectionsOf, shapeOf, takeColumns } from "./columns.js";
export { binaryCurve, checkMaxFpr, KernelCurve } from "./curve.js";
export { compareRocAuc, rocAucInterval } from "./delong.js";
export { curveHistogram } from "./histogram.js";
export { type CurveRows, type Selection, takeRows } from "./sorted-scores.js";
