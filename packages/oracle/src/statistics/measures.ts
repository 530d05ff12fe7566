/**
 * Measures of counts with their derivatives for every cell, from the definitions.
 *
 * @module
 */
import type { ClassMeasureName, ConfidenceIntervalOptions, ConfusionMatrix, MatrixMeasureName } from "@assay/contract";
import { defaults } from "@assay/contract";
import { Dual, sumOf } from "./dual.js";

/** Counts of one class against the rest. */
export interface Counts {
  readonly tp: Dual;
  readonly fp: Dual;
  readonly fn: Dual;
  readonly tn: Dual;
}

const precision = ({ tp, fp }: Counts): Dual => tp.over(tp.plus(fp));
const recall = ({ tp, fn }: Counts): Dual => tp.over(tp.plus(fn));
const specificity = ({ tn, fp }: Counts): Dual => tn.over(tn.plus(fp));
const negativePredictiveValue = ({ tn, fn }: Counts): Dual => tn.over(tn.plus(fn));
const falsePositiveRate = ({ tn, fp }: Counts): Dual => fp.over(tn.plus(fp));
const falseNegativeRate = ({ tp, fn }: Counts): Dual => fn.over(tp.plus(fn));
const one = (like: Dual): Dual => new Dual(1, like.scaled(0).slopes);

function fBeta({ tp, fp, fn }: Counts, beta: number): Dual {
  if (beta === Infinity) return tp.over(tp.plus(fn));
  const hits = tp.scaled(1 + beta * beta);
  return hits.over(hits.plus(fn.scaled(beta * beta)).plus(fp));
}

const ofClass: Record<ClassMeasureName, (counts: Counts, beta: number) => Dual> = {
  precision,
  recall,
  f1: (counts) => fBeta(counts, 1),
  fBeta,
  jaccard: ({ tp, fp, fn }) => tp.over(tp.plus(fp).plus(fn)),
  specificity,
  negativePredictiveValue,
  falsePositiveRate,
  falseNegativeRate,
  falseDiscoveryRate: ({ tp, fp }) => fp.over(tp.plus(fp)),
  falseOmissionRate: ({ tn, fn }) => fn.over(tn.plus(fn)),
  prevalence: ({ tp, fp, fn, tn }) => tp.plus(fn).over(tp.plus(fp).plus(fn).plus(tn)),
  informedness: (counts) => recall(counts).plus(specificity(counts)).minus(one(counts.tp)),
  markedness: (counts) => precision(counts).plus(negativePredictiveValue(counts)).minus(one(counts.tp)),
  gMean: (counts) => recall(counts).times(specificity(counts)).root(),
  positiveLikelihoodRatio: (counts) => recall(counts).over(falsePositiveRate(counts)),
  negativeLikelihoodRatio: (counts) => falseNegativeRate(counts).over(specificity(counts)),
};

/** A measure of some counts. */
export function measureOf(name: ClassMeasureName, counts: Counts, beta: number): Dual {
  return ofClass[name](counts, beta);
}

export function isClassMeasure(name: string): name is ClassMeasureName {
  return Object.hasOwn(ofClass, name);
}

/** The cells of a matrix that are not 0, each a variable. */
class Cells {
  readonly size: number;
  private readonly counts: readonly { target: number; predicted: number; count: Dual }[];
  private readonly like: Dual;

  constructor(matrix: ConfusionMatrix) {
    this.size = matrix.numClasses;
    const cells = matrix.cells();
    this.counts = cells.map(({ target, predicted, count }, i) => ({
      target,
      predicted,
      count: Dual.variable(count, i, cells.length),
    }));
    this.like = this.counts[0]!.count;
  }

  /** Σ of the cells that are meant, each times its weight. */
  sum(weigh: (target: number, predicted: number) => number): Dual {
    const terms = this.counts.map(({ target, predicted, count }) => count.scaled(weigh(target, predicted)));
    return sumOf(terms, this.like);
  }

  where(isMeant: (target: number, predicted: number) => boolean): Dual {
    return this.sum((target, predicted) => Number(isMeant(target, predicted)));
  }

  ofClass(k: number): Counts {
    return {
      tp: this.where((target, predicted) => target === k && predicted === k),
      fp: this.where((target, predicted) => target !== k && predicted === k),
      fn: this.where((target, predicted) => target === k && predicted !== k),
      tn: this.where((target, predicted) => target !== k && predicted !== k),
    };
  }

