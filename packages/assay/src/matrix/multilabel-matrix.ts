/**
 * Counts of rows that have several labels: whatever follows from them, nothing recounted.
 *
 * @module
 */
import type {
  BinaryCounts,
  ConfusionMatrix,
  MultilabelConfusionMatrix,
  MultilabelConfusionMatrixJSON,
  RowOutcome,
} from "@assay/contract";
import { oneOf, whole } from "../options.js";
import { againstRest } from "./matrix.js";
import { type CountColumns, CountMeasures, type RowCounts } from "./measures.js";
import { toText } from "./table.js";

/** Rows as wholes, or their weight. */
interface RowTotals {
  readonly total: number;
  /** Rows with every label right, and the others. */
  readonly right: number;
  readonly wrong: number;
  /** Wrong labels of all rows, and all that were counted. */
  readonly wrongLabels: number;
  readonly labels: number;
}

/** What is counted of labels and rows. */
interface MultilabelParts {
  readonly counts: CountColumns;
  readonly labelNames: readonly string[];
  /** How often each label is true. */
  readonly support: Float64Array<ArrayBuffer>;
  readonly rows: RowTotals;
  readonly rowCounts: () => RowCounts;
}

export class MultilabelMatrix extends CountMeasures implements MultilabelConfusionMatrix {
  readonly numLabels: number;
  readonly labelNames: readonly string[];
  readonly counts: Float64Array<ArrayBuffer>;
  readonly #support: Float64Array<ArrayBuffer>;
  readonly #rows: RowTotals;
  readonly #countRows: () => RowCounts;
  #rowCounts: RowCounts | undefined;

  constructor({ counts, labelNames, support, rows, rowCounts }: MultilabelParts) {
    super({ counts: () => counts, names: labelNames, total: rows.total });
    const { tn, fp, fn, tp } = counts;
    const kinds = [tn, fp, fn, tp];
    this.numLabels = labelNames.length;
    this.labelNames = labelNames;
    this.counts = Float64Array.from({ length: 4 * labelNames.length }, (_, i) => kinds[i & 3]?.[i >> 2] as number);
    this.#support = support;
    this.#rows = rows;
    this.#countRows = rowCounts;
  }

  protected override rowCounts(): RowCounts {
    this.#rowCounts ??= this.#countRows();
    return this.#rowCounts;
  }

  override countsOf(label: number): BinaryCounts {
    return super.countsOf(whole(label, 0, "label", this.numLabels - 1));
  }

  ofLabel(label: number): ConfusionMatrix {
    return againstRest(this.countsOf(label), this.labelNames[label] as string);
  }

  normalized(by: "true" | "pred" | "all"): Float64Array<ArrayBuffer> {
    oneOf(by, ["true", "pred", "all"], "by");
    const shares = (label: number): number[] => {
      const { tn, fp, fn, tp } = this.countsOf(label);
      const of = {
        true: [tn + fp, tn + fp, fn + tp, fn + tp],
        pred: [tn + fn, fp + tp, tn + fn, fp + tp],
        all: [0, 0, 0, 0].fill(tn + fp + fn + tp),
      };
      return [tn, fp, fn, tp].map((count, i) => (count === 0 ? 0 : count / (of[by][i] as number)));
    };
    return Float64Array.from(this.labelNames.flatMap((_, label) => shares(label)));
  }

  override support(): Float64Array<ArrayBuffer> {
    return this.#support.slice();
  }

  rowOutcomes(): readonly RowOutcome[] {
    const { tp, fp, fn, tn, weight } = this.rowCounts();
    const at = (counts: Float64Array, i: number) => counts[i] as number;
    return Array.from(weight, (count, i) => ({ tp: at(tp, i), fp: at(fp, i), fn: at(fn, i), tn: at(tn, i), count }));
  }

  exactMatch(): number {
    return this.#rows.right / this.total;
  }

  zeroOneLoss(): number {
    return this.#rows.wrong / this.total;
  }

  hammingLoss(): number {
    return this.#rows.wrongLabels / this.#rows.labels;
  }

  override toJSON(): MultilabelConfusionMatrixJSON {
    const { numLabels, labelNames, total } = this;
    const ofLabel = (label: number) => {
      const { tn, fp, fn, tp } = this.countsOf(label);
      return [tn, fp, fn, tp] as const;
    };
    return { numLabels, labelNames, total, counts: labelNames.map((_, label) => ofLabel(label)) };
  }

  override toString(): string {
    const line = (name: string, label: number) => {
      const { tn, fp, fn, tp } = this.countsOf(label);
      return [name, `${tn}`, `${fp}`, `${fn}`, `${tp}`];
    };
    return toText([["label", "tn", "fp", "fn", "tp"], ...this.labelNames.map(line)]);
  }
}
