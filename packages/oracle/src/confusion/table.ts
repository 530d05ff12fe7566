/**
 * Tables of words: rows of cells, the first of them the header.
 *
 * @module
 */

type Rows = readonly (readonly string[])[];

/** In columns, the first to the left, the others to the right. Control characters are written as in JSON. */
export function text(rows: Rows): string {
  const cells = rows.map((row) => row.map(visible));
  const length = (cell: string): number => [...cell].length;
  const widths = rows[0]!.map((_, column) => cells.reduce((width, row) => Math.max(width, length(row[column]!)), 0));
  const padded = (cell: string, column: number): string => {
    const spaces = " ".repeat(widths[column]! - length(cell));
    return column === 0 ? cell + spaces : spaces + cell;
  };
  return cells.map((row) => row.map(padded).join("  ").trimEnd()).join("\n");
}

/** A cell without anything that ends or moves a line. */
function visible(cell: string): string {
  const letters = new Map(Object.entries({ "\n": "\\n", "\r": "\\r", "\t": "\\t" }));
  const written = (character: string): string => {
    const code = character.charCodeAt(0);
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
    if (!isControl) return character;
    return letters.get(character) ?? `\\u${code.toString(16).padStart(4, "0")}`;
  };
  return [...cell].map(written).join("");
}

/** GitHub's Markdown. What means something in it is escaped, a line break becomes `<br>`. */
export function markdown(rows: Rows): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const plain = (cell: string): string => cell.replace(/[\\`*_[\]<>~&|]/g, "\\$&").replace(/\r\n|[\r\n]/g, "<br>");
  const [header, ...others] = rows.map((row) => line(row.map(plain)));
  const rule = line(rows[0]!.map((_, column) => (column === 0 ? "---" : "---:")));
  return [header, rule, ...others].join("\n");
}

/** Comma-separated values (RFC 4180): a cell with a comma, a quote or a line break is quoted. */
export function csv(rows: Rows): string {
  const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}
