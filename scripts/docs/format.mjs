// Numbers and tables of figures, as Markdown.

/** A number with a fixed count of decimals. */
export function fixed(value, decimals = 4) {
  if (Number.isNaN(value)) return "NaN";
  const text = Math.abs(value) === Infinity ? "∞" : Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A number of any size with a few significant digits. */
export function significant(value, digits = 3) {
  if (!Number.isFinite(value)) return fixed(value);
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e5)) {
    const text = Number(size.toPrecision(digits)).toString();
    return value < 0 ? `−${text}` : text;
  }
  const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
  const raised = [...String(Number(exponent))].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign])).join("");
  const factor = Number(mantissa) === 1 ? "" : `${Number(mantissa)}·`;
  return `${value < 0 ? "−" : ""}${factor}10${raised}`;
}

/** A share as per cent. */
export function percent(share, decimals = 1) {
  return `${fixed(100 * share, decimals)} %`;
}

/** A table. Columns of numbers are set flush right. */
export function table(header, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const isNumber = (cell) => /^[−\d∞]|^NaN$/.test(cell);
  const rule = header.map((_, column) => (rows.every((row) => isNumber(row[column])) ? "--:" : "---"));
  return [header, rule, ...rows].map(line).join("\n");
}
