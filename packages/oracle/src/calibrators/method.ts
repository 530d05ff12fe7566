/**
 * What all ways to calibrate share.
 *
 * @module
 */
import {
  type CalibrationMethod,
  type CalibrationReport,
  type Calibrator,
  type CalibratorInput,
  type CalibratorJSON,
  type CalibratorKind,
  type CalibratorOptions,
  type CalibratorParameters,
  type Convergence,
  defaults,
  type GradientRoom,
  type Labels,
  type Reals,
} from "@assay/contract";
import {
  boolean,
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  labels as classLabels,
  finiteReals,
  probabilities,
  rangeError,
  resolve,
  typeError,
  weights,
} from "../input.js";
import { changeOf, crossValidated, foldPlanOf, type LabelledRows, rawOf } from "./report.js";

/** What sets a way to calibrate apart. */
export interface Definition<Kind extends CalibratorKind, Options extends CalibratorOptions> {
  readonly kind: Kind;
  readonly name: string;
  readonly input: CalibratorInput;
  readonly options: readonly string[];
  fit(
    scores: Reals,
    labels: Labels,
    options: Options,
  ): { readonly parameters: CalibratorParameters[Kind]; readonly convergence?: Convergence };
  /** The probabilities of one row; of binary scores that of class 1. */
  apply(parameters: CalibratorParameters[Kind], row: Float64Array): ArrayLike<number>;
}

/** A row of scores, and what is known of it. */
export interface Row {
  readonly x: Float64Array;
  readonly label: number;
  readonly weight: number;
}

/** Checks the arguments of a fit. */
export function rowsOf(
  input: CalibratorInput,
  scores: Reals,
  labels: Labels,
  columns: number,
  options: { readonly sampleWeight?: Reals | undefined; readonly weight?: Reals | undefined },
): Row[] {
  const x = checked(input, scores);
  const classes = Math.max(2, columns);
  const y = classLabels("labels", labels, classes);
  checkNotEmpty("labels", y);
  checkLength(input, x, y.length * columns, "labels × numClasses");
  const each = weights("sampleWeight", options.sampleWeight, y.length);
  const ofClass = weights("weight", options.weight, classes, "class");
  const total = each.map((weight, i) => weight * ofClass[y[i]!]!);
  checkWeighty("labels", total);
  return Array.from(y, (label, i) => ({
    x: Float64Array.from(x.subarray(i * columns, (i + 1) * columns)),
    label,
    weight: total[i]!,
  }));
}

function checked(input: CalibratorInput, scores: unknown): Float32Array | Float64Array {
  return input === "probabilities" ? probabilities(input, scores) : finiteReals(input, scores);
}

class OracleCalibrator<Kind extends CalibratorKind> implements Calibrator<Kind> {
  readonly kind: Kind;
  readonly input: CalibratorInput;
  report: CalibrationReport | undefined;

  constructor(
    private readonly definition: Definition<Kind, never>,
    readonly numClasses: number | undefined,
    readonly parameters: CalibratorParameters[Kind],
    readonly convergence: Convergence | undefined,
  ) {
    this.kind = definition.kind;
    this.input = definition.input;
  }

  apply(scores: Reals, options: { out?: GradientRoom } = {}): Float32Array | Float64Array {
    checkOptions("apply", options, ["out"]);
    const x = checked(this.input, scores);
    checkNotEmpty(this.input, x);
    const columns = this.numClasses ?? 1;
    if (x.length % columns !== 0) throw rangeError("shape", this.input, `${x.length} scores are no rows of ${columns}`);
    const to = roomFor(options.out, x, this.input, scores);
    for (let start = 0; start < x.length; start += columns) {
      const row = x.slice(start, start + columns);
      const p = Float64Array.from(this.definition.apply(this.parameters, Float64Array.from(row)));
      to.set(this.kind === "temperature" ? keepPrediction(row, x instanceof Float32Array, p) : p, start);
    }
    return to;
  }

  toJSON(): CalibratorJSON<Kind> {
    const { kind, numClasses, parameters } = this;
    return { format: "assay.calibrator", version: 1, kind, ...(numClasses && { numClasses }), parameters };
  }
}

