/**
 * Arguments as the border takes them: a type, a length, and either an address in wasm memory or a source to copy from.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type HalfFloats, type OtherIntegers } from "@assay/contract";
import { buffer } from "./core.js";
import { WasmHandle } from "./memory.js";

/** The border's codes of element types; 0 is an argument that is not there. */
export const elementType = { none: 0, uint8: 1, int32: 2, float32: 3, float64: 4 } as const;

type ElementType = (typeof elementType)[keyof typeof elementType];

/** The typed arrays that have a code. */
export type Elements = Uint8Array | Int32Array | Float32Array | Float64Array;

/** An array argument. */
export interface Column {
  /** What the caller calls it. */
  readonly name: string;
  readonly type: ElementType;
  readonly length: number;
  readonly bytesPerElement: number;
  /** Where it is in wasm memory; 0 where it is not. */
  readonly address: number;
  /** What to copy from where it is not. */
  readonly source: Elements | NarrowIntegers | readonly number[];
}

type BigIntegers = BigInt64Array | BigUint64Array;
type NarrowIntegers = Exclude<OtherIntegers, BigIntegers>;

const accepted = "an array of numbers, a typed array, or a handle";

function typeOf(array: Elements): ElementType {
  if (array instanceof Float32Array) return elementType.float32;
  if (array instanceof Float64Array) return elementType.float64;
  if (array instanceof Int32Array) return elementType.int32;
  return elementType.uint8;
}

/** Whether a value is a typed array that has a code. */
export function isElements(value: unknown): value is Elements {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array
  );
}

/** What is in wasm memory, as it is until memory grows. */
export function viewOf({ type, address, length }: Pick<Column, "type" | "address" | "length">): Elements {
  if (type === elementType.float32) return new Float32Array(buffer(), address, length);
  if (type === elementType.float64) return new Float64Array(buffer(), address, length);
  if (type === elementType.int32) return new Int32Array(buffer(), address, length);
  return new Uint8Array(buffer(), address, length);
}

function areNarrow(value: unknown): value is NarrowIntegers {
  return (
    value instanceof Int8Array ||
    value instanceof Uint8ClampedArray ||
    value instanceof Int16Array ||
    value instanceof Uint16Array ||
    value instanceof Uint32Array
  );
}

function areBig(value: unknown): value is BigIntegers {
  return value instanceof BigInt64Array || value instanceof BigUint64Array;
}

function areHalf(value: unknown): value is HalfFloats {
  return ArrayBuffer.isView(value) && (value as unknown as HalfFloats)[Symbol.toStringTag] === "Float16Array";
}

/** What a value is, for a message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "object") return value.constructor?.name ?? "an object";
  return `the ${typeof value} ${String(value)}`;
}

function isDetached(array: Elements | OtherIntegers | HalfFloats): boolean {
  if (array.length > 0) return false;
  try {
    new Uint8Array(array.buffer);
    return false;
  } catch {
    return true;
  }
}

function expectAttached(array: Elements | OtherIntegers | HalfFloats, name: string): void {
  if (!isDetached(array)) return;
  throw new AssayTypeError(
    `${name} is a view of memory that has moved since it was made: WebAssembly memory grew. ` +
      "Pass the handle itself, or read its .view again",
    { code: "stale", argument: name },
  );
}

/** Whole numbers that no kernel reads as they are: they are copied as int32, or as float64 where they need it. */
function widened(given: NarrowIntegers, name: string): Column {
  expectAttached(given, name);
  const isWide = given instanceof Uint32Array;
  return {
    name,
    type: isWide ? elementType.float64 : elementType.int32,
    length: given.length,
    bytesPerElement: isWide ? 8 : 4,
    address: 0,
    // A view of wasm memory would be detached where that grows before it is copied.
    source: given.buffer === buffer() ? given.slice() : given,
  };
}

/** Whole numbers of 64 bits as float64, which must hold them. */
function narrowed(given: BigIntegers, name: string): Column {
  expectAttached(given, name);
  const { length } = given;
  const source = new Float64Array(length);
  // The two halves of a number are read as they are: a bigint for each would take five times as long.
  const low = new Uint32Array(given.buffer, given.byteOffset, 2 * length);
  const high = given instanceof BigInt64Array ? new Int32Array(given.buffer, given.byteOffset, 2 * length) : low;
  for (let index = 0; index < length; index++) {
    const value = (high[2 * index + 1] as number) * 2 ** 32 + (low[2 * index] as number);
    if (!Number.isSafeInteger(value)) {
      throw new AssayRangeError(`${name}[${index}] = ${given[index]}, but must have 53 bits at most`, {
        code: "label",
        argument: name,
        index,
        value: given[index],
      });
    }
    source[index] = value;
  }
  return { name, type: elementType.float64, length, bytesPerElement: 8, address: 0, source };
}

/** Numbers of 16 bits as float32, which has each of them. */
function lengthened(given: HalfFloats, name: string): Column {
  expectAttached(given, name);
  const source = Float32Array.from(given);
  return { name, type: elementType.float32, length: source.length, bytesPerElement: 4, address: 0, source };
}

