/**
 * Functions that the caller gives.
 *
 * @module
 */
import { AssayTypeError } from "@assay/contract";

/** The caller's function, whose results are looked at. */
export function returningNumber<Input>(read: (input: Input) => number, argument: string): (input: Input) => number {
  return (input) => {
    const value: unknown = read(input);
    if (typeof value === "number") return value;
    throw new AssayTypeError(`${argument} returned ${String(value)}, but must return a number`, {
      code: "type",
      argument,
      value,
    });
  };
}
