import { Failure, listOf, quote } from "./failure.js";
import { nearest } from "./nearest.js";

/** Which columns of the file mean what, by the user's word. */
export interface ColumnNames {
  readonly target: string;
  /** One column: the probability of the positive class. Several: one per class, in class order. */
  readonly predictions: readonly string[];
  readonly weight?: string;
}

/** The same, as positions in a record. */
export interface ColumnPositions {
  readonly target: number;
  readonly predictions: readonly number[];
  readonly weight: number | undefined;
}

/** Finds the columns in the header. */
export function locate(names: ColumnNames, header: readonly string[], delimiter: string): ColumnPositions {
  const find = (name: string): number => {
    const at = header.indexOf(name);
    if (at < 0) throw new Failure(missing(name, header, delimiter));
    const again = header.indexOf(name, at + 1);
    if (again >= 0)
      throw new Failure(`two columns are called ${quote(name)}, the ${nth(at + 1)} and the ${nth(again + 1)}`);
    return at;
  };
  const wanted = [names.target, ...names.predictions, ...(names.weight === undefined ? [] : [names.weight])];
  const twice = wanted.find((name, i) => wanted.indexOf(name) !== i);
  if (twice !== undefined) throw new Failure(`column ${quote(twice)} is asked for twice`);
  return {
    target: find(names.target),
    predictions: names.predictions.map(find),
    weight: names.weight === undefined ? undefined : find(names.weight),
  };
}

function missing(name: string, header: readonly string[], delimiter: string): string {
  const only = header.length === 1 ? header[0] : undefined;
  const other = only === undefined ? undefined : [";", "\t", "|", ","].find((d) => d !== delimiter && only.includes(d));
  if (other !== undefined) {
    return `no column ${quote(name)}: the header is one column, ${quote(only ?? "")}; try --delimiter ${other === "\t" ? "tab" : `"${other}"`}`;
  }
  const near = nearest(name, header);
  if (near !== undefined) return `no column ${quote(name)}; did you mean ${quote(near)}?`;
  return `no column ${quote(name)}; the file has ${listOf(header)}`;
}

function nth(n: number): string {
  const tens = n % 100;
  const ending = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}
