import { duration, plural, rate } from "./format.js";
import { heading, type Page, tabulate } from "./section.js";
import type { Cell, Row } from "./table.js";

/** Milliseconds on the clock. */
export interface Timing {
  readonly read: number;
  /** Compiling the library's core. */
  readonly start: number;
  /** With the first call of every function. */
  readonly evaluate: number;
  /** The fastest of more runs, where the first was quick. */
  readonly warm?: { readonly best: number; readonly runs: number };
}

/** How long it took: evaluating apart from what has to come first. */
export function timing(rows: number, { read, start, evaluate, warm }: Timing, page: Page): string[] {
  const { faint, strong } = page.style;
  const speed = (milliseconds: number): string =>
    milliseconds > 0 ? `${rate((rows / milliseconds) * 1000)} rows/s` : "";
  const row = (name: string, milliseconds: number, speed: string, remark: string, ink = faint): Row => [
    name,
    { text: duration(milliseconds), ink },
    { text: speed, ink },
    { text: remark, ink: faint } satisfies Cell,
  ];
  return [
    heading("Time", page),
    ...tabulate(
      {
        columns: [
          { align: "left" },
          { align: "right", width: 9 },
          { align: "right", width: 18 },
          { align: "left", expendable: 1 },
        ],
        rows: [
          row("evaluating", evaluate, speed(evaluate), "first run", warm === undefined ? strong : faint),
          ...(warm === undefined
            ? []
            : [row("again, warm", warm.best, speed(warm.best), `fastest of ${plural(warm.runs, "more run")}`, strong)]),
          row("reading", read, speed(read), "from CSV to numbers"),
          row("starting", start, "", "compiling the core"),
        ],
      },
      page,
    ),
  ];
}
