/**
 * Cases of calibration.
 *
 * @module
 */
import type { BrierOptions, Reliability, ReliabilityOptions, Streamed } from "@assay/contract";
import fc from "fast-check";
import { neighbour, neighbour32 } from "./bits.js";
import { Column, columnOf } from "./columns.js";
import { type Draw, lengths, probabilityDraws } from "./draws.js";
import { type Ingredients, ingredients, labelledRows, labelsOf, type Rows } from "./rows.js";

export interface ReliabilityCase {
  readonly rows: Rows;
  readonly options: Omit<Streamed<ReliabilityOptions>, "binning">;
}

export const norms = ["l1", "l2", "max", "mean"] as const;

const options = fc.oneof(
  fc.record(
    {
      numBins: fc.constantFrom(1, 2, 3, 7, 10, 15, 20, 100, 129, 1000),
      closed: fc.constantFrom("right", "left"),
      of: fc.constantFrom("positive", "topLabel"),
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      numClasses: fc.constantFrom(2, 3, 5, 10, 17),
      numBins: fc.constantFrom(1, 10, 15, 129),
      closed: fc.constantFrom("right", "left"),
      of: fc.constant("topLabel"),
    },
    { requiredKeys: ["numClasses"] },
  ),
) as fc.Arbitrary<ReliabilityCase["options"]>;

/** An edge of a bin, or the number next to it. */
const edges = fc.array(fc.tuple(fc.nat(1000), fc.constantFrom(0, 1, -1)), { maxLength: 6 });

function edge(k: number, step: number, bins: number, isSingle: boolean): number {
  const exact = (k % (bins + 1)) / bins;
  const at = isSingle ? Math.fround(exact) : exact;
  if (step === 0) return at;
  const next = (isSingle ? neighbour32 : neighbour)(at, step as 1 | -1);
  return next >= 0 && next <= 1 ? next : at;
}

function casesFrom(from: fc.Arbitrary<Ingredients>): fc.Arbitrary<ReliabilityCase> {
  return fc.record({ from, options, edges }).map(({ from, options, edges }) => {
    const { numClasses, numBins = 15 } = options;
    const isSingle = from.predictionForm.type === "float32";
    const onEdges = edges.map(([k, step]) => edge(k, step, numBins, isSingle));
    const predictions = { ...from.predictions, draws: [...from.predictions.draws, ...onEdges] };
    return { rows: labelledRows({ ...from, predictions }, numClasses ?? 1, numClasses ?? 2), options };
  });
}

export const reliabilityCases: fc.Arbitrary<ReliabilityCase> = casesFrom(ingredients(lengths, probabilityDraws));

/** Float32 probabilities that are multiples of 2⁻⁵², without weights. */
export const wholeReliabilityCases: fc.Arbitrary<ReliabilityCase> = casesFrom(
  ingredients(lengths, fc.constantFrom<Draw>([0, 1], [0.4, 0.6], 0, 1, 0.5, 1 - 2 ** -24)).map((from) => ({
    ...from,
    predictionForm: { type: "float32", place: "heap" },
    weight: null,
  })),
).map(({ rows, options }) => {
  const values = rows.predictions.values.map((p) => (p < 2 ** -29 ? 0 : p));
  return { rows: { ...rows, predictions: new Column("heap", values as Float32Array) }, options };
});

/** Draws whose probabilities are not next to an edge by rounding: numbers that float64 logits turn into probabilities. */
const plainLogits = fc.constantFrom<Draw>([-3, 3], [-30, 30]);

const comparisons = fc.oneof(
  fc.record({ of: fc.constantFrom("positive", "topLabel") }),
  fc.record({ numClasses: fc.constantFrom(2, 3, 5, 17), of: fc.constantFrom("topLabel", "allClasses") }),
  fc.record({ numLabels: fc.constantFrom(1, 2, 5) }),
) as fc.Arbitrary<Pick<ReliabilityOptions, "of" | "numClasses" | "numLabels">>;

