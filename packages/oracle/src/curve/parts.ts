/**
 * Parts of sorted rows, drawn at random: replicates and folds.
 *
 * @module
 */
import { uniformsAt } from "../statistics/random.js";
import { FOLD, resampleRanks } from "../statistics/resample.js";
import type { Row } from "./bytes.js";

/** Which replicate; stratified, each class is drawn for itself. */
export interface Draw {
  readonly seed: number;
  readonly replicate: number;
  readonly stratified: boolean;
}

/** How often each row is drawn, by rank among all of them, or among those of its class. */
export function timesDrawn(sorted: readonly Row[], { seed, replicate, stratified }: Draw): readonly number[] {
  if (!stratified) return [...resampleRanks(sorted.length, seed, replicate)];
  const positives = sorted.filter(([, label]) => label === 1).length;
  const ofPositives = resampleRanks(positives, seed, replicate, "positive").values();
  const ofNegatives = resampleRanks(sorted.length - positives, seed, replicate, "negative").values();
  return sorted.map(([, label]) => (label === 1 ? ofPositives : ofNegatives).next().value!);
}

/**
 * The fold of each rank. Places in folds are dealt to the positive rows, 0, 1, … and again from 0 on, then on to the
 * negative ones. In order of rank each row draws one of the places of its class that are left.
 */
export function foldsOf(sorted: readonly Row[], folds: number, seed: number): readonly number[] {
  const positives = sorted.filter(([, label]) => label === 1).length;
  const dealt = sorted.map((_, i) => i % folds);
  const byFold = (places: number[]): number[] => places.sort((a, b) => a - b);
  const left = { positive: byFold(dealt.slice(0, positives)), negative: byFold(dealt.slice(positives)) };
  return sorted.map(([, label], rank) => {
    const places = label === 1 ? left.positive : left.negative;
    const [share] = uniformsAt(seed, { purpose: FOLD, index: rank, replicate: 0 }, 0);
    return places.splice(Math.floor(share * places.length), 1)[0]!;
  });
}