/** Takes an argument in any of the forms that are accepted. */
export function column(value: unknown, name: string): Column {
  if (value instanceof WasmHandle) {
    const { address, view, length } = value;
    return { name, type: typeOf(view), length, bytesPerElement: view.BYTES_PER_ELEMENT, address, source: view };
  }
  if (isElements(value)) {
    expectAttached(value, name);
    const address = value.buffer === buffer() ? value.byteOffset : 0;
    const { length, BYTES_PER_ELEMENT: bytesPerElement } = value;
    return { name, type: typeOf(value), length, bytesPerElement, address, source: value };
  }
  if (areNarrow(value)) return widened(value, name);
  if (areBig(value)) return narrowed(value, name);
  if (areHalf(value)) return lengthened(value, name);
  if (Array.isArray(value)) {
    return { name, type: elementType.float64, length: value.length, bytesPerElement: 8, address: 0, source: value };
  }
  if (typeof value === "object" && value !== null && "view" in value && "free" in value) {
    throw new AssayTypeError(
      `${name} is a handle of another copy of assay (the ES module and the CommonJS build have a memory each)`,
      { code: "foreign", argument: name },
    );
  }
  throw new AssayTypeError(`${name} is ${describe(value)}, but must be ${accepted}`, {
    code: "type",
    argument: name,
    value,
  });
}

/** Takes an argument of real numbers. */
export function reals(value: unknown, name: string): Column {
  const taken = column(value, name);
  const isReal = taken.type === elementType.float32 || taken.type === elementType.float64;
  if (isReal && !areNarrow(value) && !areBig(value)) return taken;
  throw new AssayTypeError(
    `${name} is ${describe(areBig(value) ? value : taken.source)}, but must be a Float32Array, a Float64Array, an array of numbers or a handle of floats`,
    { code: "type", argument: name, value },
  );
}

/** Takes an argument of real numbers that may be missing. */
export function optionalReals(value: unknown, name: string): Column | undefined {
  return value === undefined ? undefined : reals(value, name);
}

/** The numbers of an argument of real numbers, in an array of their own. Memory may have grown since it was taken. */
export function numbersOf({ name, type, length, address, source }: Column): Float64Array<ArrayBuffer> {
  if (address !== 0) return Float64Array.from(viewOf({ type, address, length }));
  if (ArrayBuffer.isView(source)) return Float64Array.from(source);
  const numbers = new Float64Array(source.length);
  copyNumbers(name, source, 0, numbers);
  return numbers;
}

/**
 * An argument for more than one use: growing memory detaches views of it, and this makes them anew. Handles and arrays
 * elsewhere are what they are.
 */
export function lasting<Given>(given: Given): () => Given {
  if (!isElements(given) || given.buffer !== buffer()) return () => given;
  const { byteOffset, length } = given;
  const View = given.constructor as new (buffer: ArrayBuffer, byteOffset: number, length: number) => Given & Elements;
  return () => (given.buffer === buffer() ? given : new View(buffer(), byteOffset, length));
}

/** Demands a length. */
export function expectLength(given: Column, length: number, because: string): void {
  if (given.length === length) return;
  throw new AssayRangeError(`${given.name} has ${given.length} elements, but ${because} ${length}`, {
    code: "shape",
    argument: given.name,
    value: given.length,
  });
}

/** Demands rows. */
export function expectRows(given: Column): void {
  if (given.length > 0) return;
  throw new AssayRangeError(`${given.name} is empty`, { code: "empty", argument: given.name });
}

/** The error where there are rows, but all of them are ignored or have weight 0. */
export function nothingLeft(targets: string): AssayRangeError {
  return new AssayRangeError(`no row of ${targets} is left: every one is ignored or has weight 0`, {
    code: "empty",
    argument: targets,
  });
}

/** Demands that what was added up is a number. */
export function expectFinite(total: number, argument: string): void {
  if (total < Number.POSITIVE_INFINITY) return;
  throw new AssayRangeError(`${argument} adds up to more than a float64 holds`, {
    code: "range",
    argument,
    value: total,
  });
}

/** Copies elements into wasm memory. */
export function copyIn(from: Column, start: number, count: number, address: number): void {
  const { source } = from;
  if (areNarrow(source)) {
    const Room = from.type === elementType.float64 ? Float64Array : Int32Array;
    new Room(buffer(), address, count).set(source.subarray(start, start + count));
  } else if (source instanceof Float32Array) {
    new Float32Array(buffer(), address, count).set(source.subarray(start, start + count));
  } else if (source instanceof Float64Array) {
    new Float64Array(buffer(), address, count).set(source.subarray(start, start + count));
  } else if (source instanceof Int32Array) {
    new Int32Array(buffer(), address, count).set(source.subarray(start, start + count));
  } else if (source instanceof Uint8Array) {
    new Uint8Array(buffer(), address, count).set(source.subarray(start, start + count));
  } else {
    copyNumbers(from.name, source, start, new Float64Array(buffer(), address, count));
  }
}

/** Copies a plain array, in which everything must be a number. */
export function copyNumbers(name: string, source: readonly unknown[], start: number, to: Float64Array): void {
  for (let i = 0; i < to.length; i++) {
    const value = source[start + i];
    if (typeof value !== "number") {
      throw new AssayTypeError(`${name}[${start + i}] is ${describe(value)}, but must be a number`, {
        code: "type",
        argument: name,
        index: start + i,
        value,
      });
    }
    to[i] = value;
  }
}
