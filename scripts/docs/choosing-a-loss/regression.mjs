// Figures of losses and scores of real numbers.
import * as assay from "../assay.mjs";
import { columns } from "../data.mjs";
import { fixed, significant, table } from "../format.mjs";
import { argmin } from "../search.mjs";

/** The derivative for a prediction that is off by d. */
export function slopes() {
  const errors = [-10, -1, -0.1, 0, 0.1, 1, 10];
  const losses = {
    "`mseLoss`": [assay.mseLoss],
    "`l1Loss`": [assay.l1Loss],
    "`huberLoss`, δ = 1": [assay.huberLoss],
    "`smoothL1Loss`, β = 0.1": [assay.smoothL1Loss, { beta: 0.1 }],
    "`logCoshLoss`": [assay.logCoshLoss],
    "`quantileLoss`, q = 0.9": [assay.quantileLoss, { quantile: 0.9 }],
  };
  const cell = (d, [loss, options]) => significant(loss.withGradient([d], [0], options).gradient[0]);
  return table(
    ["d", ...errors.map((d) => significant(d))],
    Object.entries(losses).map(([name, loss]) => [name, ...errors.map((d) => cell(d, loss))]),
  );
}

/** The constant that each measure thinks best for the same targets. */
export function constants() {
  const { y_true: targets } = columns("diabetes_regression");
  const least = (measure, options) =>
    fixed(
      argmin((x) => measure(new Float64Array(targets.length).fill(x), targets, options), 1, 400),
      1,
    );
  const rows = [
    ["`mseLoss`, RMSE, R²", "the mean", least(assay.mseLoss)],
    ["`poissonNllLoss`", "the mean", least(assay.poissonNllLoss, { logInput: false })],
    ["`meanGammaDeviance`", "the mean", least(assay.meanGammaDeviance)],
    ["`huberLoss`, δ = 50", "between mean and median", least(assay.huberLoss, { delta: 50 })],
    ["`huberLoss`, δ = 1", "nearly the median", least(assay.huberLoss)],
    ["`logCoshLoss`", "nearly the median", least(assay.logCoshLoss)],
    ["`l1Loss`, D² of the absolute error", "the median", least(assay.l1Loss)],
    ["`meanSquaredLogError`", "the geometric mean of 1 + t, less 1", least(assay.meanSquaredLogError)],
    [
      "`symmetricMeanAbsolutePercentageError`",
      "no quantile; here near the median",
      least(assay.symmetricMeanAbsolutePercentageError),
    ],
    ["`meanAbsolutePercentageError`", "the median weighted by 1/t", least(assay.meanAbsolutePercentageError)],
    ["`quantileLoss`, q = 0.1", "the 0.1 quantile", least(assay.quantileLoss, { quantile: 0.1 })],
    ["`quantileLoss`, q = 0.9", "the 0.9 quantile", least(assay.quantileLoss, { quantile: 0.9 })],
  ];
  return table(["measure", "its best constant is", "here"], rows);
}

/** A mean with its variance, and one that is too sure or not sure enough. */
export function variances() {
  const { y_true: targets, bayes_mean: means, bayes_var: given } = columns("diabetes_regression");
  const factors = [1 / 16, 1 / 4, 1, 4, 16];
  const nll = factors.map((factor) => {
    const variance = given.map((v) => v * factor);
    return fixed(assay.gaussianNllLoss(means, targets, { variance }), 3);
  });
  const rmse = fixed(assay.rootMeanSquaredError(means, targets), 2);
  return table(
    ["variance, times", ...factors.map((factor) => significant(factor, 4))],
    [
      ["`gaussianNllLoss`", ...nll],
      ["RMSE", ...factors.map(() => rmse)],
    ],
  );
}

/** Likelihoods of counts, and deviances. */
export function counts() {
  const { y_true: rings, poisson_pred, gamma_pred } = columns("abalone_rings");
  const mean = rings.reduce((sum, count) => sum + count) / rings.length;
  const models = {
    "the mean": new Float64Array(rings.length).fill(mean),
    "Poisson regression": poisson_pred,
    "gamma regression": gamma_pred,
    "the targets themselves": rings,
  };
  const rows = Object.entries(models).map(([name, rates]) => [
    name,
    fixed(assay.poissonNllLoss(rates, rings, { logInput: false })),
    fixed(assay.poissonNllLoss(rates, rings, { logInput: false, full: true })),
    fixed(assay.meanPoissonDeviance(rates, rings)),
    fixed(assay.d2TweedieScore(rates, rings, { power: 1 })),
  ]);
  return table(["rates", "`poissonNllLoss`", "with `full`", "deviance", "D²"], rows);
}

/** What scores notice. */
export function scores() {
  const { y_true: rings, poisson_pred: model } = columns("abalone_rings");
  const mean = rings.reduce((sum, count) => sum + count) / rings.length;
  const predictions = {
    "as they are": model,
    "all + 3": model.map((p) => p + 3),
    "all halved": model.map((p) => p / 2),
    "one of 418 + 100": model.map((p, i) => (i === 0 ? p + 100 : p)),
    squared: model.map((p) => (p * p) / 10),
    "the mean": new Float64Array(rings.length).fill(mean),
  };
  const measures = {
    RMSE: assay.rootMeanSquaredError,
    "MAE (`l1Loss`)": assay.l1Loss,
    "`medianAbsoluteError`": assay.medianAbsoluteError,
    "`maxError`": assay.maxError,
    MAPE: assay.meanAbsolutePercentageError,
    SMAPE: assay.symmetricMeanAbsolutePercentageError,
    "root of MSLE": assay.rootMeanSquaredLogError,
    "R²": assay.r2Score,
    "explained variance": assay.explainedVarianceScore,
    "D² of the absolute error": assay.d2AbsoluteErrorScore,
    "D² of the Poisson deviance": (p, t) => assay.d2TweedieScore(p, t, { power: 1 }),
    "Lin's concordance": assay.concordanceCorrelation,
    "Pearson's correlation": assay.pearsonCorrelation,
    "Spearman's correlation": assay.spearmanCorrelation,
  };
  return table(
    ["score", ...Object.keys(predictions)],
    Object.entries(measures).map(([name, score]) => [
      name,
      ...Object.values(predictions).map((p) => fixed(score(p, rings), 3)),
    ]),
  );
}
