/**
 * Tables as text, Markdown and comma-separated values. Names may hold anything: what would break a table is escaped.
 *
 * @module
 */

/** Lines of cells. */
export type Table = readonly (readonly string[])[];

/** What stands for a character that would end or move a line. */
function printable(character: string): string {
  const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Columns two spaces apart, the first aligned left and the others right; control characters as in JSON. */
export function toText(table: Table): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const cells = table.map((line) => line.map((cell) => cell.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, printable)));
  const length = (cell: string) => Array.from(cell).length;
  const widths = (cells[0] ?? []).map((_, j) => cells.reduce((most, line) => Math.max(most, length(line[j] ?? "")), 0));
  return cells
    .map((line) => {
      const padded = line.map((cell, j) => {
        const room = " ".repeat((widths[j] as number) - length(cell));
        return j === 0 ? cell + room : room + cell;
      });
      return padded.join("  ").trimEnd();
    })
    .join("\n");
}

/** A GitHub table whose first line is its header, columns but the first aligned right. */
export function toMarkdown(table: Table): string {
  const escaped = (cell: string) => cell.replace(/[\\`*_[\]<>~&|]/g, "\\$&").replace(/\r\n|\r|\n/g, "<br>");
  const [header = [], ...rest] = table.map((line) => `| ${line.map(escaped).join(" | ")} |`);
  const rule = `| ${(table[0] ?? []).map((_, j) => (j === 0 ? "---" : "---:")).join(" | ")} |`;
  return [header, rule, ...rest].join("\n");
}

/** Comma-separated values (RFC 4180). */
export function toCSV(table: Table): string {
  const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return table.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}
