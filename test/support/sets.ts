/**
 * Cases of losses of whole sets.
 *
 * @module
 */
import fc from "fast-check";
import { columnOf } from "./columns.js";
import { type Draw, expand, lengths, recipes } from "./draws.js";
import { ingredients, labelledRows, labelsOf, type Rows } from "./rows.js";

export interface SetCase {
  readonly rows: Rows;
  readonly options: object;
  /** Predictions go through a sigmoid or a softmax. */
  readonly fromLogits: boolean;
}

const probabilities = fc.constantFrom<Draw>([0, 1], 0, 1, 0.5, 0.25, 1e-3, 1e-30);
const logits = fc.constantFrom<Draw>([-3, 3], [-20, 20], 0, -0, 1, -17, 1e-30);
const shares = fc.constantFrom<Draw>([0, 1], 0, 1, 0.5);

/** A matrix of binary predictions with a target for each. */
function binary(own: fc.Arbitrary<object>): fc.Arbitrary<SetCase> {
  return fc.boolean().chain((fromLogits) =>
    fc
      .record({
        from: ingredients(lengths, fromLogits ? logits : probabilities),
        soft: fc.option(recipes(shares)),
        numLabels: fc.constantFrom(1, 2, 3),
        average: fc.constantFrom("macro", "micro"),
        own,
      })
      .map(({ from, soft, numLabels, average, own }): SetCase => {
        const rows = labelledRows(from, numLabels, 2);
        const length = rows.count * numLabels;
        const targets = soft
          ? columnOf({ type: "float64", place: "heap" }, Float32Array.from(expand(soft, length)))
          : columnOf(from.labelForm, labelsOf(from.labels, length, 2));
        const options = { ...own, numLabels, average, ...(fromLogits && { from: "logits" }) };
        return { rows: { ...rows, targetColumns: numLabels, targets }, options, fromLogits };
      }),
  );
}

/** Rows of classes. */
const multiclass = fc.boolean().chain((fromLogits) =>
  fc
    .record({
      from: ingredients(lengths, fromLogits ? logits : probabilities),
      numClasses: fc.constantFrom(2, 3, 10),
      smooth: fc.constantFrom(0, 1),
    })
    .map(
      ({ from, numClasses, smooth }): SetCase => ({
        rows: labelledRows(from, numClasses, numClasses),
        options: { numClasses, smooth, ...(fromLogits && { from: "logits" }) },
        fromLogits,
      }),
    ),
);

const smooth = { smoothNumerator: fc.constantFrom(0.5, 1), smoothDenominator: fc.constantFrom(1, 2) };
const tversky = { ...smooth, fnWeight: fc.constantFrom(0.3, 1), fpWeight: fc.constantFrom(0.7, 0) };

/** Cases of each. */
export const setCases: Record<string, fc.Arbitrary<SetCase>> = {
  diceLoss: binary(fc.record(smooth)),
  jaccardLoss: binary(fc.record(smooth)),
  tverskyLoss: binary(fc.record(tversky)),
  focalTverskyLoss: binary(fc.record({ ...tversky, exponent: fc.constantFrom(1, 2) })),
  softF1Loss: binary(fc.record({ epsilon: fc.constantFrom(1e-7, 1e-3) })),
  multiclassDiceLoss: multiclass,
};

export const setNames: readonly string[] = Object.keys(setCases);
