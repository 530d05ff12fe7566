import type { Ink } from "./style.js";
import { padEnd, padStart, widthOf } from "./text.js";

/** A piece of a table: plain text, or text with ink, which takes no room. */
export type Cell = string | { readonly text: string; readonly ink: Ink };

export interface Column {
  readonly align: "left" | "right";
  /** At least so wide. */
  readonly width?: number;
  /** May be left out where there is no room for all; the larger first. */
  readonly expendable?: number;
}

export type Row = readonly Cell[];

export interface Table {
  readonly columns: readonly Column[];
  /** A row without cells is an empty line. */
  readonly rows: readonly Row[];
}

const gap = "  ";

/** Lays a table out. Where it is wider than `room`, columns that can be spared are. */
export function layOut(table: Table, room: number = Number.POSITIVE_INFINITY): string[] {
  const { columns, rows } = fit(table, room);
  const widths = widthsOf({ columns, rows });
  return rows.map((row) =>
    row
      .map((cell, j) => {
        const text = textOf(cell);
        const width = widths[j] ?? 0;
        const padded = columns[j]?.align === "right" ? padStart(text, width) : padEnd(text, width);
        return typeof cell === "string" || text === "" ? padded : padded.replace(text, () => cell.ink(text));
      })
      .join(gap)
      .trimEnd(),
  );
}

/** Terminal columns that a table takes. */
export function widthOfTable(table: Table): number {
  return widthsOf(table).reduce((sum, width) => sum + width, gap.length * Math.max(0, table.columns.length - 1));
}

function widthsOf({ columns, rows }: Table): number[] {
  return columns.map(({ width = 0 }, j) => rows.reduce((most, row) => Math.max(most, widthOf(textOf(row[j]))), width));
}

function fit(table: Table, room: number): Table {
  if (widthOfTable(table) <= room) return table;
  const most = Math.max(...table.columns.map((column) => column.expendable ?? 0));
  if (most === 0) return table;
  const spared = table.columns.findIndex((column) => column.expendable === most);
  const kept = <T>(all: readonly T[]): T[] => all.filter((_, j) => j !== spared);
  return fit({ columns: kept(table.columns), rows: table.rows.map(kept) }, room);
}

function textOf(cell: Cell | undefined): string {
  return cell === undefined ? "" : typeof cell === "string" ? cell : cell.text;
}
