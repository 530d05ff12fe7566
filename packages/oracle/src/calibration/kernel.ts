/**
 * T. Popordanoska, R. Sayer and M. Blaschko, "A consistent and differentiable Lp canonical calibration error estimator"
 * (2022), section 3, in one dimension: a beta kernel.
 *
 * @module
 */
import {
  type Accumulator,
  type CalibrationScores,
  defaults,
  type KernelCalibrationErrorOptions,
  type Labels,
  type Reals,
} from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { checkOptions, count, number, oneOf, rangeError } from "../input.js";
import { exactSum } from "../sum.js";
import { binsOf, fill } from "./bins.js";
import {
  type Compared,
  type Comparison,
  checkRows,
  checkSome,
  compared,
  comparisonOf,
  keepCompared,
} from "./comparison.js";

/** The options of a call, checked. */
interface Plan {
  readonly comparison: Comparison;
  readonly bandwidth: number;
  readonly numBins: number;
  readonly power: 1 | 2;
}

function planOf(name: string, options: KernelCalibrationErrorOptions): Plan {
  checkOptions(name, options, ["numClasses", "numLabels", "from", "of", "bandwidth", "numBins", "norm"]);
  const { of, bandwidth: given, numBins = defaults.kernelBins, norm } = options ?? {};
  const comparison = comparisonOf(options ?? {}, of, ["positive", "topLabel", "eachClass"]);
  const bandwidth = number("bandwidth", given, (x) => x >= 0.0001 && x <= 1, "in 0.0001..1");
  if (count("numBins", numBins, 1) > 4096) {
    throw rangeError("option", "numBins", `numBins is ${numBins}, but at most 4096`, { value: numBins });
  }
  const power = oneOf("norm", norm, ["l1", "l2"], defaults.norm) === "l2" ? 2 : 1;
  return { comparison, bandwidth, numBins, power };
}

/** The mean over classes and rows of |rate of the other rows − confidence|, or the root of that of its square. */
export const kernelCalibrationError: CalibrationScores["kernelCalibrationError"] = Object.assign(
  (predictions: Reals, labels: Labels, options: KernelCalibrationErrorOptions): number => {
    const plan = planOf("kernelCalibrationError", options);
    return errorOf(checkSome(checkRows(plan.comparison, predictions, labels, undefined)), plan);
  },
  {
    accumulator(options: KernelCalibrationErrorOptions): Accumulator<number> {
      const plan = planOf("kernelCalibrationError.accumulator", options);
      const { comparison, numBins } = plan;
      const config = { numBins };
      const finish = (rows: Rows): number => errorOf(rows, plan);
      return keepCompared({ name: "kernelCalibrationError", comparison, config, keepsScores: false, finish });
    },
  },
);

function errorOf(rows: Rows, { comparison, bandwidth, numBins, power }: Plan): number {
  const means = compared(rows, comparison).map((each) => meanCost(atMeans(each, numBins), bandwidth, power));
  return (exactSum(means) / means.length) ** (1 / power);
}

/** A row at its place. */
interface Placed {
  readonly p: number;
  readonly y: number;
}

/** Rows at the mean confidence of their bin. */
function atMeans(rows: readonly Compared[], numBins: number): Placed[] {
  return fill(rows, binsOf({ numBins }), false).flatMap(({ rows: members }) => {
    const p = exactSum(members.map(({ confidence }) => confidence)) / members.length;
    return members.map(({ right }) => ({ p, y: right }));
  });
}

/** Leaving out each row in turn. */
function meanCost(rows: readonly Placed[], bandwidth: number, power: number): number {
  const costs = rows.map((row) => {
    const others = rows.filter((other) => other !== row);
    const logs = others.map(({ p }) => logDensity(row.p, p / bandwidth, (1 - p) / bandwidth));
    const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
    const densities = logs.map((log) => Math.exp(log - largest));
    const rate = exactSum(others.map(({ y }, i) => y * densities[i]!)) / exactSum(densities);
    return Math.abs(rate - row.p) ** power;
  });
  return exactSum(costs) / costs.length;
}

/** ln of the density of Beta(a + 1, b + 1) at a place, which is kept off 0 and 1. */
function logDensity(place: number, a: number, b: number): number {
  const p = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, place));
  return a * Math.log(p) + b * Math.log1p(-p) + logFactorial(a + b + 1) - logFactorial(a) - logFactorial(b);
}

/** ln x! by Stirling's series, from 20 on. */
function logFactorial(x: number): number {
  if (x < 20) return logFactorial(x + 1) - Math.log(x + 1);
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return x * Math.log(x) - x + Math.log(2 * Math.PI * x) / 2 + series;
}
