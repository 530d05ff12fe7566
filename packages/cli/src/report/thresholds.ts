import type { BinaryEvaluation, OperatingPoint } from "../evaluate.js";
import { bar } from "./bar.js";
import { measure, threshold } from "./format.js";
import { heading, type Page, remark, tabulate } from "./section.js";
import type { Cell, Column, Row } from "./table.js";

/** The default threshold beside the best one for F1. */
export function thresholds(evaluation: BinaryEvaluation, float32: boolean, page: Page): string[] {
  const { style } = page;
  const row = (name: string, point: OperatingPoint): Row => [
    name,
    { text: threshold(point.threshold, float32), ink: style.strong },
    measure(point.precision),
    measure(point.recall),
    { text: measure(point.f1), ink: style.strong },
    { text: bar(point.f1, 12), ink: style.bar },
    measure(point.accuracy),
  ];
  const head = ["", "threshold", "precision", "recall", "F1", "", "accuracy"];
  const number: Column = { align: "right", width: 9 };
  return [
    heading("Threshold", page, "positive means score ≥ threshold"),
    ...tabulate(
      {
        columns: [
          { align: "left", width: 12 },
          number,
          number,
          number,
          number,
          { align: "left", expendable: 2 },
          { ...number, expendable: 1 },
        ],
        rows: [
          head.map((text): Cell => ({ text, ink: style.faint })),
          row("default", evaluation.atDefault),
          row("best for F1", evaluation.atBest),
        ],
      },
      page,
    ),
    ...remark("The best threshold was chosen and judged on these same rows, which is optimistic.", page),
  ];
}
