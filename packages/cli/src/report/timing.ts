import { duration, rate } from "./format.js";
import { heading, type Page, tabulate } from "./section.js";
import type { Ink } from "./style.js";
import type { Row } from "./table.js";

/** Milliseconds on the clock. */
export interface Timing {
  readonly read: number;
  readonly evaluate: number;
}

/** How long it took: reading the file and evaluating it apart. */
export function timing(rows: number, time: Timing, page: Page): string[] {
  const { style } = page;
  const line = (name: string, milliseconds: number, ink: Ink): Row => [
    name,
    { text: duration(milliseconds), ink },
    { text: milliseconds > 0 ? `${rate((rows / milliseconds) * 1000)} rows/s` : "", ink },
  ];
  return [
    heading("Time", page, "one run, nothing warmed up"),
    ...tabulate(
      {
        columns: [
          { align: "left", width: 12 },
          { align: "right", width: 9 },
          { align: "right", width: 16 },
        ],
        rows: [line("evaluating", time.evaluate, style.strong), line("reading", time.read, style.faint)],
      },
      page,
    ),
  ];
}
