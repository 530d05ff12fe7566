// Losses: one row each, from which follow the value and the value with its gradient, here, by hand and in Python.
//
//   what      in words
//   on        the datasets
//   needs     the function of assay; `make` gives the loss where it is not that function itself
//   takes     predictions, targets and what options want, as data.mjs names them
//   options   of assay's function, or a function (data, arrays) → options
//   loop      the loop by hand, as `loops/elements.mjs`, `overlap.mjs`, `row-losses.mjs` and others have it
//   python    the same by other libraries, with x, t and w for what it takes, and c classes
//   given     what those want prepared, outside the timed call
import { crossEntropyAndSoftF1, diceAndCrossEntropy, diceOfLogits } from "../loops/binary.mjs";
import * as multiclass from "../loops/multiclass.mjs";
import { balanced, classes, labels, largeBalanced, million, millionReal, regression, tenClasses } from "./datasets.mjs";
import { elements, lossRows, overlap, rows } from "./rows.mjs";

const signs = { s: "2 * t - 1" };

/** Binary cross-entropy by hand, from logits. */
const withLogits = {
  shared: (x) => Math.exp(-Math.abs(x)),
  cost: (x, t, e) => Math.max(x, 0) - x * t + Math.log1p(e),
  slope: (x, t, e) => (x >= 0 ? 1 : e) / (1 + e) - t,
};

const binary = {
  bce_probs: {
    what: "binary cross-entropy, from probabilities, mean",
    on: balanced,
    needs: "binaryCrossEntropy",
    takes: ["probs", "labels"],
    loop: elements({
      cost: (p, t) => -Math.max(Math.log(t ? p : 1 - p), -100),
      slope: (p, t) => (p - t) / Math.max(p * (1 - p), 1e-12),
    }),
    python: { torch: "F.binary_cross_entropy(x, t)", sklearn: "skm.log_loss(t, x)" },
  },
  bce_logits: {
    what: "binary cross-entropy, from logits, mean",
    on: balanced,
    needs: "binaryCrossEntropyWithLogits",
    takes: ["logits", "labels"],
    loop: elements(withLogits),
    python: { torch: "F.binary_cross_entropy_with_logits(x, t)" },
  },
  focal: {
    what: "sigmoid focal loss (alpha .25, gamma 2) from logits, mean",
    on: balanced,
    needs: "sigmoidFocalLoss",
    takes: ["logits", "labels"],
    options: { alpha: 0.25, gamma: 2 },
    loop: elements({
      shared: (x) => Math.exp(-Math.abs(x)),
      cost(x, t, e) {
        const s = t ? x : -x;
        const miss = (s >= 0 ? e : 1) / (1 + e);
        return (t ? 0.25 : 0.75) * miss * miss * (Math.max(-s, 0) + Math.log1p(e));
      },
      slope(x, t, e) {
        const s = t ? x : -x;
        const miss = (s >= 0 ? e : 1) / (1 + e);
        const loss = Math.max(-s, 0) + Math.log1p(e);
        return (t ? -0.25 : 0.75) * miss * miss * (miss + 2 * (1 - miss) * loss);
      },
    }),
    python: { torch: "sigmoid_focal_loss(x, t, 0.25, 2.0).mean()" },
  },
  hinge: {
    what: "hinge loss, mean",
    on: million,
    needs: "hingeLoss",
    takes: ["logits", "labels"],
    loop: elements({
      cost: (x, t) => Math.max(0, t ? 1 - x : 1 + x),
      slope: (x, t) => (t ? (x < 1 ? -1 : 0) : x > -1 ? 1 : 0),
    }),
    python: { torch: "(1 - s * x).clamp(min=0).mean()", sklearn: "skm.hinge_loss(t, x)" },
    given: signs,
  },
  hinge_squared: {
    what: "squared hinge loss, mean",
    on: million,
    needs: "hingeLoss",
    takes: ["logits", "labels"],
    options: { squared: true },
    loop: elements({
      shared: (x, t) => Math.max(0, t ? 1 - x : 1 + x),
      cost: (_x, _t, margin) => margin * margin,
      slope: (_, t, margin) => (t ? -2 : 2) * margin,
    }),
    python: { torch: "(1 - s * x).clamp(min=0).square().mean()" },
    given: signs,
  },
  soft_margin: {
    what: "soft margin loss, mean",
    on: million,
    needs: "softMarginLoss",
    takes: ["logits", "labels"],
    loop: elements(withLogits),
    python: { torch: "F.soft_margin_loss(x, s)" },
    given: signs,
  },
  multilabel_soft_margin: {
    what: "multilabel soft margin loss, mean",
    on: labels,
    needs: "multilabelSoftMarginLoss",
    takes: ["logits", "labels"],
    options: ({ c }) => ({ numLabels: c }),
    loop: elements(withLogits),
    python: { torch: "F.multilabel_soft_margin_loss(x, t)" },
  },
};

