import type { Backend, ConfusionMatrix, Skill } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { expectWithin } from "../support/bounds.js";
import {
  allSquares,
  anySquares,
  classNumbers,
  manners,
  measureNames,
  type Square,
  wholeNumbers,
  wholeSquares,
} from "../support/counts.js";
import { complaintOf } from "../support/errors.js";
import { shuffled } from "../support/rows.js";

const matrixOf = ({ numClasses, counts, binary }: Square, backend: Pick<Backend, "confusionMatrix"> = assay) => {
  const classNames = Array.from({ length: numClasses }, (_, k) => `class ${k}`);
  return backend.confusionMatrix.fromCounts(counts, { binary, classNames });
};

/** The matrix of some counts by assay and by the oracle. */
const both = (square: Square): { actual: ConfusionMatrix; expected: ConfusionMatrix } => {
  return { actual: matrixOf(square), expected: matrixOf(square, oracle) };
};

const means = ["micro", "macro", "weighted", "none"] as const;
const averagesOf = ({ binary }: Square) => (binary ? (["binary", ...means] as const) : means);

describe("what follows from counts is what the oracle finds in whole numbers", () => {
  test("to the last bit, of whole counts", () => {
    fc.assert(
      fc.property(wholeSquares, manners, (square, manner) => {
        const { actual, expected } = both(square);
        const averages = averagesOf(square);
        expectSame(classNumbers(actual, averages, manner), classNumbers(expected, averages, manner));
        for (const by of ["true", "pred", "all"] as const) expectSame(actual.normalized(by), expected.normalized(by));
        for (const absentClasses of ["skip", "count"] as const) {
          const [ours, theirs] = [actual.report({ absentClasses }), expected.report({ absentClasses })];
          expectSame({ ...ours }, { ...theirs });
          expect([`${ours}`, ours.toMarkdown({ digits: 2 }), ours.toCSV()]).toEqual([
            `${theirs}`,
            theirs.toMarkdown({ digits: 2 }),
            theirs.toCSV(),
          ]);
        }
      }),
    );
  });

  test("to the last bit, of agreement and correlation whatever the counts", () => {
    fc.assert(
      fc.property(anySquares, (square) => {
        const { actual, expected } = both(square);
        expectSame(wholeNumbers(actual), wholeNumbers(expected));
      }),
    );
  });

  test("to the last bit, of counts whatever they are", () => {
    fc.assert(
      fc.property(anySquares, (square) => {
        const { actual, expected } = both(square);
        const all = (matrix: ConfusionMatrix): unknown => ({
          counts: matrix.counts,
          total: matrix.total,
          cells: matrix.cells(),
          support: matrix.support(),
          present: matrix.present(),
          oneVsRest: matrix.oneVsRest(),
          text: `${matrix}`,
        });
        expectSame(all(actual), all(expected));
      }),
    );
  });

  test("to the last bit, of pairs of confused classes", () => {
    const options = fc.record(
      {
        by: fc.constantFrom("count", "rate"),
        limit: fc.integer({ min: 1, max: 30 }),
        minCount: fc.constantFrom(0, 0.5, 2, 1e6),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(wholeSquares, options, (square, given) => {
        const { actual, expected } = both(square);
        expectSame(actual.mostConfused(given), expected.mostConfused(given));
      }),
    );
  });

  test("within a few roundings, of weights and of whole counts that float64 cannot add", () => {
    fc.assert(
      fc.property(anySquares, manners, fc.double({ min: 0, noNaN: true }), (square, manner, beta) => {
        const { actual, expected } = both(square);
        const averages = averagesOf(square);
        const theirs = classNumbers(expected, averages, manner, [beta]);
        for (const [what, value] of Object.entries(classNumbers(actual, averages, manner, [beta]))) {
          // Two shares less 1: what is rounded is the shares.
          const isDifference = what.startsWith("informedness") || what.startsWith("markedness");
          const close = (a: number, b: number, name: string): void => {
            expectWithin(a, b, ROUNDINGS * (isDifference ? 1 : Math.abs(b)), name);
          };
          const other = theirs[what]!;
          if (typeof value === "number") close(value, other as number, what);
          else
            value.forEach((each, k) => {
              close(each, (other as Float64Array)[k]!, `${what} of ${k}`);
            });
        }
      }),
    );
  });
});

/** Of sums, products and a quotient, 2⁻⁵³ each. */
const ROUNDINGS = 16 * 2 ** -53;

describe("a matrix written and read", () => {
  // Of more than a hundred classes JSON lists cells.
  const large = fc
    .uniqueArray(fc.tuple(fc.nat(120), fc.nat(120), fc.constantFrom(1, 3, 0.5, 1e300)), {
      minLength: 1,
      maxLength: 20,
      selector: ([target, predicted]) => 121 * target + predicted,
    })
    .map((cells) => {
      const counts = new Array<number>(121 * 121).fill(0);
      for (const [target, predicted, count] of cells) counts[121 * target + predicted] = count;
      return { numClasses: 121, counts, binary: false };
    });

  test("as JSON is the same matrix, whichever backend wrote it", () => {
    fc.assert(
      fc.property(fc.oneof(anySquares, large), (square) => {
        const written = Object.values(both(square)).map((matrix) => JSON.stringify(matrix));
        expect(written[0]).toBe(written[1]);
        const matrix = matrixOf(square);
        for (const backend of [assay, oracle]) {
          const read = backend.confusionMatrix.fromJSON(JSON.parse(written[0]!));
          expectSame(read.cells(), matrix.cells());
          expectSame(wholeNumbers(read), wholeNumbers(matrix));
          expect([JSON.stringify(read), `${read.report()}`]).toEqual([written[0], `${matrix.report()}`]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("of weighted rows as JSON has the same measures to the bit", () => {
    const rows = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.double({ min: 1e-6, max: 1, noNaN: true })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(rows, (given) => {
        const [predicted, targets, sampleWeight] = [0, 1, 2].map((i) => given.map((row) => row[i]!));
        for (const { confusionMatrix } of [assay, oracle]) {
          const matrix = confusionMatrix(predicted!, targets!, { numClasses: 3, sampleWeight: sampleWeight! });
          const read = confusionMatrix.fromJSON(JSON.parse(JSON.stringify(matrix)));
          expectSame(wholeNumbers(read), wholeNumbers(matrix));
          expectSame(classNumbers(read, means), classNumbers(matrix, means));
        }
      }),
    );
  });

  test("by rows in typed arrays is the same as by rows of numbers", () => {
    const rows = [Uint8Array.of(5, 1), Float32Array.of(2, 6.5)];
    for (const { confusionMatrix } of [assay, oracle]) {
      expectSame(confusionMatrix.fromCounts(rows).counts, Float64Array.of(5, 1, 2, 6.5));
      expectSame(confusionMatrix.fromCounts([BigInt64Array.of(7n)]).counts, Float64Array.of(7));
    }
  });

  test("with names that hold anything, is the same text", () => {
    const name = fc.string({
      unit: fc.constantFrom("a", "é", "😀", "|", "*", "\n", "\r", "\t", "\0", "\u2028", ",", '"'),
    });
    fc.assert(
      fc.property(fc.array(name, { minLength: 2, maxLength: 2 }), (classNames) => {
        const [actual, expected] = [assay, oracle].map(({ confusionMatrix }) => {
          const matrix = confusionMatrix.fromCounts([1, 2, 3, 4], { classNames });
          const report = matrix.report();
          return [`${matrix}`, `${report}`, report.toMarkdown(), report.toCSV(), JSON.stringify(matrix)];
        });
        expect(actual).toEqual(expected);
        expect(actual!.slice(0, 3).map((text) => text.split("\n").length)).toEqual([3, 6, 7]);
      }),
    );
  });

  test("what is written into its counts changes no measure", () => {
    for (const { confusionMatrix, multilabelConfusionMatrix } of [assay, oracle]) {
      const matrix = confusionMatrix.fromCounts([1, 2, 3, 4]);
      const labels = multilabelConfusionMatrix([1, 0, 1, 1], [1, 1, 0, 1], { numLabels: 2 });
      for (const each of [matrix, labels]) {
        const before = [each.toJSON(), `${each}`, each.normalized("true"), each.countsOf(1), each.f1()];
        each.counts.fill(9);
        expect([each.toJSON(), `${each}`, each.normalized("true"), each.countsOf(1), each.f1()]).toEqual(before);
      }
    }
  });
});

describe("laws of one class against the rest", () => {
  test("its four counts are all rows", () => {
    fc.assert(
      fc.property(wholeSquares, (square) => {
        const matrix = matrixOf(square);
        for (let k = 0; k < matrix.numClasses; k++) {
          const { tp, fp, fn, tn } = matrix.countsOf(k);
          expect(tp + fp + fn + tn).toBe(matrix.total);
        }
      }),
    );
  });

  test("of two classes what is true of one is true of the other, turned round", () => {
    const two = allSquares.filter(({ numClasses }) => numClasses === 2);
    fc.assert(
      fc.property(two, fc.constantFrom(0, 1, Number.NaN), (square, zeroDivision) => {
        const matrix = matrixOf(square);
        const of = (name: (typeof measureNames)[number]): Float64Array =>
          matrix[name]({ average: "none", zeroDivision });
        for (const [one, other] of [
          ["recall", "specificity"],
          ["precision", "negativePredictiveValue"],
          ["falsePositiveRate", "falseNegativeRate"],
          ["falseDiscoveryRate", "falseOmissionRate"],
          ["informedness", "informedness"],
          ["markedness", "markedness"],
          ["gMean", "gMean"],
        ] as const) {
          expectSameNumbers(of(one), of(other).reverse(), one);
        }
      }),
    );
  });

  test("of two classes the correlation is the geometric mean of informedness and markedness", () => {
    fc.assert(
      fc.property(
        wholeSquares.filter(({ numClasses }) => numClasses === 2),
        (square) => {
          const matrix = matrixOf({ ...square, binary: true });
          const [j, delta, phi] = [matrix.informedness(), matrix.markedness(), matrix.mcc()];
          expectWithin(phi, Math.sign(j) * Math.sqrt(j * delta), ROUNDINGS * Math.abs(phi));
          if (matrix.support().every((rows) => rows > 0)) {
            expectWithin(matrix.balancedAccuracy({ adjusted: true }), j, ROUNDINGS * Math.abs(j));
          }
        },
      ),
    );
  });

  test("F-beta lies between precision and recall, and nearer to recall the larger β is", () => {
    fc.assert(
      fc.property(
        wholeSquares,
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (square, a, b) => {
          const matrix = matrixOf(square);
          const none = { average: "none", zeroDivision: Number.NaN } as const;
          const [precision, recall] = [matrix.precision(none), matrix.recall(none)];
          const [less, more] = [Math.min(a, b), Math.max(a, b)].map((beta) => matrix.fBeta({ ...none, beta })) as [
            Float64Array,
            Float64Array,
          ];
          for (let k = 0; k < matrix.numClasses; k++) {
            const [p, r] = [precision[k]!, recall[k]!];
            if (Number.isNaN(p) || Number.isNaN(r)) continue;
            const slack = 1 + ROUNDINGS;
            const ordered = p <= r ? [p, less[k]!, more[k]!, r] : [r, more[k]!, less[k]!, p];
            for (let i = 0; i < 3; i++) expect(ordered[i]!).toBeLessThanOrEqual(ordered[i + 1]! * slack);
          }
        },
      ),
    );
  });
});

describe("laws of averages", () => {
  test("of single labels micro precision, recall and F1 are the accuracy, and so is weighted recall", () => {
    fc.assert(
      fc.property(wholeSquares, (square) => {
        const matrix = matrixOf(square);
        for (const name of ["precision", "recall", "f1"] as const) {
          expect(matrix[name]({ average: "micro" })).toBe(matrix.accuracy());
        }
        expectWithin(matrix.recall({ average: "weighted" }), matrix.accuracy(), ROUNDINGS * matrix.accuracy());
      }),
    );
  });

  test("macro recall over the classes that are true is the balanced accuracy", () => {
    fc.assert(
      fc.property(wholeSquares, (square) => {
        const matrix = matrixOf(square);
        const recall = matrix.recall({ average: "macro", zeroDivision: Number.NaN });
        expectWithin(recall, matrix.balancedAccuracy(), ROUNDINGS * recall);
      }),
    );
  });

  test("classes that do not occur change nothing unless they are asked for", () => {
    fc.assert(
      fc.property(allSquares, fc.nat(5), (square, place) => {
        const { numClasses: n, counts } = square;
        const at = Math.min(place, n);
        const old = (k: number): number => (k < at ? k : k - 1);
        const more = Array.from({ length: (n + 1) ** 2 }, (_, i) => {
          const [row, column] = [Math.floor(i / (n + 1)), i % (n + 1)];
          return row === at || column === at ? 0 : counts[old(row) * n + old(column)]!;
        });
        const [small, large] = [
          matrixOf({ ...square, binary: false }),
          matrixOf({ numClasses: n + 1, counts: more, binary: false }),
        ];
        for (const average of ["macro", "weighted"] as const) {
          for (const name of measureNames)
            expectSame(large[name]({ average }), small[name]({ average }), `${name} ${average}`);
        }
        const { linear: _, quadratic: __, ...unordered } = wholeNumbers(large);
        expect(wholeNumbers(small)).toMatchObject(unordered);
      }),
    );
  });
});

describe("laws of whole matrices", () => {
  test("classes in another order: the same numbers in another order", () => {
    fc.assert(
      fc.property(allSquares, fc.nat(), (square, seed) => {
        const matrix = matrixOf({ ...square, binary: false });
        const order = shuffled(matrix.numClasses, seed);
        const other = matrix.select(order);
        for (const name of measureNames) {
          const values = matrix[name]({ average: "none" });
          expectSameNumbers(
            other[name]({ average: "none" }),
            order.map((k) => values[k]!),
            name,
          );
          for (const average of ["micro", "macro", "weighted"] as const) {
            expectSame(other[name]({ average }), matrix[name]({ average }), `${name} ${average}`);
          }
        }
        const { linear, quadratic, ...unordered } = wholeNumbers(matrix);
        expect(wholeNumbers(other)).toMatchObject(unordered);
        // Distances are the same from the other end.
        const reversed = matrix.select(Array.from(order.keys()).reverse());
        expect(wholeNumbers(reversed)).toMatchObject({ linear, quadratic });
      }),
    );
  });

  test("targets for predictions: precision for recall, and the same agreement", () => {
    fc.assert(
      fc.property(allSquares, (square) => {
        const { numClasses: n, counts } = square;
        const matrix = matrixOf(square);
        const turned = matrixOf({ ...square, counts: counts.map((_, i) => counts[(i % n) * n + Math.floor(i / n)]!) });
        const none = { average: "none" } as const;
        for (const [one, other] of [
          ["precision", "recall"],
          ["specificity", "negativePredictiveValue"],
          ["falsePositiveRate", "falseOmissionRate"],
          ["falseNegativeRate", "falseDiscoveryRate"],
          ["informedness", "markedness"],
          ["f1", "f1"],
          ["jaccard", "jaccard"],
        ] as const) {
          expectSameNumbers(turned[one](none), matrix[other](none), one);
        }
        const same = ["accuracy", "zeroOneLoss", "mcc", "kappa", "linear", "quadratic"];
        for (const name of same) expectSame(wholeNumbers(turned)[name], wholeNumbers(matrix)[name], name);
      }),
    );
  });

  test("every row twice, or half: the same measures", () => {
    fc.assert(
      fc.property(allSquares, fc.constantFrom(2, 0.5, 2 ** -20, 2 ** 30), (square, factor) => {
        const [matrix, scaled] = [
          matrixOf(square),
          matrixOf({ ...square, counts: square.counts.map((x) => factor * x) }),
        ];
        const averages = averagesOf(square);
        expectSame(wholeNumbers(scaled), wholeNumbers(matrix));
        expectSame(classNumbers(scaled, averages), classNumbers(matrix, averages));
      }),
    );
  });

  test("correlation and agreement lie in [−1, 1], and are 1 where all rows are right", () => {
    fc.assert(
      fc.property(allSquares, (square) => {
        const matrix = matrixOf(square);
        const diagonal = matrixOf({
          ...square,
          counts: square.counts.map((x, i) => (i % (square.numClasses + 1) === 0 ? x || 1 : 0)),
        });
        for (const name of ["mcc", "kappa", "linear", "quadratic"]) {
          const value = wholeNumbers(matrix)[name]!;
          if (!Number.isNaN(value)) expect(Math.abs(value)).toBeLessThanOrEqual(1);
          const best = wholeNumbers(diagonal)[name]!;
          if (square.numClasses > 1) expect(best).toBe(1);
        }
      }),
    );
  });

  test("without agreement beyond chance both are 0", () => {
    const margin = fc.array(fc.integer({ min: 1, max: 1e5 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(margin, margin, (rows, columns) => {
        const n = Math.min(rows.length, columns.length);
        const counts = Array.from({ length: n * n }, (_, i) => rows[Math.floor(i / n)]! * columns[i % n]!);
        const { mcc, kappa, linear, quadratic, adjusted } = wholeNumbers(
          matrixOf({ numClasses: n, counts, binary: false }),
        );
        expect([mcc, kappa, linear, quadratic, adjusted]).toEqual([0, 0, 0, 0, 0]);
      }),
    );
  });
});

describe("skill", () => {
  const skillScores = [(backend: Skill) => backend.d2LogLossScore, (backend: Skill) => backend.d2BrierScore];
  const rows = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(1), fc.constantFrom(1, 0.5, 3, 0)),
    {
      minLength: 2,
      maxLength: 50,
    },
  );

  test("of probabilities against the class frequencies is that of the oracle", () => {
    fc.assert(
      fc.property(rows, fc.boolean(), fc.boolean(), (given, weighted, twoColumns) => {
        fc.pre(given.some(([, , w]) => w > 0));
        const p = Float64Array.from(given.flatMap(([q]) => (twoColumns ? [1 - q, q] : [q])));
        const y = given.map(([, label]) => label);
        const options = {
          ...(twoColumns && { numClasses: 2 }),
          ...(weighted && { sampleWeight: given.map(([, , w]) => w) }),
        };
        for (const score of skillScores) {
          const [actual, expected] = [score(assay)(p, y, options), score(oracle)(p, y, options)];
          // 1 − a/b: what is rounded is a/b.
          expectWithin(actual, expected, 1e-13 * (1 - expected), `${score}`);
        }
      }),
    );
  });

  test("of the class frequencies themselves is 0, and undefined of one class alone", () => {
    const labels = [0, 1, 1, 2, 2, 2, 2, 2];
    const p = Float64Array.from(labels.flatMap(() => [1 / 8, 2 / 8, 5 / 8]));
    expect(assay.d2BrierScore(p, labels, { numClasses: 3 })).toBe(0);
    expectWithin(assay.d2LogLossScore(p, labels, { numClasses: 3 }), 0, 2 ** -52);
    for (const backend of [assay, oracle]) {
      for (const score of skillScores) {
        expect(score(backend)([0.5, 0.5], [1, 1])).toBeNaN();
        expect(score(backend)([0.5, 0.5], [1, 1], { undefinedValue: -1 })).toBe(-1);
      }
    }
  });

  test("relative improvement", () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (before, after) => {
        expectSame(assay.relativeImprovement(before, after), oracle.relativeImprovement(before, after));
      }),
    );
    expect(assay.relativeImprovement(0.8, 0.9)).toBe((0.9 - 0.8) / 0.8);
  });
});

type Parts = Pick<
  Backend,
  "confusionMatrix" | "multilabelConfusionMatrix" | "topKAccuracy" | "relativeImprovement" | "d2BrierScore"
>;

const json = { numClasses: 2, classNames: ["a", "b"], binary: false, total: 10, counts: [[1, 2], [3, 4]] }; // biome-ignore format: a square
const listed = (cells: number[][]): object => ({ ...json, counts: undefined, cells });

describe("wrong calls are told as the oracle tells them", () => {
  const calls: readonly (readonly [what: string, call: (backend: Parts, matrix: ConfusionMatrix) => unknown])[] = [
    ["average samples", (_, matrix) => matrix.f1({ average: "samples" })],
    ["average binary", (_, matrix) => matrix.f1({ average: "binary" })],
    ["an unknown average", (_, matrix) => matrix.f1({ average: "mean" as "macro" })],
    ["an unknown option", (_, matrix) => matrix.f1({ beta: 2 } as object)],
    ["absent classes", (_, matrix) => matrix.f1({ absentClasses: "drop" as "skip" })],
    ["zeroDivision", (_, matrix) => matrix.f1({ zeroDivision: "warn" as never })],
    ["beta", (_, matrix) => matrix.fBeta({ beta: -1 })],
    ["beta of another type", (_, matrix) => matrix.fBeta({ beta: "2" as never })],
    ["no class", (_, matrix) => matrix.countsOf()],
    ["a class beyond", (_, matrix) => matrix.countsOf(3)],
    ["a cell beyond", (_, matrix) => matrix.at(0, -1)],
    ["weights", (_, matrix) => matrix.cohenKappa({ weights: "cubic" as "none" })],
    ["adjusted", (_, matrix) => matrix.balancedAccuracy({ adjusted: 1 as never })],
    ["undefinedValue", (_, matrix) => matrix.mcc({ undefinedValue: "0" as never })],
    ["classes twice", (_, matrix) => matrix.select([1, 1])],
    ["no classes", (_, matrix) => matrix.select([])],
    ["classes beyond", (_, matrix) => matrix.select([7])],
    ["a class that is not whole, among others", (_, matrix) => matrix.select([2, 0.5])],
    ["a class for classes", (_, matrix) => matrix.select(1 as never)],
    ["by", (_, matrix) => matrix.mostConfused({ by: "name" as "count" })],
    ["limit", (_, matrix) => matrix.mostConfused({ limit: 0 })],
    ["minCount", (_, matrix) => matrix.mostConfused({ minCount: -1 })],
    ["normalized", (_, matrix) => matrix.normalized("rows" as "true")],
    ["rows not kept", (_, matrix) => matrix.rowsOf(0, 1)],
    ["digits", (_, matrix) => matrix.report().toString({ digits: 101 })],
    ["options of a report", (_, matrix) => matrix.report({ average: "macro" } as object)],
    ["no square", ({ confusionMatrix }) => confusionMatrix.fromCounts([1, 2, 3])],
    ["uneven rows", ({ confusionMatrix }) => confusionMatrix.fromCounts([[1, 2], [3]])],
    ["a negative count", ({ confusionMatrix }) => confusionMatrix.fromCounts([1, 2, -3, 4])],
    ["a NaN", ({ confusionMatrix }) => confusionMatrix.fromCounts([[1, Number.NaN], [3, 4]])], // biome-ignore format: a square
    ["an infinite count", ({ confusionMatrix }) => confusionMatrix.fromCounts([1, 2, Infinity, 4])],
    ["no counts", ({ confusionMatrix }) => confusionMatrix.fromCounts([])],
    ["only zeros", ({ confusionMatrix }) => confusionMatrix.fromCounts([0, 0, 0, 0])],
    ["strings", ({ confusionMatrix }) => confusionMatrix.fromCounts(["1"] as never)],
    ["more than a number holds", ({ confusionMatrix }) => confusionMatrix.fromCounts([1e308, 1e308, 0, 0])],
    [
      "weights that are more than a number holds",
      ({ confusionMatrix }) => confusionMatrix([0, 1], [0, 1], { sampleWeight: [1e308, 1e308] }),
    ],
    [
      "weights of a stream that are more than a number holds",
      ({ confusionMatrix }) =>
        confusionMatrix
          .accumulator({ weighted: true })
          .update([0, 1], [0, 1], { sampleWeight: [1e308, 1e308] })
          .result(),
    ],
    [
      "weights of one cell that are more than a number holds",
      ({ confusionMatrix }) => confusionMatrix([0, 0], [0, 0], { sampleWeight: [1.2e308, 1.2e308] }),
    ],
    [
      "weights of ranks that are more than a number holds",
      ({ topKAccuracy }) => topKAccuracy([1, 2, 3, 4], [1, 1], { numClasses: 2, sampleWeight: [1.2e308, 1.2e308] }),
    ],
    ["an ignored label beyond 32 bits", ({ confusionMatrix }) => confusionMatrix([0], [0], { ignoreIndex: 2 ** 40 })],
    [
      "weights of labels that are more than a number holds",
      ({ multilabelConfusionMatrix: matrix }) => matrix([0, 1], [0, 1], { numLabels: 2, sampleWeight: [1e308] }),
    ],
    ["a row that is none", ({ confusionMatrix }) => confusionMatrix.fromCounts([[1, 2], "34"] as never)],
    ["JSON that is none", ({ confusionMatrix }) => confusionMatrix.fromJSON(null)],
    ["JSON of something else", ({ confusionMatrix }) => confusionMatrix.fromJSON({ format: "assay.calibrator" })],
    ["JSON with more", ({ confusionMatrix }) => confusionMatrix.fromJSON({ ...json, rows: [] })],
    ["JSON of uneven rows", ({ confusionMatrix }) => confusionMatrix.fromJSON({ ...json, counts: [[1, 2], [3]] })], // biome-ignore format: a square
    ["JSON of another total", ({ confusionMatrix }) => confusionMatrix.fromJSON({ ...json, total: 11 })],
    ["JSON without names", ({ confusionMatrix }) => confusionMatrix.fromJSON({ ...json, classNames: undefined })],
    ["JSON without binary", ({ confusionMatrix }) => confusionMatrix.fromJSON({ ...json, binary: undefined })],
    ["JSON of cells twice", ({ confusionMatrix }) => confusionMatrix.fromJSON(listed([[0, 1, 5], [0, 1, 5]]))], // biome-ignore format: two cells
    ["JSON of a cell beyond", ({ confusionMatrix }) => confusionMatrix.fromJSON(listed([[0, 2, 10]]))],
    ["JSON of a cell of nothing", ({ confusionMatrix }) => confusionMatrix.fromJSON(listed([[0, 1, 0]]))],
    ["names", ({ confusionMatrix }) => confusionMatrix.fromCounts([1], { classNames: ["a", "b"] })],
    [
      "binary of three",
      ({ confusionMatrix }) => confusionMatrix.fromCounts(new Float64Array(9).fill(1), { binary: true }),
    ],
    ["before", ({ relativeImprovement }) => relativeImprovement("1" as never, 2)],
    ["undefinedValue of skill", ({ d2BrierScore }) => d2BrierScore([1], [1], { undefinedValue: "0" as never })],
  ];

  test.each(calls)("%s", (_, call) => {
    const square: Square = { numClasses: 3, counts: [5, 1, 0, 2, 6, 1, 0, 0, 7], binary: false };
    const [actual, expected] = [assay, oracle].map((backend) =>
      complaintOf(() => call(backend, matrixOf(square, backend))),
    );
    expect(expected).toBeDefined();
    expect(actual).toEqual(expected);
  });
});
