/**
 * Counts of rows that have several labels.
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  AssayRangeError,
  type Confusion,
  defaults,
  type From,
  type Labels,
  type MultilabelConfusionMatrix,
  type MultilabelOptions,
  type Reals,
} from "@assay/contract";
import {
  accumulate,
  evaluate,
  type Metric,
  type Rows,
  type State,
  stateKind,
  type TableOf,
  withState,
} from "./accumulator.js";
import { type Column, column, expectFinite, expectLength, expectRows, nothingLeft, reals } from "./arguments.js";
import { core } from "./core.js";
import { leaveEntries } from "./entries.js";
import { check } from "./faults.js";
import { fingerprint, tagOfNames } from "./fingerprint.js";
import { MultilabelMatrix, namesOf, type RowCounts } from "./matrix/index.js";
import { flag, inapplicable, oneOf, optionsOf, whole, within } from "./options.js";
import { numbersFrom } from "./results.js";
import { withRooms } from "./rooms.js";
import { ENTRY_ROWS, sparseContent, type Table } from "./sparse.js";
import { type Output, stream } from "./stream.js";

const sources = ["labels", "probabilities", "logits"] as const;

const own = ["numLabels", "from", "threshold", "strict", "topK", "ignoreIndex", "labelNames"] as const;

/** What the counts of a label or a row are divided by, in the order of the border's codes: 0 is nothing. */
const divisors = ["true", "pred", "all"] as const;

/** Labels up to which every way that a row can come out has a number below 2⁵³: as the kernel has them. */
const MOST_LABELS = 2 ** 18;
const MOST_IGNORING = 2 ** 14;

/** Labels up to which a state has a place for every way that a row can come out: as the kernel has it. */
const MAX_DENSE = 32;

/** Kinds of numbers that a kernel writes for each label, and numbers after them. */
const LABEL_KINDS = 5;
const TOTALS = 5;

interface Shape {
  readonly numLabels: number;
  readonly labelNames: readonly string[];
  readonly from: From;
  /** One for all labels or one for each; none where labels are given, or the largest scores are predicted. */
  readonly thresholds: readonly number[];
  readonly strict: boolean;
  /** How many of the largest scores are predicted; 0 where thresholds decide. */
  readonly topK: number;
  readonly ignoreIndex: number | undefined;
}

/** Demands that these options are not given. */
function refuse(options: MultilabelOptions, names: readonly (keyof MultilabelOptions)[], why: string): void {
  for (const name of names) {
    if (options[name] !== undefined) throw inapplicable(name, `${name} ${why}`, options[name]);
  }
}

function thresholdsOf({ threshold }: MultilabelOptions, from: From, numLabels: number): readonly number[] {
  if (threshold === undefined) {
    if (from === "probabilities") return [defaults.threshold];
    throw inapplicable(
      "threshold",
      "logits have no default threshold: give one (0 is a probability of one half), or topK",
    );
  }
  const isList = Array.isArray(threshold) || ArrayBuffer.isView(threshold);
  const each = isList ? Array.from(threshold as readonly number[]) : [threshold as number];
  if (isList && each.length !== numLabels) {
    const message = `threshold has ${each.length} elements, but numLabels is ${numLabels}`;
    throw new AssayRangeError(message, { code: "shape", argument: "threshold", value: each.length });
  }
  return each.map((value) => within(value, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, "threshold"));
}

function shapeOf(options: MultilabelOptions): Shape {
  const { ignoreIndex } = options;
  if (ignoreIndex !== undefined) whole(ignoreIndex, -(2 ** 31), "ignoreIndex");
  const numLabels = whole(options.numLabels, 1, "numLabels", ignoreIndex === undefined ? MOST_LABELS : MOST_IGNORING);
  const from = oneOf(options.from ?? "labels", sources, "from");
  if (from === "labels") {
    refuse(options, ["threshold", "strict", "topK"], 'is for scores: with from "probabilities" or "logits"');
  }
  const topK = options.topK === undefined ? undefined : whole(options.topK, 1, "topK");
  if (topK !== undefined) refuse(options, ["threshold", "strict"], "is of no use beside topK");
  return {
    numLabels,
    from,
    thresholds: from === "labels" || topK !== undefined ? [] : thresholdsOf(options, from, numLabels),
    strict: flag(options.strict ?? defaults.strict, "strict"),
    topK: topK ?? 0,
    ignoreIndex,
    labelNames: namesOf(options.labelNames, numLabels, "labelNames", "labels"),
  };
}

