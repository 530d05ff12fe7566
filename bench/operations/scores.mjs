// Scores that have no gradient: one row each, as in `losses.mjs`.
import { scores as loops } from "../loops/scores.mjs";
import { millionReal, regression, tenClasses } from "./datasets.mjs";
import { scoreRows } from "./rows.mjs";

const real = { on: millionReal, takes: ["pred", "target"] };
const positive = { on: millionReal, takes: ["positivePred", "positiveTarget"] };
const power = { power: 1.7 };
const deviance = "(t ** 0.3 / -0.21 + t * x ** -0.7 / 0.7 + x ** 0.3 / 0.3)";

const table = {
  log_loss: {
    what: "log loss of rows of probabilities, mean",
    on: tenClasses,
    needs: "logLoss",
    takes: ["probs", "labels"],
    options: ({ c }) => ({ numClasses: c }),
    python: { torch: "F.nll_loss(x.log(), t)", sklearn: "skm.log_loss(t, x, labels=np.arange(c))" },
  },
  rmse: {
    ...real,
    what: "root mean squared error",
    on: regression,
    needs: "rootMeanSquaredError",
    python: { torch: "F.mse_loss(x, t).sqrt()", sklearn: "skm.root_mean_squared_error(t, x)" },
  },
  r2: {
    ...real,
    what: "R squared",
    on: regression,
    needs: "r2Score",
    python: {
      torch: "1 - (x - t).square().sum() / (t - t.mean()).square().sum()",
      sklearn: "skm.r2_score(t, x)",
    },
  },
  explained_variance: {
    ...real,
    what: "explained variance",
    needs: "explainedVarianceScore",
    python: {
      torch: "1 - (x - t).var(correction=0) / t.var(correction=0)",
      sklearn: "skm.explained_variance_score(t, x)",
    },
  },
  rse: {
    ...real,
    what: "relative squared error",
    needs: "relativeSquaredError",
    python: { torch: "(x - t).square().sum() / (t - t.mean()).square().sum()" },
  },
  msle: {
    ...positive,
    what: "mean squared logarithmic error",
    needs: "meanSquaredLogError",
    python: {
      torch: "F.mse_loss(torch.log1p(x), torch.log1p(t))",
      sklearn: "skm.mean_squared_log_error(t, x)",
    },
  },
  mape: {
    ...positive,
    what: "mean absolute percentage error",
    needs: "meanAbsolutePercentageError",
    python: {
      torch: "((x - t).abs() / t.abs().clamp(min=2**-52)).mean()",
      sklearn: "skm.mean_absolute_percentage_error(t, x)",
    },
  },
  smape: {
    ...real,
    what: "symmetric mean absolute percentage error",
    needs: "symmetricMeanAbsolutePercentageError",
    python: { torch: "(2 * (x - t).abs() / (x.abs() + t.abs()).clamp(min=1.17e-6)).mean()" },
  },
  wmape: {
    ...real,
    what: "weighted mean absolute percentage error",
    needs: "weightedMeanAbsolutePercentageError",
    python: { torch: "(x - t).abs().sum() / t.abs().sum()" },
  },
  median_ae: {
    ...real,
    what: "median absolute error",
    needs: "medianAbsoluteError",
    python: { torch: "(x - t).abs().median()", sklearn: "skm.median_absolute_error(t, x)" },
  },
  max_error: {
    ...real,
    what: "largest error",
    needs: "maxError",
    python: { torch: "(x - t).abs().max()", sklearn: "skm.max_error(t, x)" },
  },
  tweedie: {
    ...positive,
    what: "mean Tweedie deviance, power 1.7",
    needs: "meanTweedieDeviance",
    options: power,
    python: { torch: `2 * ${deviance}.mean()`, sklearn: "skm.mean_tweedie_deviance(t, x, power=1.7)" },
  },
  poisson_deviance: {
    ...positive,
    what: "mean Poisson deviance",
    needs: "meanPoissonDeviance",
    python: {
      torch: "2 * (torch.xlogy(t, t / x) - t + x).mean()",
      sklearn: "skm.mean_poisson_deviance(t, x)",
    },
  },
  gamma_deviance: {
    ...positive,
    what: "mean gamma deviance",
    needs: "meanGammaDeviance",
    python: { torch: "2 * ((x / t).log() + t / x - 1).mean()", sklearn: "skm.mean_gamma_deviance(t, x)" },
  },
  d2_absolute: {
    ...real,
    what: "D² of the absolute error",
    needs: "d2AbsoluteErrorScore",
    python: {
      torch: "1 - (x - t).abs().sum() / (t - t.median()).abs().sum()",
      sklearn: "skm.d2_absolute_error_score(t, x)",
    },
  },
  d2_pinball: {
    ...real,
    what: "D² of the pinball loss, quantile .9",
    needs: "d2PinballScore",
    options: { quantile: 0.9 },
    python: {
      torch:
        "1 - torch.maximum(0.9 * (d := t - x), -0.1 * d).sum() / torch.maximum(0.9 * (d := t - torch.quantile(t, 0.9)), -0.1 * d).sum()",
      sklearn: "skm.d2_pinball_score(t, x, alpha=0.9)",
    },
  },
  d2_tweedie: {
    ...positive,
    what: "D² of the Tweedie deviance, power 1.7",
    needs: "d2TweedieScore",
    options: power,
    python: {
      torch: `1 - ${deviance}.mean() / (t ** 0.3 / -0.21 + t * (m := t.mean()) ** -0.7 / 0.7 + m ** 0.3 / 0.3).mean()`,
      sklearn: "skm.d2_tweedie_score(t, x, power=1.7)",
    },
  },
  concordance: {
    ...real,
    what: "Lin's concordance correlation",
    needs: "concordanceCorrelation",
    python: {
      torch: "2 * (m := torch.cov(torch.stack([x, t])))[0, 1] / (m[0, 0] + m[1, 1] + (x.mean() - t.mean()).square())",
    },
  },
  pearson: {
    ...real,
    what: "Pearson's correlation",
    needs: "pearsonCorrelation",
    python: { torch: "torch.corrcoef(torch.stack([x, t]))[0, 1]", scipy: "stats.pearsonr(x, t)[0]" },
  },
  spearman: {
    ...real,
    what: "Spearman's correlation",
    needs: "spearmanCorrelation",
    python: {
      torch: "torch.corrcoef(torch.stack([x.argsort().argsort(), t.argsort().argsort()]).double())[0, 1]",
      scipy: "stats.spearmanr(x, t)[0]",
    },
  },
};

for (const [name, row] of Object.entries(table)) {
  row.loop = {
    value: (x, t, data) => () => loops[name](x, t, data),
  };
}

export const scores = await scoreRows(table);
