import type { Backend, HalfFloats } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { describe, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { calls, someNumbers } from "../support/calls.js";

/** Browsers have it, and Node from version 24 on. */
const { Float16Array: Halves } = globalThis as { Float16Array?: { from(values: Iterable<number>): HalfFloats } };

describe.skipIf(Halves === undefined)("a Float16Array is the Float32Array of the same numbers", () => {
  const { predictions, labels, guesses, weights } = someNumbers(90);
  if (Halves === undefined) return;
  const halves = {
    predictions: Halves.from(predictions),
    labels: Halves.from(labels),
    guesses: Halves.from(guesses),
    weights: Halves.from(weights),
  };
  const singles = { predictions: Float32Array.from(halves.predictions), labels, guesses, weights };

  for (const [floor, backend] of Object.entries({ assay, oracle } as Record<string, Backend>)) {
    test.each(Object.keys(calls))(`${floor}: %s`, (name) => {
      expectSame(calls[name]!(backend, halves), calls[name]!(backend, singles), name);
    });
  }
});
