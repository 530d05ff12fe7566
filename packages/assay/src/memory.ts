/**
 * Room in wasm memory: for the caller (handles) and for the library itself (regions).
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type Handle, type Room } from "@assay/contract";
import { buffer, core } from "./core.js";

/** A piece of wasm memory that somebody must give back. */
export class Region {
  #address: number;
  readonly bytes: number;

  constructor(bytes: number, what: string) {
    this.bytes = bytes;
    this.#address = bytes < 2 ** 32 ? core().alloc(bytes) : 0;
    if (this.#address === 0) {
      throw new AssayRangeError(`no room left in WebAssembly memory for ${bytes} bytes of ${what}`, {
        code: "memory",
        argument: what,
        value: bytes,
      });
    }
  }

  /** Where it begins; 0 once it was given back. */
  get address(): number {
    return this.#address;
  }

  free(): void {
    if (this.#address === 0) return;
    core().dealloc(this.#address, this.bytes);
    this.#address = 0;
  }
}

interface RoomConstructor<View extends Room> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): View;
}

/** Frees what was forgotten, some time. A safety net only: a busy loop never lets it run. */
const forgotten: FinalizationRegistry<Region> = /*#__PURE__*/ new FinalizationRegistry((region: Region) =>
  region.free(),
);

/** Room in the library's memory that a caller owns. */
export class WasmHandle<View extends Room> implements Handle<View> {
  readonly length: number;
  readonly #region: Region;
  readonly #View: RoomConstructor<View>;
  #view: View | undefined;

  constructor(view: RoomConstructor<View>, length: number) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new AssayRangeError(`length = ${length}, but a handle holds a whole number of elements`, {
        code: "range",
        argument: "length",
        value: length,
      });
    }
    this.length = length;
    this.#View = view;
    this.#region = new Region(length * view.BYTES_PER_ELEMENT, "a handle");
    forgotten.register(this, this.#region, this);
  }

  /** Where its elements are. */
  get address(): number {
    const { address } = this.#region;
    if (address === 0) {
      throw new AssayTypeError("this handle was freed; make a new one", { code: "stale", argument: "handle" });
    }
    return address;
  }

  get view(): View {
    const { address } = this;
    if (this.#view === undefined || this.#view.buffer !== buffer()) {
      this.#view = new this.#View(buffer(), address, this.length);
    }
    return this.#view;
  }

  free(): void {
    forgotten.unregister(this);
    this.#region.free();
    this.#view = undefined;
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** Room for float32 scores, probabilities, logits, weights or gradients. Its content is unspecified until filled. */
export function float32(length: number): Handle<Float32Array<ArrayBuffer>> {
  return new WasmHandle<Float32Array<ArrayBuffer>>(Float32Array, length);
}

/** Room for float64 values. Its content is unspecified until filled. */
export function float64(length: number): Handle<Float64Array<ArrayBuffer>> {
  return new WasmHandle<Float64Array<ArrayBuffer>>(Float64Array, length);
}

/** Room for labels. Its content is unspecified until filled. */
export function int32(length: number): Handle<Int32Array<ArrayBuffer>> {
  return new WasmHandle<Int32Array<ArrayBuffer>>(Int32Array, length);
}

/** Room for labels below 256. Its content is unspecified until filled. */
export function uint8(length: number): Handle<Uint8Array<ArrayBuffer>> {
  return new WasmHandle<Uint8Array<ArrayBuffer>>(Uint8Array, length);
}
