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
    const cells = this.bins.map((bin, k) => [rangeOf(this, k), `${bin.count}`, ...numbersOf(bin)]);
    const rows = [["bin", "count", "confidence", "accuracy", "interval", "gap"], ...cells];
    const widths = [0, 1, 2, 3, 4, 5].map((j) => Math.max(...rows.map((row) => (row[j] as string).length)));
    const lines = rows.map((row) => row.map((cell, j) => cell.padStart(widths[j] as number)).join("  "));
    const bars = ["", ...this.bins.map(barOf)];
    const [ece, mce] = [this.ece(), this.mce()].map((error) => error.toFixed(4));
    const sum = `ECE ${ece}, MCE ${mce}, ${this.count} rows`;
    return [...lines.map((line, i) => `${line}  ${bars[i]}`.trimEnd()), sum].join("\n");
  }
}

/** The lowest edge belongs to the first bin and the highest to the last, whichever end is closed. */
function rangeOf({ bins, closed }: Reliability, k: number): string {
  const { lower, upper } = bins[k] as ReliabilityBin;
  const open = closed !== "right" || k === 0 ? "[" : "(";
  const close = closed !== "left" || k === bins.length - 1 ? "]" : ")";
  return `${open}${lower.toFixed(3)}, ${upper.toFixed(3)}${close}`;
}

function numbersOf({ count, confidence, accuracy, accuracyLower, accuracyUpper, gap }: ReliabilityBin): string[] {
  if (count === 0) return ["–", "–", "–", "–"];
  const interval = `${accuracyLower.toFixed(4)}..${accuracyUpper.toFixed(4)}`;
  return [confidence.toFixed(4), accuracy.toFixed(4), interval, gap.toFixed(4)];
}

/** The accuracy in twentieths, and a stroke where it would be right. */
function barOf({ count, confidence, accuracy }: ReliabilityBin): string {
  if (count === 0) return "";
  const bar = Array.from("#".repeat(Math.round(20 * accuracy)).padEnd(21));
  bar[Math.round(20 * confidence)] = "|";
  return bar.join("");
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
