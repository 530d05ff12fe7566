/** What holds for every loss. */
import type { Accumulator, GradientCheck, Labels, LossAndGradient, Reals, WeightOptions } from "@assay/contract";
import { describe, expect, test } from "vitest";
import * as oracle from "../index.js";
import { checkGradient } from "../index.js";

type Given = Readonly<Record<string, unknown>>;

interface AnyLoss {
  (predictions: Reals, targets: Labels, options: Given): number | Float64Array;
  withGradient(predictions: Reals, targets: Labels, options: Given): LossAndGradient<number | Float64Array>;
  accumulator(options: Given): Accumulator<number>;
}

type Check = (loss: AnyLoss, predictions: Reals, targets: Labels, options: Given) => GradientCheck;

interface Member {
  readonly name: keyof typeof oracle;
  readonly options: Given;
  /** Elements of a row. */
  readonly columns: number;
  readonly targetColumns: number;
  readonly predictions: "logits" | "probabilities" | "positive" | "logs";
  readonly targets: "binary" | "soft" | "class" | "real" | "count";
  /** A loss of a set: one number, and no weights of elements. */
  readonly set: boolean;
}

const rowMembers: [keyof typeof oracle, Given, number, number, Member["predictions"], Member["targets"]][] = [
  ["mseLoss", {}, 1, 1, "logits", "real"],
  ["l1Loss", {}, 1, 1, "logits", "real"],
  ["huberLoss", { delta: 0.7 }, 1, 1, "logits", "real"],
  ["smoothL1Loss", { beta: 0.7 }, 1, 1, "logits", "real"],
  ["logCoshLoss", {}, 1, 1, "logits", "real"],
  ["quantileLoss", { quantile: 0.3 }, 1, 1, "logits", "real"],
  ["poissonNllLoss", {}, 1, 1, "logits", "count"],
  ["poissonNllLoss", { logInput: false, full: true }, 1, 1, "positive", "count"],
  ["gaussianNllLoss", { variance: 0.3, full: true }, 1, 1, "logits", "real"],
  ["binaryCrossEntropy", { numLabels: 2 }, 2, 2, "probabilities", "soft"],
  ["binaryCrossEntropyWithLogits", { numLabels: 2, posWeight: [2, 0.5] }, 2, 2, "logits", "soft"],
  ["sigmoidFocalLoss", { alpha: 0.25, gamma: 1.5 }, 1, 1, "logits", "binary"],
  ["sigmoidFocalLoss", { numLabels: 2, gamma: 0.5 }, 2, 2, "logits", "soft"],
  ["hingeLoss", {}, 1, 1, "logits", "binary"],
  ["hingeLoss", { squared: true, numLabels: 2 }, 2, 2, "logits", "binary"],
  ["softMarginLoss", {}, 1, 1, "logits", "binary"],
  ["multilabelSoftMarginLoss", { numLabels: 3, weight: [1, 0.5, 2] }, 3, 3, "logits", "soft"],
  ["crossEntropy", { numClasses: 3, weight: [1, 2, 3], labelSmoothing: 0.1, ignoreIndex: 1 }, 3, 1, "logits", "class"],
  ["nllLoss", { numClasses: 3, weight: [1, 2, 3], ignoreIndex: 1 }, 3, 1, "logs", "class"],
  ["focalLoss", { numClasses: 3, weight: [1, 2, 3], ignoreIndex: 2 }, 3, 1, "logits", "class"],
  ["focalLoss", { numClasses: 3, weight: [1, 2, 3], weightInside: true, gamma: 0.5 }, 3, 1, "logits", "class"],
  ["focalLoss", { numClasses: 3, kind: "one-vs-rest", alpha: 0.3, gamma: 3 }, 3, 1, "logits", "class"],
  ["multiMarginLoss", { numClasses: 3, weight: [1, 2, 3] }, 3, 1, "logits", "class"],
  ["multiMarginLoss", { numClasses: 3, p: 2, margin: 0.5, ignoreIndex: 0 }, 3, 1, "logits", "class"],
  ["multiclassHingeLoss", { numClasses: 3 }, 3, 1, "logits", "class"],
  ["klDivLoss", { numClasses: 3 }, 3, 3, "probabilities", "soft"],
  ["klDivLoss", { numClasses: 3, from: "logProbabilities", reduction: "batchmean" }, 3, 3, "logs", "soft"],
];

