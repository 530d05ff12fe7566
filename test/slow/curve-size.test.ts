import { binaryCurve, curveHistogram, float32, uint8 } from "assay";
import { expect, test } from "vitest";

const ROWS = 100_000_000;

/** Scores come in threes: this many are different. */
const GROUPS = Math.ceil(ROWS / 3);

/** No factor of the number of rows, so that its multiples are all ranks, in no order that a sort could like. */
const STEP = 61_803_399;

/** Which rows are positive, by rank: about three in ten, more of them at the top. */
function isPositive(rank: number): boolean {
  return (rank * 7) % 10 < (rank > ROWS / 2 ? 4 : 2);
}

/** Distinct float32 numbers in the order of the groups, the lower half of them below zero. */
function scoreBits(group: number): number {
  const fromZero = group - GROUPS / 2;
  return fromZero < 0 ? (0xa000_0000 | -fromZero) >>> 0 : 0x2000_0000 + fromZero;
}

/** Counted along the ranks, without sorting anything: whole numbers below 2⁵³. */
function count(): { positives: number; negatives: number; doubled: number; atZero: number } {
  let [positives, negatives, doubled, atZero] = [0, 0, 0, 0];
  for (let group = 0; group < GROUPS; group++) {
    let [own, others] = [0, 0];
    for (let rank = 3 * group; rank < Math.min(ROWS, 3 * group + 3); rank++) {
      if (isPositive(rank)) own++;
      else others++;
    }
    doubled += own * (2 * negatives + others);
    positives += own;
    negatives += others;
    if (group >= GROUPS / 2) atZero += own;
  }
  return { positives, negatives, doubled, atZero };
}

test("a hundred million scores: areas and counts are exact, sorted at once and merged", { timeout: 600_000 }, () => {
  const { positives, negatives, doubled, atZero } = count();
  expect(doubled).toBeLessThan(Number.MAX_SAFE_INTEGER);
  const area = doubled / (2 * positives * negatives);

  using scores = float32(ROWS);
  using labels = uint8(ROWS);
  const bits = new Uint32Array(scores.view.buffer, scores.view.byteOffset, ROWS);
  const flags = labels.view;
  for (let i = 0, rank = 0; i < ROWS; i++, rank = (rank + STEP) % ROWS) {
    bits[i] = scoreBits(Math.floor(rank / 3));
    flags[i] = Number(isPositive(rank));
  }

  {
    using curve = binaryCurve(scores, labels);
    expect([curve.length, curve.positives, curve.negatives]).toEqual([ROWS, positives, negatives]);
    expect(curve.rocAuc()).toBe(area);
    expect(curve.at(0).tp).toBe(atZero);
  }
  {
    const half = ROWS / 2;
    using lower = binaryCurve(scores.view.subarray(0, half), labels.view.subarray(0, half));
    using upper = binaryCurve(scores.view.subarray(half), labels.view.subarray(half));
    lower.merge(upper);
    expect([lower.length, lower.rocAuc(), lower.at(0).tp]).toEqual([ROWS, area, atZero]);
  }
  const { lower, upper } = curveHistogram(scores, labels).rocAuc();
  expect(lower <= area && area <= upper).toBe(true);
});
