import type {
  BinaryCounts,
  ConfusionMatrix,
  MultilabelConfusionMatrix,
  MultilabelConfusionMatrixJSON,
  RowOutcome,
} from "@assay/contract";
import { number, oneOf } from "../input.js";
import { commonUnit, Ratio } from "../ratio.js";
import type { Counts } from "./definitions.js";
import { Matrix, toCount } from "./matrix.js";
import { type Counted, Measures } from "./measures.js";
import { text } from "./table.js";

/** One row: for each label whether it is predicted, and whether it is true; undefined where that is ignored. */
export interface LabelledRow {
  readonly predicted: readonly boolean[];
  readonly targets: readonly (boolean | undefined)[];
}

/** How often each of the four outcomes occurs in a row. */
export function countsOfRow({ predicted, targets }: LabelledRow): Counts {
  const times = (isPredicted: boolean, isTrue: boolean): bigint =>
    BigInt(predicted.filter((p, label) => p === isPredicted && targets[label] === isTrue).length);
  return { tp: times(true, true), fp: times(true, false), fn: times(false, true), tn: times(false, false) };
}

/** [tn, fp, fn, tp] divided as a square, whose rows are true and whose columns are predicted. */
export function shares({ tn, fp, fn, tp }: Counts, by: "true" | "pred" | "all"): number[] {
  const share = (units: bigint, others: { true: bigint; pred: bigint; all: bigint }): number =>
    Ratio.of(units, others[by]).value() ?? 0;
  const all = tn + fp + fn + tp;
  return [
    share(tn, { true: tn + fp, pred: tn + fn, all }),
    share(fp, { true: tn + fp, pred: fp + tp, all }),
    share(fn, { true: fn + tp, pred: tn + fn, all }),
    share(tp, { true: fn + tp, pred: fp + tp, all }),
  ];
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

export class MultilabelMatrix extends Measures implements MultilabelConfusionMatrix {
  readonly numLabels: number;
  readonly counts: Float64Array<ArrayBuffer>;
  readonly total: number;
  private readonly perLabel: readonly Counts[];
  private readonly perRow: readonly Counts[];
  private readonly weights: Float64Array;
  /** Weights of the rows as whole multiples of 2^exponent. */
  private readonly units: readonly bigint[];
  private readonly exponent: number;

  constructor(
    readonly labelNames: readonly string[],
    rows: readonly (LabelledRow & { readonly weight: number })[],
  ) {
    super();
    this.numLabels = labelNames.length;
    this.weights = Float64Array.from(rows, ({ weight }) => weight);
    const { wholes, exponent } = commonUnit([...this.weights]);
    this.units = wholes;
    this.exponent = exponent;
    this.perRow = rows.map(countsOfRow);
    const times = (label: number, isPredicted: boolean, isTrue: boolean): bigint =>
      sum(wholes.filter((_, i) => rows[i]!.predicted[label] === isPredicted && rows[i]!.targets[label] === isTrue));
    this.perLabel = labelNames.map((_, label) => ({
      tp: times(label, true, true),
      fp: times(label, true, false),
      fn: times(label, false, true),
      tn: times(label, false, false),
    }));
    const counts = this.perLabel.flatMap(({ tn, fp, fn, tp }) => [tn, fp, fn, tp]);
    this.counts = Float64Array.from(counts, (units) => toCount(units, exponent));
    this.total = toCount(sum(wholes), exponent);
  }

  countsOf(label: number): BinaryCounts {
    const ok = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < this.numLabels;
    const { tp, fp, fn, tn } = this.perLabel[number("label", label, ok, `a label in 0..${this.numLabels - 1}`)]!;
    const count = (units: bigint): number => toCount(units, this.exponent);
    return { tp: count(tp), fp: count(fp), fn: count(fn), tn: count(tn) };
  }

  ofLabel(label: number): ConfusionMatrix {
    const { tn, fp, fn, tp } = this.countsOf(label);
    const { wholes, exponent } = commonUnit([tn, fp, fn, tp]);
    return new Matrix({
      classNames: ["rest", this.labelNames[label]!],
      binary: true,
      exponent,
      cells: wholes
        .map((units, i) => ({ target: Math.floor(i / 2), predicted: i % 2, units }))
        .filter(({ units }) => units > 0n),
      rowsBehind: () => undefined,
    });
  }

  normalized(by: "true" | "pred" | "all"): Float64Array<ArrayBuffer> {
    oneOf("by", by ?? null, ["true", "pred", "all"], "true");
    return Float64Array.from(this.perLabel.flatMap((counts) => shares(counts, by)));
  }

  support(): Float64Array<ArrayBuffer> {
    return Float64Array.from(this.perLabel, ({ tp, fn }) => toCount(tp + fn, this.exponent));
  }

  rowOutcomes(): readonly RowOutcome[] {
    const sizes = ({ tp, fp, fn, tn }: Counts): bigint[] => [tp + fp + fn + tn, tp + fp + fn, tp + fp, tp];
    const outcomes = new Map<string, { row: Counts; units: bigint }>();
    this.perRow.forEach((row, i) => {
      const key = sizes(row).join();
      outcomes.set(key, { row, units: (outcomes.get(key)?.units ?? 0n) + this.units[i]! });
    });
    const difference = (a: Counts, b: Counts): bigint => {
      const [ofA, ofB] = [sizes(a), sizes(b)];
      const first = ofA.findIndex((size, i) => size !== ofB[i]);
      return ofA[first]! - ofB[first]!;
    };
    return [...outcomes.values()]
      .filter(({ units }) => units > 0n)
      .sort((a, b) => Number(difference(a.row, b.row)))
      .map(({ row: { tp, fp, fn, tn }, units }) => {
        const count = toCount(units, this.exponent);
        return { tp: Number(tp), fp: Number(fp), fn: Number(fn), tn: Number(tn), count };
      });
  }

  /** Labels of all rows that are not ignored, or their weight. */
  countedLabels(): number {
    return toCount(sum(this.perLabel.map(({ tp, fp, fn, tn }) => tp + fp + fn + tn)), this.exponent);
  }

  exactMatch(): number {
    return this.shareOfRows(({ fp, fn }) => fp + fn === 0n);
  }

  zeroOneLoss(): number {
    return this.shareOfRows(({ fp, fn }) => fp + fn > 0n);
  }

  hammingLoss(): number {
    const wrong = sum(this.perLabel.map(({ fp, fn }) => fp + fn));
    return Ratio.of(wrong, sum(this.perLabel.map(({ tp, fp, fn, tn }) => tp + fp + fn + tn))).value() ?? NaN;
  }

  override toJSON(): MultilabelConfusionMatrixJSON {
    const { numLabels, labelNames, total } = this;
    const counts = labelNames.map((_, label) => {
      const { tn, fp, fn, tp } = this.countsOf(label);
      return [tn, fp, fn, tp] as const;
    });
    return { numLabels, labelNames, total, counts };
  }

  override toString(): string {
    const { labelNames, counts } = this.toJSON();
    return text([
      ["label", "tn", "fp", "fn", "tp"],
      ...labelNames.map((name, label) => [name, ...counts[label]!.map(String)]),
    ]);
  }

  protected override counted(): Counted {
    return {
      names: this.labelNames,
      counts: this.perLabel,
      support: this.support(),
      binary: false,
      accuracy: NaN,
      samples: { counts: this.perRow, weights: this.weights },
    };
  }

  private shareOfRows(is: (counts: Counts) => boolean): number {
    return Ratio.of(sum(this.units.filter((_, i) => is(this.perRow[i]!))), sum(this.units)).value() ?? NaN;
  }
}
