/**
 * Some classes of a matrix.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type ErrorCode } from "@assay/contract";
import { describe } from "../arguments.js";

/** Chosen classes: of 0..numClasses−1, each at most once. */
export function selection(classes: readonly number[], numClasses: number): readonly number[] {
  const argument = "classes";
  if (!Array.isArray(classes) && !ArrayBuffer.isView(classes)) {
    const message = `classes is ${describe(classes)}, but must be an array of whole numbers`;
    throw new AssayTypeError(message, { code: "type", argument, value: classes });
  }
  const chosen = Array.from(classes);
  if (chosen.length === 0) throw new AssayRangeError("classes is empty", { code: "empty", argument });
  const before = new Set<number>();
  chosen.forEach((value, index) => {
    const fault = (code: ErrorCode, what: string) =>
      new AssayRangeError(`classes[${index}] is ${describe(value)}, ${what}`, { code, argument, index, value });
    if (!Number.isInteger(value) || value < 0 || value >= numClasses) {
      throw fault("option", `but must be a whole number from 0 to ${numClasses - 1}`);
    }
    if (before.has(value)) throw fault("range", "which is chosen already");
    before.add(value);
  });
  return chosen;
}