  /** Σ of numbers, one for each class. */
  overClasses(term: (k: number) => Dual): Dual {
    return sumOf(
      Array.from({ length: this.size }, (_, k) => term(k)),
      this.like,
    );
  }
}

/** A measure of classes as the options say, with its derivative for each cell that is not 0. */
export function classMeasure(
  matrix: ConfusionMatrix,
  name: ClassMeasureName,
  average: "binary" | "micro" | "macro" | "weighted",
  options: ConfidenceIntervalOptions,
): Dual {
  const cells = new Cells(matrix);
  const { beta = defaults.beta, absentClasses = defaults.absentClasses } = options;
  const isRatio = name === "positiveLikelihoodRatio" || name === "negativeLikelihoodRatio";
  const zeroDivision = options.zeroDivision ?? (isRatio ? NaN : defaults.zeroDivision);
  const measure = (counts: Counts): Dual => ofClass[name](counts, beta);
  if (average === "binary") return measure(cells.ofClass(1));
  const classes = Array.from({ length: cells.size }, (_, k) => cells.ofClass(k));
  if (average === "micro") {
    const pooled = (of: keyof Counts): Dual => cells.overClasses((k) => classes[k]![of]);
    return measure({ tp: pooled("tp"), fp: pooled("fp"), fn: pooled("fn"), tn: pooled("tn") });
  }
  const terms = classes.flatMap((counts) => {
    const support = counts.tp.plus(counts.fn);
    const occurs = counts.tp.value + counts.fp.value + counts.fn.value > 0;
    if (average === "macro" && absentClasses === "skip" && !occurs) return [];
    if (average === "weighted" && support.value === 0) return [];
    const own = measure(counts);
    const settled = Number.isNaN(own.value) ? new Dual(zeroDivision, support.scaled(0).slopes) : own;
    if (Number.isNaN(settled.value)) return [];
    return [{ value: settled, weight: average === "macro" ? one(support) : support }];
  });
  const like = classes[0]!.tp;
  const weight = sumOf(
    terms.map((term) => term.weight),
    like,
  );
  const weighted = terms.map((term) => term.value.times(term.weight));
  return sumOf(weighted, like).over(weight);
}

/** A measure of the whole matrix, with its derivative for each cell that is not 0. */
export function matrixMeasure(
  matrix: ConfusionMatrix,
  name: MatrixMeasureName,
  { weights = "none", adjusted = false }: ConfidenceIntervalOptions,
): Dual {
  const cells = new Cells(matrix);
  const total = cells.where(() => true);
  const right = cells.where((target, predicted) => target === predicted);
  const row = (k: number): Dual => cells.where((target) => target === k);
  const column = (k: number): Dual => cells.where((_, predicted) => predicted === k);
  switch (name) {
    case "accuracy":
      return right.over(total);
    case "zeroOneLoss":
    case "hammingLoss":
      return cells.where((target, predicted) => target !== predicted).over(total);
    case "balancedAccuracy": {
      const true_ = Array.from({ length: cells.size }, (_, k) => k).filter((k) => row(k).value > 0);
      const recalls = true_.map((k) => cells.where((t, p) => t === k && p === k).over(row(k)));
      const mean = sumOf(recalls, total).scaled(1 / true_.length);
      const chance = one(total).scaled(1 / true_.length);
      return adjusted ? mean.minus(chance).over(one(total).minus(chance)) : mean;
    }
    case "mcc": {
      // T·D − Σ rc, class by class: its products may be large, and nearly equal.
      const covariance = cells.overClasses((k) => {
        const { tp, fp, fn, tn } = cells.ofClass(k);
        return tp.times(tn).minus(fp.times(fn));
      });
      const spread = (of: (k: number) => Dual): Dual => cells.overClasses((k) => of(k).times(total.minus(of(k))));
      return covariance.over(spread(row).times(spread(column)).root());
    }
    case "cohenKappa": {
      const cost = { none: (d: number) => Number(d > 0), linear: (d: number) => d, quadratic: (d: number) => d * d };
      const observed = cells.sum((target, predicted) => cost[weights](Math.abs(target - predicted)));
      const chance = cells.overClasses((i) =>
        cells.overClasses((j) =>
          row(i)
            .times(column(j))
            .scaled(cost[weights](Math.abs(i - j))),
        ),
      );
      return one(total).minus(observed.times(total).over(chance));
    }
  }
}
