/**
 * Losses of whole sets: one number from soft counts.
 *
 * @module
 */
import {
  AssayRangeError,
  type CeSoftF1LossOptions,
  type DiceBceLossOptions,
  type DiceLossOptions,
  defaults,
  type FocalTverskyLossOptions,
  type JaccardLossOptions,
  type MulticlassDiceLossOptions,
  type SetLoss,
  type SmoothOptions,
  type SoftCountOptions,
  type SoftF1LossOptions,
  type TverskyLossOptions,
} from "@assay/contract";
import { aboveZero, atLeastZero, inapplicable, oneOf, whole } from "../options.js";
import { optionalColumnWeights } from "./column-weights.js";
import { type SetShape, setKernelLoss, setLossCode } from "./set-kernel.js";

function isLogits(from: "probabilities" | "logits" = defaults.from): boolean {
  return oneOf(from, ["probabilities", "logits"], "from") === "logits";
}

const countOptions = ["from", "numLabels", "average"] as const;
const smoothOptions = [...countOptions, "smoothNumerator", "smoothDenominator"] as const;
const tverskyOptions = [...smoothOptions, "fnWeight", "fpWeight"] as const;

/** A matrix with a target for each element. */
function countShape(code: number, options: SoftCountOptions, parameters: readonly number[]): SetShape {
  const logits = isLogits(options.from);
  const { average: given = defaults.average, numLabels = defaults.numLabels } = options;
  const average = oneOf(given, ["macro", "micro"], "average");
  const columns = whole(numLabels, 1, "numLabels");
  return { code, columns, targetColumns: columns, isLogits: logits, isMicro: average === "micro", parameters };
}

function smoothing(options: SmoothOptions): [numerator: number, denominator: number] {
  const { smoothNumerator = defaults.smoothNumerator, smoothDenominator = defaults.smoothDenominator } = options;
  return [atLeastZero(smoothNumerator, "smoothNumerator"), atLeastZero(smoothDenominator, "smoothDenominator")];
}

function tverskyParameters(options: TverskyLossOptions): number[] {
  const { fnWeight = defaults.fnWeight, fpWeight = defaults.fpWeight } = options;
  return [...smoothing(options), atLeastZero(fnWeight, "fnWeight"), atLeastZero(fpWeight, "fpWeight")];
}

/**
 * Soft Dice loss: 1 − (2TP + `smoothNumerator`) / (2TP + FP + FN + `smoothDenominator`), with the soft counts
 * TP = Σ p·t, FP = Σ p·(1 − t) and FN = Σ (1 − p)·t of probabilities, or of the sigmoids of logits. With `numLabels` it
 * is the mean over the columns, or with `average: "micro"` that of the counts of all elements. In 0..1 where the
 * smoothings are equal; NaN where it is 0/0.
 *
 * Gradient: that of the quotient by p; for logits times p·(1 − p). Computed in float64, with exact counts: error at most
 * 1e-12 of the sum of the absolute values of the terms.
 *
 * @param predictions N probabilities or logits, or N × numLabels row-major
 * @param targets 0, 1 or anything between, one for each prediction
 * @throws AssayRangeError for a probability or target outside [0, 1], NaN, a negative weight, lengths that do not fit,
 * no rows
 * @see Milletari, Navab, Ahmadi (2016), V-Net
 */
export const diceLoss: SetLoss<DiceLossOptions> = /*#__PURE__*/ setKernelLoss<DiceLossOptions>({
  name: "diceLoss",
  options: smoothOptions,
  shape: (options) => countShape(setLossCode.dice, options, smoothing(options)),
});

/**
 * Soft Jaccard loss: 1 − (TP + `smoothNumerator`) / (TP + FP + FN + `smoothDenominator`), intersection over union.
 * Otherwise as {@link diceLoss}.
 */
export const jaccardLoss: SetLoss<JaccardLossOptions> = /*#__PURE__*/ setKernelLoss<JaccardLossOptions>({
  name: "jaccardLoss",
  options: smoothOptions,
  shape: (options) => countShape(setLossCode.jaccard, options, smoothing(options)),
});

