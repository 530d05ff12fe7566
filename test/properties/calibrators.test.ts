import type { Backend, BinaryCalibratorKind, Calibrator, CalibratorKind, Labels, Reals } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { expectAllWithin, expectClose, expectWithin } from "../support/bounds.js";
import { Column, inArena } from "../support/columns.js";
import { complaintOf } from "../support/errors.js";
import { hash, uniform } from "../support/random.js";
import { shuffled } from "../support/rows.js";

/** Rows whose scores say something about their labels, but not everything. */
interface Rows {
  readonly columns: number;
  readonly scores: Float64Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
  readonly weights: Float64Array<ArrayBuffer>;
}

interface Recipe {
  readonly seed: number;
  readonly count: number;
  readonly columns: number;
  readonly spread: number;
}

/** Logits: uniform noise, a lift for the true class, and in each third row a lift for another class instead. */
function rowsOf({ seed, count, columns, spread }: Recipe): Rows {
  const classes = Math.max(2, columns);
  const labels = Int32Array.from({ length: count }, (_, i) => (i < classes ? i : hash(seed, i) % classes));
  const scores = Float64Array.from({ length: count * columns }, (_, at) => {
    const [i, k] = [Math.floor(at / columns), at % columns];
    const told = i % 3 === 0 ? (labels[i]! + 1) % classes : labels[i]!;
    const lift = columns === 1 ? 2 * told - 1 : Number(told === k);
    return Math.fround(spread * (2 * uniform(seed, at) - 1 + lift));
  });
  return { columns, scores, labels, weights: Float64Array.from(labels, (_, i) => hash(seed + 1, i) % 4) };
}

function recipes(columns: fc.Arbitrary<number>, most = 80): fc.Arbitrary<Recipe> {
  return fc.record({
    seed: fc.nat(),
    count: fc.integer({ min: 18, max: most }),
    columns,
    spread: fc.constantFrom(0.1, 1, 3, 20),
  });
}

const binary = fc.constant(1);
const classes = fc.constantFrom(2, 3, 4, 7);

function sigmoid(scores: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(scores, (z) => Math.fround(1 / (1 + Math.exp(-z))));
}

function softmax({ scores, columns }: Rows): Float64Array<ArrayBuffer> {
  const sumOf = (start: number) =>
    scores.slice(start, start + columns).reduce((sum, x) => sum + Math.exp(x - scores[start]!), 0);
  return scores.map((x, at) => {
    const start = at - (at % columns);
    return Math.exp(x - scores[start]!) / sumOf(start);
  }) as Float64Array<ArrayBuffer>;
}

type Fit = (backend: Backend, rows: Rows, options: object) => Calibrator;

/** A binary way, lifted to the classes of rows. */
function lifted(kind: BinaryCalibratorKind): Fit {
  return (b, rows, options) => {
    const binary = {
      platt: b.plattScaling,
      beta: b.betaCalibration,
      isotonic: b.isotonicRegression,
      histogram: b.histogramBinning,
    }[kind];
    const scores = kind === "platt" || kind === "isotonic" ? rows.scores : softmax(rows);
    return b.oneVsRest<object>(binary).fit(scores, rows.labels, { numClasses: rows.columns, ...options });
  };
}

type Way = Exclude<CalibratorKind, "oneVsRest"> | `oneVsRest of ${BinaryCalibratorKind}`;

/** Each way to calibrate, on the same rows. */
const ways: Readonly<Record<Way, Fit>> = {
  temperature: (b, { scores, labels, columns }, options) =>
    b.temperatureScaling.fit(scores, labels, { ...(columns > 1 && { numClasses: columns }), ...options }),
  platt: (b, { scores, labels }, options) => b.plattScaling.fit(scores, labels, options),
  beta: (b, { scores, labels }, options) => b.betaCalibration.fit(sigmoid(scores), labels, options),
  isotonic: (b, { scores, labels }, options) => b.isotonicRegression.fit(scores, labels, options),
  histogram: (b, { scores, labels }, options) => b.histogramBinning.fit(sigmoid(scores), labels, options),
  vector: (b, { scores, labels, columns }, options) =>
    b.vectorScaling.fit(scores, labels, { numClasses: columns, ...options }),
  dirichlet: (b, rows, options) =>
    b.dirichletScaling.fit(softmax(rows), rows.labels, { numClasses: rows.columns, ...options }),
  "oneVsRest of platt": lifted("platt"),
  "oneVsRest of beta": lifted("beta"),
  "oneVsRest of isotonic": lifted("isotonic"),
  "oneVsRest of histogram": lifted("histogram"),
};

const kinds = Object.keys(ways) as Way[];
const isBinary = (kind: Way): boolean => ["platt", "beta", "isotonic", "histogram"].includes(kind);

/** Rows for a kind. Dense Hessians of the oracle are slow: few classes there. */
function rowsFor(kind: Way): fc.Arbitrary<Rows> {
  if (isBinary(kind)) return recipes(binary).map(rowsOf);
  if (kind === "temperature") return recipes(fc.oneof(binary, classes)).map(rowsOf);
  // Of probabilities of 1e-18 −ln(1 − p) is 1e-18: where only such features differ, rounding decides about convergence.
  if (kind === "oneVsRest of beta") return recipes(fc.constant(3), 40).map((some) => rowsOf({ ...some, spread: 2 }));
  return recipes(fc.constantFrom(2, 3), 40).map(rowsOf);
}

