import type { Backend, ConfusionMatrix, MeasureName } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectClose, expectWithin } from "../support/bounds.js";
import { type Column, inArena } from "../support/columns.js";
import { complaintOf } from "../support/errors.js";
import { shuffled } from "../support/rows.js";
import { type Measuring, measurings, type PairedCase, pairedCases, tables } from "../support/statistics.js";

const backends: readonly Backend[] = [assay, oracle];

const levels = fc.constantFrom(0.01, 0.5, 0.8, 0.95, 0.999, 1 - 1e-12);
const seeds = fc.maxSafeNat();

describe("wilson", () => {
  const shares = fc
    .tuple(
      fc.oneof(fc.nat(100), fc.nat(10 ** 9), fc.double({ min: 0, max: 1e6, noNaN: true })),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([n, share]) => [Number.isInteger(n) ? Math.round(share * n) : share * n, n] as const);

  test("agrees with the oracle", () => {
    fc.assert(
      fc.property(shares, levels, ([x, n], level) => {
        const [actual, expected] = backends.map((backend) => backend.wilson(x, n, { level }));
        expectSame(actual!.estimate, expected!.estimate);
        // The oracle's difference loses what lies below the last digit of its terms.
        for (const end of ["lower", "upper"] as const) expectWithin(actual![end], expected![end], 1e-14, end);
      }),
    );
  });

  test("holds the share, grows with the level, and of failures is its mirror image", () => {
    fc.assert(
      fc.property(shares, levels, ([x, n], level) => {
        fc.pre(Number.isInteger(n) && n > 0);
        const { estimate, lower, upper } = assay.wilson(x, n, { level });
        expect(0 <= lower && lower <= estimate && estimate <= upper && upper <= 1).toBe(true);
        const narrower = assay.wilson(x, n, { level: level / 2 });
        expect(lower <= narrower.lower && narrower.upper <= upper).toBe(true);
        const failures = assay.wilson(n - x, n, { level });
        expectWithin(failures.lower, 1 - upper, 1e-15);
        expectWithin(failures.upper, 1 - lower, 1e-15);
      }),
    );
  });

  test("ends are the shares that the z-test just does not reject", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(10_000), (n, k) => {
        const x = k % (n + 1);
        const { lower, upper } = assay.wilson(x, n);
        for (const p of [lower, upper].filter((p) => p > 0 && p < 1)) {
          expectWithin(Math.abs(x - n * p) / Math.sqrt(n * p * (1 - p)), 1.959963984540054, 1e-9);
        }
      }),
    );
  });
});

