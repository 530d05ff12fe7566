import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, type InfoRecord, parse } from "csv-parse";
import { type ColumnNames, type ColumnPositions, locate } from "./columns.js";
import type { Dataset, RowSums } from "./dataset.js";
import { Failure, type Place, quote } from "./failure.js";
import { type Classes, LabelReader } from "./labels.js";
import { LineCounter, LineNumbers, type ParserCounts } from "./lines.js";
import { Growing, growingFloats, looksNumeric, parseDecimal } from "./numbers.js";

/** What to read, and how. */
export interface ReadRequest {
  readonly columns: ColumnNames;
  readonly delimiter: string;
  readonly classNames?: readonly string[];
  readonly positive?: string;
  /** Round probabilities to float32. */
  readonly float32: boolean;
}

/** How far the probabilities of a row may be from summing to 1 before it is remarked upon. */
const sumTolerance = 0.01;

/** Is told now and then how many bytes were read. */
export type OnRead = (bytes: number) => void;

/** Reads the CSV file at `path`. */
export async function readFile(path: string, request: ReadRequest, onRead?: OnRead): Promise<Dataset> {
  try {
    return await readCsv(createReadStream(path, { highWaterMark: 1 << 18 }), request, onRead);
  } catch (error) {
    throw fromSystem(error);
  }
}

/** Reads a CSV stream with a header into typed arrays. Blank lines are skipped; blanks around cells do not count. */
export async function readCsv(source: Readable, request: ReadRequest, onRead?: OnRead): Promise<Dataset> {
  const rows = new RowReader(request);
  const parser = parse({
    bom: true,
    delimiter: request.delimiter,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    on_record: (record: string[], info: InfoRecord) => {
      rows.read(record, info);
      if (info.records % 1024 === 0) onRead?.(info.bytes);
      return null;
    },
  });
  try {
    await pipeline(source, parser, async (records) => {
      for await (const _ of records);
    });
  } catch (error) {
    throw fromParser(error, rows);
  }
  return rows.finish(parser.info.bytes);
}

/** Takes records in turn; the first is the header. */
class RowReader {
  readonly #request: ReadRequest;
  readonly #labels: LabelReader;
  readonly #targets: Growing<Int32Array<ArrayBuffer>> = new Growing((length) => new Int32Array(length));
  readonly #predictions: ReturnType<typeof growingFloats>;
  readonly #weights: Growing<Float64Array<ArrayBuffer>> = new Growing((length) => new Float64Array(length));
  readonly #lines: LineNumbers = new LineNumbers();
  readonly #lineOfNext: LineCounter = new LineCounter();
  #width = 0;
  #positions: ColumnPositions | undefined;
  #totalWeight = 0;
  #sums: RowSums = { tolerance: sumTolerance, rows: 0, farthest: 0, sum: 1 };

