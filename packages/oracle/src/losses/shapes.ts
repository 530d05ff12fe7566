/**
 * The shapes that losses share: a matrix with a target for each element, and rows of classes with one label each.
 *
 * @module
 */
import { defaults } from "@assay/contract";
import { count, type Elements, labels, number, optionalWhole } from "../input.js";
import type { Arrays } from "./loss.js";

type Shape = Omit<Arrays, "config" | "predictions">;

/** A row-major matrix of `numLabels` columns with a target for each element. */
export function elements(numLabels: unknown, targets: (argument: string, given: unknown) => Elements): Shape {
  const columns = numLabelsOf(numLabels);
  return {
    columns,
    columnsOption: "numLabels",
    targetColumns: columns,
    targets: (given) => targets("targets", given),
  };
}

/** A vector with a target for each element. */
export function vector(targets: (argument: string, given: unknown) => Elements): Shape {
  return { columns: 1, columnsOption: "", targetColumns: 1, targets: (given) => targets("targets", given) };
}

/** Rows of `numClasses` columns with one label each. */
export interface Labelled extends Shape {
  readonly numClasses: number;
  readonly ignoreIndex: number | undefined;
}

export function labelled(options: { numClasses?: unknown; ignoreIndex?: unknown }, least = 1): Labelled {
  const numClasses = count("numClasses", options.numClasses, least);
  const ignoreIndex = optionalWhole("ignoreIndex", options.ignoreIndex);
  return {
    numClasses,
    ignoreIndex,
    columns: numClasses,
    columnsOption: "numClasses",
    targetColumns: 1,
    targets: (given) => labels("targets", given, numClasses, ignoreIndex),
  };
}

// ----------------------------------------------------------------------------------------------------- option values

/** What was given, or what stands for an option that was not. */
function settled(given: unknown, otherwise: number | undefined): unknown {
  return given === undefined ? otherwise : given;
}

export function numLabelsOf(given: unknown): number {
  return count("numLabels", settled(given, defaults.numLabels), 1);
}

export function atLeastZero(name: string, given: unknown, otherwise?: number): number {
  return number(name, settled(given, otherwise), (value) => value >= 0 && value < Infinity, "a finite number ≥ 0");
}

export function aboveZero(name: string, given: unknown, otherwise?: number): number {
  return number(name, settled(given, otherwise), (value) => value > 0 && value < Infinity, "a finite number above 0");
}

export function share(name: string, given: unknown, otherwise?: number): number {
  return number(name, settled(given, otherwise), (value) => value >= 0 && value <= 1, "in [0, 1]");
}

export function finite(name: string, given: unknown, otherwise?: number): number {
  return number(name, settled(given, otherwise), Number.isFinite, "finite");
}

/** One of two exponents. */
export function oneOrTwo(name: string, given: unknown, otherwise: number): number {
  return number(name, settled(given, otherwise), (value) => value === 1 || value === 2, "1 or 2");
}