const numClasses = ({ c }) => ({ numClasses: c });

const severalClasses = {
  ce_logits: {
    what: "softmax cross-entropy from logits and integer labels, mean",
    on: classes,
    needs: "crossEntropy",
    takes: ["logits", "labels"],
    options: numClasses,
    loop: rows(multiclass.crossEntropy),
    python: {
      torch: "F.cross_entropy(x, t)",
      sklearn: "skm.log_loss(t, sps.softmax(x, axis=1), labels=np.arange(c))",
    },
  },
  ce_soft: {
    what: "softmax cross-entropy from logits and rows of probabilities, mean",
    on: tenClasses,
    needs: "crossEntropy",
    takes: ["logits", "soft"],
    options: ({ c }) => ({ numClasses: c, softTargets: true }),
    loop: multiclass.softCrossEntropy,
    python: { torch: "F.cross_entropy(x, t)" },
  },
  nll: {
    what: "negative log-likelihood from log-probabilities, mean",
    on: tenClasses,
    needs: "nllLoss",
    takes: ["logp", "labels"],
    options: numClasses,
    loop: rows(multiclass.negativeLogLikelihood),
    python: { torch: "F.nll_loss(x, t)" },
  },
  focal_softmax: {
    what: "softmax focal loss (gamma 2) from logits, mean",
    on: tenClasses,
    needs: "focalLoss",
    takes: ["logits", "labels"],
    options: numClasses,
    loop: rows(multiclass.focal),
    python: { torch: "((1 - (-(l := F.cross_entropy(x, t, reduction='none'))).exp()) ** 2 * l).mean()" },
  },
  focal_ovr: {
    what: "one-vs-rest focal loss (gamma 2) from logits, summed over classes, mean over rows",
    on: tenClasses,
    needs: "focalLoss",
    takes: ["logits", "labels"],
    options: ({ c }) => ({ numClasses: c, kind: "one-vs-rest" }),
    loop: rows(multiclass.oneVersusRestFocal),
    python: { torch: "sigmoid_focal_loss(x, F.one_hot(t, c).float(), None, 2.0).sum(1).mean()" },
  },
  ce_focal: {
    what: "half cross-entropy, half softmax focal loss (gamma 2) from logits, mean",
    on: tenClasses,
    needs: "combine",
    make(assay, { c }) {
      return assay.combine([
        [0.5, assay.crossEntropy, { numClasses: c }],
        [0.5, assay.focalLoss, { numClasses: c }],
      ]);
    },
    takes: ["logits", "labels"],
    loop: rows(multiclass.crossEntropyAndFocal),
    python: {
      torch: "0.5 * ((l := F.cross_entropy(x, t, reduction='none')) * (1 + (1 - (-l).exp()) ** 2)).mean()",
    },
  },
  multi_margin: {
    what: "multi-margin loss, mean",
    on: tenClasses,
    needs: "multiMarginLoss",
    takes: ["logits", "labels"],
    options: numClasses,
    loop: rows(multiclass.multiMargin),
    python: { torch: "F.multi_margin_loss(x, t)" },
  },
  multiclass_hinge: {
    what: "multiclass hinge loss (Crammer and Singer), mean",
    on: tenClasses,
    needs: "multiclassHingeLoss",
    takes: ["logits", "labels"],
    options: numClasses,
    loop: rows(multiclass.hinge),
    python: {
      torch:
        "(1 + x.scatter(1, t[:, None], -math.inf).max(1).values - x.gather(1, t[:, None])[:, 0]).clamp(min=0).mean()",
      sklearn: "skm.hinge_loss(t, x, labels=np.arange(c))",
    },
  },
  kl_div: {
    what: "KL divergence of log-probabilities from rows of probabilities, mean over elements",
    on: tenClasses,
    needs: "klDivLoss",
    takes: ["logp", "soft"],
    options: ({ c }) => ({ numClasses: c, from: "logProbabilities" }),
    loop: elements({
      cost: (x, t) => (t > 0 ? t * (Math.log(t) - x) : 0),
      slope: (_, t) => -t,
    }),
    python: { torch: "F.kl_div(x, t)" },
  },
  dice_mc: {
    what: "soft Dice loss of softmax probabilities, mean over classes",
    on: tenClasses,
    needs: "multiclassDiceLoss",
    takes: ["logits", "labels"],
    options: ({ c }) => ({ numClasses: c, from: "logits" }),
    loop: multiclass.dice,
    python: {
      torch:
        "(1 - 2 * ((p := x.softmax(1)) * (o := F.one_hot(t, c).float())).sum(0) / (p.sum(0) + o.sum(0)).clamp(min=1e-7)).mean()",
    },
  },
};

