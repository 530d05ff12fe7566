import type { Dataset } from "../dataset.js";
import type { Evaluation } from "../evaluate.js";
import { classes } from "./classes.js";
import { confusion, confusionAtThresholds } from "./confusion.js";
import { figures } from "./figures.js";
import { noteSection, notes } from "./notes.js";
import { reliability } from "./reliability.js";
import type { Page } from "./section.js";
import { thresholds } from "./thresholds.js";
import { type Timing, timing } from "./timing.js";
import { type Source, title } from "./title.js";

/** Everything a report is made of. */
export interface Findings {
  readonly source: Source;
  readonly data: Dataset;
  readonly evaluation: Evaluation;
  readonly time: Timing;
}

/** The report as text. */
export function report({ source, data, evaluation, time }: Findings, page: Page): string {
  const weighted = data.weights !== undefined;
  const float32 = data.predictions instanceof Float32Array;
  const sections = [
    title(source, data, evaluation.total, page),
    figures(evaluation, weighted, page),
    classes(evaluation, page),
    ...(evaluation.task === "binary"
      ? [thresholds(evaluation, float32, page), confusionAtThresholds(evaluation, page)]
      : [confusion(evaluation, page)]),
    reliability(evaluation, weighted, page),
    timing(data.rows, time, page),
    noteSection(notes(data, evaluation), page),
  ];
  return `\n${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n\n`;
}
