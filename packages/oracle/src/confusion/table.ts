/**
 * Tables of words: rows of cells, the first of them the header.
 *
 * @module
 */

type Rows = readonly (readonly string[])[];

/** In columns, the first to the left, the others to the right. */
export function text(rows: Rows): string {
  const widths = rows[0]!.map((_, column) => rows.reduce((width, row) => Math.max(width, row[column]!.length), 0));
  const padded = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return rows.map((row) => row.map(padded).join("  ").trimEnd()).join("\n");
}

/** GitHub's Markdown. A | in a cell is escaped, a line break becomes a space. */
export function markdown(rows: Rows): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const plain = (cell: string): string => cell.replace(/\r\n|[\r\n]/g, " ").replaceAll("|", "\\|");
  const [header, ...others] = rows.map((row) => line(row.map(plain)));
  const rule = line(rows[0]!.map((_, column) => (column === 0 ? "---" : "---:")));
  return [header, rule, ...others].join("\n");
}

/** Comma-separated values (RFC 4180): a cell with a comma, a quote or a line break is quoted. */
export function csv(rows: Rows): string {
  const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}
