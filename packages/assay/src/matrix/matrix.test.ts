import { isAssayError } from "@assay/contract";
import { describe, expect, test } from "vitest";
import { confusionMatrix, float64, multilabelConfusionMatrix } from "../index.js";
import { DenseCells, SparseCells } from "./cells.js";
import { Matrix } from "./matrix.js";

const { fromCounts } = confusionMatrix;

function complaintOf(call: () => unknown): object {
  try {
    call();
  } catch (error) {
    if (isAssayError(error)) return { code: error.code, argument: error.argument, index: error.index };
  }
  throw new Error("no error of the library");
}

describe("a binary matrix: 100 true negatives, 5 false positives, 10 false negatives, 50 true positives", () => {
  const matrix = fromCounts(
    [
      [100, 5],
      [10, 50],
    ],
    { binary: true, classNames: ["healthy", "ill"] },
  );

  test.each([
    ["precision", 50 / 55],
    ["recall", 50 / 60],
    ["f1", 100 / 115],
    ["fBeta", 100 / 115],
    ["jaccard", 50 / 65],
    ["specificity", 100 / 105],
    ["negativePredictiveValue", 100 / 110],
    ["falsePositiveRate", 5 / 105],
    ["falseNegativeRate", 10 / 60],
    ["falseDiscoveryRate", 5 / 55],
    ["falseOmissionRate", 10 / 110],
    ["prevalence", 60 / 165],
    ["informedness", (50 * 100 - 5 * 10) / (60 * 105)],
    ["markedness", (50 * 100 - 5 * 10) / (55 * 110)],
    ["gMean", Math.sqrt((50 / 60) * (100 / 105))],
    ["positiveLikelihoodRatio", 50 / 60 / (5 / 105)],
    ["negativeLikelihoodRatio", 10 / 60 / (100 / 105)],
  ] as const)("%s", (name, value) => {
    expect(matrix[name]()).toBe(value);
    expect(matrix[name]({ average: "none" })[1]).toBe(value);
  });

  test("the measures of all cells", () => {
    expect(matrix.accuracy()).toBe(150 / 165);
    expect(matrix.zeroOneLoss()).toBe(15 / 165);
    expect(matrix.hammingLoss()).toBe(15 / 165);
    expect(matrix.balancedAccuracy()).toBe(25 / 28);
    expect(matrix.balancedAccuracy({ adjusted: true })).toBe(matrix.informedness());
    // √(9/14) = 0.801783725737273154…
    expect(matrix.mcc()).toBe(0.8017837257372732);
    expect(matrix.cohenKappa()).toBe(0.8);
  });

  test("its counts in every form", () => {
    expect([matrix.total, matrix.numClasses, matrix.binary]).toEqual([165, 2, true]);
    expect(matrix.counts).toEqual(Float64Array.of(100, 5, 10, 50));
    expect(matrix.countsOf()).toEqual({ tp: 50, fp: 5, fn: 10, tn: 100 });
    expect(matrix.oneVsRest()).toEqual(Float64Array.of(50, 10, 5, 100, 100, 5, 10, 50));
    expect(matrix.support()).toEqual(Float64Array.of(105, 60));
    expect(matrix.cells()[1]).toEqual({ target: 0, predicted: 1, count: 5 });
    expect(matrix.normalized("pred")).toEqual(Float64Array.of(100 / 110, 5 / 55, 10 / 110, 50 / 55));
    expect(matrix.select([1, 0]).counts).toEqual(Float64Array.of(50, 10, 5, 100));
    expect(matrix.select(Int32Array.of(1, 0) as never).classNames).toEqual(matrix.select([1, 0]).classNames);
    expect(`${matrix}`).toBe(
      "true \\ predicted  healthy  ill\nhealthy               100    5\nill                    10   50",
    );
  });

  test("who is taken for whom", () => {
    const [first, second] = matrix.mostConfused();
    expect(first).toEqual({
      target: 1,
      predicted: 0,
      count: 10,
      targetName: "ill",
      predictedName: "healthy",
      rate: 10 / 60,
    });
    expect(second?.count).toBe(5);
    expect(matrix.mostConfused({ limit: 1 })).toEqual([first]);
    expect(matrix.mostConfused({ minCount: 6 })).toEqual([first]);
    expect(matrix.mostConfused({ minCount: 11 })).toEqual([]);
  });
});

