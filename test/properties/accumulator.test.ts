import type { Accumulator, Backend, Labels, Reals } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AccumulatorCase, accumulatorCases, accumulatorNames } from "../support/accumulators.js";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { type Elements, places } from "../support/columns.js";
import { complaintOf } from "../support/errors.js";
import { hash } from "../support/random.js";
import { moveRows, ofAssay, type Rows, shuffled, takeRows } from "../support/rows.js";

type Any = Accumulator<unknown>;

/** Adds rows, given in the form that they say. */
function update(accumulator: Any, rows: Rows): void {
  ofAssay(rows, (_, p, y, weights) => accumulator.update(p, y, weights.sampleWeight ? weights : undefined));
}

/** Runs with accumulators of assay, which are freed whatever happens. */
function withSome<Result>(one: AccumulatorCase, body: (make: () => Any) => Result): Result {
  const made: Any[] = [];
  try {
    return body(() => {
      const accumulator = one.make(assay);
      made.push(accumulator);
      return accumulator;
    });
  } finally {
    for (const accumulator of made) accumulator.free();
  }
}

/** The rows in an order of their own, cut into batches, of which some are empty and all are somewhere else. */
function batchesOf(rows: Rows, seed: number): Rows[] {
  const order = shuffled(rows.count, seed);
  const batches: Rows[] = [];
  while (order.length > 0) {
    const some = order.splice(0, hash(seed, batches.length) % (rows.count + 3));
    const place = places[hash(~seed, batches.length) % places.length]!;
    // A plain array is float64, which may be another metric than float32.
    batches.push(moveRows(takeRows(rows, some), place === "numbers" ? "handle" : place));
  }
  return batches;
}

const isDetailed = (name: string): boolean =>
  ["reliability", "confusionMatrix", "crossEntropy", "binaryCrossEntropyWithLogits", "diceLoss"].includes(name);

test.each([
  ["assay", assay as Backend],
  ["oracle", oracle as Backend],
])("counts of other classes, other names or another reading are not merged: %s", (_, backend) => {
  const { confusionMatrix, multilabelConfusionMatrix, topKAccuracy } = backend;
  const families: (() => Any)[][] = [
    [
      () => confusionMatrix.accumulator({ classes: [4, 7, 9] }) as Any,
      () => confusionMatrix.accumulator({ classes: [7, 4, 9] }) as Any,
      () => confusionMatrix.accumulator({ classes: [4, 7, 9], ignoreIndex: 3 }) as Any,
      () => confusionMatrix.accumulator({ classes: [4, 7, 9], ignoreIndex: 5 }) as Any,
      () => confusionMatrix.accumulator({ classes: ["4", "7", "9"] }) as Any,
      () => confusionMatrix.accumulator({ numClasses: 3 }) as Any,
      () => confusionMatrix.accumulator({ numClasses: 3, classNames: ["a", "b", "c"] }) as Any,
      () => confusionMatrix.accumulator({ numClasses: 3, classNames: ["a", "b,c", ""] }) as Any,
    ],
    [
      () => multilabelConfusionMatrix.accumulator({ numLabels: 2 }) as Any,
      () => multilabelConfusionMatrix.accumulator({ numLabels: 2, labelNames: ["sun", "rain"] }) as Any,
      () => multilabelConfusionMatrix.accumulator({ numLabels: 2, ignoreIndex: -1 }) as Any,
      () => multilabelConfusionMatrix.accumulator({ numLabels: 2, ignoreIndex: -2 }) as Any,
    ],
    [
      () => topKAccuracy.accumulator({ numClasses: 3 }),
      () => topKAccuracy.accumulator({ numClasses: 3, normalize: false }),
    ],
  ];
  for (const makes of families) {
    for (const [i, make] of makes.entries()) {
      for (const [j, makeOther] of makes.entries()) {
        using one = make();
        using other = makeOther();
        expect(complaintOf(() => one.merge(other))?.code, `${i} and ${j}`).toBe(i === j ? undefined : "state");
        const bytes = complaintOf(() => one.mergeBytes(other.toBytes()));
        expect(bytes?.code, `${i} and bytes of ${j}`).toBe(i === j ? undefined : "state");
      }
    }
  }
});

