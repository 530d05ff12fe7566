/**
 * What all ways to calibrate share: how a fit becomes a calibrator, and how that is applied, judged and saved.
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
import { lasting } from "../arguments.js";
import { flag, inapplicable, optionsOf } from "../options.js";
import { type Applied, applied } from "./apply.js";
import { crossValidated, foldPlanOf } from "./folds.js";
import { changeOf, type LabelledRows, readingOf } from "./report.js";

/** What comes of a fit. */
export interface Fitted<Kind extends CalibratorKind> {
  readonly parameters: CalibratorParameters[Kind];
  readonly convergence?: Convergence;
}

/** What sets a way to calibrate apart. */
export interface Definition<Kind extends CalibratorKind, Options extends CalibratorOptions> {
  readonly kind: Kind;
  /** What the function is called. */
  readonly name: string;
  readonly input: CalibratorInput;
  /** Its own options. */
  readonly options: readonly (Exclude<keyof Options, keyof CalibratorOptions> & string)[];
  fit(scores: Reals, labels: Labels, options: Options): Fitted<Kind>;
  /** What a kernel does with these parameters. */
  map(parameters: CalibratorParameters[Kind]): Applied;
  /** The names of its parameters. */
  readonly parameters: readonly (keyof CalibratorParameters[Kind] & string)[];
  /** Throws where parameters from outside are none of this kind. */
  check(parameters: CalibratorParameters[Kind], numClasses: number | undefined): void;
}

/** A calibrator whose probabilities a kernel computes. */
export class KernelCalibrator<Kind extends CalibratorKind> implements Calibrator<Kind> {
  readonly kind: Kind;
  readonly input: CalibratorInput;
  readonly numClasses: number | undefined;
  readonly parameters: CalibratorParameters[Kind];
  readonly convergence: Convergence | undefined;
  readonly report: CalibrationReport | undefined;
  readonly #map: Applied;

  constructor(
    { kind, input, map }: Pick<Definition<Kind, never>, "kind" | "input" | "map">,
    { parameters, convergence }: Fitted<Kind>,
    numClasses: number | undefined,
    judge?: (calibrator: KernelCalibrator<Kind>) => CalibrationReport,
  ) {
    this.kind = kind;
    this.input = input;
    this.numClasses = numClasses;
    this.parameters = parameters;
    this.convergence = convergence;
    this.#map = map(parameters);
    this.report = judge?.(this);
  }

  apply(scores: Reals, options?: { out?: GradientRoom }): Float32Array | Float64Array {
    const { out } = optionsOf(options, ["out"], "apply");
    return applied(this.#map, this.numClasses ?? 1, scores, this.input, out);
  }

  toJSON(): CalibratorJSON<Kind> {
    const { kind, numClasses, parameters } = this;
    const classes = numClasses === undefined ? {} : { numClasses };
    return { format: "assay.calibrator", version: 1, kind, ...classes, parameters };
  }
}

const definitions = new WeakMap<object, unknown>();

/** What a way to calibrate was made of; `undefined` of anything else. */
export function definitionOf(given: object): Definition<CalibratorKind, never> | undefined {
  return definitions.get(given) as Definition<CalibratorKind, never> | undefined;
}

/** A way to calibrate over kernels. */
export function method<Kind extends CalibratorKind, Options extends CalibratorOptions & { numClasses?: number }>(
  definition: Definition<Kind, Options>,
): CalibrationMethod<Kind, Options> {
  const { kind, name, input } = definition;
  const known = [...definition.options, "sampleWeight", "report", "crossValidate"] as (keyof Options & string)[];
  const fit = (scores: Reals, labels: Labels, options?: Options): Calibrator<Kind> => {
    const { sampleWeight, report, crossValidate, ...own } = optionsOf(options, known, `${name}.fit`);
    const { numClasses, weight } = own as { numClasses?: number; weight?: Reals };
    const isJudged = flag(report ?? defaults.report, "report");
    if (!isJudged && crossValidate !== undefined) {
      throw inapplicable("crossValidate", "crossValidate is of no use where report is false", crossValidate);
    }
    const folds = crossValidate && foldPlanOf(crossValidate);
    const ofClass = lasting(weight);
    const fitTo = (rows: LabelledRows): Fitted<Kind> => {
      const [each, weight] = [rows.sampleWeight(), ofClass()];
      const given = { ...own, ...(weight && { weight }), ...(each && { sampleWeight: each }) } as Options;
      return definition.fit(rows.scores(), rows.labels(), given);
    };
    const rows = { scores: lasting(scores), labels: lasting(labels), sampleWeight: lasting(sampleWeight) };
    const judge = (calibrator: KernelCalibrator<Kind>): CalibrationReport => {
      const reading = readingOf(rows.scores(), input);
      const change = changeOf(rows, reading, numClasses, () => calibrator.apply(rows.scores()));
      if (folds === undefined) return { sameRows: true, ...change };
      const given = {
        ...{ scores: rows.scores(), name: input, labels: rows.labels(), columns: numClasses ?? 1 },
        ...{ sampleWeight: rows.sampleWeight(), weight: ofClass() },
      };
      const refit = (some: LabelledRows): Calibrator => new KernelCalibrator(definition, fitTo(some), numClasses);
      return { sameRows: true, ...change, crossValidated: crossValidated(given, numClasses, reading, folds, refit) };
    };
    return new KernelCalibrator(definition, fitTo(rows), numClasses, isJudged ? judge : undefined);
  };
  const made = { kind, fit } as unknown as CalibrationMethod<Kind, Options>;
  definitions.set(made, definition);
  return made;
}
