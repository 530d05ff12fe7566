/** What went wrong, for programs. */
export type ErrorCode =
  /** An argument of the wrong type. */
  | "type"
  /** An option that does not exist or whose value is not one of those allowed. */
  | "option"
  /** Lengths that do not fit together. */
  | "shape"
  /** No rows, or every row ignored. */
  | "empty"
  /** A NaN where a number is needed. */
  | "nan"
  /** A number outside the range that its meaning allows: a probability above 1, a negative weight. */
  | "range"
  /** A label that is not a whole number within 0..numClasses-1. */
  | "label"
  /** A view that was detached, or a handle that was freed. */
  | "stale"
  /** A handle or view that belongs to another copy of the library. */
  | "foreign"
  /** No memory left. The library stays usable. */
  | "memory"
  /** Bytes that are not a saved state, or of another version or configuration. */
  | "state"
  /** WebAssembly or its SIMD instructions are missing here. */
  | "unsupported";

/** What every error of the library carries besides its message. */
export interface ErrorDetails {
  readonly code: ErrorCode;
  /** The argument or option, as the caller names it: `targets`, `sampleWeight`. */
  readonly argument: string;
  /** The offending element, counted from 0 over the whole argument. */
  readonly index?: number | undefined;
  /** The offending value. */
  readonly value?: unknown;
}

/** An argument or option of the wrong type, or an option that does not exist, or not for such a call. */
export class AssayTypeError extends TypeError implements ErrorDetails {
  override readonly name: string = "AssayTypeError";
  readonly code: ErrorCode;
  readonly argument: string;
  readonly index: number | undefined;
  readonly value: unknown;
  constructor(message: string, details: ErrorDetails) {
    super(message);
    this.code = details.code;
    this.argument = details.argument;
    this.index = details.index;
    this.value = details.value;
  }
}

/** A value, length or label outside what is allowed. */
export class AssayRangeError extends RangeError implements ErrorDetails {
  override readonly name: string = "AssayRangeError";
  readonly code: ErrorCode;
  readonly argument: string;
  readonly index: number | undefined;
  readonly value: unknown;
  constructor(message: string, details: ErrorDetails) {
    super(message);
    this.code = details.code;
    this.argument = details.argument;
    this.index = details.index;
    this.value = details.value;
  }
}

/** True for the errors of assay, also for those of another copy of the library in the same process. */
export function isAssayError(error: unknown): error is AssayTypeError | AssayRangeError {
  return error instanceof Error && (error.name === "AssayTypeError" || error.name === "AssayRangeError");
}