describe.each(accumulatorNames)("an accumulator of %s", (name) => {
  const cases = accumulatorCases[name]!;
  // How states are merged and saved is the same for all losses: a few cases of each are enough.
  const some = { numRuns: Math.ceil((isDetailed(name) ? 1 : 0.2) * (fc.readConfigureGlobal().numRuns ?? 100)) };

  test("has the bits of one call, however rows are ordered and cut into batches", () => {
    fc.assert(
      fc.property(cases, fc.nat(), (one, seed) => {
        withSome(one, (make) => {
          const accumulator = make();
          for (const batch of batchesOf(one.rows, seed)) update(accumulator, batch);
          const whole = ofAssay(one.rows, one.once);
          expectSame(one.numbers(accumulator.result()), one.numbers(whole), "result");
        });
      }),
      some,
    );
  });

  test("has the same bytes, whatever tree of merges it came from", () => {
    fc.assert(
      fc.property(cases, fc.nat(), (one, seed) => {
        withSome(one, (make) => {
          const whole = make();
          update(whole, one.rows);
          const parts = batchesOf(one.rows, seed).map((batch) => {
            const part = make();
            update(part, batch);
            return part;
          });
          for (let step = 0; parts.length > 1; step++) {
            const [other] = parts.splice(hash(seed, step) % parts.length, 1);
            const into = parts[hash(seed, ~step) % parts.length]!;
            const bytes = other!.toBytes();
            if (step % 2) into.merge(other!);
            else into.mergeBytes(bytes);
            expectSameNumbers(other!.toBytes(), bytes, "the other");
          }
          expectSameNumbers(parts[0]!.toBytes(), whole.toBytes(), "bytes");
          expectSame(one.numbers(parts[0]!.result()), one.numbers(whole.result()), "result");
        });
      }),
      some,
    );
  });

  test("forgets all rows when it is reset, and counts rows twice when it is merged with itself", () => {
    fc.assert(
      fc.property(cases, (one) => {
        withSome(one, (make) => {
          const [twice, merged] = [make(), make()];
          const empty = twice.toBytes();
          update(twice, one.rows);
          update(twice, one.rows);
          update(merged, one.rows);
          merged.merge(merged);
          expectSameNumbers(merged.toBytes(), twice.toBytes(), "merged with itself");
          expectSameNumbers(twice.reset().toBytes(), empty, "reset");
        });
      }),
      some,
    );
  });

  test("agrees with the oracle before any row, and after rows that are all weighed 0", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), (one, isEmpty) => {
        const nothing = takeRows(one.rows, []);
        const weightless = one.rows.weight && { ...one.rows, weight: zeros(one.rows.weight) };
        const rows = isEmpty ? nothing : (weightless ?? nothing);
        const { predictions, targets, weight } = rows;
        const [actual, expected] = [assay as Backend, oracle as Backend].map((backend) => {
          const accumulator = one.make(backend);
          const weights = weight ? { sampleWeight: weight.values as Reals } : undefined;
          accumulator.update(predictions.values as Reals, targets.values as Labels, weights);
          const numbers = one.numbers(accumulator.result());
          accumulator.free();
          return numbers;
        });
        expectSame(actual, expected, "result");
      }),
      some,
    );
  });

  test("is as it was after an update that fails, wherever in the rows the fault is", () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.constantFrom("predictions", "targets", "weight"), (one, seed, which) => {
        const { rows } = one;
        fc.pre(which !== "weight" || rows.weight !== undefined);
        const bad = which === "weight" ? -1 : Number.NaN;
        const column = rows[which]!;
        const values = Float64Array.from(column.values);
        values[hash(seed, 0) % values.length] = bad;
        const single = column.values instanceof Float32Array;
        const faulty = {
          ...rows,
          [which]: Object.assign(zeros(column), { values: single ? Float32Array.from(values) : values }),
        };
        withSome(one, (make) => {
          const accumulator = make();
          update(accumulator, rows);
          const before = accumulator.toBytes();
          const complaint = complaintOf(() => update(accumulator, moveRows(faulty, "heap")));
          expect(complaint?.code).toMatch(/^(nan|range|label)$/);
          expectSameNumbers(accumulator.toBytes(), before, "bytes");
          // And it goes on working.
          update(accumulator, rows);
          const twice = make();
          update(twice, rows);
          update(twice, rows);
          expectSameNumbers(accumulator.toBytes(), twice.toBytes(), "bytes after another update");
        });
      }),
      some,
    );
  });

  test("takes the states of equal configuration, as the oracle does, and no others", () => {
    fc.assert(
      fc.property(cases, cases, (one, other) => {
        const [actual, expected] = [assay as Backend, oracle as Backend].map((backend) => {
          const [accumulator, another] = [one.make(backend), other.make(backend)];
          try {
            return {
              merge: complaintOf(() => accumulator.merge(another))?.code,
              mergeBytes: complaintOf(() => accumulator.mergeBytes(another.toBytes()))?.code,
            };
          } finally {
            accumulator.free();
            another.free();
          }
        });
        expect(actual).toEqual(expected);
      }),
      some,
    );
  });

  test("takes no bytes that are not a state", () => {
    fc.assert(
      fc.property(cases, fc.nat(), (one, seed) => {
        withSome(one, (make) => {
          const accumulator = make();
          update(accumulator, one.rows);
          const before = accumulator.toBytes();
          const header = before.slice();
          header[hash(seed, 0) % 32]! ^= 1 << (seed % 8);
          for (const wrong of [header, before.slice(0, seed % before.length), new Uint8Array(before.length)]) {
            expect(complaintOf(() => accumulator.mergeBytes(wrong))).toMatchObject({
              code: "state",
              argument: "bytes",
            });
          }
          expectSameNumbers(accumulator.toBytes(), before, "bytes");
        });
      }),
      some,
    );
  });
});

/** A column of zeros in the place of another one. */
function zeros<Of extends { values: Elements }>(column: Of): Of {
  return Object.assign(Object.create(Object.getPrototypeOf(column)), column, {
    values: column.values.map(() => 0),
  });
}
