/**
 * Reads golden tables: cases and their inputs, as README.md beside this file describes them.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** One reference value. */
export interface Case {
  readonly id: string;
  readonly metric: string;
  readonly task: string;
  /** Only for gradients: the input that the gradient is taken for. */
  readonly wrt?: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
  readonly tolerance: Tolerance;
}

/** A value v passes if |v − e| ≤ atol + rtol·|e|. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** Where an input comes from. */
export interface InputSpec {
  readonly dtype: "float32" | "float64" | "int32";
  readonly values?: unknown;
  readonly file?: string;
  readonly column?: string;
  readonly columns?: readonly string[];
  readonly rows?: readonly [number, number];
  readonly argmax?: boolean;
  readonly threshold?: number;
}

/** An input: a vector, or a row-major matrix where `columns` is given. */
export interface Input {
  readonly values: Float32Array | Float64Array | Int32Array;
  readonly columns: number | undefined;
}

/** A case with the folder that its files are relative to. */
export interface Located {
  readonly folder: string;
  readonly case: Case;
}

/** All cases of the JSON files in a folder. */
export function readCases(folder: string): Located[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  if (files.length === 0) throw new Error(`${folder} holds no golden tables: no *.json`);
  const cases = files.sort().flatMap((name) => {
    const path = join(folder, name);
    const table = JSON.parse(readFileSync(path, "utf8")) as { schema?: unknown; cases?: unknown };
    if (table.schema !== 1 || !Array.isArray(table.cases)) throw new Error(`${path} is no golden table of schema 1`);
    return (table.cases as Case[]).map((one) => ({ folder: dirname(path), case: one }));
  });
  const ids = new Set<string>();
  for (const { case: one } of cases) {
    if (ids.has(one.id)) throw new Error(`the id ${one.id} occurs twice`);
    ids.add(one.id);
  }
  return cases;
}

/** "NaN", "Infinity" and "-Infinity" stand for those numbers. */
export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
  }
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  return value;
}

/** An input with its numbers, in the type that it says. */
export function readInput(spec: InputSpec, folder: string): Input {
  const typed = cut(toType(numbersOf(spec, folder), spec.dtype), spec.rows);
  if (spec.argmax) {
    if (typed.columns === undefined) throw new Error("argmax needs a matrix");
    const { values, columns } = typed;
    const rows = Array.from({ length: values.length / columns }, (_, i) =>
      values.subarray(i * columns, (i + 1) * columns),
    );
    return { values: Int32Array.from(rows, firstLargest), columns: undefined };
  }
  const { threshold } = spec;
  if (threshold === undefined) return typed;
  return { values: Int32Array.from(typed.values, (value) => Number(value >= threshold)), columns: typed.columns };
}

function firstLargest(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i]! > row[best]!) best = i;
  return best;
}

interface Numbers {
  readonly values: Float64Array;
  readonly columns: number | undefined;
}

function numbersOf(spec: InputSpec, folder: string): Numbers {
  if (spec.values !== undefined) return inline(decode(spec.values));
  if (spec.file === undefined) throw new Error("an input needs values or a file");
  const table = readCsv(resolve(folder, spec.file));
  if (spec.column !== undefined) return { values: table.column(spec.column), columns: undefined };
  const columns = (spec.columns ?? []).map((name) => table.column(name));
  const rows = columns[0]?.length ?? 0;
  const values = Float64Array.from({ length: rows * columns.length }, (_, i) => {
    return columns[i % columns.length]![Math.floor(i / columns.length)]!;
  });
  return { values, columns: columns.length };
}

/** A number, an array, or an array of rows. */
function inline(values: unknown): Numbers {
  const list = Array.isArray(values) ? values : [values];
  const flat = (items: readonly unknown[]): Float64Array =>
    Float64Array.from(items, (item) => {
      if (typeof item !== "number") throw new Error(`an input holds ${JSON.stringify(item)}, which is no number`);
      return item;
    });
  if (!Array.isArray(list[0])) return { values: flat(list), columns: undefined };
  const columns = list[0].length;
  if (list.some((row) => !Array.isArray(row) || row.length !== columns)) throw new Error("rows differ in length");
  return { values: flat(list.flat()), columns };
}

function toType({ values, columns }: Numbers, dtype: InputSpec["dtype"]): Input {
  switch (dtype) {
    case "float32":
      return { values: Float32Array.from(values), columns };
    case "float64":
      return { values, columns };
    case "int32": {
      const whole = Int32Array.from(values);
      if (whole.some((value, i) => value !== values[i])) throw new Error("an int32 input holds other numbers");
      return { values: whole, columns };
    }
    default:
      throw new Error(`the dtype ${String(dtype)} is unknown`);
  }
}

function cut(input: Input, rows: readonly [number, number] | undefined): Input {
  if (rows === undefined) return input;
  const columns = input.columns ?? 1;
  return { values: input.values.slice(rows[0] * columns, rows[1] * columns), columns: input.columns };
}

/** A CSV file of numbers with a header. */
interface Csv {
  column(name: string): Float64Array;
}

const csvs = new Map<string, Csv>();

function readCsv(path: string): Csv {
  const known = csvs.get(path);
  if (known) return known;
  const [header, ...rows] = readFileSync(path, "utf8")
    .replace(/^\uFEFF/, "")
    .trimEnd()
    .split(/\r?\n/)
    .map(cells);
  const columns = new Map<string, Float64Array>();
  const csv: Csv = {
    column(name) {
      let column = columns.get(name);
      if (!column) {
        const place = header?.indexOf(name) ?? -1;
        if (place < 0) throw new Error(`${path} has no column ${name}`);
        column = Float64Array.from(rows, (row) => parse(row[place] ?? "", `${path}, column ${name}`));
        columns.set(name, column);
      }
      return column;
    },
  };
  csvs.set(path, csv);
  return csv;
}

function cells(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, bare]) =>
    quoted === undefined ? (bare ?? "") : quoted.replaceAll('""', '"'),
  );
}

function parse(text: string, where: string): number {
  const word = text.trim();
  if (/^nan$/i.test(word)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(word);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const number = Number(word);
  if (word === "" || Number.isNaN(number)) throw new Error(`${where}: "${text}" is no number`);
  return number;
}
