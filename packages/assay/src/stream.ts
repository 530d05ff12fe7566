/**
 * Rows on their way to a kernel: what lies in wasm memory goes as it is, what lies elsewhere is copied block by block
 * through one fixed room that stays in the cache.
 *
 * @module
 */
import { type Column, copyIn } from "./arguments.js";
import { buffer } from "./core.js";
import { Region } from "./memory.js";

/** Enough to make calls rare, little enough to stay in the second cache. */
const SCRATCH_BYTES = 128 * 1024;

/** An argument with the number of its elements in one row. */
export interface Input {
  readonly column: Column;
  readonly width: number;
}

/** Where a kernel writes: in wasm memory, or copied out of the scratch room block by block. */
export interface Output {
  readonly array: Float32Array | Float64Array;
  /** Where it is in wasm memory; 0 where it is not. */
  readonly address: number;
  readonly width: number;
}

let scratch: Region | undefined;

function room(bytes: number): Region {
  if (scratch === undefined || scratch.bytes < bytes) {
    const larger = new Region(Math.max(bytes, SCRATCH_BYTES), "scratch");
    scratch?.free();
    scratch = larger;
  }
  return scratch;
}

/** Aligned as vectors like it. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

/**
 * Calls `body` with the addresses of the inputs, then of the outputs, for all rows at once or block by block, `most` at a
 * time. Missing inputs have address 0.
 */
export function stream(
  rows: number,
  inputs: readonly (Input | undefined)[],
  outputs: readonly (Output | undefined)[],
  body: (addresses: readonly number[], count: number, first: number) => void,
  most: number = Number.POSITIVE_INFINITY,
): void {
  const all = [
    ...inputs.map((input) => input && { ...input.column, width: input.width }),
    ...outputs.map((output) => output && { ...output, bytesPerElement: output.array.BYTES_PER_ELEMENT }),
  ];
  const rowBytes = all.reduce((sum, a) => sum + (a && a.address === 0 ? a.width * a.bytesPerElement : 0), 0);
  const moving = all.length * 16;
  const fitting = rowBytes === 0 ? rows : Math.max(1, Math.floor((SCRATCH_BYTES - moving) / rowBytes));
  const block = Math.min(rows, fitting, most);
  const base = rowBytes === 0 ? 0 : room(block * rowBytes + moving).address;
  for (let first = 0; first < rows; first += block) {
    const count = Math.min(block, rows - first);
    let free = base;
    const addresses = all.map((a) => {
      if (a === undefined) return 0;
      if (a.address !== 0) return a.address + first * a.width * a.bytesPerElement;
      const address = free;
      free += aligned(block * a.width * a.bytesPerElement);
      return address;
    });
    inputs.forEach((input, i) => {
      if (input !== undefined && input.column.address === 0) {
        copyIn(input.column, first * input.width, count * input.width, addresses[i] as number);
      }
    });
    body(addresses, count, first);
    outputs.forEach((output, i) => {
      if (output !== undefined && output.address === 0) {
        copyOut(output, first * output.width, count * output.width, addresses[inputs.length + i] as number);
      }
    });
  }
}

function copyOut({ array }: Output, start: number, count: number, address: number): void {
  const from =
    array instanceof Float32Array
      ? new Float32Array(buffer(), address, count)
      : new Float64Array(buffer(), address, count);
  array.set(from, start);
}