/** Rows of one label each, or of one for each column. */
function rowsFor(from: Ingredients, { numClasses, numLabels = 1 }: ReliabilityOptions): Rows {
  const rows = labelledRows(from, numClasses ?? numLabels, numClasses ?? 2);
  if (numLabels === 1) return rows;
  const labels = columnOf(from.labelForm, labelsOf(from.labels, rows.count * numLabels, 2));
  return { ...rows, targetColumns: numLabels, targets: labels };
}

/** Whatever can be compared, in bins of width. */
export const comparisonCases: fc.Arbitrary<ReliabilityCase> = fc
  .record({ options: comparisons, isLogits: fc.boolean() })
  .chain(({ options, isLogits }) =>
    fc
      .record({
        from: ingredients(lengths, isLogits ? plainLogits : fc.oneof(probabilityDraws, fc.constant<Draw>(0.3))),
        bins: fc.record(
          {
            numBins: fc.constantFrom(1, 7, 15, 40),
            threshold: fc.constantFrom(0, 0.1, 0.3, 0.9),
          },
          { requiredKeys: [] },
        ),
        edges: fc.option(fc.constantFrom([0, 1], [0, 0.3, 0.3, 0.9, 1], [0, 0, 0.5, 1, 1]), { freq: 3 }),
        closed: fc.constantFrom("left" as const, "right" as const),
      })
      .map(({ from, bins: { numBins, threshold }, edges, closed }) => {
        const form = isLogits ? { type: "float64" as const, place: from.predictionForm.place } : from.predictionForm;
        const all = {
          ...options,
          ...(isLogits && { from: "logits" as const }),
          closed,
          ...(edges ? { edges } : numBins !== undefined && { numBins }),
          ...(threshold !== undefined && { threshold }),
        };
        return { rows: rowsFor({ ...from, predictionForm: form }, all), options: all };
      }),
  );

/** Far from 1, where probabilities of different logits are one rounding apart, and so is the bin that each is in. */
export function nearer({ predictions: { place, values }, ...rows }: Rows): Rows {
  return {
    ...rows,
    predictions: new Column(
      place,
      values.map((logit) => logit / 4),
    ),
  };
}

/** Mean confidences are exact to 1.2e-16: near 0 and 1 what is divided by them, or their logarithm, is not. */
export function awayFromEnds(rows: Rows): Rows {
  const { place, values } = rows.predictions;
  return {
    ...rows,
    predictions: new Column(
      place,
      values.map((p) => Math.min(0.999, Math.max(0.001, p))),
    ),
  };
}

/** Whatever can be compared, in bins that need scores in order. */
export const sortedCases: fc.Arbitrary<{ rows: Rows; options: ReliabilityOptions }> = comparisonCases.chain(
  ({ rows, options: { edges: _, closed: __, threshold: ___, ...options } }) =>
    fc.constantFrom("mass" as const, "quantile" as const, "midpoint" as const).map((binning) => ({
      rows: {
        ...(options.from === "logits" ? nearer(rows) : rows),
        ...(binning !== "mass" && { weight: undefined }),
      },
      options: { ...options, binning },
    })),
);

export interface BrierCase {
  readonly rows: Rows;
  readonly options: Omit<BrierOptions, "sampleWeight">;
}

export const brierCases: fc.Arbitrary<BrierCase> = fc
  .record({
    from: ingredients(lengths, probabilityDraws),
    options: fc.oneof(
      fc.constant({}),
      fc.record(
        { numClasses: fc.constantFrom(2, 3, 5, 10, 17), scaleByHalf: fc.boolean() },
        { requiredKeys: ["numClasses"] },
      ),
    ) as fc.Arbitrary<BrierCase["options"]>,
  })
  .map(({ from, options }) => {
    const { numClasses } = options;
    return { rows: labelledRows(from, numClasses ?? 1, numClasses ?? 2), options };
  });

/** All numbers of a reliability table. */
export function reliabilityNumbers(table: Reliability): unknown {
  return {
    bins: table.bins.map((bin) => ({ ...bin })),
    count: table.count,
    errors: norms.map((norm) => table.error(norm)),
  };
}