const sets = {
  dice: {
    what: "soft Dice loss from probabilities, smooth 1, one global sum",
    on: largeBalanced,
    needs: "diceLoss",
    takes: ["probs", "labels"],
    loop: overlap({
      loss: (both, predicted, positive) => 1 - (2 * both + 1) / (predicted + positive + 1),
      slopes(both, predicted, positive) {
        const all = predicted + positive + 1;
        return [-2 / all, (2 * both + 1) / (all * all)];
      },
    }),
    python: { torch: "1 - (2 * (x * t).sum() + 1) / (x.sum() + t.sum() + 1)" },
  },
  dice_logits: {
    what: "soft Dice loss from logits, smooth 1, one global sum",
    on: million,
    needs: "diceLoss",
    takes: ["logits", "labels"],
    options: { from: "logits" },
    loop: diceOfLogits,
    python: { torch: "1 - (2 * ((p := x.sigmoid()) * t).sum() + 1) / (p.sum() + t.sum() + 1)" },
  },
  jaccard: {
    what: "soft Jaccard loss from probabilities, smooth 1, one global sum",
    on: million,
    needs: "jaccardLoss",
    takes: ["probs", "labels"],
    loop: overlap({
      loss: (both, predicted, positive) => 1 - (both + 1) / (predicted + positive - both + 1),
      slopes(both, predicted, positive) {
        const any = predicted + positive - both + 1;
        return [-1 / any - (both + 1) / (any * any), (both + 1) / (any * any)];
      },
    }),
    python: { torch: "1 - ((b := (x * t).sum()) + 1) / (x.sum() + t.sum() - b + 1)" },
  },
  tversky: {
    what: "Tversky loss (fp .3, fn .7) from probabilities, smooth 1",
    on: largeBalanced,
    needs: "tverskyLoss",
    takes: ["probs", "labels"],
    options: { fpWeight: 0.3, fnWeight: 0.7 },
    loop: overlap({
      loss: (both, predicted, positive) => 1 - (both + 1) / (0.3 * predicted + 0.7 * positive + 1),
      slopes(both, predicted, positive) {
        const all = 0.3 * predicted + 0.7 * positive + 1;
        return [-1 / all, (0.3 * (both + 1)) / (all * all)];
      },
    }),
    python: {
      torch: "1 - ((b := (x * t).sum()) + 1) / (b + 0.3 * (x * (1 - t)).sum() + 0.7 * ((1 - x) * t).sum() + 1)",
    },
  },
  focal_tversky: {
    what: "focal Tversky loss (fp .3, fn .7, exponent .75) from probabilities, smooth 1",
    on: million,
    needs: "focalTverskyLoss",
    takes: ["probs", "labels"],
    options: { fpWeight: 0.3, fnWeight: 0.7, exponent: 0.75 },
    loop: overlap({
      loss: (both, predicted, positive) => (1 - (both + 1) / (0.3 * predicted + 0.7 * positive + 1)) ** 0.75,
      slopes(both, predicted, positive) {
        const all = 0.3 * predicted + 0.7 * positive + 1;
        const factor = 0.75 * (1 - (both + 1) / all) ** -0.25;
        return [-factor / all, (factor * 0.3 * (both + 1)) / (all * all)];
      },
    }),
    python: {
      torch:
        "(1 - ((b := (x * t).sum()) + 1) / (b + 0.3 * (x * (1 - t)).sum() + 0.7 * ((1 - x) * t).sum() + 1)) ** 0.75",
    },
  },
  soft_f1: {
    what: "soft F1 loss from probabilities, one global sum",
    on: million,
    needs: "softF1Loss",
    takes: ["probs", "labels"],
    loop: overlap({
      loss: (both, predicted, positive) => 1 - (2 * both) / (predicted + positive),
      slopes(both, predicted, positive) {
        const all = predicted + positive;
        return [-2 / all, (2 * both) / (all * all)];
      },
    }),
    python: {
      torch: "1 - 2 * (p := (b := (x * t).sum()) / (x.sum() + 1e-7)) * (r := b / (t.sum() + 1e-7)) / (p + r + 1e-7)",
    },
  },
  dice_bce: {
    what: "Dice and binary cross-entropy from logits, smooth 1",
    on: million,
    needs: "diceBceLoss",
    takes: ["logits", "labels"],
    options: { from: "logits" },
    loop: diceAndCrossEntropy,
    python: {
      torch:
        "F.binary_cross_entropy_with_logits(x, t) + 1 - (2 * ((p := x.sigmoid()) * t).sum() + 1) / (p.sum() + t.sum() + 1)",
    },
  },
  ce_soft_f1: {
    what: "cross-entropy and soft F1 from rows of two logits",
    on: million,
    needs: "ceSoftF1Loss",
    takes: ["pairs", "labels"],
    loop: crossEntropyAndSoftF1,
    python: {
      torch:
        "F.cross_entropy(x, k) + 1 - 2 * (p := (b := ((q := x.softmax(1)[:, 1]) * t).sum()) / (q.sum() + 1e-7)) * (r := b / (t.sum() + 1e-7)) / (p + r + 1e-7)",
    },
    given: { k: "t.long()" },
  },
};

