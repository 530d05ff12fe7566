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

/** Logits of every size, with some that are infinite or tied. */
export function logit(seed: number, i: number): number {
  const special = [0, -0, Infinity, -Infinity, 88, -88, 1e30, -1e30, 1e-40, 5e-324];
  const bits = hash(seed, i);
  return bits % 17 === 0 ? special[bits % special.length]! : (uniform(seed, i) - 0.5) * [1, 20, 200][bits % 3]!;
}
