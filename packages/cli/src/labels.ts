import type { ClassLabel, ClassOrder } from "./dataset.js";
import { Failure, listOf, type Place, quote } from "./failure.js";
import { nearest } from "./nearest.js";
import { looksNumeric, parseWhole } from "./numbers.js";

/** What the user says about the labels. */
export interface LabelRequest {
  /** Probability columns, one per class in class order; a single one is the score of the positive class. */
  readonly predictions: readonly string[];
  readonly classNames?: readonly string[];
  /** The positive label, for a single score. */
  readonly positive?: string;
}

/** Which label is which class. */
export interface Classes {
  readonly classes: readonly ClassLabel[];
  readonly order: ClassOrder;
}

type Kind = "number" | "word";

/** What is decided by the first label: its kind, and where possible all the labels there can be. */
interface Scheme {
  readonly kind: Kind;
  /** Data row of the first label. */
  readonly firstRow: number;
  /** The keys allowed, in class order. Absent: any, up to the number of classes. */
  readonly known: readonly string[] | undefined;
  readonly order: ClassOrder;
}

/**
 * The encoder of the target column, for a request that was checked. Labels come one by one and get a provisional code in order of appearance; `finish`
 * says which class each code is. Nothing is guessed: a label that does not fit what was said is an error at its row.
 */
export class LabelReader {
  readonly #request: LabelRequest;
  readonly #column: string;
  readonly #codes: Map<string, number> = new Map<string, number>();
  /** Keys by code: whole numbers without signs and zeros that do not matter, words as they are. */
  readonly #found: string[] = [];
  #scheme: Scheme | undefined;

  constructor(request: LabelRequest, column: string) {
    this.#request = request;
    this.#column = column;
  }

  /** The provisional code of a label, or undefined if it was not met yet: then `learn` it. */
  code(text: string): number | undefined {
    return this.#codes.get(text);
  }