/** What a kind is applied to. */
function scoresFor(calibrator: Pick<Calibrator, "input">, rows: Rows): Float64Array {
  if (calibrator.input !== "probabilities") return rows.scores;
  return rows.columns === 1 ? sigmoid(rows.scores) : softmax(rows);
}

/** A report with folds. */
type Report = Required<NonNullable<Calibrator["report"]>>;

/** The minimum is where the slope, a mean of terms of the size of the scores, is 0: its place has fewer digits. */
const PLACE = 1e-9;

describe.each(kinds)("%s", (kind) => {
  test("agrees with the oracle", () => {
    fc.assert(
      fc.property(rowsFor(kind), fc.boolean(), (rows, weighted) => {
        const options = weighted ? { sampleWeight: rows.weights } : {};
        fc.pre(!weighted || rows.weights.some((weight) => weight > 0));
        const [actual, expected] = [assay, oracle].map((b) => ways[kind](b, rows, options)) as [Calibrator, Calibrator];
        const both = [actual, expected].map(({ convergence }) => convergence?.converged);
        // Without a minimum rounding decides where a fit of weights ends.
        if ((kind === "vector" || kind === "dirichlet") && both.includes(false)) return;
        expect(both[0]).toBe(both[1]);
        if (expected.convergence !== undefined) {
          const { objective } = expected.convergence;
          expectWithin(actual.convergence!.objective, objective, 1e-9 * (1 + objective), "objective");
          if (both[0]) expect(actual.convergence!.relativeStep).toBeLessThanOrEqual(1e-10);
        }
        const scores = scoresFor(actual, rows);
        expectAllWithin(actual.apply(scores), expected.apply(scores), () => PLACE, "probabilities");
        for (const when of ["before", "after"] as const) {
          const { nll, brier } = expected.report![when] ?? {};
          if (nll === undefined) continue;
          expectWithin(actual.report![when]!.nll, nll, 40 * PLACE * (1 + nll), "nll");
          expectWithin(actual.report![when]!.brier, brier!, 10 * PLACE, "brier");
        }
      }),
      { numRuns: 40 },
    );
  });

  test("applies the same parameters like the oracle, in float32 and float64, in place and elsewhere", () => {
    fc.assert(
      fc.property(rowsFor(kind), fc.constantFrom("heap", "handle", "view", "cut", "numbers"), (rows, place) => {
        const calibrator = ways[kind](assay, rows, { report: false });
        const other = oracle.calibratorFromJSON(JSON.parse(JSON.stringify(calibrator)));
        const wide = scoresFor(calibrator, rows);
        for (const values of place === "numbers" ? [wide] : [wide, Float32Array.from(wide)]) {
          const expected = other.apply(values);
          // Exponents of a few hundred ulp, and a rounding to the stored type.
          const bound = values instanceof Float32Array ? 2 ** -24 : 1e-12;
          const near = (p: ArrayLike<number>) => expectAllWithin(p, expected, () => bound, "probabilities");
          inArena((arena) => {
            const given = arena.put(new Column(place, values as Float64Array));
            const elsewhere = calibrator.apply(given());
            near(elsewhere);
            if (place === "numbers") return;
            const inPlace = calibrator.apply(given(), { out: given() as Float64Array });
            expectSame(inPlace, elsewhere, "in place");
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  test("survives JSON to the bit, on both backends", () => {
    fc.assert(
      fc.property(rowsFor(kind), (rows) => {
        for (const backend of [assay, oracle]) {
          const calibrator = ways[kind](backend, rows, { report: false });
          const json: unknown = JSON.parse(JSON.stringify(calibrator));
          const again = backend.calibratorFromJSON(json);
          expect([again.kind, again.input, again.numClasses]).toEqual([
            calibrator.kind,
            calibrator.input,
            calibrator.numClasses,
          ]);
          const scores = scoresFor(calibrator, rows);
          expectSame(again.apply(scores), calibrator.apply(scores), "probabilities");
          expect(JSON.stringify(again)).toBe(JSON.stringify(json));
        }
      }),
      { numRuns: 10 },
    );
  });

  test("does not see the order of rows", () => {
    fc.assert(
      fc.property(rowsFor(kind), fc.nat(), fc.boolean(), (rows, seed, weighted) => {
        const order = shuffled(rows.labels.length, seed);
        const { columns } = rows;
        const moved: Rows = {
          columns,
          scores: Float64Array.from({ length: rows.scores.length }, (_, at) => {
            return rows.scores[order[Math.floor(at / columns)]! * columns + (at % columns)]!;
          }),
          labels: Int32Array.from(order, (i) => rows.labels[i]!),
          weights: Float64Array.from(order, (i) => rows.weights[i]!),
        };
        const fit = (of: Rows) =>
          ways[kind](assay, of, { report: false, ...(weighted && { sampleWeight: of.weights }) });
        const [one, other] = [fit(rows), fit(moved)];
        if (kind !== "vector" && kind !== "dirichlet") {
          expect(JSON.stringify(other)).toBe(JSON.stringify(one));
          return;
        }
        // Sums in order of the rows.
        if (one.convergence?.converged !== true) return;
        const scores = scoresFor(one, rows);
        expectAllWithin(other.apply(scores), one.apply(scores), () => 1e-8, "probabilities");
      }),
      { numRuns: 25 },
    );
  });

  test("takes whole weights for repetitions", () => {
    fc.assert(
      fc.property(rowsFor(kind), (rows) => {
        const { columns } = rows;
        const repeated = [...rows.labels].flatMap((_, i) => Array.from({ length: rows.weights[i]! }, () => i));
        const longer: Rows = {
          columns,
          scores: Float64Array.from(repeated.flatMap((i) => [...rows.scores.slice(i * columns, (i + 1) * columns)])),
          labels: Int32Array.from(repeated, (i) => rows.labels[i]!),
          weights: new Float64Array(repeated.length).fill(1),
        };
        const weighted = ways[kind](assay, rows, { report: false, sampleWeight: rows.weights });
        const plain = ways[kind](assay, longer, { report: false });
        const both = [weighted, plain].map(({ convergence }) => convergence?.converged);
        // Without a minimum rounding decides where a fit of weights ends.
        if ((kind === "vector" || kind === "dirichlet") && both.includes(false)) return;
        expect(both[0]).toBe(both[1]);
        const scores = scoresFor(weighted, rows);
        expectAllWithin(weighted.apply(scores), plain.apply(scores), () => 1e-8, "probabilities");
      }),
      { numRuns: 20 },
    );
  });

  test("is judged in folds like the oracle's", () => {
    fc.assert(
      fc.property(
        rowsFor(kind),
        fc.integer({ min: 2, max: 4 }),
        fc.nat(),
        fc.boolean(),
        (rows, folds, seed, weighted) => {
          const options = {
            crossValidate: { folds, seed },
            ...(weighted && { sampleWeight: rows.weights.map((weight) => weight + 0.5) }),
          };
          const [actual, expected] = [assay, oracle].map((b) => ways[kind](b, rows, options).report) as [
            Report,
            Report,
          ];
          expect(actual.crossValidated.before).toEqual(actual.before);
          expect(actual.crossValidated.sameRows).toBe(false);
          const fits = expected.crossValidated.folds.map(({ convergence }) => convergence?.converged);
          expect(actual.crossValidated.folds).toHaveLength(folds);
          // Without a minimum rounding decides where a fit of weights ends.
          if ((kind === "vector" || kind === "dirichlet") && fits.includes(false)) return;
          expect(actual.crossValidated.folds.map(({ convergence }) => convergence?.converged)).toEqual(fits);
          const parts = ({ crossValidated: all }: Report) => [all, ...all.folds].flatMap((c) => [c.before, c.after]);
          parts(expected).forEach((figures, i) => {
            const own = parts(actual)[i];
            expect(own === undefined).toBe(figures === undefined);
            if (figures === undefined) return;
            expectWithin(own!.nll, figures.nll, 40 * PLACE * (1 + figures.nll), "nll");
            expectWithin(own!.brier, figures.brier, 10 * PLACE, "brier");
          });
        },
      ),
      { numRuns: 6 },
    );
  });

  test("is judged in folds of one row by fits to all others", () => {
    const { columns, scores, labels, weights } = rowsOf({
      seed: 7,
      count: 18,
      columns: isBinary(kind) ? 1 : 3,
      spread: 2,
    });
    const without = (row: number): Rows => ({
      columns,
      scores: Float64Array.from([...scores.slice(0, row * columns), ...scores.slice((row + 1) * columns)]),
      labels: Int32Array.from([...labels.slice(0, row), ...labels.slice(row + 1)]),
      weights,
    });
    const only = (row: number): Rows => ({
      columns,
      scores: scores.slice(row * columns, (row + 1) * columns),
      labels: labels.slice(row, row + 1),
      weights,
    });
    const { report } = ways[kind](assay, { columns, scores, labels, weights }, { crossValidate: { folds: 18 } });
    const expected = Array.from(labels, (_, row) => {
      const calibrator = ways[kind](assay, without(row), { report: false });
      const p = calibrator.apply(scoresFor(calibrator, only(row)));
      return assay.brierScore(p, only(row).labels, columns > 1 ? { numClasses: columns } : {});
    });
    const { folds, after, standardDeviation } = report!.crossValidated!;
    const found = folds.map((fold) => fold.after.brier);
    const sorted = (values: number[]) => Float64Array.from(values).sort();
    expectSame(sorted(found), sorted(expected), "Brier scores");
    const mean = expected.reduce((sum, x) => sum + x, 0) / 18;
    expectWithin(after.brier, mean, 1e-14);
    const variance = expected.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 17;
    expectWithin(standardDeviation.brier, Math.sqrt(variance), 1e-13);
  });

  test("refuses what makes no sense, like the oracle", () => {
    const rows = rowsOf({ seed: 1, count: 20, columns: isBinary(kind) ? 1 : 3, spread: 1 });
    const changed = (change: Partial<Rows>, options: object = {}) =>
      [assay, oracle].map((b) => complaintOf(() => ways[kind](b, { ...rows, ...change }, options)));
    const wrong: [Partial<Rows>, object, string][] = [
      [{ labels: rows.labels.with(3, 9) }, {}, "label"],
      [{ labels: rows.labels.slice(1) }, {}, "shape"],
      [{ labels: new Int32Array(0), scores: new Float64Array(0) }, {}, "empty"],
      [{}, { sampleWeight: rows.weights.slice(1) }, "shape"],
      [{}, { sampleWeight: rows.weights.with(5, -1) }, "range"],
      [{}, { sampleWeight: rows.weights.with(5, Number.NaN) }, "nan"],
      [{}, { sampleWeight: new Float64Array(rows.labels.length) }, "empty"],
      [{}, { none: 1 }, "option"],
      [{}, { report: 1 }, "option"],
      [{}, { report: false, crossValidate: {} }, "option"],
      [{}, { crossValidate: 5 }, "option"],
      [{}, { crossValidate: null }, "type"],
      [{}, { crossValidate: { none: 1 } }, "option"],
      [{}, { crossValidate: { folds: 1 } }, "option"],
      [{}, { crossValidate: { folds: 21 } }, "option"],
      [{}, { crossValidate: { folds: 20 }, sampleWeight: rows.weights.with(0, 0) }, "option"],
      [{}, { crossValidate: { seed: -1 } }, "option"],
      [{ scores: rows.scores.with(4, Number.NaN) }, {}, "nan"],
    ];
    if (!["beta", "histogram", "dirichlet"].some((name) => kind.endsWith(name))) {
      wrong.push([{ scores: rows.scores.with(4, Infinity) }, {}, "range"]);
    }
    for (const [change, options, code] of wrong) {
      const [actual, expected] = changed(change, options);
      expect(actual, code).toEqual(expected);
      expect(actual?.code).toBe(code);
    }
    const calibrator = ways[kind](assay, rows, { report: false });
    const scores = scoresFor(calibrator, rows);
    const out = new Float64Array(scores.length);
    for (const apply of [
      (c: Calibrator) => c.apply(Float64Array.from(scores).fill(Number.NaN, 1, 2)),
      (c: Calibrator) => c.apply([]),
      (c: Calibrator) => c.apply(scores, { out: new Float32Array(scores.length) }),
      (c: Calibrator) => c.apply(scores, { out: out.subarray(1) }),
      (c: Calibrator) => c.apply(scores, { to: out } as object),
      (c: Calibrator) =>
        c.apply(new Float64Array(scores.buffer, 0, scores.length - columnsOf(c)), {
          out: new Float64Array(scores.buffer, 8 * columnsOf(c)),
        }),
    ]) {
      const [actual, expected] = [calibrator, oracle.calibratorFromJSON(calibrator.toJSON())].map((c) =>
        complaintOf(() => apply(c)),
      );
      expect(actual).toBeDefined();
      expect({ ...actual, value: 0 }).toEqual({ ...expected, value: 0 });
    }
  });
});

/** What a calibrator has, with its method bound. */
function bound(calibrator: Calibrator): Pick<Calibrator, "parameters" | "convergence" | "apply"> {
  const { parameters, convergence } = calibrator;
  return { parameters, convergence, apply: (...given) => calibrator.apply(...given) };
}

const columnsOf = ({ numClasses }: Calibrator): number => numClasses ?? 1;

describe("temperature scaling", () => {
  test("never changes what is predicted, to the bit", () => {
    const close = fc.constantFrom(0, 1, -1, 2 ** -24, -(2 ** -24), 1 + 2 ** -23, 1 - 2 ** -24, 20, -300, 2 ** -149);
    const temperatures = fc.oneof(
      fc.double({ min: -10, max: 10, noNaN: true }).map(Math.exp),
      fc.constantFrom(1, 2, 22026, 4.6e-5),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(close, { minLength: 6, maxLength: 60 }),
        temperatures,
        (c, some, t) => {
          const logits = some.slice(0, some.length - (some.length % c));
          const classes = c === 1 ? {} : { numClasses: c };
          const json = {
            format: "assay.calibrator",
            version: 1,
            kind: "temperature",
            ...classes,
            parameters: { temperature: t },
          };
          for (const x of [Float32Array.from(logits), Float64Array.from(logits)]) {
            for (const backend of [assay, oracle]) {
              const p = backend.calibratorFromJSON(json).apply(x);
              for (let start = 0; start < x.length; start += c) {
                const [row, after] = [x.subarray(start, start + c), p.subarray(start, start + c)];
                if (c === 1) expect(after[0]! >= 0.5).toBe(row[0]! >= 0);
                else expect(after.indexOf(Math.max(...after))).toBe(row.indexOf(Math.max(...row)));
              }
            }
          }
        },
      ),
    );
  });

  test("finds known minima", () => {
    // Of rows (z, 0) a share s is right: σ(z/T) = s at the minimum.
    const z = 3;
    const logits = Array.from({ length: 10 }, () => [z, 0]).flat();
    const labels = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1];
    for (const backend of [assay, oracle]) {
      const { parameters, convergence } = backend.temperatureScaling.fit(logits, labels, { numClasses: 2 });
      expectWithin(parameters.temperature, z / Math.log(4), 1e-12);
      expect(convergence?.converged).toBe(true);
      const weighted = backend.temperatureScaling.fit(logits, labels, { numClasses: 2, weight: [1, 2] });
      expectWithin(weighted.parameters.temperature, z / Math.log(2), 1e-12);
    }
  });

  test("ends in a bound where there is no minimum", () => {
    for (const backend of [assay, oracle]) {
      const right = backend.temperatureScaling.fit([2, 0, 0, 1], [0, 1], { numClasses: 2 });
      expectClose(right.parameters.temperature, Math.exp(-10), 1e-12);
      expect(right.convergence?.converged).toBe(false);
      const wrong = backend.temperatureScaling.fit([2, 0, 0, 1], [1, 0], { numClasses: 2 });
      expectClose(wrong.parameters.temperature, Math.exp(10), 1e-12);
      expect(wrong.convergence?.converged).toBe(false);
      expect(backend.temperatureScaling.fit([1, 1, 1, 1], [1, 0], { numClasses: 2 }).parameters.temperature).toBe(1);
    }
  });
});

describe("platt scaling", () => {
  test("finds the minimum of two scores: the logits of their rates", () => {
    const [scores, labels] = [
      [0, 0, 0, 0, 5, 5, 5, 5, 5],
      [1, 0, 0, 0, 1, 1, 1, 1, 0],
    ];
    for (const backend of [assay, oracle]) {
      const { parameters } = backend.plattScaling.fit(scores, labels, { priorCorrection: false });
      expectWithin(parameters.b, Math.log(3), 1e-12);
      expectWithin(parameters.a, -(Math.log(4) + Math.log(3)) / 5, 1e-12);
    }
  });

  test.each([
    ["separated", [0, 1, 2, 3], [0, 0, 1, 1]],
    ["separated but for a tie", [0, 1, 1, 2], [0, 0, 1, 1]],
    ["one class", [0, 1, 2, 3], [1, 1, 1, 1]],
  ])("falls back on Platt's targets where there is no minimum: %s", (_, scores, labels) => {
    for (const backend of [assay, oracle]) {
      const plain = backend.plattScaling.fit(scores, labels, { priorCorrection: false });
      const corrected = backend.plattScaling.fit(scores, labels);
      expect(plain.convergence?.converged).toBe(false);
      expect(corrected.convergence?.converged).toBe(true);
      expect(plain.parameters).toEqual(corrected.parameters);
    }
  });

  test("of equal scores gives the rate", () => {
    const { parameters } = assay.plattScaling.fit([7, 7, 7, 7], [0, 0, 0, 1], { priorCorrection: false });
    expect(parameters.a).toBe(0);
    expectWithin(parameters.b, Math.log(3), 1e-14);
  });
});

test("beta calibration never falls: of probabilities that are worse than none it gives the rate", () => {
  for (const backend of [assay, oracle]) {
    const { parameters } = backend.betaCalibration.fit([0.1, 0.2, 0.3, 0.6, 0.7, 0.8, 0.9], [1, 1, 0, 1, 0, 0, 0]);
    expect([parameters.a, parameters.b]).toEqual([0, 0]);
    expectWithin(parameters.c, Math.log(3 / 4), 1e-12);
  }
});

test("beta calibration with fewer parameters is a logistic regression on the logit, or goes through ½", () => {
  fc.assert(
    fc.property(recipes(binary).map(rowsOf), fc.boolean(), (rows, weighted) => {
      const [p, options] = [sigmoid(rows.scores), weighted ? { sampleWeight: rows.weights } : {}];
      for (const parameters of ["am", "ab"] as const) {
        const [actual, expected] = [assay, oracle].map((b) =>
          b.betaCalibration.fit(p, rows.labels, { ...options, parameters, report: false }),
        ) as [Calibrator<"beta">, Calibrator<"beta">];
        expect(actual.convergence!.converged).toBe(expected.convergence!.converged);
        expectAllWithin(actual.apply(p), expected.apply(p), () => PLACE, parameters);
        const { a, b, c } = actual.parameters;
        if (parameters === "am") expect(a).toBe(b);
        else expectWithin(c, (a - b) * Math.LN2, 1e-12 * (1 + Math.abs(c)));
      }
      const clipped = p.map((p) => Math.min(Math.max(p, 2 ** -52), 1 - 2 ** -52));
      const logits = clipped.map((p) => Math.log(p) - Math.log(1 - p));
      const { parameters, convergence } = assay.betaCalibration.fit(p, rows.labels, { ...options, parameters: "am" });
      const platt = assay.plattScaling.fit(logits, rows.labels, { ...options, priorCorrection: false });
      if (!convergence!.converged || platt.parameters.a > 0) return;
      expectWithin(parameters.a, -platt.parameters.a, 1e-8 * (1 + parameters.a));
    }),
    { numRuns: 40 },
  );
  for (const backend of [assay, oracle]) {
    expect(() => backend.betaCalibration.fit([0.5], [1], { parameters: "a" as never })).toThrow(assay.AssayRangeError);
  }
});

describe("nasty data", () => {
  const value = fc.constantFrom(0, -0, 1, -1, 3.5, 1 + 2 ** -50, 1e30, -1e30, 1e308, -1e308, 5e-324, 1e-323, 1e-300);
  const chance = fc.constantFrom(0, 1, 0.5, 2 ** -60, 1 - 2 ** -53, 5e-324, 0.2, 0.9);
  const weight = fc.constantFrom(1, 0.5, 1e-300, 1e300, 3);
  const some = <Value>(of: fc.Arbitrary<Value>) => fc.array(of, { minLength: 36, maxLength: 36 });
  const recipe = fc.record({
    count: fc.integer({ min: 1, max: 12 }),
    values: some(value),
    chances: some(chance),
    labels: some(fc.integer({ min: 0, max: 2 })),
    weights: fc.option(some(weight), { nil: undefined }),
    pattern: fc.constantFrom("any", "separated", "one class", "ties"),
  });

  /** Rows of columns, of which the first classes are right, or all are, or all are alike. */
  function rowsOf({ count, values, labels, pattern }: { [Key in keyof Nasty]: Nasty[Key] }, columns: number) {
    const x = values.slice(0, count * columns);
    const classes = Math.max(2, columns);
    if (pattern === "ties") x.fill(x[0]!);
    const right = (i: number): number =>
      columns === 1
        ? Number(x[i]! > 1)
        : x.slice(i * columns, (i + 1) * columns).indexOf(Math.max(...x.slice(i * columns, (i + 1) * columns)));
    const y = labels.slice(0, count).map((label, i) => {
      return pattern === "separated" ? right(i) : pattern === "one class" ? 1 : label % classes;
    });
    return { x, y };
  }

  /** Without subnormal slopes, and sums that are infinite. */
  function tamed(value: number): number {
    return Math.abs(value) < 1e-290 ? 0 : Math.max(-1e30, Math.min(1e30, value));
  }

  type Nasty = { count: number; values: number[]; labels: number[]; pattern: string };

  const fits: Readonly<
    Record<string, (b: Backend, given: Nasty & { chances: number[] }, options: object) => Calibrator>
  > = {
    temperature: (b, given, options) => {
      const { x, y } = rowsOf(given, 3);
      return b.temperatureScaling.fit(x, y, { numClasses: 3, ...options });
    },
    "temperature of two classes": (b, given, options) => {
      const { x, y } = rowsOf(given, 1);
      return b.temperatureScaling.fit(x, y, options);
    },
    platt: (b, given, options) => {
      const { x, y } = rowsOf(given, 1);
      return b.plattScaling.fit(x, y, options);
    },
    "platt without correction": (b, given, options) => {
      const { x, y } = rowsOf(given, 1);
      return b.plattScaling.fit(x, y, { priorCorrection: false, ...options });
    },
    ...Object.fromEntries(
      (["abm", "am", "ab"] as const).map((parameters) => [
        `beta ${parameters}`,
        (b: Backend, given: Nasty & { chances: number[] }, options: object) => {
          const { x, y } = rowsOf({ ...given, values: given.chances }, 1);
          return b.betaCalibration.fit(x, y, { parameters, ...options });
        },
      ]),
    ),
    isotonic: (b, given, options) => {
      const { x, y } = rowsOf(given, 1);
      return b.isotonicRegression.fit(x, y, options);
    },
    vector: (b, given, options) => {
      const { x, y } = rowsOf({ ...given, values: given.values.map(tamed) }, 3);
      return b.vectorScaling.fit(x, y, { numClasses: 3, ...options });
    },
    dirichlet: (b, given, options) => {
      const { x, y } = rowsOf({ ...given, values: given.chances }, 3);
      return b.dirichletScaling.fit(x, y, { numClasses: 3, ...options });
    },
  };

  test.each(Object.entries(fits))("%s ends in something finite, and says whether it converged", (_, fit) => {
    fc.assert(
      fc.property(recipe, ({ weights, ...given }) => {
        const sampleWeight = weights && { sampleWeight: weights.slice(0, given.count) };
        const calibrator = fit(assay, given, { report: false, ...sampleWeight });
        const json: unknown = JSON.parse(JSON.stringify(calibrator));
        const again = assay.calibratorFromJSON(json);
        expect(JSON.stringify(again)).toBe(JSON.stringify(json));
        const { converged, relativeStep } = calibrator.convergence ?? { converged: false, relativeStep: 0 };
        if (converged) expect(relativeStep).toBeLessThanOrEqual(1e-10);
        // Weights that fit 1 may be too large for 1e30.
        const isVector = calibrator.kind === "vector";
        const values = isVector ? given.values.slice(0, 3 * given.count).map(tamed) : given.values;
        const scores = calibrator.input === "probabilities" ? given.chances : values;
        expect([...calibrator.apply(scores)].every((p) => p >= 0 && p <= 1)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test("Platt scaling with corrected targets always converges, and so does temperature scaling where there is a minimum", () => {
    fc.assert(
      fc.property(recipe, (given) => {
        const tame = given.values.map(tamed);
        const platt = fits.platt!(assay, { ...given, values: tame }, { report: false });
        expect(platt.convergence!.converged).toBe(true);
        for (const kind of ["temperature", "temperature of two classes"]) {
          const [actual, expected] = [assay, oracle].map((b) =>
            fits[kind]!(b, { ...given, values: tame }, { report: false }),
          );
          expect(actual!.convergence!.converged).toBe(expected!.convergence!.converged);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("one against the rest", () => {
  const rows = rowsOf({ seed: 3, count: 60, columns: 3, spread: 1 });
  const column = (k: number) => rows.scores.filter((_, at) => at % 3 === k);
  const isClass = (k: number) => rows.labels.map((label) => Number(label === k));

  test("is a binary calibrator for each class, and rows over their sums", () => {
    for (const b of [assay, oracle]) {
      const { parameters, apply, convergence } = bound(
        b.oneVsRest(b.plattScaling).fit(rows.scores, rows.labels, { numClasses: 3, priorCorrection: false }),
      );
      const each = [0, 1, 2].map((k) => b.plattScaling.fit(column(k), isClass(k), { priorCorrection: false }));
      expect(parameters).toEqual({ kind: "platt", classes: each.map((one) => one.parameters) });
      const p = each.map((one, k) => one.apply(column(k)));
      const total = p[0]!.map((x, i) => x + p[1]![i]! + p[2]![i]!);
      expectSame(
        apply(rows.scores),
        Float64Array.from(rows.scores, (_, at) => {
          const i = Math.floor(at / 3);
          return p[at % 3]![i]! / total[i]!;
        }),
        "probabilities",
      );
      expect(convergence).toEqual({
        converged: each.every((one) => one.convergence!.converged),
        iterations: Math.max(...each.map((one) => one.convergence!.iterations)),
        relativeStep: Math.max(...each.map((one) => one.convergence!.relativeStep)),
        objective: each.reduce((sum, one) => sum + one.convergence!.objective, 0),
      });
    }
  });

  test("where nothing is left all classes are the same", () => {
    for (const b of [assay, oracle]) {
      const scores = [1, 0, 0, 0, 1, 0, 0, 0, 1];
      const calibrator = b.oneVsRest(b.isotonicRegression).fit(scores, [0, 1, 2], { numClasses: 3 });
      expect([...calibrator.apply([0, 0, 0, 1, 0, 0])]).toEqual([1 / 3, 1 / 3, 1 / 3, 1, 0, 0]);
      expect(calibrator.convergence).toBeUndefined();
    }
  });

  test("a class without rows is fitted to the rest", () => {
    for (const b of [assay, oracle]) {
      const calibrator = b.oneVsRest(b.isotonicRegression).fit([0.3, 0.7, 0.6, 0.4], [0, 1], { numClasses: 2 });
      expect([...calibrator.apply([0.3, 0.7])]).toEqual([0.5, 0.5]);
      const absent = b.oneVsRest(b.plattScaling).fit(rows.scores, rows.labels.fill(1, 0, 60), { numClasses: 3 });
      expect(absent.apply(rows.scores).every((p) => p > 0 && p < 1)).toBe(true);
    }
  });

  test("takes nothing but a binary way", () => {
    for (const b of [assay, oracle]) {
      for (const wrong of [
        b.temperatureScaling,
        b.vectorScaling,
        b.oneVsRest(b.plattScaling),
        {},
        null,
        undefined,
        1,
      ]) {
        expect(complaintOf(() => b.oneVsRest(wrong as never))).toMatchObject({
          name: "AssayTypeError",
          code: "type",
          argument: "method",
        });
      }
      expect(complaintOf(() => b.oneVsRest(b.plattScaling).fit([1, 2], [0, 1], {} as never))?.argument).toBe(
        "numClasses",
      );
    }
  });
});

test("folds tell noise from knowledge", () => {
  // Labels that scores say nothing about: what isotonic regression gains on its own rows is lost on others.
  const scores = Float64Array.from({ length: 300 }, (_, i) => uniform(1, i));
  const labels = Int32Array.from({ length: 300 }, (_, i) => Number(uniform(2, i) < 0.5));
  for (const b of [assay, oracle]) {
    const { after, crossValidated } = b.isotonicRegression.fit(scores, labels, { crossValidate: {} }).report!;
    expect(after.brier).toBeLessThan(0.25);
    expect(crossValidated!.after.brier).toBeGreaterThan(0.25);
    expect(crossValidated!.folds).toHaveLength(5);
  }
});

test("isotonic regression pools violators, and draws lines between what is left", () => {
  for (const backend of [assay, oracle]) {
    const calibrator = backend.isotonicRegression.fit([1, 2, 3, 4, 5, 5, 6], [0, 1, 0, 1, 0, 1, 1]);
    expect(calibrator.parameters).toEqual({ scores: [1, 2, 3, 4, 5, 6], values: [0, 0.5, 0.5, 2 / 3, 2 / 3, 1] });
    expectSame(
      calibrator.apply(Float64Array.of(-9, 1, 1.5, 2.5, 5.5, 6, 99)),
      Float64Array.of(0, 0, 0.25, 0.5, 2 / 3 + (1 - 2 / 3) / 2, 1, 1),
    );
    expect(calibrator.report?.before).toBeUndefined();
  }
});

test("fits have the same bits in every place and float type that holds the scores", () => {
  const rows = rowsOf({ seed: 5, count: 3000, columns: 3, spread: 2 });
  for (const kind of ["temperature", "vector", "oneVsRest of platt", "oneVsRest of isotonic"] as const) {
    const expected = JSON.stringify(ways[kind](assay, rows, { report: false }));
    for (const scores of [Float32Array.from(rows.scores), Array.from(rows.scores)]) {
      const fit = (scores: Reals, labels: Labels) =>
        JSON.stringify(
          ways[kind](assay, { ...rows, scores: scores as never, labels: labels as never }, { report: false }),
        );
      expect(fit(scores, rows.labels)).toBe(expected);
    }
  }
});

test("saved calibrators from elsewhere are checked", () => {
  const good = { format: "assay.calibrator", version: 1, kind: "platt", parameters: { a: -1, b: 0 } };
  const other = (kind: string, parameters: object, numClasses?: number) => ({
    ...good,
    kind,
    parameters,
    ...(numClasses !== undefined && { numClasses }),
  });
  const bad: unknown[] = [
    ...[null, 1, "x", [], {}, { ...good, format: "x" }, { ...good, version: 2 }, { ...good, kind: "toString" }],
    ...[
      { ...good, more: 1 },
      { ...good, numClasses: 2 },
      { ...good, parameters: null },
    ],
    ...[other("platt", { a: 1 }), other("platt", { a: 1, b: "0" }), other("platt", { a: 1, b: 0, c: 0 })],
    ...[other("temperature", { temperature: 0 }), other("temperature", { temperature: 1 }, 1.5)],
    ...[other("beta", { a: -1, b: 0, c: 0 }), other("isotonic", { scores: [1, 1], values: [0, 1] })],
    ...[other("isotonic", { scores: [], values: [] }), other("isotonic", { scores: [1, 2], values: [1, 0] })],
    ...[other("isotonic", { scores: [1, 2], values: [1] }), other("histogram", { closed: "up", values: [1] })],
    ...[other("histogram", { closed: "left", values: [2] }), other("vector", { weights: [1, 1], biases: [0, 0] })],
    ...[
      other("vector", { weights: [1], biases: [0, 0] }, 2),
      other("dirichlet", { weights: [[1, 0], [0]], biases: [0, 0] }, 2),
    ],
    ...[null, {}, { kind: "platt" }, { classes: [] }, { kind: "temperature", classes: [] }].map((parameters) =>
      other("oneVsRest", parameters as object, 2),
    ),
    ...[
      [],
      [{ a: 1, b: 0 }],
      [{ a: 1, b: 0 }, { a: 1 }],
      [{ a: 1, b: 0 }, null],
      [
        { a: 1, b: 0 },
        { a: 1, b: 0, c: 0 },
      ],
    ].map((classes) => other("oneVsRest", { kind: "platt", classes }, 2)),
    other("oneVsRest", { kind: "platt", classes: [{ a: 1, b: 0 }] }),
    other(
      "oneVsRest",
      {
        kind: "platt",
        classes: [
          { a: 1, b: 0 },
          { a: 1, b: 0 },
        ],
        more: 1,
      },
      2,
    ),
  ];
  for (const json of bad) {
    for (const backend of [assay, oracle]) {
      expect(
        complaintOf(() => backend.calibratorFromJSON(json)),
        JSON.stringify(json),
      ).toMatchObject({
        name: "AssayRangeError",
        code: "state",
        argument: "json",
      });
    }
  }
  expect(assay.calibratorFromJSON(good).apply([0, 1e3, -1e3])).toEqual(Float64Array.of(0.5, 1, 0));
});

describe("vector and Dirichlet scaling of saturated rows", () => {
  const saturated: (readonly [scores: readonly number[], labels: readonly number[]])[] = [
    [
      [40, 0, 0, 40, 40, 0, 0, 40],
      [0, 1, 1, 0],
    ],
    [
      [40, 0, 0, 40, 40, 0],
      [0, 1, 1],
    ],
    [
      [-10, -2, 4, -2, -7, 8, -2, 10, 4, -1, 6, -1],
      [0, 1, 0, 0, 0, 1],
    ],
    ...[1, 2, 3].map((seed) => {
      const { scores, labels } = rowsOf({ seed, count: 60, columns: 2, spread: 200 });
      return [[...scores], [...labels]] as const;
    }),
  ];

  test.each<[string, Backend]>([
    ["assay", assay],
    ["oracle", oracle],
  ])("is no worse than none: %s", (_, backend) => {
    for (const [scores, labels] of saturated) {
      const given = backend.crossEntropy(scores, labels, { numClasses: 2 });
      const vector = backend.vectorScaling.fit(scores, labels, { numClasses: 2, report: false });
      expect(vector.convergence!.objective).toBeLessThanOrEqual(given * (1 + 1e-12));
      // Probabilities that are 0 and 1, or nearly.
      const chances = scores.map((z, i) => 1 / (1 + Math.exp(scores[i ^ 1]! - z)));
      const logs = chances.map((p) => Math.log(Math.max(p, 2 ** -1022)));
      const dirichlet = backend.dirichletScaling.fit(chances, labels, { numClasses: 2, report: false });
      const most = backend.crossEntropy(logs, labels, { numClasses: 2 });
      expect(dirichlet.convergence!.objective).toBeLessThanOrEqual(most * (1 + 1e-9));
    }
  });

  test.each<[string, Backend]>([
    ["assay", assay],
    ["oracle", oracle],
  ])("finds the minimum where nothing curves at the start, with biases that add up to 0: %s", (_, backend) => {
    const [stuck] = saturated;
    const { convergence } = backend.vectorScaling.fit(...stuck!, { numClasses: 2, report: false });
    expect(convergence!.objective).toBeCloseTo(Math.LN2, 12);
    for (const spread of [1, 1e3, 1e100]) {
      const { scores, labels } = rowsOf({ seed: 5, count: 60, columns: 3, spread: 4 });
      const large = Array.from(scores, (x) => spread * x);
      const options = { numClasses: 3, report: false } as const;
      const { parameters, convergence } = backend.vectorScaling.fit(large, labels, options);
      const least = backend.vectorScaling.fit(scores, labels, options).convergence!.objective;
      expect(convergence!.objective / least, `${spread}`).toBeCloseTo(1, 9);
      expect(parameters.biases.reduce((sum, bias) => sum + bias, 0)).toBeCloseTo(0, 12);
    }
  });
});
