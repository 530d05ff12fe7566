import type { Dataset } from "../dataset.js";
import { bytes, count, plural } from "./format.js";
import { margin, type Page, roomOf } from "./section.js";
import { cut, printable } from "./text.js";

export interface Source {
  /** What the user calls the data. */
  readonly name: string;
  readonly file: string;
}

/** The data's name and size, and what was read. */
export function title(source: Source, data: Dataset, total: number, page: Page): string[] {
  const { classes, columns } = data;
  const room = roomOf(page);
  const scores = columns.predictions;
  const size = [
    plural(data.rows, "row"),
    ...(data.weights === undefined ? [] : [`summed weight ${count(total)}`]),
    `${classes.length} classes`,
  ].join(" · ");
  const read = [
    `${source.file}, ${bytes(data.bytes)}`,
    `target ${columns.target}`,
    scores.length === 1 ? `score ${scores[0]}` : `probabilities ${scores[0]} … ${scores.at(-1)}`,
    ...(data.predictions instanceof Float32Array ? ["rounded to float32"] : []),
    ...(columns.weight === undefined ? [] : [`weight ${columns.weight}`]),
  ].join(" · ");
  return [
    margin + page.style.title(cut(printable(source.name), room)),
    margin + cut(printable(size), room),
    margin + page.style.faint(cut(printable(read), room)),
  ];
}
