// The operations: one row each, for assay and for all it is measured against. `node mkworkloads.mjs` writes what other
// languages need of them to workloads.json. Losses and scores have rows of their own kind (`losses.mjs`), from which
// these are made.
//
//   what      in words
//   gives     the numbers that are compared
//   on        the datasets
//   tol       the relative tolerance between those that do it; default 1e-4
//   needs     the function of assay that it calls; a build without it leaves the operation out, as does a row without it
//   takes     the arrays of its data, given as handles (in wasm memory) or as they are (on the JavaScript heap)
//   run       what is timed: (assay, the arrays, the data) → a result
//   numbers   the result → the operation's numbers
//   arrays    the result → whole arrays whose bits are compared as well
//   release   gives back what a result holds; timed too, as part of the next call
//   loop      by hand: the data → what is timed, or that and how its result becomes the operation's numbers
//   python    by other libraries, in one expression each; longer ones are in peers/bench_py.py
import { calibration } from "./calibration.mjs";
import { counts } from "./counts.mjs";
import { curves } from "./curves.mjs";
import { evaluation } from "./evaluation.mjs";
import { losses } from "./losses.mjs";
import { scores } from "./scores.mjs";

/** The operations by what they are about. */
export const families = {
  Losses: losses,
  Scores: scores,
  Counts: counts,
  Curves: curves,
  Calibration: calibration,
  "A whole evaluation": evaluation,
};

export const operations = Object.assign({}, ...Object.values(families));

/** Whether a build of assay does an operation. */
export function isCovered(assay, { needs }) {
  return needs in assay;
}

/** The operation that is a loss's value alone, if this one is that with its gradient. */
export function valueAlone(name) {
  return operations[name].gradient ? operations[name.replace(/_grad$/, "")] : undefined;
}

/** The loops by hand, as [what is timed, result → numbers]. */
export function loopOf({ loop }, data) {
  const given = loop(data);
  return Array.isArray(given) ? given : [given, (result) => [result]];
}

/** A copy of an array in assay's memory. */
function toHandle(assay, array) {
  const makers = new Map([
    [Float32Array, assay.float32],
    [Float64Array, assay.float64],
    [Int32Array, assay.int32],
    [Uint8Array, assay.uint8],
  ]);
  const handle = makers.get(array.constructor)(array.length);
  handle.view.set(array);
  return handle;
}

/**
 * An operation on its data, ready to be called and timed. With `resident`, the data is in assay's memory beforehand;
 * nothing else is: results, and the room of gradients, are taken and given back by the calls.
 */
export function prepare(assay, operation, data, { resident }) {
  const { takes, run, release = () => {} } = operation;
  const arrays = takes.map((name) => (resident ? toHandle(assay, data[name]) : data[name]));
  let last;
  const giveBack = () => {
    if (last !== undefined) release(last);
    last = undefined;
  };
  return {
    call() {
      giveBack();
      last = run(assay, arrays, data);
      return last;
    },
    free() {
      giveBack();
      if (resident) for (const handle of arrays) handle.free();
    },
  };
}