  /** Takes in a spelling that was not met before. */
  learn(text: string, row: number, line: number): number {
    const place = { row, line, column: this.#column };
    const kind = looksNumeric(text) ? "number" : "word";
    this.#scheme ??= { kind, firstRow: row, ...decide(kind, text, this.#request) };
    const scheme = this.#scheme;
    if (kind !== scheme.kind) {
      throw new Failure(
        `${quote(text)} is a ${kind}, but ${quote(this.#found[0] ?? "")} in row ${scheme.firstRow} is a ${scheme.kind}; labels are all numbers or all words`,
        place,
      );
    }
    const key = keyOf(kind, text);
    if (key === undefined)
      throw new Failure(`${quote(text)} is not a whole number; labels are class numbers or words`, place);
    let code = this.#found.indexOf(key);
    if (code < 0) {
      this.#check(key, scheme, place);
      code = this.#found.push(key) - 1;
    }
    this.#codes.set(text, code);
    return code;
  }

  /** Names the classes, and turns provisional codes into class indices, in place. */
  finish(codes: Int32Array): Classes {
    const scheme = this.#scheme;
    if (scheme === undefined) throw new Failure("no labels");
    const keys = this.#found;
    const ordered =
      this.#request.predictions.length === 1
        ? binaryOrder(keys, scheme, this.#request)
        : multiclassOrder(keys, scheme, this.#request);
    const indexOf = Int32Array.from(keys, (key) => ordered.keys.indexOf(key));
    for (let i = 0; i < codes.length; i++) codes[i] = indexOf[codes[i] ?? 0] ?? 0;
    return { classes: ordered.classes, order: ordered.order };
  }

  #check(key: string, scheme: Scheme, place: Place): void {
    const { predictions, positive, classNames } = this.#request;
    const { known } = scheme;
    if (known?.includes(key)) return;
    const label = scheme.kind === "number" ? key : quote(key);
    if (known !== undefined) throw new Failure(unknownLabel(label, key, known, this.#request, scheme), place);
    const others = this.#found;
    if (predictions.length === 1) {
      if (others.length === 2) {
        throw new Failure(`label ${label} is a third one, after ${listOf(others)}; --score is for two classes`, place);
      }
      if (positive === undefined && others.length === 1) throw new Failure(whichIsPositive([...others, key]));
      return;
    }
    if (classNames === undefined && predictions.includes(key)) {
      throw new Failure(
        `label ${label} is the name of a probability column, but ${quote(others[0] ?? "")} in row ${scheme.firstRow} is not; say which class is which column with --class-names`,
        place,
      );
    }
    if (others.length === predictions.length) {
      throw new Failure(
        `label ${label} is one more than the ${predictions.length} probability columns; met before: ${listOf(others)}`,
        place,
      );
    }
  }
}

/** Checks what the user says for consistency, before any row is read. */
export function checkLabelRequest({ predictions, classNames, positive }: LabelRequest): void {
  const binary = predictions.length === 1;
  if (classNames !== undefined) {
    const wanted = binary ? 2 : predictions.length;
    if (classNames.length !== wanted) {
      const columns = binary ? "two classes" : `${wanted} probability columns`;
      throw new Failure(
        `--class-names has ${classNames.length} name${classNames.length === 1 ? "" : "s"} for ${columns}`,
      );
    }
    const twice = classNames.find((name, i) => classNames.indexOf(name) !== i);
    if (twice !== undefined) throw new Failure(`--class-names has ${quote(twice)} twice`);
    const numeric = classNames.filter(looksNumeric);
    if (numeric.length > 0 && numerals(classNames) === undefined) {
      throw new Failure(
        `--class-names must be different whole numbers or all words; ${quote(numeric[0] ?? "")} does not fit`,
      );
    }
  }
  if (positive !== undefined && !binary)
    throw new Failure("--positive belongs to --score; with --probabilities every class has its column");
}

/** What the first label decides. */
function decide(kind: Kind, text: string, request: LabelRequest): Pick<Scheme, "known" | "order"> {
  const { predictions, classNames, positive } = request;
  const namesAsNumbers = classNames && numerals(classNames);
  if (kind === "word" && namesAsNumbers)
    throw new Failure(`--class-names are numbers, but the labels are words such as ${quote(text)}`);
  if (predictions.length === 1) {
    if (kind === "word") return { known: classNames, order: "positive" };
    if (positive === undefined) {
      if (namesAsNumbers && namesAsNumbers.join() !== "0,1") throw new Failure(whichIsPositive(namesAsNumbers));
      return { known: ["0", "1"], order: "index" };
    }
    return { known: namesAsNumbers ?? (classNames && ["0", "1"]), order: "positive" };
  }
  if (kind === "word") {
    if (classNames) return { known: classNames, order: "classNames" };
    if (predictions.includes(text)) return { known: predictions, order: "columns" };
    return { known: undefined, order: "sorted" };
  }
  const indices = predictions.map((_, i) => String(i));
  const columnsAsNumbers = numerals(predictions);
  const known = namesAsNumbers ?? columnsAsNumbers ?? indices;
  const order = known.join() === indices.join() ? "index" : namesAsNumbers ? "classNames" : "columns";
  return { known, order };
}

/** Classes of several probability columns. */
function multiclassOrder(
  found: readonly string[],
  scheme: Scheme,
  request: LabelRequest,
): Classes & { keys: readonly string[] } {
  const { predictions, classNames } = request;
  const keys = scheme.known ?? [...found].sort();
  if (scheme.known === undefined) {
    if (keys.length < predictions.length) {
      throw new Failure(
        `${keys.length} different label${keys.length === 1 ? "" : "s"} (${listOf(keys)}) for ${predictions.length} probability columns; say which class is which column with --class-names`,
      );
    }
    checkSorted(keys, predictions);
  }
  return { keys, order: scheme.order, classes: keys.map((key, i) => ({ name: classNames?.[i] ?? key, label: key })) };
}

/** Sorted labels are paired with columns by position; a column named after another class says that this is wrong. */
function checkSorted(keys: readonly string[], columns: readonly string[]): void {
  const namedAfter = (column: string, key: string): boolean => column.endsWith(key) || column.startsWith(key);
  columns.forEach((column, i) => {
    const own = keys[i] ?? "";
    const other = keys.find((key) => namedAfter(column, key));
    if (other !== undefined && !namedAfter(column, own)) {
      throw new Failure(
        `labels sorted by code unit are ${listOf(keys)}, which makes column ${quote(column)} class ${quote(own)}, not ${quote(other)}; say which class is which column with --class-names`,
      );
    }
  });
}

/** Classes of a single score: negative, positive. */
function binaryOrder(
  found: readonly string[],
  scheme: Scheme,
  request: LabelRequest,
): Classes & { keys: readonly string[] } {
  const { classNames, positive } = request;
  const named = scheme.kind === "number" && classNames !== undefined && numerals(classNames) === undefined;
  const nameOf = (key: string): string => (named ? (classNames[Number(key)] ?? key) : key);
  const positiveKey = scheme.order === "index" ? "1" : positiveOf(found, scheme, request, named);
  const implied = positiveKey === "0" || positiveKey === "1" ? ["0", "1"] : [];
  const all = scheme.known ?? (found.every((key) => implied.includes(key)) ? implied : found);
  if (!all.includes(positiveKey)) {
    const near = nearest(positive ?? "", all);
    const hint = near === undefined ? `the labels are ${listOf(all)}` : `did you mean ${quote(near)}?`;
    throw new Failure(`--positive: no label is ${quote(positive ?? "")}; ${hint}`);
  }
  const negativeKey = all.find((key) => key !== positiveKey);
  return {
    keys: [negativeKey ?? "", positiveKey],
    order: scheme.order,
    classes: [
      negativeKey === undefined
        ? { name: `not ${nameOf(positiveKey)}` }
        : { name: nameOf(negativeKey), label: negativeKey },
      { name: nameOf(positiveKey), label: positiveKey },
    ],
  };
}

/** The key that `--positive` names. */
function positiveOf(
  found: readonly string[],
  scheme: Scheme,
  { positive, classNames }: LabelRequest,
  named: boolean,
): string {
  if (positive === undefined) throw new Failure(whichIsPositive(scheme.known ?? found));
  if (scheme.kind === "word") return positive;
  if (named && classNames?.includes(positive)) return String(classNames.indexOf(positive));
  const value = parseWhole(positive);
  if (value === undefined) throw new Failure(`--positive ${quote(positive)}: the labels are numbers, ${listOf(found)}`);
  return String(value);
}

function whichIsPositive(keys: readonly string[]): string {
  return `say which label is positive: ${keys.map((key) => `--positive ${/^[\w-]+$/.test(key) ? key : quote(key)}`).join(" or ")}`;
}

function unknownLabel(
  label: string,
  key: string,
  known: readonly string[],
  request: LabelRequest,
  scheme: Scheme,
): string {
  const { predictions, classNames } = request;
  if (predictions.length === 1 && scheme.order === "index") {
    return `label ${label} is neither 0 nor 1; if there are two other labels, name the positive one with --positive`;
  }
  if (scheme.order === "index") {
    return `label ${label} has no column; the ${predictions.length} probability columns are classes 0 to ${predictions.length - 1}`;
  }
  const near = scheme.kind === "word" ? nearest(key, known) : undefined;
  const among = classNames === undefined ? "probability columns" : "class names";
  return `label ${label} is not among the ${among}${near === undefined ? ` (${listOf(known)})` : `; did you mean ${quote(near)}?`}`;
}

function keyOf(kind: Kind, text: string): string | undefined {
  if (kind === "word") return text;
  const value = parseWhole(text);
  return value === undefined ? undefined : String(value);
}

/** The names as whole numbers, if all of them are and differ. */
function numerals(names: readonly string[]): string[] | undefined {
  const values = names.map(parseWhole).filter((value) => value !== undefined);
  return values.length === names.length && new Set(values).size === names.length ? values.map(String) : undefined;
}
