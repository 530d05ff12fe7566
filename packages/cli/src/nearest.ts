/** Edits between two words, where a swap of neighbours is one edit. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      row.push(edits);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The candidate that was probably meant, if one is nearer than all others. Case counts little. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  const most = Math.max(Math.min(1, word.length - 1), Math.floor(word.length / 3));
  let fewest = most + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > fewest) continue;
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits > fewest || edits > most) continue;
    best = edits === fewest ? undefined : candidate;
    fewest = edits;
  }
  return best;
}
