import { isAssayError } from "@assay/contract";
import type { Dataset } from "./dataset.js";

/** Where in the user's file something is. */
export interface Place {
  /** Data row, counted from 1; the header is none. */
  readonly row?: number;
  /** Line of the file, counted from 1. */
  readonly line?: number;
  readonly column?: string;
}

/** Something that the user can put right. Its message is one line that says where and what. */
export class Failure extends Error {
  override readonly name: string = "Failure";
  constructor(what: string, place: Place = {}) {
    const where = [
      ...(place.row === undefined ? [] : [`row ${place.row}`]),
      ...(place.line === undefined ? [] : [place.row === undefined ? `line ${place.line}` : `(line ${place.line})`]),
    ].join(" ");
    const parts = [...(where ? [where] : []), ...(place.column === undefined ? [] : [`column ${quote(place.column)}`])];
    super(parts.length > 0 ? `${parts.join(", ")}: ${what}` : what);
  }
}

/** Text of the user in quotation marks: control characters escaped, long text cut. */
export function quote(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return JSON.stringify(cut).replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `"a", "b" and 7 more`. */
export function listOf(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).map(quote);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  const last = shown.pop() ?? "none";
  return shown.length > 0 ? `${shown.join(", ")} and ${last}` : last;
}

const predictionArguments = new Set(["probabilities", "scores", "predicted", "predictions"]);
const targetArguments = new Set(["labels", "targets"]);

/** An error of the library about an argument, told as one about the file that the argument came from. */
export function explain(error: unknown, data: Dataset): unknown {
  if (!isAssayError(error)) return error;
  if (error.index === undefined) return new Failure(error.message);
  const width = data.columns.predictions.length;
  const isPrediction = predictionArguments.has(error.argument);
  const index = isPrediction ? Math.floor(error.index / width) : error.index;
  const column = isPrediction
    ? data.columns.predictions[error.index % width]
    : targetArguments.has(error.argument)
      ? data.columns.target
      : error.argument === "sampleWeight"
        ? data.columns.weight
        : undefined;
  if (column === undefined || index >= data.rows) return new Failure(error.message);
  const value = typeof error.value === "number" ? String(error.value) : quote(String(error.value));
  const what: Partial<Record<typeof error.code, string>> = {
    nan: "NaN where a number is needed",
    range: `${value} is outside the range allowed here`,
    label: `${value} is not one of the classes`,
  };
  return new Failure(what[error.code] ?? error.message, {
    row: index + 1,
    line: data.lines.of(index),
    column,
  });
}