describe("confidenceInterval", () => {
  const intervalOf = (backend: Backend, table: number[][], { measure, options }: Measuring) =>
    backend.confidenceInterval(backend.confusionMatrix.fromCounts(table), measure, options);

  test.each(["default", "delta"] as const)("agrees with the oracle: %s", (method) => {
    fc.assert(
      fc.property(tables, measurings, (table, { measure, options }) => {
        const asked = { measure, options: { ...options, ...(method === "delta" && { method }) } };
        const [actual, expected] = backends.map((backend) => intervalOf(backend, table, asked));
        const { method: how, ...numbers } = actual!;
        expect(how).toBe(expected!.method);
        expectWithin(numbers.estimate, expected!.estimate, DOUBLE * Math.abs(expected!.estimate), "estimate");
        // Derivatives are differences of shares up to 1, over the root of how many rows there are.
        const bound = 1e-9 * (expected!.standardError + Math.abs(expected!.estimate));
        for (const name of ["standardError", "lower", "upper"] as const) {
          const isEnd = name !== "standardError";
          expectWithin(numbers[name], expected![name], isEnd ? 10 * bound + 1e-12 : bound + 1e-12, name);
        }
      }),
    );
  });

  test("of the bootstrap is that of the same function", () => {
    fc.assert(
      fc.property(tables, fc.constantFrom("f1", "precision", "jaccard"), seeds, (table, measure, seed) => {
        const matrix = assay.confusionMatrix.fromCounts(table);
        const options = { resamples: 20, seed };
        const interval = assay.confidenceInterval(matrix, measure, {
          average: "macro",
          method: "bootstrap",
          ...options,
        });
        const { replicates: _, ...expected } = assay.bootstrap(
          matrix,
          (m) => m[measure]({ average: "macro" }),
          options,
        );
        expectSame(interval, { ...expected, method: "bootstrap" });
      }),
    );
  });

  test("at 2⁵³ rows, the last that float64 counts one by one", () => {
    for (const backend of backends) {
      const matrix = backend.confusionMatrix.fromCounts([2 ** 52, 2 ** 51, 2 ** 50, 2 ** 50]);
      expect(matrix.total).toBe(2 ** 53);
      expect(backend.confidenceInterval(matrix, "accuracy").estimate).toBe(0.625);
      expect(backend.mcnemar.fromCounts(2 ** 53, 2 ** 53, { method: "chiSquare" }).pValue).toBeGreaterThan(0.99);
    }
  });

  test("of a correlation of 1 or −1 has no width, and of a share of no rows is 0..1", () => {
    for (const backend of backends) {
      for (const [counts, value] of [
        [[5, 0, 0, 5], 1],
        [[0, 5, 7, 0], -1],
      ] as const) {
        // biome-ignore format: two cases
        const { standardError, lower, upper } = backend.confidenceInterval(backend.confusionMatrix.fromCounts(counts), "mcc"); // biome-ignore format: one line
        expect([standardError, lower, upper]).toEqual([0, value, value]);
      }
      const never = backend.confusionMatrix.fromCounts([5, 0, 5, 0], { binary: true });
      expect(backend.confidenceInterval(never, "precision")).toMatchObject({ estimate: 0, lower: 0, upper: 1 });
    }
  });

  test("classes given another order have the same intervals", () => {
    const orders: MeasureName[] = ["mcc", "cohenKappa", "balancedAccuracy", "f1", "markedness", "accuracy"];
    fc.assert(
      fc.property(tables, fc.nat(), fc.constantFrom(...orders), (table, seed, measure) => {
        const matrix = assay.confusionMatrix.fromCounts(table);
        const other = matrix.select(shuffled(matrix.numClasses, seed));
        const [a, b] = [matrix, other].map((m) => assay.confidenceInterval(m, measure)) as [object, object];
        expectClose(a, b, 1e-9);
      }),
    );
  });
});

describe("bootstrap", () => {
  const statistics = [
    "accuracy",
    "mcc",
    (m: ConfusionMatrix) => m.f1({ average: "macro" }),
    (m: ConfusionMatrix) => m.at(0, 1),
  ] as const;

  test("draws what the oracle draws", () => {
    fc.assert(
      fc.property(
        tables,
        fc.constantFrom(...statistics),
        fc.constantFrom("percentile", "bca"),
        seeds,
        levels,
        (table, statistic, method, seed, level) => {
          const [actual, expected] = backends.map((backend) => {
            const matrix = backend.confusionMatrix.fromCounts(table);
            return backend.bootstrap(matrix, statistic, { resamples: 12, seed, level, method });
          });
          const size = Math.max(1, ...expected!.replicates.map(Math.abs));
          expectAllWithin(actual!.replicates, expected!.replicates, () => DOUBLE * size);
          for (const name of ["estimate", "standardError", "lower", "upper"] as const) {
            // The acceleration is a quotient of differences that may be small.
            expectWithin(actual![name], expected![name], (method === "bca" ? 1e-6 : 1e-12) * size, name);
          }
        },
      ),
    );
  });

  test("has the same replicates however many are asked for", () => {
    fc.assert(
      fc.property(tables, seeds, (table, seed) => {
        const matrix = assay.confusionMatrix.fromCounts(table);
        const of = (resamples: number) => assay.bootstrap(matrix, "accuracy", { resamples, seed }).replicates;
        expectSameNumbers(of(40).subarray(0, 7), of(7));
      }),
    );
  });

  test("draws as many rows as there are, from cells that hold some", () => {
    fc.assert(
      fc.property(tables, seeds, (table, seed) => {
        const matrix = assay.confusionMatrix.fromCounts(table);
        let asked = 0;
        const inside = (m: ConfusionMatrix): number => {
          asked++;
          expect(m.total).toBe(matrix.total);
          expect(m.cells().every(({ target, predicted }) => matrix.at(target, predicted) > 0)).toBe(true);
          return m.accuracy();
        };
        assay.bootstrap(matrix, inside, { resamples: 5, seed });
        expect(asked).toBe(6);
      }),
    );
  });

  test("leaves out replicates in which the statistic is undefined", () => {
    const matrix = assay.confusionMatrix.fromCounts(
      [
        [3, 1],
        [0, 1],
      ],
      { binary: true },
    );
    const recall = (m: ConfusionMatrix) => m.recall({ zeroDivision: NaN });
    const { replicates, lower, upper, standardError } = assay.bootstrap(matrix, recall);
    expect(replicates.some(Number.isNaN)).toBe(true);
    expect([lower, upper, standardError]).toEqual([1, 1, 0]);
    const nothing = assay.bootstrap(matrix, () => NaN, { resamples: 3 });
    expect([nothing.estimate, nothing.lower, nothing.upper, nothing.standardError]).toEqual([NaN, NaN, NaN, NaN]);
  });
});