function take({ numLabels, from }: Shape, predicted: unknown, given: unknown): Rows {
  const targets = column(given, "targets");
  const predictions = from === "labels" ? column(predicted, "predicted") : reals(predicted, "predicted");
  const count = targets.length / numLabels;
  if (!Number.isInteger(count)) {
    const message = `targets has ${targets.length} elements, which are no whole rows of ${numLabels} labels`;
    throw new AssayRangeError(message, { code: "shape", argument: "targets", value: targets.length });
  }
  expectLength(predictions, targets.length, "targets has");
  return { predictions, targets, count };
}

/** Where rows go besides the state: to a sparse table, or as counts of each row to an array. */
interface Sinks {
  readonly weight?: Column | undefined;
  readonly rows?: Output;
  /** The code of what the counts of each row are divided by. */
  readonly divisor?: number;
}

function feed(shape: Shape, state: State, { predictions, targets, count }: Rows, sinks: Sinks): void {
  const { numLabels, thresholds } = shape;
  const { weight, rows: output, divisor = 0 } = sinks;
  const names = { predictions: "predicted", targets: "targets", numClasses: 2, widths: [numLabels, numLabels] };
  const inputs = [
    { column: predictions, width: numLabels },
    { column: targets, width: numLabels },
    weight && { column: weight, width: 1 },
  ];
  const types = [predictions.type, targets.type, weight?.type ?? 0] as const;
  const { address, room } = state;
  withRooms("thresholds", (rooms) => {
    const cut = [rooms.numbers(thresholds), thresholds.length] as const;
    leaveEntries(state.tables[0], undefined, undefined, (entries, taken) => {
      const update = ([p = 0, t = 0, w = 0, to = 0]: readonly number[], rows: number, first: number) => {
        const given = [p, types[0], t, types[1], w, types[2]] as const;
        const status = core().multilabel_update(address, room, rows, ...given, ...cut, entries, to, divisor);
        check(status, first, names);
        taken(first + rows);
      };
      stream(count, inputs, [output], update, entries === 0 ? undefined : ENTRY_ROWS);
    });
  });
}

function configOf({ numLabels, from, strict, topK, ignoreIndex }: Shape, weighted: boolean): number[] {
  const ignoring = [Number(ignoreIndex !== undefined), ignoreIndex ?? 0];
  return [numLabels, sources.indexOf(from), Number(strict), topK, Number(weighted), ...ignoring];
}

/** Ways that rows came out, by their keys, which say how many labels are left where `numLabels` is 0. */
function rowCounts({ keys, values }: Table, numLabels: number): RowCounts {
  return withRooms("a result", (rooms) => {
    const at = rooms.numbers(keys);
    const kinds = numbersFrom(4 * keys.length, (to) => core().multilabel_rows(numLabels, at, keys.length, to));
    const [tp, fp, fn, tn] = columns(kinds, 4, keys.length) as [Numbers, Numbers, Numbers, Numbers];
    return { tp, fp, fn, tn, weight: values };
  });
}

type Numbers = Float64Array<ArrayBuffer>;

/** Arrays of the same length that lie one after the other. */
function columns(numbers: Numbers, count: number, length: number): Numbers[] {
  return Array.from({ length: count }, (_, i) => numbers.slice(i * length, (i + 1) * length));
}

/** The places that are not 0. */
function occupied(places: Numbers): Table {
  const keys = Float64Array.from(places.keys()).filter((key) => places[key] !== 0);
  return { keys, values: places.filter((count) => count !== 0) };
}

function matrixOf({ numLabels, labelNames, ignoreIndex }: Shape, state: State): MultilabelMatrix {
  const { address, room } = state;
  const length = core().multilabel_results(address, room);
  const numbers = numbersFrom(length, (to) => core().multilabel_finish(address, room, to));
  const kinds = columns(numbers, LABEL_KINDS, numLabels) as [Numbers, Numbers, Numbers, Numbers, Numbers];
  const [tp, fp, fn, tn, support] = kinds;
  const rest = numbers.slice(LABEL_KINDS * numLabels);
  const [total, right, wrong, wrongLabels, labels] = rest as unknown as [number, number, number, number, number];
  expectFinite(labels, "sampleWeight");
  const rows = state.tables[0]?.read() ?? occupied(rest.slice(TOTALS));
  return new MultilabelMatrix({
    counts: { tp, fp, fn, tn },
    labelNames,
    support,
    rows: { total, right, wrong, wrongLabels, labels },
    rowCounts: () => rowCounts(rows, ignoreIndex === undefined ? numLabels : 0),
  });
}

