/**
 * Numbers that look random and are the same everywhere: whole-number arithmetic and exact scaling.
 *
 * @module
 */

/** 32 well-mixed bits of two numbers. */
export function hash(seed: number, i: number): number {
  let h = Math.imul(seed ^ Math.imul(i + 1, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x27d4eb2f);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A number in [0, 1) with 53 bits. */
export function uniform(seed: number, i: number): number {
  return ((hash(seed, 2 * i) >>> 5) * 2 ** 26 + (hash(~seed, 2 * i + 1) >>> 6)) * 2 ** -53;
}
