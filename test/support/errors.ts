/**
 * Errors as the contract describes them.
 *
 * @module
 */
import { type AssayRangeError, type AssayTypeError, isAssayError } from "assay";

/** The error of the library that a call throws, or nothing where it throws none. Any other error is thrown on. */
export function errorOf(call: () => unknown): AssayRangeError | AssayTypeError | undefined {
  try {
    call();
  } catch (error) {
    if (isAssayError(error)) return error;
    throw error;
  }
  return undefined;
}

/** What both backends have to say alike about a wrong call. */
export interface Complaint {
  readonly name: string;
  readonly code: string;
  readonly argument: string;
  readonly index: number | undefined;
  readonly value: unknown;
}

/** The complaint of a call. */
export function complaintOf(call: () => unknown): Complaint | undefined {
  const error = errorOf(call);
  if (error === undefined) return undefined;
  const { name, code, argument, index, value } = error;
  return { name, code, argument, index, value };
}

/** What a call says of an option; of other faults, of which there may be several then, only that there are some. */
export function wordsOf(call: () => unknown): string {
  const complaint = complaintOf(call);
  if (complaint === undefined) return "takes it";
  const { name, code, argument } = complaint;
  return code === "option" ? `${name} of ${argument}` : "complains";
}
