/**
 * Numbers that a kernel writes: room for them while it runs.
 *
 * @module
 */
import { buffer } from "./core.js";
import { Region } from "./memory.js";

/** Calls `write` with the address of room for so many float64 numbers, and returns them. */
export function numbersFrom(length: number, write: (address: number) => void): Float64Array<ArrayBuffer> {
  const region = new Region(length * 8, "a result");
  try {
    write(region.address);
    return new Float64Array(buffer(), region.address, length).slice();
  } finally {
    region.free();
  }
}
