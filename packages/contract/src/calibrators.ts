import type { GradientRoom, Labels, Reals } from "./arrays.js";
import type { Closed } from "./calibration/index.js";

/** What each kind of calibrator is given by. */
export interface CalibratorParameters {
  /** softmax(logits / temperature). */
  temperature: { readonly temperature: number };
  /** 1 / (1 + exp(a · score + b)). */
  platt: { readonly a: number; readonly b: number };
  /** σ(a · ln p − b · ln(1 − p) + c). */
  beta: { readonly a: number; readonly b: number; readonly c: number };
  /** Values at ascending scores, straight lines between them. */
  isotonic: { readonly scores: readonly number[]; readonly values: readonly number[] };
  /** The probability of each of equal parts of [0, 1]. */
  histogram: { readonly closed: Closed; readonly values: readonly number[] };
  /** softmax(weightₖ · logitₖ + biasₖ). */
  vector: { readonly weights: readonly number[]; readonly biases: readonly number[] };
  /** softmax(weights · ln p + biases). */
  dirichlet: { readonly weights: readonly (readonly number[])[]; readonly biases: readonly number[] };
}

export type CalibratorKind = keyof CalibratorParameters;

/** What a calibrator takes: finite logits or other scores, or probabilities in [0, 1]. */
export type CalibratorInput = "logits" | "scores" | "probabilities";

/** A calibrator as JSON: what `calibratorFromJSON` takes. */
export interface CalibratorJSON<Kind extends CalibratorKind = CalibratorKind> {
  readonly format: "assay.calibrator";
  readonly version: 1;
  readonly kind: Kind;
  /** Absent for binary. */
  readonly numClasses?: number;
  readonly parameters: CalibratorParameters[Kind];
}

/** How an iterative fit ended. */
export interface Convergence {
  /** The last step was at most 1e-10 of the parameters, and there is a minimum. */
  readonly converged: boolean;
  readonly iterations: number;
  /** The last step as a share of the parameters. */
  readonly relativeStep: number;
  /** The mean that was minimised, at the parameters: the negative log-likelihood of the targets, and any penalties. */
  readonly objective: number;
}

/** How good probabilities are. */
export interface CalibrationFigures {
  /** `logLoss`. */
  readonly nll: number;
  /** `brierScore`. */
  readonly brier: number;
  /** `calibrationError` in 15 bins: of class 1, or with several classes of the top label. */
  readonly ece: number;
}

/** What a calibrator does to the rows that it was fitted to. */
export interface CalibrationReport {
  /** It is judged on the rows that it was fitted to: `after` flatters it. */
  readonly sameRows: true;
  /** Before; absent where scores are no probabilities and no logits. */
  readonly before?: CalibrationFigures;
  readonly after: CalibrationFigures;
}

/** A fitted calibrator. */
export interface Calibrator<Kind extends CalibratorKind = CalibratorKind> {
  readonly kind: Kind;
  readonly input: CalibratorInput;
  /** Columns of the row-major scores; absent for binary. */
  readonly numClasses: number | undefined;
  readonly parameters: CalibratorParameters[Kind];
  /** How the fit ended; absent where it does not iterate, and after JSON. */
  readonly convergence: Convergence | undefined;
  /** Absent where `report` was false, and after JSON. */
  readonly report: CalibrationReport | undefined;
  /**
   * Probabilities of scores like those that it was fitted to, in their float type. They are written to `out`, which may
   * be the scores themselves, or else to a new array. After an error the content of `out` is unspecified.
   */
  apply(scores: Reals, options?: { out?: GradientRoom }): Float32Array | Float64Array;
  /** What JSON.stringify writes: kind and parameters, every digit of them. */
  toJSON(): CalibratorJSON<Kind>;
}

export interface CalibratorOptions {
  sampleWeight?: Reals;
  /** Judge the calibrator on the rows that it was fitted to. Default true. */
  report?: boolean;
}

export interface TemperatureOptions extends CalibratorOptions {
  /** Columns of the row-major logits; absent for binary (logits of class 1). */
  numClasses?: number;
  /** A weight for each class. */
  weight?: Reals;
}

export interface PlattOptions extends CalibratorOptions {
  /** Platt's targets (N₊ + 1) / (N₊ + 2) and 1 / (N₋ + 2) instead of 1 and 0. Default true. */
  priorCorrection?: boolean;
}

export interface HistogramBinningOptions extends CalibratorOptions {
  /** Equal parts of [0, 1]. Default 15. */
  numBins?: number;
  /** Default `"right"`: (lo, hi], 0 in the first. */
  closed?: Closed;
}

export interface VectorScalingOptions extends CalibratorOptions {
  /** Columns of the row-major logits. */
  numClasses: number;
  /** A weight for each class. */
  weight?: Reals;
}

export interface DirichletOptions extends CalibratorOptions {
  /** Columns of the row-major probabilities. */
  numClasses: number;
  /** A weight for each class. */
  weight?: Reals;
  /** What the mean square of the weights off the diagonal costs. Default 0.001. */
  offDiagonalPenalty?: number;
  /** What the mean square of the biases costs. Default 0.001. */
  interceptPenalty?: number;
}

/** A way to calibrate: `fit` makes a calibrator from scores and labels. */
export interface CalibrationMethod<Kind extends CalibratorKind, Options extends CalibratorOptions> {
  readonly kind: Kind;
  fit(scores: Reals, labels: Labels, ...options: MaybeOptional<Options>): Calibrator<Kind>;
}

/** Options may be left out where none is needed. */
type MaybeOptional<Options> = Partial<Options> extends Options ? [options?: Options] : [options: Options];

/** Calibrators; assay and the oracle implement them alike. */
export interface Calibrators {
  temperatureScaling: CalibrationMethod<"temperature", TemperatureOptions>;
  plattScaling: CalibrationMethod<"platt", PlattOptions>;
  isotonicRegression: CalibrationMethod<"isotonic", CalibratorOptions>;
  betaCalibration: CalibrationMethod<"beta", CalibratorOptions>;
  histogramBinning: CalibrationMethod<"histogram", HistogramBinningOptions>;
  vectorScaling: CalibrationMethod<"vector", VectorScalingOptions>;
  dirichletScaling: CalibrationMethod<"dirichlet", DirichletOptions>;
  /** The calibrator that `toJSON` described. */
  calibratorFromJSON(json: unknown): Calibrator;
}
