/** A typed array that a handle can own. */
export type Room = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * Room in the library's memory. Arguments given as handles are read in place, never copied.
 *
 * `view` is always current: growing WebAssembly memory detaches the views made before, so read it anew after every
 * call instead of keeping it.
 */
export interface Handle<View extends Room = Room> {
  /** A view of the room, made afresh where the old one was detached. */
  readonly view: View;
  /** Number of elements. */
  readonly length: number;
  /** Gives the room back. Freeing twice is harmless; using a freed handle is an error. */
  free(): void;
  [Symbol.dispose](): void;
}

/**
 * A `Float16Array`, by what it is for type libraries that do not know it yet. It is copied as a `Float32Array`, which has
 * the same numbers, and is one in all that follows: its gradient is a `Float32Array`.
 */
export interface HalfFloats extends ArrayLike<number> {
  readonly [Symbol.toStringTag]: "Float16Array";
  readonly buffer: ArrayBufferLike;
}

/**
 * Scores, probabilities, logits, weights or real targets. `Float32Array` is computed in float32 where a transcendental
 * is taken and in float64 elsewhere; `Float64Array` and plain arrays are computed in float64.
 */
export type Reals =
  | Float32Array
  | Float64Array
  | HalfFloats
  | readonly number[]
  | Handle<Float32Array>
  | Handle<Float64Array>;

/**
 * Whole numbers in the typed arrays that are copied into the library's memory, as `Int32Array` or as float64. Those of 64
 * bits mean the number of the same value; one beyond ±(2⁵³ − 1) is an error with its index, never rounded.
 */
export type OtherIntegers =
  | Int8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Class labels: whole numbers in any of these. A number that is not whole is an error, never rounded. */
export type Labels = Uint8Array | Int32Array | OtherIntegers | Reals | Handle<Uint8Array> | Handle<Int32Array>;

/** Where a gradient is written: the float type of the predictions it belongs to. */
export type GradientRoom = Float32Array | Float64Array | Handle<Float32Array> | Handle<Float64Array>;
