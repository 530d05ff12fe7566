import { InvalidArgumentError } from "commander";
import { parse } from "csv-parse/sync";
import { Failure } from "./failure.js";
import { checkLabelRequest } from "./labels.js";
import type { ReadRequest } from "./read.js";

/** The options of `assay evaluate`. */
export interface Options {
  readonly target: string;
  readonly score?: string;
  readonly probabilities?: string[];
  readonly weight?: string;
  readonly positive?: string;
  readonly classNames?: string[];
  readonly name?: string;
  readonly bins?: number;
  readonly delimiter: string;
  readonly float32?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** What to read, by the options; they must make sense together. */
export function requestOf(options: Options): ReadRequest {
  const { target, score, probabilities, weight, classNames, positive } = options;
  if (score !== undefined && probabilities !== undefined) {
    throw new Failure("--score is for two classes, --probabilities for several: give one of them");
  }
  if (probabilities?.length === 1) {
    throw new Failure(
      "--probabilities needs a column for every class; for the probability of a positive class use --score",
    );
  }
  const predictions = probabilities ?? (score === undefined ? undefined : [score]);
  if (predictions === undefined)
    throw new Failure("where are the predictions? Give --score COLUMN or --probabilities A,B,C");
  const labels = {
    ...(classNames === undefined ? {} : { classNames }),
    ...(positive === undefined ? {} : { positive }),
  };
  checkLabelRequest({ predictions, ...labels });
  return {
    columns: { target, predictions, ...(weight === undefined ? {} : { weight }) },
    delimiter: options.delimiter,
    ...labels,
    float32: options.float32 === true,
  };
}

/** `a,b,c`, where quotation marks hold a comma as in CSV. */
export function list(text: string): string[] {
  let names: string[] | undefined;
  try {
    names = (parse(text, { trim: true, relax_column_count: true }) as string[][])[0];
  } catch {
    throw new InvalidArgumentError("It is not a list a,b,c.");
  }
  if (names === undefined || names.includes("")) throw new InvalidArgumentError("A name is empty.");
  return names;
}

/** A number of bins. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1000)
    throw new InvalidArgumentError("It must be a whole number from 1 to 1000.");
  return value;
}

/** What separates cells. */
export function delimiter(text: string): string {
  if (text === "tab" || text === "\\t") return "\t";
  if (text === "" || /["\r\n]/.test(text)) throw new InvalidArgumentError("It cannot separate cells.");
  return text;
}
