/**
 * Random numbers that are a function of their place: Philox4x32-10 of J. Salmon, M. Moraes, R. Dror and D. Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3" (2011). Four words come of a key, the seed, and a counter of four words,
 * the place.
 *
 * @module
 */

export type Words = readonly [number, number, number, number];

/** Ten rounds. */
export function philox(key: readonly [number, number], counter: Words): Words {
  let [x0, x1, x2, x3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const [a, b] = [multiply(0xd2511f53, x0), multiply(0xcd9e8d57, x2)];
    [x0, x1, x2, x3] = [(b.high ^ x1 ^ k0) >>> 0, b.low, (a.high ^ x3 ^ k1) >>> 0, a.low];
    [k0, k1] = [(k0 + 0x9e3779b9) >>> 0, (k1 + 0xbb67ae85) >>> 0];
  }
  return [x0, x1, x2, x3];
}

/** The two words of a product of words. */
function multiply(a: number, b: number): { high: number; low: number } {
  // In halves, whose products are whole below 2⁵³.
  const [ah, al, bh, bl] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = ah * bl + al * bh + Math.floor((al * bl) / 65536);
  return { high: ah * bh + Math.floor(middle / 65536), low: Math.imul(a, b) >>> 0 };
}

/** Which numbers of a seed: what for, which thing there, which replicate, which draw. */
export interface Place {
  readonly purpose: number;
  /** Below 2⁵³. */
  readonly index: number;
  readonly replicate: number;
}

/** Four words of a place. */
export function wordsAt(seed: number, { purpose, index, replicate }: Place, draw: number): Words {
  const [high, low] = [Math.floor(index / 2 ** 32), index % 2 ** 32];
  return philox([seed % 2 ** 32, Math.floor(seed / 2 ** 32)], [draw, low, purpose * 2 ** 24 + high, replicate]);
}

/** Two uniform numbers: middles of one of 2⁵² equal parts of 0..1. */
export function uniformsAt(seed: number, place: Place, draw: number): readonly [number, number] {
  const [a, b, c, d] = wordsAt(seed, place, draw);
  const uniform = (high: number, low: number): number => (high * 2 ** 20 + (low >>> 12) + 0.5) / 2 ** 52;
  return [uniform(a, b), uniform(c, d)];
}