/** What both backends answer about paired rows, assay's arguments given as the case says. */
function ofPairs<Result>(
  { predictedA, predictedB, targets }: PairedCase,
  ask: (backend: Backend, a: assay.Labels, b: assay.Labels, t: assay.Labels) => Result,
): { actual: Result; expected: Result } {
  const actual = inArena((arena) => {
    const [a, b, t] = [predictedA, predictedB, targets].map((column: Column) => arena.put(column));
    return ask(assay, a!(), b!(), t!());
  });
  return { actual, expected: ask(oracle, predictedA.values, predictedB.values, targets.values) };
}

describe("two models on the same rows", () => {
  test("mcnemar agrees with the oracle", () => {
    const how = fc.constantFrom(
      {},
      { method: "chiSquare" } as const,
      { method: "chiSquare", correction: false } as const,
    );
    fc.assert(
      fc.property(pairedCases, how, fc.boolean(), (one, options, ignoring) => {
        const { numClasses, targets } = one;
        const ignoreIndex = targets.values.find((label) => label !== targets.values[0]);
        const all = { numClasses, ...options, ...(ignoring && ignoreIndex !== undefined && { ignoreIndex }) };
        const { actual, expected } = ofPairs(one, (backend, a, b, t) => backend.mcnemar(a, b, t, all));
        expectClose(actual, expected, 1e-11, "test");
      }),
    );
  });

  test("mcnemar.fromCounts agrees with the oracle", () => {
    const count = fc.oneof(fc.nat(50), fc.nat(10 ** 6), fc.nat(10 ** 9));
    const methods = fc.constantFrom("exact", "chiSquare");
    fc.assert(
      fc.property(count, fc.double({ min: -3, max: 3, noNaN: true }), methods, (b, deviations, method) => {
        const c = Math.max(0, Math.round(b + deviations * Math.sqrt(2 * b)));
        const [actual, expected] = backends.map((backend) => backend.mcnemar.fromCounts(b, c, { method }));
        expectClose(actual, expected, 1e-10, "test");
        expectSame(assay.mcnemar.fromCounts(c, b, { method }).pValue, actual!.pValue, "the other way round");
      }),
    );
  });

  test("mcnemar's exact p-value of up to a thousand rows is rounded once", () => {
    for (const { mcnemar } of backends) {
      const p = (b: number, c: number): number => mcnemar.fromCounts(b, c).pValue;
      expect([p(0, 0), p(1, 0), p(0, 1), p(7, 7), p(8, 7)]).toEqual([1, 1, 1, 1, 1]);
      for (const k of [2, 3, 54, 1000]) expect([p(k, 0), p(0, k)]).toEqual([2 ** (1 - k), 2 ** (1 - k)]);
      // 2·(1 + 5) / 2⁵, 2·(1 + 10 + 45) / 2¹⁰.
      expect([p(4, 1), p(2, 8)]).toEqual([12 / 32, 112 / 1024]);
      expect(p(2 ** 40, 2 ** 40 + 1), "of many that are as even as can be").toBe(1);
    }
    const pairs = fc.tuple(fc.nat(400), fc.nat(400));
    fc.assert(
      fc.property(pairs, ([b, c]) => {
        const [actual, expected] = backends.map((backend) => backend.mcnemar.fromCounts(b, c).pValue);
        expectSame(actual, expected, "p-value");
      }),
    );
  });

  test("pairedBootstrap agrees with the oracle", () => {
    const statistics = fc.constantFrom("accuracy", "mcc", "balancedAccuracy" as const);
    fc.assert(
      fc.property(pairedCases, statistics, seeds, (one, statistic, seed) => {
        const { numClasses } = one;
        const options = { numClasses, statistic, seed, resamples: 8 } as const;
        const { actual, expected } = ofPairs(one, (backend, a, b, t) => backend.pairedBootstrap(a, b, t, options));
        for (const name of ["a", "b", "pValue"] as const) expectWithin(actual[name], expected[name], 1e-12, name);
        expectAllWithin(actual.difference.replicates, expected.difference.replicates, () => 1e-12);
      }),
    );
  });

  test("the order of rows is not seen, and models exchanged turn the sign", () => {
    fc.assert(
      fc.property(pairedCases, seeds, (one, seed) => {
        const { numClasses, predictedA, predictedB, targets } = one;
        const order = shuffled(targets.values.length, seed % 2 ** 31);
        const [a, b, t] = [predictedA, predictedB, targets].map(({ values }) => Array.from(values));
        const again = (labels: number[] | undefined): number[] => order.map((i) => labels![i]!);
        const options = { numClasses, statistic: "accuracy", seed, resamples: 5 } as const;
        const result = assay.pairedBootstrap(a!, b!, t!, options);
        expectSame(assay.pairedBootstrap(again(a), again(b), again(t), options), result);
        const { difference } = assay.pairedBootstrap(b!, a!, t!, options);
        expectSame(difference.estimate, 0 - result.difference.estimate);
        const { b: onlyA, c: onlyB } = assay.mcnemar(a!, b!, t!, { numClasses });
        expectWithin(result.difference.estimate, (onlyA - onlyB) / t!.length, 1e-15);
      }),
    );
  });

  test("of very many classes only those cells are kept that occur", () => {
    const [a, b, t] = [
      [1, 99_999, 7],
      [1, 7, 7],
      [1, 99_999, 99_999],
    ];
    expect(assay.mcnemar(a!, b!, t!, { numClasses: 100_000 })).toMatchObject({ b: 1, c: 0 });
    expect(complaintOf(() => assay.mcnemar(a!, b!, t!, { numClasses: 200_001 }))).toMatchObject({
      argument: "numClasses",
    });
  });

  test("strings and listed classes are labels too", () => {
    const [a, b, t] = [
      ["x", "y", "y", "z"],
      ["x", "x", "y", "y"],
      ["x", "y", "y", "y"],
    ];
    for (const backend of backends) {
      expect(backend.mcnemar(a!, b!, t!)).toMatchObject({ b: 1, c: 1, pValue: 1 });
      const options = { classes: [7, 5, 9], statistic: "accuracy", resamples: 2 } as const;
      expect(backend.pairedBootstrap([7, 5, 9], [7, 7, 7], [7, 5, 5], options)).toMatchObject({ a: 2 / 3, b: 1 / 3 });
    }
  });
});

