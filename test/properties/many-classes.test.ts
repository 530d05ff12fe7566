import { confusionMatrix, labelEncoder } from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { complaintOf } from "../support/errors.js";

/** Few classes, which a matrix has places for; spread over so many that it has not (1025 or more). */
const FEW = 7;
const STRIDE = 151;
const MANY = FEW * STRIDE;

interface Row {
  readonly predicted: number;
  readonly target: number;
  readonly weight: number;
}

const rows = fc.array(
  fc.record<Row>({
    predicted: fc.nat(FEW - 1),
    target: fc.nat(FEW - 1),
    weight: fc.constantFrom(0, 0.1, 1, 3, 1e12, 1e-12),
  }),
  { minLength: 1, maxLength: 400 },
);

function columns(given: readonly Row[], stride = 1) {
  return [
    given.map(({ predicted }) => predicted * stride),
    Int32Array.from(given, ({ target }) => target * stride),
    given.map(({ weight }) => weight),
  ] as const;
}

/** So many classes have places in an accumulator, but not beside few rows in one call. */
const SOME = 2 * STRIDE;

test("few rows of some hundred classes are counted as in an accumulator, with their rows behind cells", () => {
  fc.assert(
    fc.property(rows, fc.boolean(), (given, ignoring) => {
      const [p, t] = columns(given, SOME / STRIDE);
      fc.pre(!ignoring || t.some((target) => target !== 0));
      const options = { numClasses: SOME, ...(ignoring && { ignoreIndex: 0 }) };
      const once = confusionMatrix(p, t, { ...options, keepRows: "all" });
      const counting = confusionMatrix.accumulator(options);
      try {
        const streamed = counting.update(p, t).result();
        expectSame(once.cells(), streamed.cells());
        expectSameNumbers(once.counts, streamed.counts);
        expectSame([once.mcc(), once.report().toString()], [streamed.mcc(), streamed.report().toString()]);
        for (const { target, predicted } of once.cells()) {
          const behind = [...t.keys()].filter((i) => t[i] === target && p[i] === predicted);
          expect([...once.rowsOf(target, predicted)]).toEqual(behind);
        }
      } finally {
        counting.free();
      }
    }),
  );
});

const places = Array.from({ length: FEW }, (_, k) => k * STRIDE);