describe("large and nearly equal products: values of exact rational arithmetic with 60 digits", () => {
  test.each([
    // Another library finds 0.00107 here, in float32.
    {
      counts: [
        [99990000, 5000],
        [4990, 10],
      ],
      mcc: 0.0019480505199122894,
      kappa: [0.001948049547734607, 0.001948049547734607, 0.001948049547734607],
      balanced: [0.5009749987499375, 0.0019499974998749938],
    },
    // Near 2⁵³, with totals beyond it.
    {
      counts: [
        [9007199254740991, 9007199254740989],
        [9007199254740990, 9007199254740991],
      ],
      mcc: 8.326672684688675e-17,
      kappa: [8.326672684688675e-17, 8.326672684688675e-17, 8.326672684688675e-17],
      balanced: [0.5, 8.326672684688675e-17],
    },
    {
      counts: [
        [1000000001, 1000000000],
        [1000000000, 1000000001],
      ],
      mcc: 4.9999999975e-10,
      kappa: [4.9999999975e-10, 4.9999999975e-10, 4.9999999975e-10],
      balanced: [0.50000000025, 4.9999999975e-10],
    },
    {
      counts: [
        [4503599627370496, 1, 2],
        [3, 9007199254740991, 5],
        [4503599627370497, 7, 1e9],
      ],
      mcc: 0.6708204230403406,
      kappa: [0.6000000399680214, 0.3333334196839963, 1.6653341666041526e-7],
      balanced: [0.666666740681518, 0.500000111022277],
    },
    // Weights.
    {
      counts: [
        [0.1, 1e-9, 3],
        [1e-5, 2.5, 0.3],
        [0.7, 1e6, 1e-3],
      ],
      mcc: -0.3557670151632847,
      kappa: [-3.499979771327401e-6, -6.399957688193808e-6, -1.2199899601803067e-5],
      balanced: [0.3083706731995812, -0.0374439902006282],
    },
    // No better than chance.
    {
      counts: [
        [1e9, 2e9, 3e9],
        [2e9, 4e9, 6e9],
        [3e9, 6e9, 9e9],
      ],
      mcc: 0,
      kappa: [0, 0, 0],
      balanced: [1 / 3, 0],
    },
  ])("$counts", ({ counts, mcc, kappa, balanced }) => {
    const matrix = fromCounts(counts);
    expect(matrix.mcc()).toBe(mcc);
    expect((["none", "linear", "quadratic"] as const).map((weights) => matrix.cohenKappa({ weights }))).toEqual(kappa);
    expect([false, true].map((adjusted) => matrix.balancedAccuracy({ adjusted }))).toEqual(balanced);
  });

  test("true negatives of weights keep their digits", () => {
    const matrix = fromCounts([
      [1e300, 0, 0],
      [0, 3, 0],
      [0, 0, 1e-300],
    ]);
    expect(matrix.countsOf(0).tn).toBe(3);
    expect(matrix.countsOf(1).tn).toBe(1e300);
    expect(matrix.informedness({ average: "none" })).toEqual(Float64Array.of(1, 1, 1));
  });

  test("an error of 1 in 10¹⁵ is no rounding of the accuracy", () => {
    const matrix = fromCounts([
      [1e15, 1],
      [0, 1],
    ]);
    expect(matrix.zeroOneLoss()).toBe(1 / (1e15 + 2));
    expect(1 - matrix.accuracy()).not.toBe(matrix.zeroOneLoss());
  });
});

