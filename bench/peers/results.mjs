// What results mean: which values are right, which peer is the fastest.
import { spec } from "../spec.mjs";
import { isClose } from "../values.mjs";

/** Peers that use more than one core. */
export const isThreaded = (peer) => /-t2$|^jax$|^polars$/.test(peer);

export const isAssay = (peer) => peer.startsWith("assay");

const isNpmPackage = (peer) => /^(tfjs|jax-js|ml-|scikitjs|polars)/.test(peer);

/** "js": loops by hand; "npm": a JavaScript library; "python"; "assay". */
export function kindOf(peer) {
  if (isAssay(peer)) return "assay";
  if (peer === "js") return "js";
  return isNpmPackage(peer) ? "npm" : "python";
}

/** Those whose values the others are compared with, the first that is there. */
const references = ["js", "sklearn", "numpy", "torch-t1"];

/** The row whose value is taken for right: by hand in double precision, else scikit-learn's, and so on. */
export function referenceOf(rows) {
  const found = references.map((peer) => rows.find((row) => row.peer === peer && row.min)).find(Boolean);
  return found ?? rows.find((row) => row.min);
}

/** The rows of one workload that were timed and have the right value, the fastest first. */
export function rightRows(rows, id) {
  const { tol } = spec.workloads.find((workload) => workload.id === id);
  const timed = rows.filter((row) => row.w === id && row.min);
  const reference = referenceOf(timed);
  return timed
    .filter((row) => row === reference || isClose(row.value, reference.value, tol))
    .sort((a, b) => a.min - b.min);
}

/** assay beside the fastest peer that runs on one thread: their rows, and how many times as fast assay is. */
export function standing(rows, id) {
  const right = rightRows(rows, id);
  const ours = right.find(({ peer }) => isAssay(peer));
  const peer = right.find((row) => !isAssay(row.peer) && !isThreaded(row.peer));
  return ours && peer ? { ours, peer, ratio: peer.min / ours.min } : undefined;
}