describe("a matrix of very many classes", () => {
  test.each([false, true])("is that of few classes, spread (weighted: %s)", (weighted) => {
    fc.assert(
      fc.property(rows, (given) => {
        fc.pre(given.some(({ weight }) => weight > 0));
        const [p, t, w] = columns(given);
        const [spreadP, spreadT] = columns(given, STRIDE);
        const sampleWeight = weighted ? { sampleWeight: w } : {};
        const few = confusionMatrix(p, t, { numClasses: FEW, ...sampleWeight });
        const many = confusionMatrix(spreadP, spreadT, { numClasses: MANY, ...sampleWeight });
        expectSame(
          many.cells().map(({ target, predicted, count }) => [target / STRIDE, predicted / STRIDE, count]),
          few.cells().map(({ target, predicted, count }) => [target, predicted, count]),
        );
        expectSameNumbers(many.select(places).counts, few.counts);
        expectSame([many.total, many.accuracy(), many.zeroOneLoss()], [few.total, few.accuracy(), few.zeroOneLoss()]);
        for (const average of ["micro", "macro", "weighted"] as const) {
          expect(many.f1({ average })).toBe(few.f1({ average }));
        }
        expectSame([many.mcc(), many.cohenKappa()], [few.mcc(), few.cohenKappa()]);
      }),
    );
  });

  test.each([false, true])("has the same bytes however its rows were cut and merged (weighted: %s)", (weighted) => {
    fc.assert(
      fc.property(rows, fc.nat(400), fc.boolean(), (given, at, swapped) => {
        const accumulate = (part: readonly Row[]) => {
          const [p, t, w] = columns(part, STRIDE);
          return confusionMatrix
            .accumulator({ numClasses: MANY, weighted })
            .update(p, t, weighted ? { sampleWeight: w } : {});
        };
        const cut = [given.slice(0, at), given.slice(at)];
        if (swapped) cut.reverse();
        const [first, second] = cut.map(accumulate);
        const whole = accumulate(given);
        const saved = confusionMatrix.accumulator({ numClasses: MANY, weighted }).mergeBytes(second!.toBytes());
        expectSame(first!.merge(saved).toBytes(), whole.toBytes());
        expectSame(first!.result().cells(), whole.result().cells());
        for (const one of [first!, second!, saved, whole]) one.free();
      }),
    );
  });

  test("a failed update leaves nothing behind", () => {
    const counts = confusionMatrix.accumulator({ numClasses: MANY }).update([5], [6]);
    const before = counts.toBytes();
    const bad = Int32Array.from({ length: 70_000 }, (_, i) => (i === 69_999 ? MANY : i % 1000));
    const complaint = complaintOf(() => counts.update(bad, bad));
    expect(complaint).toMatchObject({ code: "label", index: 69_999, value: MANY });
    expectSame(counts.toBytes(), before);
    counts.free();
  });

  test("bytes of something else are refused", () => {
    const counts = confusionMatrix.accumulator({ numClasses: MANY }).update([5, 7], [6, 6]);
    const saved = counts.toBytes();
    const swapped = saved.slice();
    // Two cells of 16 bytes each at the end, keys out of order.
    swapped.set(saved.subarray(-16), saved.length - 32);
    swapped.set(saved.subarray(-32, -16), saved.length - 16);
    for (const bad of [swapped, saved.subarray(0, -16), saved.subarray(0, -1), new Uint8Array()]) {
      expect(complaintOf(() => counts.mergeBytes(bad))).toMatchObject({ code: "state", argument: "bytes" });
      expectSame(counts.toBytes(), saved);
    }
    counts.free();
  });
});

describe("rows behind cells", () => {
  const wanted = fc.oneof(
    fc.constantFrom("errors" as const, "all" as const),
    fc.array(fc.tuple(fc.nat(FEW - 1), fc.nat(FEW - 1)), { maxLength: 5 }),
  );

  test("are those that it counts, of few classes and of many", () => {
    fc.assert(
      fc.property(rows, wanted, fc.boolean(), fc.boolean(), (given, keepRows, weighted, spread) => {
        const stride = spread ? STRIDE : 1;
        const [p, t, sampleWeight] = columns(given, stride);
        fc.pre(!weighted || given.some(({ weight }) => weight > 0));
        const cells =
          typeof keepRows === "string" ? keepRows : keepRows.map(([i, j]) => [i * stride, j * stride] as const);
        const matrix = confusionMatrix(p, t, {
          numClasses: FEW * stride,
          keepRows: cells,
          ...(weighted && { sampleWeight }),
        });
        for (let target = 0; target < FEW; target++) {
          for (let predicted = 0; predicted < FEW; predicted++) {
            const call = () => matrix.rowsOf(target * stride, predicted * stride);
            const kept =
              typeof keepRows === "string"
                ? keepRows === "all" || target !== predicted
                : keepRows.some(([i, j]) => i === target && j === predicted);
            if (kept) {
              const expected = [...given.keys()].filter((i) => {
                const row = given[i]!;
                return row.target === target && row.predicted === predicted && !(weighted && row.weight === 0);
              });
              expectSame([...call()], expected);
            } else {
              expect(complaintOf(call)).toMatchObject({ code: "option", argument: "keepRows" });
            }
          }
        }
      }),
    );
  });

  test("are counted over the whole array, beyond one block", () => {
    const targets = Int32Array.from({ length: 100_000 }, (_, i) => Number(i % 33_333 === 0));
    const matrix = confusionMatrix(new Int32Array(100_000), targets, { keepRows: "errors" });
    expect([...matrix.rowsOf(1, 0)]).toEqual([0, 33_333, 66_666, 99_999]);
  });
});

