import type { CalibrationFigures, Evaluation } from "../evaluate.js";
import { bar } from "./bar.js";
import { count, measure, plural } from "./format.js";
import { heading, type Page, tabulate } from "./section.js";
import type { Cell, Row } from "./table.js";

/** A figure of the overview. */
interface Figure {
  readonly name: string;
  readonly value: number;
  /** What no skill reaches. */
  readonly without?: number;
  readonly meaning: string;
  /** A share, for which a bar is drawn. */
  readonly share: boolean;
}

/** The figures that say most, beside what no skill at all would reach. */
export function figures(evaluation: Evaluation, weighted: boolean, page: Page): string[] {
  const faint = (text: string): Cell => ({ text, ink: page.style.faint });
  const row = ({ name, value, without, meaning, share }: Figure): Row => [
    name,
    { text: measure(value), ink: page.style.strong },
    { text: share ? bar(value, 12) : "", ink: page.style.bar },
    faint(without === undefined ? "" : measure(without)),
    faint(meaning),
  ];
  return [
    heading("Overview", page, "no skill: always answering with the class frequencies"),
    ...tabulate(
      {
        columns: [
          { align: "left" },
          { align: "right" },
          { align: "left", expendable: 2 },
          { align: "right" },
          { align: "left", expendable: 1 },
        ],
        rows: [["", "", "", faint("no skill"), ""], ...figuresOf(evaluation, weighted).map(row)],
      },
      page,
    ),
  ];
}

function figuresOf(evaluation: Evaluation, weighted: boolean): Figure[] {
  const { noSkill, calibration } = evaluation;
  const binary = evaluation.task === "binary";
  const atHalf = binary ? ", at threshold 0.5" : "";
  return [
    {
      name: "Accuracy",
      value: evaluation.accuracy,
      without: noSkill.accuracy,
      meaning: `rows that are right${atHalf}`,
      share: true,
    },
    binary
      ? { name: "F1", value: evaluation.atDefault.f1, meaning: `of the positive class${atHalf}`, share: true }
      : { name: "Macro F1", value: evaluation.macro.f1, meaning: "mean of the classes' F1", share: true },
    {
      name: "AUROC",
      value: evaluation.auroc,
      without: 0.5,
      meaning: binary ? "a positive scores above a negative" : "one class against the rest, mean",
      share: true,
    },
    ...(binary
      ? [
          {
            name: "Average precision",
            value: evaluation.averagePrecision,
            without: evaluation.prevalence,
            meaning: "precision, mean over recall",
            share: true,
          },
        ]
      : []),
    {
      name: "Log loss",
      value: evaluation.logLoss,
      without: noSkill.logLoss,
      meaning: "less is better, 0 is perfect",
      share: false,
    },
    {
      name: "Brier score",
      value: evaluation.brier,
      without: noSkill.brier,
      meaning: `less is better, 0 to ${binary ? 1 : 2}`,
      share: false,
    },
    {
      name: "ECE",
      value: calibration.ece,
      meaning: binary ? "mean gap between score and outcome" : "mean gap between confidence and accuracy",
      share: false,
    },
    {
      name: "MCE",
      value: calibration.mce,
      meaning: `largest gap: a bin ${weighted ? "of weight" : "with"} ${worstBin(calibration, weighted)}`,
      share: false,
    },
  ];
}

/** How much stands behind the largest gap. */
function worstBin({ bins, mce }: CalibrationFigures, weighted: boolean): string {
  const worst = bins.find((bin) => bin.count > 0 && Math.abs(Math.abs(bin.gap) - mce) <= 1e-12);
  const size = worst?.count ?? 0;
  return weighted ? count(size) : plural(size, "row");
}
