import type { Backend } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { calls, someNumbers } from "../support/calls.js";
import { complaintOf } from "../support/errors.js";

describe("weights that would add up to no number are refused by all that takes weights", () => {
  const numbers = someNumbers(90);
  // Of two models the second one's scores are these numbers.
  const weighted = Object.keys(calls).filter((name) => name !== "compareRocAuc");
  const heavy = { ...numbers, weights: Float64Array.from(numbers.weights, () => 1e308) };

  for (const [floor, backend] of Object.entries({ assay, oracle } as Record<string, Backend>)) {
    test.each(weighted)(`${floor}: %s`, (name) => {
      const call = calls[name]!;
      const complaint = complaintOf(() => call(backend, heavy));
      if (complaint === undefined) expectSame(call(backend, heavy), call(backend, numbers), "no weights");
      else expect(complaint).toMatchObject({ name: "AssayRangeError", code: "range", index: 0, value: 1e308 });
    });
  }
});