const real = {
  mse: {
    what: "mean squared error",
    on: regression,
    needs: "mseLoss",
    takes: ["pred", "target"],
    loop: elements({ cost: (x, t) => (x - t) * (x - t), slope: (x, t) => 2 * (x - t) }),
    python: { torch: "F.mse_loss(x, t)", sklearn: "skm.mean_squared_error(t, x)" },
  },
  l1: {
    what: "mean absolute error",
    on: millionReal,
    needs: "l1Loss",
    takes: ["pred", "target"],
    loop: elements({ cost: (x, t) => Math.abs(x - t), slope: (x, t) => Math.sign(x - t) }),
    python: { torch: "F.l1_loss(x, t)", sklearn: "skm.mean_absolute_error(t, x)" },
  },
  huber: {
    what: "Huber loss (delta 1), mean",
    on: millionReal,
    needs: "huberLoss",
    takes: ["pred", "target"],
    loop: elements({
      cost(x, t) {
        const d = Math.abs(x - t);
        return d < 1 ? 0.5 * d * d : d - 0.5;
      },
      slope: (x, t) => Math.max(-1, Math.min(1, x - t)),
    }),
    python: { torch: "F.huber_loss(x, t)" },
  },
  smooth_l1: {
    what: "smooth L1 loss (beta .5), mean",
    on: millionReal,
    needs: "smoothL1Loss",
    takes: ["pred", "target"],
    options: { beta: 0.5 },
    loop: elements({
      cost(x, t) {
        const d = Math.abs(x - t);
        return d < 0.5 ? d * d : d - 0.25;
      },
      slope: (x, t) => Math.max(-1, Math.min(1, 2 * (x - t))),
    }),
    python: { torch: "F.smooth_l1_loss(x, t, beta=0.5)" },
  },
  log_cosh: {
    what: "log-cosh loss, mean",
    on: millionReal,
    needs: "logCoshLoss",
    takes: ["pred", "target"],
    loop: elements({
      shared: (x, t) => Math.exp(-2 * Math.abs(x - t)),
      cost: (x, t, e) => Math.abs(x - t) + Math.log1p(e) - Math.LN2,
      slope: (x, t, e) => ((x < t ? -1 : 1) * (1 - e)) / (1 + e),
    }),
    python: { torch: "((d := (x - t).abs()) + F.softplus(-2 * d) - math.log(2)).mean()" },
  },
  quantile: {
    what: "quantile loss (0.9), mean",
    on: millionReal,
    needs: "quantileLoss",
    takes: ["pred", "target"],
    options: { quantile: 0.9 },
    loop: elements({
      cost: (x, t) => (t > x ? 0.9 * (t - x) : 0.1 * (x - t)),
      slope: (x, t) => (t > x ? -0.9 : t < x ? 0.1 : 0),
    }),
    python: {
      torch: "torch.maximum(0.9 * (d := t - x), -0.1 * d).mean()",
      sklearn: "skm.mean_pinball_loss(t, x, alpha=0.9)",
    },
  },
  poisson_nll: {
    what: "Poisson negative log-likelihood of logarithms of rates, mean",
    on: millionReal,
    needs: "poissonNllLoss",
    takes: ["logRate", "positiveTarget"],
    loop: elements({ shared: (x) => Math.exp(x), cost: (x, t, e) => e - t * x, slope: (_, t, e) => e - t }),
    python: { torch: "F.poisson_nll_loss(x, t)" },
  },
  gaussian_nll: {
    what: "Gaussian negative log-likelihood, a variance for each, mean",
    on: millionReal,
    needs: "gaussianNllLoss",
    takes: ["pred", "target", "positivePred"],
    options: (_, [, , variance]) => ({ variance }),
    loop: {
      value:
        (x, t, { positivePred: variance }) =>
        () => {
          let sum = 0;
          for (let i = 0; i < x.length; i++) {
            const v = Math.max(variance[i], 1e-6);
            const d = x[i] - t[i];
            sum += 0.5 * (Math.log(v) + (d * d) / v);
          }
          return sum / x.length;
        },
      gradient:
        (x, t, { positivePred: variance }) =>
        () => {
          const gradient = new Float32Array(x.length);
          const share = 1 / x.length;
          let sum = 0;
          for (let i = 0; i < x.length; i++) {
            const v = Math.max(variance[i], 1e-6);
            const d = x[i] - t[i];
            sum += 0.5 * (Math.log(v) + (d * d) / v);
            gradient[i] = (d / v) * share;
          }
          return { loss: sum / x.length, gradient };
        },
    },
    python: { torch: "F.gaussian_nll_loss(x, t, w)" },
  },
};

export const losses = await lossRows({ ...binary, ...severalClasses, ...sets, ...real });