/**
 * Soft Tversky loss: 1 − (TP + `smoothNumerator`) / (TP + `fnWeight`·FN + `fpWeight`·FP + `smoothDenominator`).
 * Otherwise as {@link diceLoss}.
 *
 * @see Salehi et al. (2017), Tversky loss function for image segmentation
 */
export const tverskyLoss: SetLoss<TverskyLossOptions> = /*#__PURE__*/ setKernelLoss<TverskyLossOptions>({
  name: "tverskyLoss",
  options: tverskyOptions,
  shape: (options) => countShape(setLossCode.tversky, options, tverskyParameters(options)),
});

/**
 * Focal Tversky loss: the Tversky loss T to the power `exponent`; with several columns each to the power before the
 * mean. `smoothNumerator` may not exceed `smoothDenominator`. Otherwise as {@link tverskyLoss}.
 *
 * Gradient: exponent·T^(exponent − 1) times that of T; infinite where T is 0 and the exponent below 1.
 *
 * @see Abraham, Khan (2018), A novel focal Tversky loss function, who write the exponent 1/γ
 */
export const focalTverskyLoss: SetLoss<FocalTverskyLossOptions> = /*#__PURE__*/ setKernelLoss<FocalTverskyLossOptions>({
  name: "focalTverskyLoss",
  options: [...tverskyOptions, "exponent"],
  shape(options) {
    const exponent = aboveZero(options.exponent, "exponent");
    const [numerator, denominator] = smoothing(options);
    if (numerator > denominator) {
      throw new AssayRangeError(
        `smoothNumerator is ${numerator}, but must be at most smoothDenominator, ${denominator}: a negative loss has no power`,
        { code: "option", argument: "smoothNumerator", value: numerator },
      );
    }
    return countShape(setLossCode.focalTversky, options, [...tverskyParameters(options), exponent]);
  },
});

/**
 * Soft F1 loss: 1 − 2PR / (P + R + `epsilon`) with P = TP / (TP + FP + `epsilon`) and R = TP / (TP + FN + `epsilon`), of
 * the soft counts of {@link diceLoss}. With `numClasses: 2` predictions have two columns, of which column 1 is the
 * positive one, and logits go through the softmax. In 0..1; NaN without `epsilon` where nothing is positive.
 *
 * Gradient: that of the quotient by p; for logits times p·(1 − p), with two columns minus that at column 0. Accuracy and
 * errors as for {@link diceLoss}.
 *
 * @param predictions N probabilities or logits, N × numLabels, or N × 2 row-major
 * @param targets 0, 1 or anything between; with two columns one for each row
 */
export const softF1Loss: SetLoss<SoftF1LossOptions> = /*#__PURE__*/ setKernelLoss<SoftF1LossOptions>({
  name: "softF1Loss",
  options: [...countOptions, "numClasses", "epsilon"],
  shape(options) {
    const { numClasses, numLabels, epsilon = defaults.epsilon } = options;
    const parameters = [atLeastZero(epsilon, "epsilon")];
    if (numClasses === undefined) return countShape(setLossCode.softF1, options, parameters);
    whole(numClasses, 2, "numClasses", 2);
    if (numLabels !== undefined) {
      throw inapplicable("numLabels", "numLabels and numClasses cannot both be given", numLabels);
    }
    return { ...countShape(setLossCode.softF1OfTwo, options, parameters), columns: 2, targetColumns: 1 };
  },
});

function ignored(ignoreIndex: number | undefined): number | undefined {
  return ignoreIndex === undefined ? undefined : whole(ignoreIndex, -(2 ** 31), "ignoreIndex");
}

