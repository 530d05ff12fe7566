import type { Labels, Reals } from "./arrays.js";

/** What every score of real predictions takes. */
export interface RegressionOptions {
  /** One weight per row, ≥ 0: whole weights equal repetition. */
  sampleWeight?: Reals;
}

/** Options of scores that compare with the best constant prediction. */
export interface RelativeScoreOptions extends RegressionOptions {
  /** Where the constant is perfect: 1 if the predictions are too, else 0; otherwise NaN and −∞. Default true. */
  forceFinite?: boolean;
}

export interface D2PinballScoreOptions extends RelativeScoreOptions {
  /** In [0, 1]; scikit-learn calls it alpha. Default 0.5, the median. */
  quantile?: number;
}

export interface TweedieOptions extends RegressionOptions {
  /** Power of the variance: 0 normal, 1 Poisson, 2 gamma, 3 inverse Gaussian; none between 0 and 1. Default 0. */
  power?: number;
}

export type D2TweedieScoreOptions = RelativeScoreOptions & TweedieOptions;

/** A score of real predictions: a value, no gradient. */
export type RegressionScore<Options extends RegressionOptions = RegressionOptions> = (
  predictions: Reals,
  targets: Labels,
  options?: Options,
) => number;

/**
 * Scores of real predictions. The mean squared error is `mseLoss`, the mean absolute error `l1Loss` and the mean
 * pinball loss `quantileLoss`.
 */
export interface Regression {
  rootMeanSquaredError: RegressionScore;
  /** mean of ln²((1 + p) / (1 + t)). */
  meanSquaredLogError: RegressionScore;
  rootMeanSquaredLogError: RegressionScore;
  /** mean of |p − t| / max(|t|, 2⁻⁵²): a share, not per cent. */
  meanAbsolutePercentageError: RegressionScore;
  /** mean of 2|p − t| / max(|p| + |t|, 1.17e-6), in 0..2. */
  symmetricMeanAbsolutePercentageError: RegressionScore;
  /** Σ|p − t| / Σ|t|. */
  weightedMeanAbsolutePercentageError: RegressionScore;
  medianAbsoluteError: RegressionScore;
  maxError: RegressionScore;
  /** 1 − Σ(p − t)² / Σ(t − mean)². */
  r2Score: RegressionScore<RelativeScoreOptions>;
  /** 1 − Var(t − p) / Var(t). */
  explainedVarianceScore: RegressionScore<RelativeScoreOptions>;
  /** Σ(p − t)² / Σ(t − mean)². */
  relativeSquaredError: RegressionScore;
  meanTweedieDeviance: RegressionScore<TweedieOptions>;
  /** `meanTweedieDeviance` of power 1. */
  meanPoissonDeviance: RegressionScore;
  /** `meanTweedieDeviance` of power 2. */
  meanGammaDeviance: RegressionScore;
  /** 1 − the absolute error over that of the median. */
  d2AbsoluteErrorScore: RegressionScore<RelativeScoreOptions>;
  /** 1 − the pinball loss over that of the quantile. */
  d2PinballScore: RegressionScore<D2PinballScoreOptions>;
  /** 1 − the Tweedie deviance over that of the mean. */
  d2TweedieScore: RegressionScore<D2TweedieScoreOptions>;
  /** Lin's concordance, 2·cov / (var p + var t + (mean p − mean t)²), with variances over n − 1. */
  concordanceCorrelation: RegressionScore;
  pearsonCorrelation: RegressionScore;
  /** Pearson's correlation of ranks; ties have their mean rank. */
  spearmanCorrelation: RegressionScore;
}
