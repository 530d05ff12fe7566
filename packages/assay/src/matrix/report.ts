/**
 * The classification report.
 *
 * @module
 */
import { type ClassificationReport, defaults, type ReportRow } from "@assay/contract";
import { optionsOf, whole } from "../options.js";
import { type Table, toCSV, toMarkdown, toText } from "./table.js";

/** What a report says. */
type Content = Pick<ClassificationReport, "classes" | "accuracy" | "micro" | "macro" | "weighted" | "samples">;

/** Precision, recall, F1 and support of each class, and their averages. */
export class Report implements ClassificationReport {
  readonly classes: readonly ReportRow[];
  readonly accuracy: number;
  readonly micro: ReportRow;
  readonly macro: ReportRow;
  readonly weighted: ReportRow;
  readonly samples: ReportRow | undefined;

  constructor({ classes, accuracy, micro, macro, weighted, samples }: Content) {
    this.classes = classes;
    this.accuracy = accuracy;
    this.micro = micro;
    this.macro = macro;
    this.weighted = weighted;
    this.samples = samples;
  }

  toString(options?: { digits?: number }): string {
    return toText(this.#table("", fixed(options, "toString")));
  }

  toMarkdown(options?: { digits?: number }): string {
    return toMarkdown(this.#table("class", fixed(options, "toMarkdown")));
  }

  toCSV(): string {
    return toCSV(this.#table("class", String));
  }

  /** A line each; rows with one label have their accuracy where the others have the micro average. */
  #table(corner: string, shown: (x: number) => string): Table {
    const counted = (x: number) => (Number.isInteger(x) ? `${x}` : shown(x));
    const line = ({ name, precision, recall, f1, support }: ReportRow) => [
      name,
      ...[precision, recall, f1].map(shown),
      counted(support),
    ];
    const overall =
      this.samples === undefined
        ? ["accuracy", "", "", shown(this.accuracy), counted(this.micro.support)]
        : line(this.micro);
    const averages = [this.macro, this.weighted, ...(this.samples ? [this.samples] : [])];
    return [
      [corner, "precision", "recall", "f1", "support"],
      ...this.classes.map(line),
      overall,
      ...averages.map(line),
    ];
  }
}

/** Numbers with so many digits behind the point. */
function fixed(options: { digits?: number } | undefined, where: string): (x: number) => string {
  const { digits = defaults.digits } = optionsOf(options, ["digits"], where);
  whole(digits, 0, "digits", 100);
  return (x) => x.toFixed(digits);
}
