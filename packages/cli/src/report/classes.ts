import type { Evaluation, Rates } from "../evaluate.js";
import { bar } from "./bar.js";
import { counter, measure, plural } from "./format.js";
import { heading, type Page, remark, tabulate } from "./section.js";
import type { Cell, Column, Row } from "./table.js";
import { cut, printable } from "./text.js";

/** With more classes than this, only the weakest are listed. */
const most = 40;
const listed = 20;

/** Precision, recall, F1 and support of each class, and their averages. */
export function classes(evaluation: Evaluation, page: Page): string[] {
  const { style } = page;
  const binary = evaluation.task === "binary";
  const support = counter(evaluation.classes.map((each) => each.support));
  const nameWidth = page.width < 100 ? 14 : 24;
  const faint = (text: string): Cell => ({ text, ink: style.faint });
  const row = (name: Cell, rates: Rates, area?: number): Row => [
    name,
    measure(rates.precision),
    measure(rates.recall),
    { text: measure(rates.f1), ink: style.strong },
    { text: bar(rates.f1, 12), ink: style.bar },
    ...(binary ? [] : [area === undefined ? "" : measure(area)]),
    support(rates.support),
  ];
  const number: Column = { align: "right", width: 9 };
  const columns: Column[] = [
    { align: "left", width: 12 },
    number,
    number,
    number,
    { align: "left", expendable: 1 },
    ...(binary ? [] : [{ align: "right", width: 7 } as const]),
    { align: "right", width: 7 },
  ];
  const all = evaluation.classes.map((each, i) => ({ ...each, positive: binary && i === 1 }));
  const shown = all.length > most ? [...all].sort((a, b) => a.f1 - b.f1).slice(0, listed) : all;
  const rows: Row[] = [
    ["", "precision", "recall", "F1", "", ...(binary ? [] : ["AUROC"]), "support"].map(faint),
    ...shown.map((each) => {
      const name = cut(printable(each.name), nameWidth);
      return row(each.positive ? `${name} (positive)` : name, each, each.auroc);
    }),
    [],
    row(faint("macro mean"), evaluation.macro, evaluation.auroc),
    row(faint("weighted mean"), evaluation.weighted),
  ];
  const others = all.length - shown.length;
  return [
    heading("Classes", page, binary ? "at threshold 0.5" : ""),
    ...tabulate({ columns, rows }, page),
    ...(others > 0
      ? remark(
          `Listed are the ${shown.length} classes with the lowest F1; the other ${plural(others, "class", "classes")} reach ${measure(shown.at(-1)?.f1 ?? 0)} or more. --json has all.`,
          page,
        )
      : []),
  ];
}