const setMembers: typeof rowMembers = [
  ["diceLoss", { numLabels: 2 }, 2, 2, "probabilities", "soft"],
  ["diceLoss", { from: "logits", smoothNumerator: 0 }, 1, 1, "logits", "binary"],
  ["jaccardLoss", { numLabels: 2, average: "micro", from: "logits" }, 2, 2, "logits", "soft"],
  ["tverskyLoss", { fnWeight: 0.7, fpWeight: 0.3 }, 1, 1, "probabilities", "binary"],
  ["focalTverskyLoss", { exponent: 0.75, from: "logits", numLabels: 2 }, 2, 2, "logits", "binary"],
  ["softF1Loss", { epsilon: 0.1, numLabels: 2 }, 2, 2, "probabilities", "soft"],
  ["softF1Loss", { numClasses: 2, from: "logits" }, 2, 1, "logits", "binary"],
  ["softF1Loss", { numClasses: 2, epsilon: 0 }, 2, 1, "probabilities", "binary"],
  ["multiclassDiceLoss", { numClasses: 3, smooth: 0.5, ignoreIndex: 1 }, 3, 1, "probabilities", "class"],
  ["multiclassDiceLoss", { numClasses: 3, from: "logits", absentClasses: "count" }, 3, 1, "logits", "class"],
  ["multiclassDiceLoss", { numClasses: 3, eps: 1e3 }, 3, 1, "probabilities", "class"],
  ["diceBceLoss", { bceWeight: 0.75, from: "logits", numLabels: 2 }, 2, 2, "logits", "soft"],
  ["diceBceLoss", { diceWeight: 2 }, 1, 1, "probabilities", "binary"],
  ["ceSoftF1Loss", { ceWeight: 0.3, softF1Weight: 0.7, weight: [2, 1], ignoreIndex: -1 }, 2, 1, "logits", "binary"],
];

function member(set: boolean) {
  return ([name, options, columns, targetColumns, predictions, targets]: (typeof rowMembers)[number]): Member => ({
    name,
    options,
    columns,
    targetColumns,
    predictions,
    targets,
    set,
  });
}

const members = [...rowMembers.map(member(false)), ...setMembers.map(member(true))];

/** Numbers in [0, 1), always the same. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Data {
  readonly x: number[];
  readonly t: number[];
  readonly w: number[];
  readonly e: number[];
}

const NUM_ROWS = 7;

/** Rows with whole weights, one of them 0, and factors of elements. */
function dataOf({ predictions, targets, columns, targetColumns }: Member, seed = 3): Data {
  const random = randoms(seed);
  const draw = {
    logits: () => 6 * random() - 3,
    logs: () => -4 * random(),
    positive: () => 4 * random() + 0.1,
    probabilities: () => 0.02 + 0.96 * random(),
    soft: () => random(),
    binary: () => Number(random() < 0.5),
    class: () => Math.floor(3 * random()),
    real: () => 6 * random() - 3,
    count: () => Math.floor(5 * random()),
  };
  const list = (length: number, of: () => number): number[] => Array.from({ length }, of);
  return {
    x: list(NUM_ROWS * columns, draw[predictions]),
    t: list(NUM_ROWS * targetColumns, draw[targets]),
    w: list(NUM_ROWS, () => Math.floor(4 * random()))
      .with(2, 0)
      .with(3, 2),
    e: list(NUM_ROWS * columns, () => 2 * random()),
  };
}

function lossOf({ name }: Member): AnyLoss {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: a test has no bundle
  return oracle[name] as unknown as AnyLoss;
}

/** Some rows, in the order of the indices. */
function rows({ columns, targetColumns }: Member, { x, t, w, e }: Data, indices: readonly number[]): Data {
  const take = (values: number[], width: number): number[] =>
    indices.flatMap((i) => values.slice(i * width, (i + 1) * width));
  return { x: take(x, columns), t: take(t, targetColumns), w: take(w, 1), e: take(e, columns) };
}

/** The factors of the values of a loss of rows: one for each element, or one for each row. */
function factors(one: Member, { x, t, e }: Data): WeightOptions {
  if (one.set) return {};
  const values = lossOf(one)(x, t, { ...one.options, reduction: "none" }) as Float64Array;
  return { elementWeight: e.slice(0, values.length) };
}

function close(got: number, expected: number, bound = 1e-14): void {
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(bound * Math.max(1, Math.abs(expected)));
}

const title = ({ name, options }: Member): string => `${name} ${JSON.stringify(options)}`;