describe("what is undefined", () => {
  const onlyNegatives = fromCounts(
    [
      [7, 0],
      [0, 0],
    ],
    { binary: true },
  );

  test("has the value that is asked for", () => {
    expect(onlyNegatives.recall()).toBe(0);
    expect(onlyNegatives.recall({ zeroDivision: 1 })).toBe(1);
    expect(onlyNegatives.recall({ zeroDivision: Number.NaN })).toBeNaN();
    // Recall is a part of these.
    for (const name of ["informedness", "gMean", "positiveLikelihoodRatio", "negativeLikelihoodRatio"] as const) {
      expect(onlyNegatives[name]({ zeroDivision: 0.25 })).toBe(0.25);
    }
    expect(onlyNegatives.positiveLikelihoodRatio()).toBeNaN();
    expect(onlyNegatives.negativeLikelihoodRatio()).toBeNaN();
    expect(onlyNegatives.mcc()).toBe(0);
    expect(onlyNegatives.mcc({ undefinedValue: Number.NaN })).toBeNaN();
    expect(onlyNegatives.cohenKappa()).toBeNaN();
    expect(onlyNegatives.cohenKappa({ weights: "linear", undefinedValue: 1 })).toBe(1);
    expect(onlyNegatives.balancedAccuracy()).toBe(1);
    expect(onlyNegatives.balancedAccuracy({ adjusted: true })).toBeNaN();
  });

  test("without false positives the likelihood ratio is not infinite, but undefined", () => {
    const matrix = fromCounts(
      [
        [5, 0],
        [1, 4],
      ],
      { binary: true },
    );
    expect(matrix.positiveLikelihoodRatio()).toBeNaN();
    expect(matrix.positiveLikelihoodRatio({ zeroDivision: Number.POSITIVE_INFINITY })).toBe(Number.POSITIVE_INFINITY);
    expect(matrix.negativeLikelihoodRatio()).toBe(0.2);
  });

  test("an infinite value stays infinite in a mean", () => {
    const matrix = fromCounts([
      [5, 0],
      [1, 4],
    ]);
    expect(matrix.positiveLikelihoodRatio({ zeroDivision: Number.POSITIVE_INFINITY })).toBe(Number.POSITIVE_INFINITY);
    // Without it the one class that has a value is the mean.
    expect(matrix.positiveLikelihoodRatio()).toBe(5);
  });
});

test("F-beta is precision at β = 0 and recall at β = ∞, and finite between them", () => {
  const matrix = fromCounts(
    [
      [3, 1],
      [4, 2e9],
    ],
    { binary: true },
  );
  expect(matrix.fBeta({ beta: 0 })).toBe(matrix.precision());
  for (const beta of [Number.POSITIVE_INFINITY, Number.MAX_VALUE, 1e150]) {
    expect(matrix.fBeta({ beta })).toBe(matrix.recall());
  }
});

describe("a class that does not occur", () => {
  const matrix = fromCounts([
    [2, 0, 0],
    [1, 0, 1],
    [0, 0, 0],
  ]);

  test("is left out of means unless asked for", () => {
    // Class 2 is predicted, and so occurs.
    expect(matrix.recall()).toBe((1 + 0 + 0) / 3);
    const absent = fromCounts([
      [2, 0, 0],
      [1, 1, 0],
      [0, 0, 0],
    ]);
    expect(absent.recall()).toBe(0.75);
    expect(absent.recall({ absentClasses: "count" })).toBe(0.5);
    expect(absent.report().classes.map(({ name }) => name)).toEqual(["0", "1"]);
    expect(absent.report({ absentClasses: "count" }).classes).toHaveLength(3);
    expect(absent.present()).toEqual([0, 1]);
  });
});

test("counts come in any array, and are copied", () => {
  const counts = [3, 1, 0, 5];
  using handle = float64(4);
  handle.view.set(counts);
  const forms = [
    counts,
    Uint8Array.from(counts),
    Int32Array.from(counts),
    Float32Array.from(counts),
    handle,
    handle.view,
  ];
  for (const form of forms) {
    const matrix = fromCounts(form);
    expect(matrix.counts).toEqual(Float64Array.from(counts));
    expect(matrix.counts.buffer).not.toBe(handle.view.buffer);
  }
});

