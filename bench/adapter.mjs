// assay as a peer of the peer benchmark: `node peers/compare.mjs --ours adapter.mjs`.
//
// It is called `assay-resident`, for its input arrays are copied into wasm memory beforehand. That is all that happens
// outside the timed call.
import { loadAssay, version as number } from "./assay.mjs";
import { isCovered, operations, prepare } from "./operations/index.mjs";

export const name = "assay-resident";
export const version = `assay ${number}, inputs in wasm memory, one thread, Node ${process.version}`;

let assay;

/** The operations that are prepared, all on the same data. */
let prepared = [];
let current;

export async function init() {
  assay = await loadAssay();
  for (const [op, row] of Object.entries(operations)) if (!isCovered(assay, row)) delete cases[op];
}

/** The benchmark does not say when it is done with a case, but its next one has other data. */
function freeUnless(data) {
  if (current === data) return;
  for (const operation of prepared) operation.free();
  prepared = [];
  current = data;
}

function caseOf(operation) {
  return (data) => {
    freeUnless(data);
    const ready = prepare(assay, operation, data, { resident: true });
    prepared.push(ready);
    return [ready.call, operation.numbers];
  };
}

export const cases = Object.fromEntries(Object.entries(operations).map(([op, row]) => [op, caseOf(row)]));
