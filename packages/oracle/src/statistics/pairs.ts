import type { AnyLabels, PairedOptions } from "@assay/contract";
import { type Classes, classesOf, IGNORED, labelIndices } from "../confusion/classes.js";
import { checkLength, checkNotEmpty, nothingLeft, optionalWhole, typeError } from "../input.js";
import { areStrings, occurring } from "../labels.js";

export const PAIRED_OPTIONS: readonly string[] = [
  "numClasses",
  "classes",
  "positiveClass",
  "classNames",
  "ignoreIndex",
];

/** What two models say of a row, and what is true. */
interface Pair {
  readonly first: number;
  readonly second: number;
  readonly target: number;
}

/** The rows that count, with labels as indices of classes. */
export function pairs(
  predictedA: AnyLabels,
  predictedB: AnyLabels,
  targets: AnyLabels,
  options: PairedOptions,
): { readonly rows: readonly Pair[]; readonly classes: Classes } {
  const given = [
    { argument: "targets", labels: targets },
    { argument: "predictedA", labels: predictedA },
    { argument: "predictedB", labels: predictedB },
  ];
  const areNamed = options.classes === undefined && areStrings(targets);
  if (areNamed && options.numClasses !== undefined) {
    throw typeError("option", "classes", "classes is missing: it says which strings the classes are, and their order");
  }
  const classes = classesOf(options, areNamed ? occurring(given) : undefined);
  const ignoreIndex = optionalWhole("ignoreIndex", options.ignoreIndex);
  const t = labelIndices("targets", targets, classes, ignoreIndex);
  const [a, b] = given.slice(1).map(({ argument, labels }) => labelIndices(argument, labels, classes));
  checkLength("predictedA", a!, t.length, "one per target");
  checkLength("predictedB", b!, t.length, "one per target");
  checkNotEmpty("targets", t);
  const rows = Array.from(t, (target, i) => ({ target, first: a![i]!, second: b![i]! }));
  const kept = rows.filter(({ target }) => target !== IGNORED);
  if (kept.length === 0) throw nothingLeft("targets", "each is ignoreIndex");
  return { rows: kept, classes };
}