/**
 * Soft Dice loss of several classes: the mean over classes c of
 * 1 − (2·Σ p_c·[y = c] + `smooth`) / max(Σ p_c + Σ [y = c] + `smooth`, `eps`), with probabilities or the softmax of
 * logits. A class that is no row's target costs nothing; it is left out of the mean, or counted in it with
 * `absentClasses: "count"`.
 *
 * Gradient: with g_c that of the quotients by p_c, p_c·Σ p_k·(g_c − g_k) for logits. Accuracy as for {@link diceLoss}.
 *
 * @param predictions N × numClasses, row-major
 * @param targets N labels
 * @throws AssayRangeError for NaN, a probability outside [0, 1], a label out of range, a negative weight, lengths that do
 * not fit, no rows
 * @see segmentation_models_pytorch, `DiceLoss` with mode multiclass, whose mean counts absent classes
 */
export const multiclassDiceLoss: SetLoss<MulticlassDiceLossOptions> =
  /*#__PURE__*/ setKernelLoss<MulticlassDiceLossOptions>({
    name: "multiclassDiceLoss",
    options: ["numClasses", "from", "smooth", "eps", "absentClasses", "ignoreIndex"],
    shape(options) {
      const { smooth = defaults.smooth, eps = defaults.eps.multiclassDiceLoss } = options;
      const { absentClasses = defaults.absentClasses } = options;
      const columns = whole(options.numClasses, 1, "numClasses");
      const ignoreIndex = ignored(options.ignoreIndex);
      const logits = isLogits(options.from);
      const parameters = [atLeastZero(smooth, "smooth"), aboveZero(eps, "eps")];
      const absent = oneOf(absentClasses, ["skip", "count"], "absentClasses");
      return {
        code: setLossCode.multiclassDice,
        columns,
        targetColumns: 1,
        isLogits: logits,
        parameters: [...parameters, Number(absent === "count")],
        ignoreIndex,
      };
    },
  });

/**
 * `diceWeight`·{@link diceLoss} + `bceWeight`·the mean of {@link binaryCrossEntropy}, or of
 * {@link binaryCrossEntropyWithLogits} where predictions are logits, in one pass and with one gradient. Shapes, accuracy
 * and errors as for {@link diceLoss}.
 */
export const diceBceLoss: SetLoss<DiceBceLossOptions> = /*#__PURE__*/ setKernelLoss<DiceBceLossOptions>({
  name: "diceBceLoss",
  options: [...smoothOptions, "diceWeight", "bceWeight"],
  shape(options) {
    const { diceWeight = defaults.diceWeight, bceWeight = defaults.bceWeight } = options;
    const weights = [atLeastZero(diceWeight, "diceWeight"), atLeastZero(bceWeight, "bceWeight")];
    return countShape(setLossCode.diceBce, options, [...smoothing(options), ...weights]);
  },
});

/**
 * `ceWeight`·the mean of {@link crossEntropy} + `softF1Weight`·{@link softF1Loss} on N × 2 logits with one label a row,
 * in one pass and with one gradient. Class weights enter the cross-entropy alone, whose mean divides by those of the
 * targets. Computed in float64.
 *
 * @param predictions N × 2 logits, row-major
 * @param targets N labels
 * @throws AssayRangeError for NaN, a label out of range, a negative weight, lengths that do not fit, no rows
 */
export const ceSoftF1Loss: SetLoss<CeSoftF1LossOptions> = /*#__PURE__*/ setKernelLoss<CeSoftF1LossOptions>({
  name: "ceSoftF1Loss",
  options: ["ceWeight", "softF1Weight", "weight", "epsilon", "ignoreIndex"],
  shape(options) {
    const { ceWeight = defaults.ceWeight, softF1Weight = defaults.softF1Weight, epsilon = defaults.epsilon } = options;
    const ignoreIndex = ignored(options.ignoreIndex);
    const [first = 1, second = 1] = Array.from(optionalColumnWeights(options.weight, 2, "the number of classes") ?? []);
    const weights = [atLeastZero(ceWeight, "ceWeight"), atLeastZero(softF1Weight, "softF1Weight")];
    return {
      code: setLossCode.ceSoftF1,
      columns: 2,
      targetColumns: 1,
      isLogits: true,
      parameters: [...weights, atLeastZero(epsilon, "epsilon"), first, second],
      ignoreIndex,
    };
  },
});
