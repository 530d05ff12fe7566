/**
 * Parameters of calibrators from outside.
 *
 * @module
 */
import { AssayRangeError } from "@assay/contract";

/** The error where something is no saved calibrator. */
export function noCalibrator(why: string, value?: unknown): AssayRangeError {
  return new AssayRangeError(`this is no saved calibrator: ${why}`, { code: "state", argument: "json", value });
}

/** Parameters with these names and no others. */
export function named(value: unknown, names: readonly string[]): object {
  if (typeof value !== "object" || value === null) throw noCalibrator("it has no parameters", value);
  const given = Object.keys(value).sort().join();
  if (given !== [...names].sort().join()) throw noCalibrator(`it has the parameters ${given}`, given);
  return value;
}

/** A finite number. */
export function finite(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw noCalibrator(`${name} is not a finite number`, value);
}

/** A number in 0..1. */
export function probability(value: unknown, name: string): number {
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw noCalibrator(`${name} is not within 0..1`, value);
}

/** An array, of a length where one is given, with each element checked. */
export function each(
  value: unknown,
  name: string,
  check: (value: unknown, name: string) => void,
  length?: number,
): void {
  if (!Array.isArray(value)) throw noCalibrator(`${name} is no array`, value);
  if (value.length === 0 || (length !== undefined && value.length !== length)) {
    throw noCalibrator(`${name} has ${value.length} elements`, value);
  }
  value.forEach((element, i) => {
    check(element, `${name}[${i}]`);
  });
}