function tablesOf({ numLabels, ignoreIndex }: Shape, weighted: boolean): readonly TableOf[] {
  const ignoring = ignoreIndex !== undefined;
  if (numLabels <= MAX_DENSE && !weighted && !ignoring) return [];
  const triples = ((numLabels + 1) * (numLabels + 2) * (numLabels + 3)) / 6;
  const limit = ignoring ? triples * ((numLabels + 4) / 4) : triples;
  return [{ content: weighted ? sparseContent.sums : sparseContent.counts, limit }];
}

function multilabelMetric(shape: Shape, weighted: boolean, tag: number = 0): Metric<MultilabelMatrix> {
  return {
    name: "multilabelConfusionMatrix",
    kind: stateKind.multilabel,
    config: configOf(shape, weighted),
    tags: [fingerprint(shape.thresholds), tag],
    tables: tablesOf(shape, weighted),
    weighted,
    take: (predicted, targets) => take(shape, predicted, targets),
    feed: (state, rows, weight) => feed(shape, state, rows, { weight }),
    finish: (state) => matrixOf(shape, state),
  };
}

/**
 * Counts each label of rows that have several: how often it is predicted and true, predicted only, true only, neither.
 * Whatever follows from the counts (precision, recall, F1 and all others with every average, a report, exact match,
 * Hamming loss) is read off the result; nothing is counted again. For the average `"samples"` it keeps how many rows
 * came out in each way.
 *
 * Predictions are 0 and 1, or scores: a label is predicted where its score reaches `threshold` (one for all or one for
 * each; 0.5 for probabilities), or where it is among the `topK` largest of its row, the first of equal ones.
 *
 * Cells whose target is `ignoreIndex` are counted nowhere; a row of which nothing is left is none. `perSample` has a row
 * of zeros there.
 *
 * @param predicted N × numLabels labels or scores row-major, as `from` says
 * @param targets N × numLabels labels, 0 or 1, or `ignoreIndex`
 * @throws AssayRangeError for a label that is neither 0 nor 1, a NaN, a probability outside [0, 1], a negative weight,
 *   weights that add up to more than a float64 holds, lengths that do not fit, no rows
 * @example
 * const matrix = multilabelConfusionMatrix(scores, targets, { numLabels: 20, from: "probabilities" });
 * matrix.f1({ average: "samples" });
 * @see scikit-learn, `sklearn.metrics.multilabel_confusion_matrix`
 */
export const multilabelConfusionMatrix: Confusion["multilabelConfusionMatrix"] = /*#__PURE__*/ Object.assign(
  (predicted: Reals | Labels, targets: Labels, options: MultilabelOptions): MultilabelConfusionMatrix => {
    const given = optionsOf(options, [...own, "sampleWeight"], "multilabelConfusionMatrix");
    const { sampleWeight } = given;
    const matrix = evaluate(
      multilabelMetric(shapeOf(given), sampleWeight !== undefined),
      predicted,
      targets,
      sampleWeight,
    );
    if (matrix.total > 0) return matrix;
    throw nothingLeft("targets");
  },
  {
    perSample(
      predicted: Reals | Labels,
      targets: Labels,
      options: Omit<MultilabelOptions, "sampleWeight"> & { normalize?: "true" | "pred" | "all" },
    ): Float64Array<ArrayBuffer> {
      const given = optionsOf(options, [...own, "normalize"], "multilabelConfusionMatrix.perSample");
      const { normalize } = given;
      const divisor = normalize === undefined ? 0 : divisors.indexOf(oneOf(normalize, divisors, "normalize")) + 1;
      const shape = shapeOf(given);
      const rows = take(shape, predicted, targets);
      expectRows(rows.targets);
      const array = new Float64Array(4 * rows.count);
      withState({ kind: stateKind.multilabel, config: configOf(shape, false) }, (state) => {
        feed(shape, state, rows, { rows: { array, address: 0, width: 4 }, divisor });
      });
      return array;
    },
    accumulator(
      options: Omit<MultilabelOptions, "sampleWeight"> & AccumulatorOptions,
    ): Accumulator<MultilabelConfusionMatrix> {
      const given = optionsOf(options, [...own, "weighted"], "multilabelConfusionMatrix.accumulator");
      const shape = shapeOf(given);
      return accumulate(
        multilabelMetric(shape, flag(given.weighted ?? false, "weighted"), tagOfNames(shape.labelNames)),
      );
    },
  },
);