describe("labels of any value", () => {
  const words = ["", "a", "b", "B", "ß", "10", "9"];

  test("are counted as their classes", () => {
    fc.assert(
      fc.property(rows, (given) => {
        const [p, t] = [given.map((row) => words[row.predicted]!), given.map((row) => words[row.target]!)];
        const encoder = labelEncoder(p, t);
        const matrix = confusionMatrix(p, t);
        expect(matrix.classNames).toEqual(encoder.classes);
        const numClasses = Math.max(2, encoder.classes.length);
        const plain = confusionMatrix(encoder.encode(p), encoder.encode(t), { numClasses });
        const classes = encoder.classes.map((_, k) => k);
        expectSameNumbers(matrix.counts, plain.select(classes).counts);
        const given10 = confusionMatrix(p, t, { classes: words });
        expectSameNumbers(given10.select(encoder.classes.map((word) => words.indexOf(word))).counts, matrix.counts);
      }),
    );
  });

  test("one of two classes is positive", () => {
    const [p, t] = [
      ["spam", "ham", "spam"],
      ["spam", "spam", "ham"],
    ];
    const matrix = confusionMatrix(p, t, { positiveClass: "ham" });
    expect(matrix.binary).toBe(true);
    expect(matrix.classNames).toEqual(["spam", "ham"]);
    expect(matrix.countsOf()).toEqual({ tp: 0, fp: 1, fn: 1, tn: 1 });
    const ofScores = confusionMatrix([0.9, 0.2, 0.7], t, {
      from: "probabilities",
      classes: ["ham", "spam"],
      positiveClass: "spam",
    });
    expect(ofScores.countsOf()).toEqual({ tp: 1, fp: 1, fn: 1, tn: 0 });
    expect(confusionMatrix([1, 0], [1, 1], { positiveClass: 0 }).countsOf()).toEqual({ tp: 0, fp: 1, fn: 0, tn: 1 });
  });

  test("numbers of their own, one of them ignored", () => {
    const matrix = confusionMatrix([10, -5, 10], [-5, 99, 10], { classes: [10, -5], ignoreIndex: 99 });
    expect(matrix.classNames).toEqual(["10", "-5"]);
    expectSameNumbers(matrix.counts, Float64Array.of(1, 0, 1, 0));
  });

  test("a stream of them", () => {
    using counts = confusionMatrix.accumulator({ classes: ["a", "b"] });
    counts.update(["a", "b"], ["a", "a"]).update(["b"], ["b"]);
    expectSameNumbers(counts.result().counts, Float64Array.of(1, 1, 0, 1));
  });

  test("what does not fit is an error that says where", () => {
    const strings = ["a", "b"];
    const complaint = (...call: Parameters<typeof confusionMatrix>) => complaintOf(() => confusionMatrix(...call));
    expect(complaint(["a", "c"], strings, { classes: strings })).toMatchObject({ code: "label", index: 1, value: "c" });
    expect(complaint([0, 1], strings)).toMatchObject({ code: "type", index: 0 });
    expect(complaint(strings, strings, { numClasses: 2 })).toMatchObject({ code: "option", argument: "numClasses" });
    expect(complaint(strings, strings, { ignoreIndex: 1 })).toMatchObject({ code: "option", argument: "ignoreIndex" });
    const scores = { from: "probabilities" } as const;
    expect(complaint([0.5, 0.5], strings, scores)).toMatchObject({ code: "option", argument: "classes" });
    expect(complaint(strings, strings, { positiveClass: "c" })).toMatchObject({ argument: "positiveClass" });
    expect(complaint(["a", "b"], ["c", "c"], { positiveClass: "c" })).toMatchObject({ argument: "positiveClass" });
  });
});
