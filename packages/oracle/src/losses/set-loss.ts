/**
 * What losses of whole sets share: options, weights, gradients, accumulators. Such a loss is one number that follows
 * from sums over all rows, and a gradient that follows from the same sums.
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  defaults,
  type Labels,
  type LossAndGradient,
  type Reals,
  type SetLoss,
  type SetLossOptions,
  type WithGradient,
} from "@assay/contract";
import { keepRows, type Rows } from "../accumulator.js";
import {
  boolean,
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  nothingLeft,
  oneOf,
  probabilities,
  reals,
} from "../input.js";
import { compensatedSum, exactSum } from "../sum.js";
import { sigmoid } from "./logistic.js";
import { type Arrays, checkRows, gradientRoom, times } from "./loss.js";

/** A loss and its derivative by every prediction. */
export interface Evaluated {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** A loss of a set with its options settled. */
export interface SetModel extends Arrays {
  /** Rows with this target are left out. */
  readonly ignoreIndex?: number | undefined;
  /** The loss of some rows, at least one of which has a weight above 0; those left out have weight 0 and target 0. */
  evaluate(rows: Rows): Evaluated;
}

/** A loss of a set before its options are known. */
export interface SetDefinition<Options> {
  readonly name: string;
  /** Options besides `sampleWeight`. */
  readonly options: readonly string[];
  settle(options: Partial<Options>): SetModel;
}

/** The public function of a loss of a set. */
export function setLoss<Options extends SetLossOptions>(definition: SetDefinition<Options>): SetLoss<Options> {
  const { name, options: known } = definition;

  function evaluate(predictions: Reals, targets: Labels, options: Partial<Options> = {}): Evaluated {
    const model = definition.settle(options);
    const rows = checkRows(model, predictions, targets, options.sampleWeight);
    checkNotEmpty("targets", rows.targets);
    if (rows.targets.every((target) => target === model.ignoreIndex))
      throw nothingLeft("targets", "each is ignoreIndex");
    const kept = withoutIgnored(model, rows);
    checkWeighty("targets", kept.weights);
    return model.evaluate(kept);
  }

  function value(predictions: Reals, targets: Labels, options?: Partial<Options>): number {
    checkOptions(name, options, [...known, "sampleWeight"]);
    return evaluate(predictions, targets, options).loss;
  }

  function withGradient(
    predictions: Reals,
    targets: Labels,
    options?: Partial<WithGradient<Options>>,
  ): LossAndGradient<number> {
    checkOptions(`${name}.withGradient`, options, [...known, "sampleWeight", "gradient"]);
    const { loss, gradient } = evaluate(predictions, targets, options);
    const { sampleWeight, gradient: given } = options ?? {};
    const room = gradientRoom(predictions, given, { targets, sampleWeight });
    room.set(gradient);
    return { loss, gradient: room };
  }

  function accumulator(options: Partial<Options> & AccumulatorOptions = {}): Accumulator<number> {
    checkOptions(`${name}.accumulator`, options, [...known, "weighted"]);
    const model = definition.settle(options);
    return keepRows({
      name,
      config: model.config,
      weighted: boolean("weighted", options.weighted, false),
      predictionColumns: model.columns,
      targetColumns: model.targetColumns,
      check: (predictions, targets, sampleWeight) => checkRows(model, predictions as Reals, targets, sampleWeight),
      finish: (rows) => {
        const kept = withoutIgnored(model, rows);
        return kept.weights.some((weight) => weight > 0) ? model.evaluate(kept).loss : NaN;
      },
    });
  }

  return Object.assign(value, { withGradient, accumulator }) as unknown as SetLoss<Options>;
}

function withoutIgnored({ ignoreIndex }: SetModel, rows: Rows): Rows {
  if (ignoreIndex === undefined) return rows;
  return {
    ...rows,
    targets: rows.targets.map((target) => (target === ignoreIndex ? 0 : target)),
    weights: rows.weights.map((weight, i) => (rows.targets[i] === ignoreIndex ? 0 : weight)),
  };
}

// -------------------------------------------------------------------------------------------------------- soft counts

/** How much of a set is predicted rightly and wrongly. */
export interface SoftCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

/** A loss of soft counts, with its derivative by each of them. */
export interface OfCounts extends SoftCounts {
  readonly loss: number;
}

/** One soft prediction among those counted together. */
export interface Soft {
  readonly p: number;
  readonly notP: number;
  readonly target: number;
  readonly weight: number;
}

/** TP = Σ w·p·t, FP = Σ w·p·(1 − t), FN = Σ w·(1 − p)·t. */
export function softCounts(all: readonly Soft[]): SoftCounts {
  return {
    tp: exactSum(all.map(({ p, target, weight }) => weight * p * target)),
    fp: exactSum(all.map(({ p, target, weight }) => weight * p * (1 - target))),
    fn: exactSum(all.map(({ notP, target, weight }) => weight * notP * target)),
  };
}

/** The derivative of a loss of soft counts by one p. */
export function slopeOf({ tp, fp, fn }: OfCounts, { target, weight }: Soft): number {
  return times(weight, times(target, tp) + times(1 - target, fp) - times(target, fn));
}

/**
 * The loss of a numerator TP·k + smoothNumerator over a denominator that counts FN and FP besides. It is taken as
 * (fnWeight·FN + fpWeight·FP + smoothDenominator − smoothNumerator) / denominator, so that a small loss keeps its digits.
 */
export interface Overlap {
  readonly tpWeight: number;
  readonly fnWeight: number;
  readonly fpWeight: number;
  readonly smoothNumerator: number;
  readonly smoothDenominator: number;
}

/** NaN where it is 0/0: no smoothing, and nothing positive in targets or predictions. */
export function overlapLoss(
  { tp, fp, fn }: SoftCounts,
  { tpWeight, fnWeight, fpWeight, smoothNumerator, smoothDenominator }: Overlap,
): OfCounts {
  const wrong = fnWeight * fn + fpWeight * fp;
  const denominator = tpWeight * tp + wrong + smoothDenominator;
  const loss = (wrong + (smoothDenominator - smoothNumerator)) / denominator;
  const right = (tpWeight * tp + smoothNumerator) / denominator;
  return {
    loss,
    tp: (-tpWeight * loss) / denominator,
    fn: (fnWeight * right) / denominator,
    fp: (fpWeight * right) / denominator,
  };
}

// --------------------------------------------------------------------------------------- losses of binary soft counts

/** What the options of soft counts come to. */
export interface Counting {
  readonly from: "probabilities" | "logits";
  readonly columns: number;
  readonly average: "macro" | "micro";
}

export const countingOptions = ["from", "numLabels", "average"] as const;

export function fromOf(given: unknown): "probabilities" | "logits" {
  return oneOf("from", given, ["probabilities", "logits"], defaults.from);
}

export function averageOf(given: unknown): "macro" | "micro" {
  return oneOf("average", given, ["macro", "micro"], defaults.average);
}

export function checkedPredictions(from: "probabilities" | "logits", given: unknown): Float32Array | Float64Array {
  return from === "logits" ? reals("predictions", given) : probabilities("predictions", given);
}

/** A loss of the soft counts of a matrix: of each column's, averaged, or of those of all elements. */
export function evaluateCounts(
  { from, columns, average }: Counting,
  { predictions, targets, weights }: Rows,
  ofCounts: (counts: SoftCounts) => OfCounts,
): Evaluated {
  const all = Array.from(predictions, (x, i): Soft => {
    const weight = weights[Math.floor(i / columns)]!;
    const target = targets[i]!;
    return from === "logits"
      ? { p: sigmoid(x), notP: sigmoid(-x), target, weight }
      : { p: x, notP: 1 - x, target, weight };
  });
  const groups = average === "micro" ? 1 : columns;
  const losses = Array.from({ length: groups }, (_, group) =>
    ofCounts(softCounts(all.filter((_, i) => i % groups === group))),
  );
  const gradient = Float64Array.from(all, (soft, i) => {
    const slope = slopeOf(losses[i % groups]!, soft) / groups;
    return from === "logits" ? times(soft.p * soft.notP, slope) : slope;
  });
  return { loss: compensatedSum(losses.map(({ loss }) => loss)) / groups, gradient };
}
