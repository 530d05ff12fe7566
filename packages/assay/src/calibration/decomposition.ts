/**
 * Scores in parts: what calibration costs, and what telling rows apart gains.
 *
 * @module
 */
import type {
  BrierDecomposition,
  BrierDecompositionOptions,
  Labels,
  LogLossDecomposition,
  LogLossDecompositionOptions,
  Reals,
  Reliability,
} from "@assay/contract";
import { core } from "../core.js";
import { lasting } from "../losses/own.js";
import { logLoss } from "../losses/scores.js";
import { optionsOf } from "../options.js";
import { brierScore } from "./brier.js";
import { classwiseReliability, reliability } from "./reliability.js";

const binOptions = ["numBins", "closed", "binning", "edges", "sampleWeight"] as const;

function weightsOf(sampleWeight: Reals | undefined): { sampleWeight?: Reals } {
  return sampleWeight === undefined ? {} : { sampleWeight };
}

/** Reliability, resolution and uncertainty of one table. */
type Parts = readonly [reliability: number, resolution: number, uncertainty: number];

/** The parts by a divergence of rates from each other, and the entropy that belongs to it. */
function partsOf(
  { bins, count: total }: Reliability,
  divergence: (rate: number, from: number) => number,
  entropy: (rate: number) => number,
): Parts {
  const filled = bins.filter(({ count }) => count > 0);
  const mean = (of: (bin: (typeof filled)[number]) => number): number =>
    filled.reduce((sum, bin) => sum + bin.count * of(bin), 0) / total;
  const base = mean(({ accuracy }) => accuracy);
  return [
    mean(({ accuracy, confidence }) => divergence(accuracy, confidence)),
    mean(({ accuracy }) => divergence(accuracy, base)),
    entropy(base),
  ];
}

function squaredDistance(rate: number, from: number): number {
  return (rate - from) * (rate - from);
}

function variance(rate: number): number {
  return rate * (1 - rate);
}

/**
 * The Brier score in parts, Σ over classes with `numClasses`: with shares s of bins, accuracies a, mean probabilities c
 * and base rate b, reliability Σ s(a − c)², resolution Σ s(a − b)², uncertainty b(1 − b). Together, reliability −
 * resolution + uncertainty, they are the score of the bins' mean probabilities; `withinBins` is what is missing to that
 * of the rows, the variance of probabilities within bins less twice their covariance with the labels. Each is in 0..1,
 * or up to the number of classes, but `withinBins`, which may be negative.
 *
 * Bins as for {@link reliability}, shapes and errors as for {@link brierScore}.
 *
 * @see Murphy (1973), A new vector partition of the probability score; Stephenson, Coelho and Jolliffe (2008), Two extra
 *   components in the Brier score decomposition
 */
export function brierDecomposition(
  probabilities: Reals,
  labels: Labels,
  options?: BrierDecompositionOptions,
): BrierDecomposition {
  const given = optionsOf(options, [...binOptions, "numClasses"], "brierDecomposition");
  const { numClasses, sampleWeight, ...bins } = given;
  // Read twice: making a table may grow memory, which detaches views.
  const [p, y, w] = [lasting(probabilities), lasting(labels), lasting(sampleWeight)];
  const tables =
    numClasses === undefined
      ? [reliability(p(), y(), { ...bins, ...weightsOf(w()) })]
      : classwiseReliability(p(), y(), { numClasses, ...bins, ...weightsOf(w()) }).classes;
  const parts = tables.map((table) => partsOf(table, squaredDistance, variance));
  const sum = (which: 0 | 1 | 2): number => parts.reduce((total, part) => total + part[which], 0);
  const all = { reliability: sum(0), resolution: sum(1), uncertainty: sum(2) };
  const ofClasses = numClasses === undefined ? {} : { numClasses };
  const brier = brierScore(p(), y(), { ...ofClasses, ...weightsOf(w()) });
  return { ...all, withinBins: brier - (all.reliability - all.resolution + all.uncertainty), brier };
}

/**
 * The binary log loss in parts: with shares s of bins, accuracies a, mean probabilities c and base rate b, reliability
 * Σ s·KL(a‖c), resolution Σ s·KL(a‖b), uncertainty the entropy of b, all ≥ 0; KL is the Kullback–Leibler divergence of
 * two chances, and c is clipped as {@link logLoss} clips. `refinement`, the mean entropy of the accuracies, is
 * uncertainty − resolution: what calibration cannot mend. `withinBins` is what is missing to the loss of the rows.
 *
 * Bins as for {@link reliability}, shapes, accuracy and errors as for {@link logLoss}.
 *
 * @see Bröcker (2009), Reliability, sufficiency, and the decomposition of proper scores
 */
export function logLossDecomposition(
  probabilities: Reals,
  labels: Labels,
  options?: LogLossDecompositionOptions,
): LogLossDecomposition {
  const given = optionsOf(options, binOptions, "logLossDecomposition");
  const [p, y, w] = [lasting(probabilities), lasting(labels), lasting(given.sampleWeight)];
  const table = reliability(p(), y(), given);
  const [ofReliability, resolution, uncertainty] = partsOf(table, divergence, entropy);
  const score = logLoss(p(), y(), weightsOf(w()));
  return {
    reliability: ofReliability,
    resolution,
    uncertainty,
    refinement: uncertainty - resolution,
    withinBins: score - (ofReliability - resolution + uncertainty),
    logLoss: score,
  };
}

/** KL(rate‖from) of two chances, in nats. */
function divergence(rate: number, from: number): number {
  const clipped = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, from));
  return Math.max(0, relative(rate, clipped) + relative(1 - rate, 1 - clipped));
}

/** p·ln(p/q), 0 where p is. */
function relative(p: number, q: number): number {
  return p === 0 ? 0 : p * core().ln(p / q);
}

function entropy(rate: number): number {
  return 0 - relative(rate, 1) - relative(1 - rate, 1);
}
