/**
 * Scores in parts. Brier: A. Murphy, "A new vector partition of the probability score" (1973). Log loss: J. Bröcker,
 * "Reliability, sufficiency, and the decomposition of proper scores" (2009).
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
import { checkOptions } from "../input.js";
import { logLoss } from "../losses/log-loss.js";
import { exactSum } from "../sum.js";
import { brierScore } from "./brier.js";
import { classwiseReliability, reliability } from "./reliability.js";

const binNames = ["numBins", "closed", "binning", "edges", "sampleWeight"] as const;

/** The mean over rows of something about their bin. */
function mean(table: Reliability, of: (bin: Reliability["bins"][number]) => number): number {
  const filled = table.bins.filter(({ count }) => count > 0);
  return exactSum(filled.map((bin) => bin.count * of(bin))) / table.count;
}

/** The Brier score in parts, summed over classes where there are several. */
export function brierDecomposition(
  probabilities: Reals,
  labels: Labels,
  options: BrierDecompositionOptions = {},
): BrierDecomposition {
  checkOptions("brierDecomposition", options, [...binNames, "numClasses"]);
  const { numClasses, sampleWeight, ...bins } = options;
  const weights = sampleWeight === undefined ? {} : { sampleWeight };
  const tables =
    numClasses === undefined
      ? [reliability(probabilities, labels, { ...bins, ...weights })]
      : classwiseReliability(probabilities, labels, { numClasses, ...bins, ...weights }).classes;
  const sum = (part: (table: Reliability, base: number) => number): number =>
    exactSum(
      tables.map((table) =>
        part(
          table,
          mean(table, ({ accuracy }) => accuracy),
        ),
      ),
    );
  const ofReliability = sum((table) => mean(table, ({ gap }) => gap ** 2));
  const resolution = sum((table, base) => mean(table, ({ accuracy }) => (accuracy - base) ** 2));
  const uncertainty = sum((_, base) => base * (1 - base));
  const brier = brierScore(probabilities, labels, { ...(numClasses !== undefined && { numClasses }), ...weights });
  const withinBins = brier - (ofReliability - resolution + uncertainty);
  return { reliability: ofReliability, resolution, uncertainty, withinBins, brier };
}

/** The binary log loss in parts. */
export function logLossDecomposition(
  probabilities: Reals,
  labels: Labels,
  options: LogLossDecompositionOptions = {},
): LogLossDecomposition {
  checkOptions("logLossDecomposition", options, binNames);
  const table = reliability(probabilities, labels, options);
  const base = mean(table, ({ accuracy }) => accuracy);
  const ofReliability = mean(table, ({ accuracy, confidence }) => divergence(accuracy, clipped(confidence)));
  const uncertainty = entropy(base);
  const refinement = mean(table, ({ accuracy }) => entropy(accuracy));
  // The mean divergence of accuracies from the base rate, which is their mean; it may round to 0 or 1, and they not.
  const resolution = Math.max(0, uncertainty - refinement);
  const { sampleWeight } = options;
  const score = logLoss(probabilities, labels, sampleWeight === undefined ? {} : { sampleWeight });
  return {
    reliability: ofReliability,
    resolution,
    uncertainty,
    refinement,
    withinBins: score - (ofReliability - resolution + uncertainty),
    logLoss: score,
  };
}

/** As `logLoss` clips. */
function clipped(p: number): number {
  return Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p));
}

function timesLog(p: number, ratio: number): number {
  return p === 0 ? 0 : p * Math.log(ratio);
}

/** Kullback–Leibler divergence of two chances, in nats. */
function divergence(p: number, q: number): number {
  return Math.max(0, timesLog(p, p / q) + timesLog(1 - p, (1 - p) / (1 - q)));
}

function entropy(p: number): number {
  return 0 - timesLog(p, p) - timesLog(1 - p, 1 - p);
}
