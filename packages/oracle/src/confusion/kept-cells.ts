import type { ConfusionOptions } from "@assay/contract";
import { rangeError } from "../input.js";

/** Of which cells the rows are kept. */
export function keptCells(
  keepRows: ConfusionOptions["keepRows"],
  numClasses: number,
): (target: number, predicted: number) => boolean {
  if (keepRows === undefined) return () => false;
  if (keepRows === "all") return () => true;
  if (keepRows === "errors") return (target, predicted) => target !== predicted;
  const isClass = (k: unknown): boolean => Number.isInteger(k) && (k as number) >= 0 && (k as number) < numClasses;
  const isCell = (cell: unknown): boolean => Array.isArray(cell) && cell.length === 2 && cell.every(isClass);
  if (!Array.isArray(keepRows)) {
    const message = 'keepRows should be "errors", "all" or an array of cells [target, predicted]';
    throw rangeError("option", "keepRows", message, { value: keepRows });
  }
  const wrong = keepRows.findIndex((cell) => !isCell(cell));
  if (wrong >= 0) {
    const message = `keepRows[${wrong}] should be a cell: two classes in 0..${numClasses - 1}`;
    throw rangeError("option", "keepRows", message, { index: wrong, value: keepRows[wrong] });
  }
  return (target, predicted) => keepRows.some((cell) => cell[0] === target && cell[1] === predicted);
}
