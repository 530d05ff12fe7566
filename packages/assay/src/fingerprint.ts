/**
 * Configurations that are too long for a state's header.
 *
 * @module
 */

/** A number > 0 that differs where numbers do (FNV-1a over their bytes, 52 bits of it). */
export function fingerprint(numbers: ArrayLike<number>): number {
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (const byte of new Uint8Array(Float64Array.from(numbers).buffer)) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ low ^ byte, 0x01000193);
  }
  return 1 + (low >>> 0) + (high & 0xfffff) * 2 ** 32;
}

/** The same of a text. */
export function fingerprintOfText(text: string): number {
  return fingerprint(Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)));
}

/** A number that differs where names do, or what is given with them; 0 where names are the indices and nothing is. */
export function tagOfNames(names: readonly string[], more?: unknown): number {
  if (more === undefined && names.every((name, k) => name === `${k}`)) return 0;
  return fingerprintOfText(JSON.stringify([more, names]));
}
