/** What stands for a number that is mathematically undefined. */
export const undefinedSign = "—";

/** A measure with four decimals. What is not quite 0 or 1 never looks as if it were. */
export function measure(value: number): string {
  if (Number.isNaN(value)) return undefinedSign;
  if (!Number.isFinite(value)) return value > 0 ? "+∞" : "−∞";
  const text = value.toFixed(4);
  if (text === "1.0000" && value < 1) return ">0.9999";
  if (text === "0.0000" && value > 0) return "<0.0001";
  return text;
}

/** A threshold with every digit that it takes to apply it, and +∞ for "nothing is positive". */
export function threshold(value: number, float32: boolean): string {
  if (!Number.isFinite(value)) return "+∞";
  for (let digits = 1; float32 && digits < 10; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}

/** A difference with its sign. */
export function signed(value: number): string {
  if (Number.isNaN(value)) return undefinedSign;
  const text = Math.abs(value).toFixed(3);
  return Number(text) === 0 ? " 0.000" : `${value < 0 ? "−" : "+"}${text}`;
}

/** A count with thousands marked; summed weights with two decimals if they need them. */
export function count(value: number): string {
  return counter([value])(value);
}

/** Says counts of one table alike: with decimals all or none. */
export function counter(values: readonly number[]): (value: number) => string {
  const digits = values.every(Number.isInteger) ? 0 : 2;
  return (value) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function percent(share: number): string {
  if (Number.isNaN(share)) return undefinedSign;
  return `${(share * 100).toFixed(1)} %`;
}

/** `3,355 rows`, `1 row`. */
export function plural(value: number, noun: string, nouns = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : nouns}`;
}

/** A duration in the unit that suits it, to three digits. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 59_950) {
    const seconds = Math.round(milliseconds / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  if (milliseconds >= 999.5) return `${threeDigits(milliseconds / 1000)} s`;
  return milliseconds >= 0.9995 ? `${threeDigits(milliseconds)} ms` : `${threeDigits(milliseconds * 1000)} µs`;
}

/** Rows per second, to three digits. */
export function rate(perSecond: number): string {
  if (perSecond >= 999_500_000) return `${threeDigits(perSecond / 1e9)} billion`;
  if (perSecond >= 999_500) return `${threeDigits(perSecond / 1e6)} million`;
  return count(Number(perSecond.toPrecision(3)));
}

export function bytes(size: number): string {
  if (size < 1000) return plural(size, "byte");
  const units = ["kB", "MB", "GB", "TB"];
  let value = size / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${threeDigits(value)} ${units[unit]}`;
}

function threeDigits(value: number): string {
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return value.toFixed(digits);
}
