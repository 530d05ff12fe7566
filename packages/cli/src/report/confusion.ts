import type { BinaryEvaluation, MulticlassEvaluation } from "../evaluate.js";
import { count, counter, measure, percent } from "./format.js";
import { heading, indent, type Page, remark, roomOf, tabulate } from "./section.js";
import { type Cell, layOut, type Row, type Table, widthOfTable } from "./table.js";
import { cut, padEnd, printable, widthOf } from "./text.js";

type Matrix = readonly (readonly number[])[];

const legend = "rows: true class · columns: predicted";

/** The confusion matrices at the default threshold and at the best one, side by side. */
export function confusionAtThresholds(evaluation: BinaryEvaluation, page: Page): string[] {
  const { style } = page;
  const names = evaluation.classes.map((each) => cut(printable(each.name), 16));
  const { atDefault, atBest } = evaluation;
  const left = matrixOf(atDefault.confusion, names, names, page);
  const right = matrixOf(atBest.confusion, names, names, page);
  const leftTitle = "threshold 0.5";
  const rightTitle = `best for F1, ${measure(atBest.threshold)}`;
  const between = Math.max(4, widthOf(leftTitle) - widthOfTable(left) + 2);
  const both: Table = {
    columns: [...left.columns, { align: "left", width: between }, ...right.columns],
    rows: left.rows.map((row, i) => [...row, "", ...(right.rows[i] ?? [])]),
  };
  const start = widthOfTable(both) - widthOfTable(right);
  const lines =
    start + Math.max(widthOfTable(right), widthOf(rightTitle)) <= roomOf(page)
      ? [style.faint(padEnd(leftTitle, start) + rightTitle), ...layOut(both)]
      : [style.faint(leftTitle), ...layOut(left), "", style.faint(rightTitle), ...layOut(right)];
  return [heading("Confusion", page, legend), ...indent(lines)];
}

/** The confusion matrix, and which classes are taken for which most often. */
export function confusion(evaluation: MulticlassEvaluation, page: Page): string[] {
  const names = evaluation.classes.map((each) => printable(each.name));
  const table = drawable(evaluation.confusion, names, page);
  const drawn =
    table === undefined
      ? remark(`The matrix of ${names.length} classes is too wide for this page; --json has it.`, page)
      : tabulate(table, page);
  const mistakes = frequentMistakes(evaluation.confusion, names);
  return [
    heading("Confusion", page, table === undefined ? "" : legend),
    ...drawn,
    ...(mistakes.length > 0 ? ["", ...mistakeLines(mistakes, page)] : []),
  ];
}

/** The matrix with names over the columns, cut as needed, or class numbers if even that is too wide. */
function drawable(matrix: Matrix, names: readonly string[], page: Page): Table | undefined {
  const tables = [24, 12, 8, 6].map((most) => {
    const over = names.map((name) => cut(name, most));
    return new Set(over).size === names.length
      ? matrixOf(
          matrix,
          names.map((name) => cut(name, Math.max(most, 12))),
          over,
          page,
        )
      : undefined;
  });
  const numbers = names.map((_, i) => String(i));
  tables.push(
    matrixOf(
      matrix,
      names.map((name, i) => cut(name === String(i) ? name : `${i} ${name}`, 16)),
      numbers,
      page,
    ),
  );
  return tables.find((table) => table !== undefined && widthOfTable(table) <= roomOf(page));
}

function matrixOf(matrix: Matrix, names: readonly string[], over: readonly string[], { style }: Page): Table {
  const amount = counter(matrix.flat());
  const cell = (value: number, right: boolean): Cell =>
    value === 0 ? { text: "·", ink: style.faint } : { text: amount(value), ink: right ? style.right : style.wrong };
  return {
    columns: [{ align: "left" }, ...names.map(() => ({ align: "right", width: 3 }) as const)],
    rows: [
      ["", ...over.map((text) => ({ text, ink: style.faint }))],
      ...matrix.map((row, i): Row => [names[i] ?? "", ...row.map((value, j) => cell(value, i === j))]),
    ],
  };
}

interface Mistake {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  /** Of the rows of the true class. */
  readonly share: number;
}

function frequentMistakes(matrix: Matrix, names: readonly string[], most = 5): Mistake[] {
  const mistakes: Mistake[] = [];
  matrix.forEach((row, i) => {
    const support = row.reduce((sum, value) => sum + value, 0);
    row.forEach((value, j) => {
      if (i === j || value === 0) return;
      mistakes.push({ from: names[i] ?? "", to: names[j] ?? "", count: value, share: value / support });
    });
  });
  return mistakes.sort((a, b) => b.count - a.count).slice(0, most);
}

function mistakeLines(mistakes: readonly Mistake[], page: Page): string[] {
  const { style } = page;
  const rows = mistakes.map(
    (mistake, i): Row => [
      { text: i === 0 ? "Most frequent mistakes" : "", ink: style.faint },
      `${cut(mistake.from, 24)} taken for ${cut(mistake.to, 24)}`,
      { text: count(mistake.count), ink: style.wrong },
      { text: `${percent(mistake.share)} of ${cut(mistake.from, 24)}`, ink: style.faint },
    ],
  );
  const left = { align: "left" } as const;
  return tabulate(
    { columns: [{ ...left, expendable: 2 }, left, { align: "right" }, { ...left, expendable: 1 }], rows },
    page,
  );
}