/** The class with the largest logit is to have the largest probability, as stored: by one unit in the last place. */
function keepPrediction(logits: ArrayLike<number>, isSingle: boolean, p: Float64Array): ArrayLike<number> {
  const stored = isSingle ? Float32Array.from(p) : p;
  const unit = isSingle ? 2 ** -23 : 2 ** -52;
  if (logits.length === 1) {
    return logits[0]! < 0 && stored[0]! >= 0.5 ? [0.5 - unit / 4] : stored;
  }
  const top = Array.from(logits).indexOf(Math.max(...Array.from(logits)));
  const own = stored[top]!;
  if (stored.subarray(0, top).some((before) => before >= own)) {
    // The gap above a number in [2ᵉ, 2ᵉ⁺¹) is 2ᵉ units.
    stored[top] = own + unit * 2 ** Math.floor(Math.log2(own));
  }
  return stored;
}

function roomFor(given: GradientRoom | undefined, x: Float32Array | Float64Array, name: string, scores: Reals) {
  const Room = x instanceof Float32Array ? Float32Array : Float64Array;
  if (given === undefined) return new Room(x.length);
  const to = Array.isArray(given) ? given : resolve("out", given, "labels");
  if (!(to instanceof Room)) throw typeError("type", "out", `out must be a ${Room.name} or a handle of one`, given);
  checkLength("out", to, x.length, `${name} has as many`);
  const isPart = !Array.isArray(scores) && to.buffer === x.buffer && to.byteOffset !== x.byteOffset;
  if (isPart && to.byteOffset < x.byteOffset + x.byteLength && x.byteOffset < to.byteOffset + to.byteLength) {
    throw rangeError("shape", "out", `out begins elsewhere in ${name}`);
  }
  return to;
}

const definitions = new WeakMap<object, unknown>();

/** What a way to calibrate was made of. */
export function definitionOf(given: object): Definition<CalibratorKind, never> | undefined {
  return definitions.get(given) as Definition<CalibratorKind, never> | undefined;
}

export function method<Kind extends CalibratorKind, Options extends CalibratorOptions & { numClasses?: number }>(
  definition: Definition<Kind, Options>,
): CalibrationMethod<Kind, Options> {
  const { kind, name, input } = definition;
  const fit = (scores: Reals, labels: Labels, options: Options = {} as Options): Calibrator<Kind> => {
    checkOptions(`${name}.fit`, options, [...definition.options, "sampleWeight", "report", "crossValidate"]);
    const { crossValidate, report, ...own } = options;
    const isJudged = boolean("report", report, defaults.report);
    if (!isJudged && crossValidate !== undefined) {
      throw typeError("option", "crossValidate", "crossValidate is of no use where report is false", crossValidate);
    }
    const plan = crossValidate && foldPlanOf(crossValidate);
    const { numClasses, weight }: { numClasses?: number | undefined; weight?: Reals | undefined } = own;
    const { parameters, convergence } = definition.fit(scores, labels, own as Options);
    const calibrator = new OracleCalibrator(definition, numClasses, parameters, convergence);
    if (!isJudged) return calibrator;
    // What was fitted has been checked.
    const checked = rowsOf(input, scores, labels, numClasses ?? 1, { sampleWeight: own.sampleWeight, weight });
    const rows: LabelledRows = {
      scores: resolve(input, scores, "reals") as Float32Array | Float64Array,
      labels: checked.map(({ label }) => label),
      sampleWeight: own.sampleWeight && weights("sampleWeight", own.sampleWeight, checked.length),
      numClasses,
    };
    const raw = rawOf(input, rows);
    const same: CalibrationReport = { sameRows: true, ...changeOf(rows, raw, calibrator.apply(scores)) };
    const refit = (part: LabelledRows): Calibrator => {
      const { sampleWeight } = part;
      const given = { ...own, ...(sampleWeight && { sampleWeight }) } as Options;
      const fitted = definition.fit(part.scores, part.labels, given);
      return new OracleCalibrator(definition, numClasses, fitted.parameters, fitted.convergence);
    };
    const ofFit = checked.map(({ weight }) => weight);
    calibrator.report = plan ? { ...same, crossValidated: crossValidated(rows, raw, ofFit, plan, refit) } : same;
    return calibrator;
  };
  const made = { kind, fit } as unknown as CalibrationMethod<Kind, Options>;
  definitions.set(made, definition);
  return made;
}

/** A calibrator with these parameters. */
export function calibratorOf<Kind extends CalibratorKind>(
  definition: Definition<Kind, never>,
  numClasses: number | undefined,
  parameters: CalibratorParameters[Kind],
): Calibrator {
  return new OracleCalibrator(definition, numClasses, parameters, undefined) as Calibrator;
}
