/**
 * Room in wasm memory for what a computation keeps, given back together.
 *
 * @module
 */
import { type Column, copyIn } from "./arguments.js";
import { buffer } from "./core.js";
import { Region } from "./memory.js";

/** Room that is given back together. */
export class Rooms {
  readonly #regions: Region[] = [];
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  of(bytes: number): number {
    const region = new Region(bytes, this.#what);
    this.#regions.push(region);
    return region.address;
  }

  /** Where a column lies, copied there if it was elsewhere. */
  holding(given: Column | undefined): number {
    if (given === undefined || given.address !== 0) return given?.address ?? 0;
    const address = this.of(given.length * given.bytesPerElement);
    copyIn(given, 0, given.length, address);
    return address;
  }

  /** Room that holds numbers as float64. */
  numbers(given: ArrayLike<number>): number {
    const address = this.of(8 * given.length);
    new Float64Array(buffer(), address, given.length).set(given);
    return address;
  }

  free(): void {
    for (const region of this.#regions) region.free();
  }
}

/** Runs with rooms that are given back whatever happens. */
export function withRooms<Result>(what: string, body: (rooms: Rooms) => Result): Result {
  const rooms = new Rooms(what);
  try {
    return body(rooms);
  } finally {
    rooms.free();
  }
}
