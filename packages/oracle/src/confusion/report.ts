import { type ClassificationReport, defaults, type ReportRow } from "@assay/contract";
import { checkOptions, number } from "../input.js";
import { csv, markdown, text } from "./table.js";

/** A line of a report; the accuracy has neither precision nor recall. */
type Line = Pick<ReportRow, "name" | "f1" | "support"> & Partial<ReportRow>;

/** Rows and layout are those of scikit-learn's `classification_report`. */
export class Report implements ClassificationReport {
  constructor(
    readonly classes: readonly ReportRow[],
    readonly accuracy: number,
    readonly micro: ReportRow,
    readonly macro: ReportRow,
    readonly weighted: ReportRow,
    readonly samples: ReportRow | undefined,
  ) {}

  toString(options: { digits?: number } = {}): string {
    return text(this.cells("", shortened("toString", options)));
  }

  toMarkdown(options: { digits?: number } = {}): string {
    return markdown(this.cells("class", shortened("toMarkdown", options)));
  }

  toCSV(): string {
    return csv(this.cells("class", String));
  }

  private cells(corner: string, shown: (value: number) => string): string[][] {
    const { classes, macro, weighted, micro, samples } = this;
    // Of single labels the micro average of all three is the accuracy.
    const whole = samples ? micro : { name: "accuracy", f1: this.accuracy, support: micro.support };
    const lines: Line[] = [...classes, whole, macro, weighted, ...(samples ? [samples] : [])];
    return [
      [corner, "precision", "recall", "f1", "support"],
      ...lines.map(({ name, precision, recall, f1, support }) => [
        name,
        ...[precision, recall, f1].map((value) => (value === undefined ? "" : shown(value))),
        Number.isInteger(support) ? String(support) : shown(support),
      ]),
    ];
  }
}

function shortened(name: string, options: { digits?: number }): (value: number) => string {
  checkOptions(name, options, ["digits"]);
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 100;
  const count = number("digits", options.digits ?? defaults.digits, isCount, "a whole number in 0..100");
  return (value) => value.toFixed(count);
}