describe.each(members.map((one) => [title(one), one] as const))("%s", (_, one) => {
  const loss = lossOf(one);
  const data = dataOf(one);
  const { options } = one;
  const all = Array.from({ length: NUM_ROWS }, (_, i) => i);

  test("its gradient is its slope", () => {
    for (const seed of [3, 4, 5]) {
      const { x, t, w, e } = dataOf(one, seed);
      const given = { ...options, sampleWeight: w, ...factors(one, { x, t, w, e }) };
      const check = (checkGradient as unknown as Check)(loss, x, t, given);
      expect(check.toString()).toMatch(/ agrees /);
      const { loss: value } = loss.withGradient(x, t, given);
      expect(value).toBe(loss(x, t, given));
    }
  });

  test("whole weights are repetitions, weights of 0 absence", () => {
    const repeated = all.flatMap((i) => new Array<number>(data.w[i]!).fill(i));
    const long = rows(one, data, repeated);
    const weighted = loss.withGradient(data.x, data.t, { ...options, sampleWeight: data.w });
    const plain = loss.withGradient(long.x, long.t, options);
    close(weighted.loss as number, plain.loss as number);
    const sums = new Float64Array(weighted.gradient.length);
    repeated.forEach((i, place) => {
      for (let c = 0; c < one.columns; c++) {
        sums[i * one.columns + c]! += plain.gradient[place * one.columns + c]!;
      }
    });
    weighted.gradient.forEach((g, i) => {
      close(g, sums[i]!);
    });
  });

  test("the order of rows cannot be seen", () => {
    const turned = rows(one, data, all.toReversed());
    const { loss: value, gradient } = loss.withGradient(data.x, data.t, { ...options, sampleWeight: data.w });
    const other = loss.withGradient(turned.x, turned.t, { ...options, sampleWeight: turned.w });
    expect(other.loss).toBe(value);
    const back = rows(one, { ...turned, x: Array.from(other.gradient) }, all.toReversed());
    expect(back.x).toEqual(Array.from(gradient));
  });

  test("an accumulator gives what one call gives", () => {
    const a = loss.accumulator({ ...options, weighted: true });
    const b = loss.accumulator({ ...options, weighted: true });
    expect(a.result()).toBeNaN();
    for (const [to, some] of [
      [a, [4, 5]],
      [b, [6]],
      [b, [0, 1, 2, 3]],
    ] as const) {
      const part = rows(one, data, some);
      to.update(part.x, part.t, { sampleWeight: part.w });
    }
    expect(a.merge(b).result()).toBe(loss(data.x, data.t, { ...options, sampleWeight: data.w }));
    expect(
      loss
        .accumulator({ ...options, weighted: true })
        .mergeBytes(a.toBytes())
        .result(),
    ).toBe(a.result());
  });

  test("float32 predictions are what they are in float64, with a gradient in float32", () => {
    const x = Float32Array.from(data.x);
    const single = loss.withGradient(x, data.t, options);
    const double = loss.withGradient(Float64Array.from(x), data.t, options);
    expect(single.loss).toEqual(double.loss);
    expect(single.gradient).toEqual(Float32Array.from(double.gradient));
  });

  test.runIf(!one.set)("sum, mean and factors follow from the values", () => {
    const { reduction: _, ...own } = options;
    const sampleWeight = data.w;
    const values = loss(data.x, data.t, { ...own, sampleWeight, reduction: "none" }) as Float64Array;
    const total = values.reduce((a, b) => a + b, 0);
    close(loss(data.x, data.t, { ...own, sampleWeight, reduction: "sum" }) as number, total);
    const elementWeight = new Array<number>(values.length).fill(2);
    const doubled = { ...own, sampleWeight, elementWeight };
    expect(loss(data.x, data.t, { ...doubled, reduction: "none" })).toEqual(values.map((value) => 2 * value));
    expect(loss(data.x, data.t, doubled)).toBe(2 * (loss(data.x, data.t, { ...own, sampleWeight }) as number));
  });

  // Without smoothing, sets with nothing positive have no value.
  test.runIf(options.epsilon !== 0)("at the extremes there is no NaN", () => {
    const extremes = {
      logits: [Infinity, -Infinity, 1e30, -1e30, 88, -88, 800, -800, 1e-30, -5e-324, 0, 1],
      logs: [-Infinity, -1e30, -800, -88, -1e-30, -5e-324, 0],
      probabilities: [0, 1, 5e-324, 1e-30, 2 ** -53, 1 - 2 ** -53, 0.5],
      positive: [0, 5e-324, 1e-30, 1e30, 1],
    }[one.predictions].filter((x) => one.targets !== "real" || Number.isFinite(x));
    const finite = extremes.filter((x) => one.targets !== "count" || Number.isFinite(x));
    const targets = {
      binary: [0, 1],
      soft: [0, 1, 0.5],
      class: [0, 1, 2],
      real: [0, -1e30, 1],
      count: [0, 1, 7],
    }[one.targets];
    // Every pair of extremes meets every target at some place.
    for (let i = 0; i < finite.length * finite.length * targets.length; i++) {
      const x = Array.from(
        { length: one.columns },
        (_, c) => finite[Math.floor(i / finite.length ** (c % 2)) % finite.length]!,
      );
      const kind = Math.floor(i / (finite.length * finite.length));
      const t = Array.from({ length: one.targetColumns }, (_, c) => targets[(kind + c) % targets.length]!);
      // A row that is ignored has no value.
      if (t[0] === options.ignoreIndex) continue;
      const { loss: value, gradient } = loss.withGradient(x, t, {
        ...options,
        ...(one.set ? {} : { reduction: "sum" }),
      });
      expect({ x, t, value, nan: [value, ...gradient].some(Number.isNaN) }).toMatchObject({ nan: false });
      if (one.name !== "klDivLoss" && one.name !== "gaussianNllLoss" && !one.name.startsWith("poisson")) {
        expect(value).toBeGreaterThanOrEqual(0);
      }
    }
  });
});