  constructor(request: ReadRequest) {
    const { columns, classNames, positive } = request;
    this.#request = request;
    this.#labels = new LabelReader(
      {
        predictions: columns.predictions,
        ...(classNames === undefined ? {} : { classNames }),
        ...(positive === undefined ? {} : { positive }),
      },
      columns.target,
    );
    this.#predictions = growingFloats(request.float32);
  }

  /** Takes a record. */
  read(record: readonly string[], info: ParserCounts): void {
    const line = this.#lineOfNext.take(record, info);
    if (this.#positions === undefined) {
      this.#width = record.length;
      this.#positions = locate(this.#request.columns, record, this.#request.delimiter);
      return;
    }
    const row = this.#targets.length;
    this.#lines.add(row, line);
    if (record.length !== this.#width) {
      const cells = `${record.length} cell${record.length === 1 ? "" : "s"}`;
      throw new Failure(`${cells} where the header has ${this.#width}`, { row: row + 1, line });
    }
    this.#readProbabilities(record, this.#positions.predictions, row, line);
    this.#readWeight(record, this.#positions.weight, row, line);
    const text = record[this.#positions.target] ?? "";
    if (text === "") throw new Failure("empty cell", { row: row + 1, line, column: this.#request.columns.target });
    this.#targets.push(this.#labels.code(text) ?? this.#labels.learn(text, row + 1, line));
  }

  #readProbabilities(record: readonly string[], positions: readonly number[], row: number, line: number): void {
    let sum = 0;
    for (let i = 0; i < positions.length; i++) {
      const text = record[positions[i] ?? 0] ?? "";
      const value = parseDecimal(text);
      if (value === undefined || !(value >= 0 && value <= 1)) {
        const column = this.#request.columns.predictions[i] ?? "";
        const what = value === undefined ? unreadable(text) : `${text} is not a probability, which is 0 to 1`;
        throw new Failure(what, { row: row + 1, line, column });
      }
      this.#predictions.push(value);
      sum += value;
    }
    const off = Math.abs(sum - 1);
    if (positions.length === 1 || off <= sumTolerance) return;
    const sums = this.#sums;
    const farther = off > Math.abs(sums.sum - 1);
    this.#sums = {
      tolerance: sumTolerance,
      rows: sums.rows + 1,
      farthest: farther ? row + 1 : sums.farthest,
      sum: farther ? sum : sums.sum,
    };
  }

  #readWeight(record: readonly string[], position: number | undefined, row: number, line: number): void {
    if (position === undefined) return;
    const text = record[position] ?? "";
    const value = parseDecimal(text);
    if (value === undefined || !(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      const column = this.#request.columns.weight ?? "";
      throw new Failure(value === undefined ? unreadable(text) : `${text} is not a weight, which is 0 or more`, {
        row: row + 1,
        line,
        column,
      });
    }
    this.#weights.push(value);
    this.#totalWeight += value;
  }

  /** Where the record begins that was not taken yet, after so many blank lines in all. */
  placeOfNext(blankLines: number): Place {
    const line = this.#lineOfNext.peek(blankLines);
    return this.#positions === undefined ? { line } : { row: this.#targets.length + 1, line };
  }

  finish(bytes: number): Dataset {
    const { columns } = this.#request;
    if (this.#positions === undefined) throw new Failure("the file is empty");
    const targets = this.#targets.finish();
    if (targets.length === 0) throw new Failure("the file has a header, but no rows");
    if (columns.weight !== undefined && this.#totalWeight === 0) {
      throw new Failure("every weight is 0", { column: columns.weight });
    }
    const { classes, order }: Classes = this.#labels.finish(targets);
    return {
      rows: targets.length,
      targets,
      predictions: this.#predictions.finish(),
      ...(columns.weight === undefined ? {} : { weights: this.#weights.finish() }),
      classes,
      classOrder: order,
      columns,
      lines: this.#lines,
      bytes,
      ...(this.#sums.rows === 0 ? {} : { rowSums: this.#sums }),
    };
  }
}

function unreadable(text: string): string {
  if (text === "") return "empty cell";
  return looksNumeric(text) ? `${quote(text)} where a finite number is needed` : `${quote(text)} is not a number`;
}

/** What csv-parse found wrong, in a line. */
function fromParser(error: unknown, rows: RowReader): unknown {
  if (!(error instanceof CsvError)) return error;
  const blank: unknown = error.empty_lines;
  const place = rows.placeOfNext(typeof blank === "number" ? blank : 0);
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return new Failure("a cell opens with a quotation mark that is never closed", place);
    case "CSV_INVALID_CLOSING_QUOTE":
      return new Failure("text after a closing quotation mark; within quoted cells write them twice", place);
    case "INVALID_OPENING_QUOTE":
      return new Failure("a quotation mark within a cell that is not quoted", place);
    default:
      return new Failure(error.message.replaceAll(/\s+/g, " "), place);
  }
}

/** What the file system says, in a line. */
function fromSystem(error: unknown): unknown {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new Failure("no such file");
    case "EISDIR":
      return new Failure("is a directory, not a file");
    case "EACCES":
    case "EPERM":
      return new Failure("not allowed to read it");
    default:
      return error instanceof Error && "syscall" in error ? new Failure(error.message) : error;
  }
}