test("sparse cells have the measures of dense ones", () => {
  const counts = Float64Array.of(4, 0, 1, 0, 0, 2, 0, 0, 9, 3, 0, 0, 0, 0, 0, 5);
  const keys = Float64Array.from(counts.keys()).filter((i) => counts[i] !== 0);
  const classNames = ["a", "b", "c", "d"];
  const dense = new Matrix({ cells: new DenseCells(4, counts), classNames, binary: false });
  const sparse = new Matrix({
    cells: new SparseCells(
      4,
      keys,
      counts.filter((count) => count !== 0),
    ),
    classNames,
    binary: false,
  });
  for (const matrix of [dense, sparse]) {
    expect(matrix.counts).toEqual(counts);
    expect(matrix.cells().map(({ count }) => count)).toEqual([4, 1, 2, 9, 3, 5]);
    expect([matrix.at(2, 1), matrix.at(2, 2), matrix.at(3, 3), matrix.at(0, 3)]).toEqual([3, 0, 5, 0]);
    expect(matrix.select([2, 0]).counts).toEqual(Float64Array.of(0, 9, 1, 4));
    expect(matrix.select([2, 0]).cells()).toEqual([
      { target: 0, predicted: 1, count: 9 },
      { target: 1, predicted: 0, count: 1 },
      { target: 1, predicted: 1, count: 4 },
    ]);
  }
  expect(sparse.report().toCSV()).toBe(dense.report().toCSV());
  expect(sparse.cohenKappa({ weights: "quadratic" })).toBe(dense.cohenKappa({ weights: "quadratic" }));
  expect(sparse.mostConfused({ by: "rate", limit: 2 })).toEqual(dense.mostConfused({ by: "rate", limit: 2 }));
});

test("100,000 classes have every measure, and no array", () => {
  const n = 100_000;
  const keys = Float64Array.from({ length: n }, (_, k) => k * n + (k % 10 === 0 ? (k + 1) % n : k)).sort();
  const matrix = new Matrix({
    cells: new SparseCells(n, keys, new Float64Array(n).fill(3)),
    classNames: Array.from({ length: n }, (_, k) => `${k}`),
    binary: false,
  });
  expect([matrix.total, matrix.accuracy()]).toEqual([300_000, 0.9]);
  expect(matrix.recall({ average: "micro" })).toBe(0.9);
  expect(matrix.recall()).toBe(0.9);
  expect(matrix.mcc()).toBeGreaterThan(0.89);
  expect(matrix.mostConfused({ limit: 1 })[0]).toMatchObject({ target: 0, predicted: 1, count: 3, rate: 1 });
  expect(matrix.report().classes).toHaveLength(n);
  expect(complaintOf(() => matrix.counts)).toMatchObject({ code: "memory", argument: "numClasses" });
  expect(complaintOf(() => matrix.normalized("all"))).toMatchObject({ code: "memory" });
});

describe("pairs that are equally often confused", () => {
  const matrix = fromCounts([
    [0, 2, 1],
    [2, 4, 2],
    [3, 2, 0],
  ]);
  const places = (options: object): string[] =>
    matrix.mostConfused(options).map(({ target, predicted }) => `${target}${predicted}`);

  test("come in the order of cells", () => {
    expect(places({})).toEqual(["20", "01", "10", "12", "21", "02"]);
    expect(places({ limit: 3 })).toEqual(["20", "01", "10"]);
    expect(places({ by: "rate" })).toEqual(["01", "20", "21", "02", "10", "12"]);
  });
});

