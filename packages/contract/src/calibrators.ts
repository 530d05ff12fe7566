import type { GradientRoom, Labels, Reals } from "./arrays.js";
import type { Closed } from "./calibration/index.js";

/** What each kind of calibrator of two classes, which `oneVsRest` can lift, is given by. */
export interface BinaryCalibratorParameters {
  /** 1 / (1 + exp(a · score + b)). */
  platt: { readonly a: number; readonly b: number };
  /** σ(a · ln p − b · ln(1 − p) + c). */
  beta: { readonly a: number; readonly b: number; readonly c: number };
  /** Values at ascending scores, straight lines between them. */
  isotonic: { readonly scores: readonly number[]; readonly values: readonly number[] };
  /** The probability of each of equal parts of [0, 1]. */
  histogram: { readonly closed: Closed; readonly values: readonly number[] };
}

export type BinaryCalibratorKind = keyof BinaryCalibratorParameters;

/** A binary calibrator for each class, all of one kind. */
export type OneVsRestParameters = {
  [Kind in BinaryCalibratorKind]: {
    readonly kind: Kind;
    readonly classes: readonly BinaryCalibratorParameters[Kind][];
  };
}[BinaryCalibratorKind];

/** What each kind of calibrator is given by. */
export interface CalibratorParameters extends BinaryCalibratorParameters {
  /** softmax(logits / temperature). */
  temperature: { readonly temperature: number };
  /** softmax(weightₖ · logitₖ + biasₖ). */
  vector: { readonly weights: readonly number[]; readonly biases: readonly number[] };
  /** softmax(weights · ln p + biases). */
  dirichlet: { readonly weights: readonly (readonly number[])[]; readonly biases: readonly number[] };
  /** pₖ / Σ p with pₖ of the binary calibrator of class k. */
  oneVsRest: OneVsRestParameters;
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

/** Probabilities before they were calibrated, and after. */
export interface CalibrationChange {
  /** Absent where scores are no probabilities and no logits. */
  readonly before?: CalibrationFigures;
  readonly after: CalibrationFigures;
}

/** What a calibrator does to the rows that it was fitted to. */
export interface CalibrationReport extends CalibrationChange {
  /** It is judged on the rows that it was fitted to: `after` flatters it. */
  readonly sameRows: true;
  /** The same way to calibrate, judged on other rows; absent where `crossValidate` was not given. */
  readonly crossValidated?: CrossValidatedReport;
}

/** What a way to calibrate does to rows that it was not fitted to: those of each fold, fitted to the other folds. */
export interface CrossValidatedReport extends CalibrationChange {
  /** No row is judged by a calibrator that was fitted to it. */
  readonly sameRows: false;
  /** The figures of each fold by itself. */
  readonly folds: readonly CalibrationFold[];
  /** Of `after` over the folds: how much they differ, as sample standard deviations. */
  readonly standardDeviation: CalibrationFigures;
}

/** A fold, judged by a calibrator that was fitted to the others. */
export interface CalibrationFold extends CalibrationChange {
  /** How that fit ended; absent where it does not iterate. */
  readonly convergence?: Convergence;
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
  /** Judge it on other rows as well: the report then has `crossValidated`. */
  crossValidate?: CalibratorFolds;
}

/** Which folds a calibrator is judged by; `{}` is as good as any. */
export interface CalibratorFolds {
  /** How many, at least 2 and at most as many as rows that weigh something. Default 5. */
  folds?: number;
  /** Which folds: a whole number in 0..2⁵³−1. The same seed cuts the same rows everywhere. Default 0. */
  seed?: number;
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

export interface BetaOptions extends CalibratorOptions {
  /** Which parameters are free, by betacal's names: m is where the probability is ½. Default `"abm"`. */
  parameters?: BetaParameters;
}

/** `"abm"`: all; `"am"`: b = a; `"ab"`: m = ½. */
export type BetaParameters = "abm" | "am" | "ab";

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

/** The options of a binary way to calibrate, lifted. */
export type OneVsRestOptions<Options extends CalibratorOptions> = Options & {
  /** Columns of the row-major scores. */
  numClasses: number;
};

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
  betaCalibration: CalibrationMethod<"beta", BetaOptions>;
  histogramBinning: CalibrationMethod<"histogram", HistogramBinningOptions>;
  vectorScaling: CalibrationMethod<"vector", VectorScalingOptions>;
  dirichletScaling: CalibrationMethod<"dirichlet", DirichletOptions>;
  /** A binary way to calibrate, for several classes: each against the rest. */
  oneVsRest<Options extends CalibratorOptions>(
    method: CalibrationMethod<BinaryCalibratorKind, Options>,
  ): CalibrationMethod<"oneVsRest", OneVsRestOptions<Options>>;
  /** The calibrator that `toJSON` described. */
  calibratorFromJSON(json: unknown): Calibrator;
}
