import type { Style } from "./style.js";
import { layOut, type Table } from "./table.js";
import { widthOf, wrap } from "./text.js";

/** What every section is given besides its figures. */
export interface Page {
  /** Terminal columns to fill. */
  readonly width: number;
  readonly style: Style;
}

export const margin = "  ";

/** Columns between the margins. */
export function roomOf(page: Page): number {
  return page.width - margin.length * 2;
}

/** A heading with a rule to the right edge, and something said there if there is room. */
export function heading(text: string, page: Page, beside = ""): string {
  const { style } = page;
  const rest = roomOf(page) - widthOf(text) - 1;
  const aside = beside !== "" && rest - widthOf(beside) - 1 >= 3 ? ` ${beside}` : "";
  const rule = "─".repeat(Math.max(3, rest - widthOf(aside)));
  return `${margin}${style.heading(text)} ${style.faint(rule + aside)}`;
}

/** Lines set in from the left edge. */
export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : margin + line));
}

/** A table set in from the left edge. */
export function tabulate(table: Table, page: Page): string[] {
  return indent(layOut(table, roomOf(page)));
}

/** A paragraph, wrapped and faint. */
export function remark(text: string, page: Page): string[] {
  return indent(wrap(text, roomOf(page)).map((line) => page.style.faint(line)));
}