describe("errors", () => {
  const matrix = fromCounts([
    [1, 2],
    [3, 4],
  ]);

  test.each([
    ["no square", [1, 2, 3], "shape", undefined],
    ["rows of other lengths", [[1, 2], [3]], "shape", undefined],
    ["a negative count", [1, -2, 3, 4], "range", 1],
    [
      "an infinite count",
      [
        [1, 2],
        [3, Number.POSITIVE_INFINITY],
      ],
      "range",
      3,
    ],
    ["a NaN", [1, 2, Number.NaN, 4], "nan", 2],
    ["no row", [0, 0, 0, 0], "empty", undefined],
    ["nothing", [], "empty", undefined],
    ["a string", "1234" as never, "type", undefined],
    ["strings", ["1", "2", "3", "4"] as never, "type", 0],
    ["a row that is none", [[1, 2], 3] as never, "type", 1],
  ] as const)("fromCounts of %s", (_, counts, code, index) => {
    expect(complaintOf(() => fromCounts(counts as never))).toMatchObject({ code, index });
  });

  test.each([
    ["average samples of single labels", () => matrix.f1({ average: "samples" }), "average"],
    ["average binary of several classes", () => matrix.f1({ average: "binary" }), "average"],
    ["an unknown average", () => matrix.f1({ average: "mean" as "macro" }), "average"],
    ["an unknown option", () => matrix.f1({ beta: 2 } as never), "beta"],
    ["a beta below 0", () => matrix.fBeta({ beta: -1 }), "beta"],
    ["absent classes", () => matrix.f1({ absentClasses: "drop" as "skip" }), "absentClasses"],
    ["no class", () => matrix.countsOf(), "classIndex"],
    ["a class that is not there", () => matrix.countsOf(2), "classIndex"],
    ["a cell that is not there", () => matrix.at(0, 2), "predicted"],
    ["kappa weights", () => matrix.cohenKappa({ weights: "cubic" as "linear" }), "weights"],
    ["a limit of 0", () => matrix.mostConfused({ limit: 0 }), "limit"],
    ["rows that were not kept", () => matrix.rowsOf(0, 1), "keepRows"],
    ["digits", () => matrix.report().toString({ digits: 101 }), "digits"],
    ["binary of three classes", () => fromCounts([1, 0, 0, 0, 1, 0, 0, 0, 1], { binary: true }), "binary"],
  ])("%s", (_, call, argument) => {
    expect(complaintOf(call)).toMatchObject({ code: "option", argument });
  });

  test("a selection of classes that cannot be: which one", () => {
    expect(complaintOf(() => matrix.select([1, 7]))).toMatchObject({ code: "option", index: 1 });
    expect(complaintOf(() => matrix.select([1, 0, 1]))).toMatchObject({ code: "range", index: 2 });
  });

  test.each([
    ["a class selected twice", () => matrix.select([0, 0]), "range", "classes"],
    ["no class selected", () => matrix.select([]), "empty", "classes"],
    ["names that do not fit", () => fromCounts([1], { classNames: [] }), "shape", "classNames"],
  ])("%s", (_, call, code, argument) => {
    expect(complaintOf(call)).toMatchObject({ code, argument });
  });
});

describe("as JSON", () => {
  const printed = (matrix: object): unknown =>
    Reflect.get(matrix, Symbol.for("nodejs.util.inspect.custom")).call(matrix);

  test("names and counts, from which the matrix can be made again", () => {
    const matrix = confusionMatrix(["a", "b", "b"], ["a", "b", "a"]);
    const json = JSON.parse(JSON.stringify(matrix));
    expect(json).toEqual({
      ...{ numClasses: 2, classNames: ["a", "b"], binary: false, total: 3 },
      counts: [
        [1, 1],
        [0, 1],
      ],
    });
    const { counts, classNames, binary } = json;
    expect(fromCounts(counts, { classNames, binary }).toJSON()).toEqual(json);
    expect(printed(matrix)).toEqual(json);
  });

  test("of more than 100 classes the cells that are not 0, however these are kept", () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => (i % 2 === 0 ? 7 : 100));
    for (const numClasses of [101, 100_000]) {
      for (const count of [2, 40_000]) {
        const labels = rows.slice(0, count);
        const { cells, counts } = confusionMatrix(labels, labels, { numClasses }).toJSON();
        expect(counts).toBeUndefined();
        expect(cells).toEqual([
          [7, 7, count / 2],
          [100, 100, count / 2],
        ]);
      }
    }
  });

  test("of labels", () => {
    const matrix = multilabelConfusionMatrix([1, 0, 1, 1], [1, 1, 0, 1], { numLabels: 2, labelNames: ["a", "b"] });
    const json = {
      ...{ numLabels: 2, labelNames: ["a", "b"], total: 2 },
      counts: [
        [0, 1, 0, 1],
        [0, 0, 1, 1],
      ],
    };
    expect(JSON.parse(JSON.stringify(matrix))).toEqual(json);
    expect(printed(matrix)).toEqual(json);
  });
});
