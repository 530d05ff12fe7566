/**
 * Reliability tables.
 *
 * @module
 */
import {
  type Binning,
  type CalibrationNorm,
  type CalibrationOf,
  type ClasswiseReliability,
  type Closed,
  defaults,
  type Reliability,
  type ReliabilityBin,
} from "@assay/contract";
import { oneOf } from "../input.js";
import { wilsonInterval } from "../statistics/wilson.js";
import { exactSum } from "../sum.js";
import type { FilledBin } from "./bins.js";

export function normOf(norm: CalibrationNorm | undefined): CalibrationNorm {
  return oneOf<CalibrationNorm>("norm", norm, ["l1", "l2", "max", "mean"], defaults.norm);
}

/** Sums over what is in a bin. */
export interface BinSums {
  readonly count: number;
  readonly right: number;
  readonly confidence: number;
}

export function sumsOf({ rows }: FilledBin): BinSums {
  return {
    count: exactSum(rows.map(({ weight }) => weight)),
    right: exactSum(rows.map(({ right, weight }) => right * weight)),
    confidence: exactSum(rows.map(({ confidence, weight }) => confidence * weight)),
  };
}

function binOf(filled: FilledBin, level: number): ReliabilityBin {
  const { lower, upper } = filled;
  const sums = sumsOf(filled);
  const confidence = sums.confidence / sums.count;
  const accuracy = sums.right / sums.count;
  // Of nothing nothing is known; that needs no quantile, which takes its time.
  const interval = sums.count === 0 ? { lower: 0, upper: 1 } : wilsonInterval(sums.right, sums.count, level);
  return {
    lower,
    upper,
    count: sums.count,
    confidence,
    accuracy,
    accuracyLower: interval.lower,
    accuracyUpper: interval.upper,
    gap: accuracy - confidence,
  };
}

export class ReliabilityTable implements Reliability {
  readonly bins: readonly ReliabilityBin[];
  readonly count: number;
  readonly keepsScores: boolean;

  constructor(
    filled: readonly FilledBin[],
    readonly binning: Binning,
    readonly closed: Closed | "both",
    readonly of: CalibrationOf,
    readonly level: number,
  ) {
    this.keepsScores = binning !== "width";
    this.bins = filled.map((bin) => binOf(bin, level));
    this.count = exactSum(filled.flatMap(({ rows }) => rows.map(({ weight }) => weight)));
  }

  private mean(cost: (gap: number) => number): number {
    const filled = this.bins.filter((bin) => bin.count > 0);
    return exactSum(filled.map((bin) => bin.count * cost(bin.gap))) / this.count;
  }

  error(norm?: CalibrationNorm): number {
    const filled = this.bins.filter((bin) => bin.count > 0);
    if (filled.length === 0) return NaN;
    switch (normOf(norm)) {
      case "l1":
        return this.mean(Math.abs);
      case "l2":
        return Math.sqrt(this.mean((gap) => gap ** 2));
      case "max":
        return filled.reduce((largest, bin) => Math.max(largest, Math.abs(bin.gap)), 0);
      case "mean":
        return exactSum(filled.map((bin) => Math.abs(bin.gap))) / filled.length;
    }
  }

  ece(): number {
    return this.error("l1");
  }

  mce(): number {
    return this.error("max");
  }

  overconfidence(): number {
    return this.mean((gap) => Math.max(0, -gap));
  }

  underconfidence(): number {
    return this.mean((gap) => Math.max(0, gap));
  }

  /** One line a bin; `#` is the accuracy and `|` the confidence, in twentieths. */
  toString(): string {
    const table = this.bins.map((bin, k) => {
      const open = this.closed === "right" && k > 0 ? "(" : "[";
      const close = this.closed === "left" && k < this.bins.length - 1 ? ")" : "]";
      const range = `${open}${bin.lower.toFixed(3)}, ${bin.upper.toFixed(3)}${close}`;
      if (bin.count === 0) return [range, "0", "–", "–", "–", "–", ""];
      const [confidence, accuracy, gap] = [bin.confidence, bin.accuracy, bin.gap].map((x) => x.toFixed(4));
      const interval = `${bin.accuracyLower.toFixed(4)}..${bin.accuracyUpper.toFixed(4)}`;
      const bar = Array.from({ length: 21 }, (_, x): string => (x < Math.round(bin.accuracy * 20) ? "#" : " "));
      bar[Math.round(bin.confidence * 20)] = "|";
      return [range, String(bin.count), confidence!, accuracy!, interval, gap!, bar.join("")];
    });
    table.unshift(["bin", "count", "confidence", "accuracy", "interval", "gap", ""]);
    const width = (j: number): number => (j === 6 ? 0 : Math.max(...table.map((row) => row[j]!.length)));
    const lines = table.map((row) =>
      row
        .map((cell, j) => cell.padStart(width(j)))
        .join("  ")
        .trimEnd(),
    );
    return [...lines, `ECE ${this.ece().toFixed(4)}, MCE ${this.mce().toFixed(4)}, ${this.count} rows`].join("\n");
  }
}

export class ClasswiseTables implements ClasswiseReliability {
  readonly keepsScores: boolean;

  constructor(readonly classes: readonly Reliability[]) {
    this.keepsScores = classes.some((table) => table.keepsScores);
  }

  error(norm?: CalibrationNorm): number {
    normOf(norm);
    const filled = this.classes.filter(({ count }) => count > 0);
    return exactSum(filled.map((table) => table.error(norm))) / filled.length;
  }
}
