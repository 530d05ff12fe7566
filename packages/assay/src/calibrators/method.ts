/**
 * What all ways to calibrate share: how a fit becomes a calibrator, and how that is applied, judged and saved.
 *
 * @module
 */
import {
  type CalibrationFigures,
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
import { lasting, reals } from "../arguments.js";
import { brierScore, calibrationError } from "../calibration/index.js";
import { logLoss } from "../losses/scores.js";
import { flag, optionsOf } from "../options.js";
import { type Applied, applied } from "./apply.js";
import { areProbabilities } from "./rows.js";

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

/** Scores as the probabilities that they stand for before they are calibrated. */
function before(scores: Reals, input: CalibratorInput, columns: number): Reals | undefined {
  if (input === "probabilities") return scores;
  if (input === "logits") return applied({ code: "temperature", numbers: [1] }, columns, scores, input, undefined);
  // Whatever is in 0..1 is taken for a probability.
  return areProbabilities(reals(scores, input)) ? scores : undefined;
}

/** A way to calibrate over kernels. */
export function method<Kind extends CalibratorKind, Options extends CalibratorOptions & { numClasses?: number }>(
  definition: Definition<Kind, Options>,
): CalibrationMethod<Kind, Options> {
  const { kind, name, input } = definition;
  const known = [...definition.options, "sampleWeight", "report"] as (keyof Options & string)[];
  const fit = (scores: Reals, labels: Labels, options?: Options): Calibrator<Kind> => {
    const given = optionsOf(options, known, `${name}.fit`);
    const isJudged = flag(given.report ?? defaults.report, "report");
    const { numClasses } = given;
    const [x, y, weight] = [lasting(scores), lasting(labels), lasting(given.sampleWeight)];
    const figuresOf = (p: Reals): CalibrationFigures => {
      const classes = numClasses === undefined ? {} : { numClasses };
      const how = (): { numClasses?: number; sampleWeight?: Reals } => {
        const sampleWeight = weight();
        return { ...classes, ...(sampleWeight && { sampleWeight }) };
      };
      const again = lasting(p);
      return {
        nll: logLoss(again(), y(), how()),
        brier: brierScore(again(), y(), how()),
        ece: calibrationError(again(), y(), how()),
      };
    };
    const judge = (calibrator: KernelCalibrator<Kind>): CalibrationReport => {
      const raw = before(x(), input, numClasses ?? 1);
      return {
        sameRows: true,
        ...(raw && { before: figuresOf(raw) }),
        after: figuresOf(calibrator.apply(x())),
      };
    };
    const fitted = definition.fit(scores, labels, given);
    return new KernelCalibrator(definition, fitted, numClasses, isJudged ? judge : undefined);
  };
  return { kind, fit } as unknown as CalibrationMethod<Kind, Options>;
}