describe("both backends complain alike", () => {
  const matrices = new Map<Backend, ConfusionMatrix>(
    backends.map((backend) => [
      backend,
      backend.confusionMatrix.fromCounts([
        [5, 1],
        [2, 8],
      ]),
    ]),
  );
  const weighted = new Map<Backend, ConfusionMatrix>(
    backends.map((backend) => [
      backend,
      backend.confusionMatrix.fromCounts([
        [5, 1],
        [2.5, 8],
      ]),
    ]),
  );
  const cases: Record<string, (backend: Backend) => unknown> = {
    "a level of 1": (b) => b.wilson(1, 2, { level: 1 }),
    "more successes than trials": (b) => b.wilson(3, 2),
    "trials that are no number": (b) => b.wilson(0, NaN),
    "an unknown option": (b) => b.wilson(1, 2, { alpha: 0.05 } as object),
    "an unknown measure": (b) => b.confidenceInterval(matrices.get(b)!, "brier" as MeasureName),
    "an option of another measure": (b) => b.confidenceInterval(matrices.get(b)!, "mcc", { beta: 2 }),
    "Wilson's interval of no share": (b) => b.confidenceInterval(matrices.get(b)!, "f1", { method: "wilson" }),
    "a seed without bootstrap": (b) => b.confidenceInterval(matrices.get(b)!, "f1", { seed: 2 }),
    "a label of a matrix of classes": (b) => b.confidenceInterval(matrices.get(b)!, "f1", { label: 0 }),
    "a class and an average": (b) => b.confidenceInterval(matrices.get(b)!, "f1", { classIndex: 0, average: "macro" }),
    "counts that are not whole": (b) => b.confidenceInterval(weighted.get(b)!, "f1"),
    "a bootstrap of labels": (b) =>
      b.bootstrap(b.multilabelConfusionMatrix([0, 1], [1, 1], { numLabels: 2 }) as unknown as ConfusionMatrix, "f1"),
    "exact match of one label": (b) =>
      b.confidenceInterval(b.multilabelConfusionMatrix([0, 1], [1, 1], { numLabels: 2 }), "exactMatch", { label: 0 }),
    "an interval of no rows": (b) =>
      b.confidenceInterval(b.confusionMatrix.fromCounts([0, 1, 2, 0]).select([0]), "mcc"),
    "a bootstrap of counts that are not whole": (b) => b.bootstrap(weighted.get(b)!, "f1"),
    "one replicate": (b) => b.bootstrap(matrices.get(b)!, "f1", { resamples: 1 }),
    "a negative seed": (b) => b.bootstrap(matrices.get(b)!, "f1", { seed: -1 }),
    "an unknown statistic": (b) => b.bootstrap(matrices.get(b)!, "report" as MeasureName),
    "a statistic that returns no number": (b) => b.bootstrap(matrices.get(b)!, () => "0.5" as never),
    "a difference of what are no numbers": (b) => b.pairedBootstrap([0], [0], [0], { statistic: () => null as never }),
    "rows that are not whole": (b) => b.mcnemar.fromCounts(1.5, 2),
    "a correction of the exact test": (b) => b.mcnemar.fromCounts(1, 2, { correction: false }),
    "an unknown method": (b) => b.mcnemar.fromCounts(1, 2, { method: "midP" as "exact" }),
    "a label out of range, first model": (b) => b.mcnemar([0, 2], [0, 1], [0, 1]),
    "a label out of range, second model": (b) => b.mcnemar([0, 1], [0, 2], [0, 1]),
    "a target out of range": (b) => b.mcnemar([0, 1], [0, 1], [0, 2]),
    "lengths that do not fit": (b) => b.mcnemar([0, 1], [0], [0, 1]),
    "no rows": (b) => b.mcnemar([], [], []),
    "only rows that are ignored": (b) => b.mcnemar([0], [0], [7], { ignoreIndex: 7 }),
    "no statistic": (b) => b.pairedBootstrap([0], [0], [0], {} as { statistic: "f1" }),
  };

  test.each(Object.entries(cases))("%s", (_, call) => {
    const [actual, expected] = backends.map((backend) => complaintOf(() => call(backend)));
    expect(expected).toBeDefined();
    expect(actual).toEqual(expected);
  });
});
