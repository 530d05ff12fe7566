/**
 * Reliability tables, from what was counted in each bin.
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
import { oneOf } from "../options.js";
import { wilsonInterval } from "../statistics/wilson.js";

const norms = ["l1", "l2", "max", "mean"] as const;

/** One of the norms. */
export function normOf(norm: CalibrationNorm): CalibrationNorm {
  return oneOf(norm, norms, "norm");
}

/** What was counted in a bin. */
export interface CountedBin {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  readonly hits: number;
  readonly confidences: number;
}

/** What a table says of itself. */
export type Caption = Pick<Reliability, "binning" | "closed" | "of" | "level">;

export class ReliabilityTable implements Reliability {
  readonly bins: readonly ReliabilityBin[];
  readonly count: number;
  readonly binning: Binning;
  readonly closed: Closed | "both";
  readonly of: CalibrationOf;
  readonly level: number;
  readonly keepsScores: boolean;

  constructor(counted: readonly CountedBin[], { binning, closed, of, level }: Caption) {
    this.binning = binning;
    this.closed = closed;
    this.of = of;
    this.level = level;
    this.keepsScores = binning !== "width";
    this.bins = counted.map(({ lower, upper, count, hits, confidences }) => {
      const confidence = confidences / count;
      const accuracy = hits / count;
      const { lower: accuracyLower, upper: accuracyUpper } = wilsonInterval(hits, count, level);
      const gap = accuracy - confidence;
      return { lower, upper, count, confidence, accuracy, accuracyLower, accuracyUpper, gap };
    });
    this.count = this.bins.reduce((sum, bin) => sum + bin.count, 0);
  }

  error(norm: CalibrationNorm = defaults.norm): number {
    normOf(norm);
    const filled = this.bins.filter((bin) => bin.count > 0);
    if (filled.length === 0) return Number.NaN;
    if (norm === "max") return Math.max(...filled.map((bin) => Math.abs(bin.gap)));
    if (norm === "mean") return filled.reduce((sum, bin) => sum + Math.abs(bin.gap), 0) / filled.length;
    return norm === "l1" ? this.#mean((gap) => Math.abs(gap)) : Math.sqrt(this.#mean((gap) => gap * gap));
  }

  /** Mean over rows of what their bin's gap costs; NaN without rows. */
  #mean(cost: (gap: number) => number): number {
    return this.bins.reduce((sum, { count, gap }) => (count > 0 ? sum + cost(gap) * count : sum), 0) / this.count;
  }

  ece(): number {
    return this.error("l1");
  }

  mce(): number {
    return this.error("max");
  }

  overconfidence(): number {
    return this.#mean((gap) => Math.max(0, -gap));
  }

  underconfidence(): number {
    return this.#mean((gap) => Math.max(0, gap));
  }

  toString(): string {
    const cells = this.bins.map(({ lower, upper, count, confidence, accuracy, gap }, k) => {
      // The lowest edge belongs to the first bin and the highest to the last, whichever end is closed.
      const open = this.closed !== "right" || k === 0 ? "[" : "(";
      const close = this.closed !== "left" || k === this.bins.length - 1 ? "]" : ")";
      const numbers = [confidence, accuracy, gap].map((x) => (count > 0 ? x.toFixed(4) : "–"));
      return [`${open}${lower.toFixed(3)}, ${upper.toFixed(3)}${close}`, `${count}`, ...numbers];
    });
    const rows = [["bin", "count", "confidence", "accuracy", "gap"], ...cells];
    const widths = [0, 1, 2, 3, 4].map((j) => Math.max(...rows.map((row) => (row[j] as string).length)));
    return rows.map((row) => row.map((cell, j) => cell.padStart(widths[j] as number)).join("  ")).join("\n");
  }
}

export class ClasswiseTables implements ClasswiseReliability {
  readonly classes: readonly Reliability[];
  readonly keepsScores: boolean;

  constructor(classes: readonly Reliability[]) {
    this.classes = classes;
    this.keepsScores = classes.some((table) => table.keepsScores);
  }

  error(norm: CalibrationNorm = defaults.norm): number {
    normOf(norm);
    const filled = this.classes.filter(({ count }) => count > 0);
    return filled.reduce((sum, table) => sum + table.error(norm), 0) / filled.length;
  }
}
