/**
 * Exact quotients. A float64 is a whole number times a power of two, so what is computed of float64s with + − × ÷ alone
 * can be computed exactly in big integers and rounded once at the end: nothing overflows, nothing cancels.
 *
 * @module
 */

/** numerator / denominator. Undefined where the denominator is 0, and whatever is made of an undefined one is too. */
export class Ratio {
  private constructor(
    private readonly numerator: bigint,
    private readonly denominator: bigint,
  ) {}

  static of(numerator: bigint, denominator = 1n): Ratio {
    return denominator < 0n ? new Ratio(-numerator, -denominator) : new Ratio(numerator, denominator);
  }

  /** A finite float64. */
  static from(value: number): Ratio {
    const { whole, exponent } = split(value);
    return exponent < 0 ? new Ratio(whole, 1n << BigInt(-exponent)) : new Ratio(whole << BigInt(exponent), 1n);
  }

  plus(other: Ratio): Ratio {
    const numerator = this.numerator * other.denominator + other.numerator * this.denominator;
    return new Ratio(numerator, this.denominator * other.denominator);
  }

  minus(other: Ratio): Ratio {
    return this.plus(new Ratio(-other.numerator, other.denominator));
  }

  times(other: Ratio): Ratio {
    return new Ratio(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  over(other: Ratio): Ratio {
    if (other.denominator === 0n) return other;
    return Ratio.of(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  /** −1, 0 or 1. */
  sign(): number {
    return Number(this.numerator > 0n) - Number(this.numerator < 0n);
  }

  /** The nearest float64. */
  value(): number | undefined {
    if (this.denominator === 0n) return undefined;
    return this.numerator < 0n
      ? -nearest(-this.numerator, this.denominator)
      : nearest(this.numerator, this.denominator);
  }

  /** The float64 nearest to the square root. */
  root(): number | undefined {
    if (this.denominator === 0n) return undefined;
    // With a shift of s bits the whole square root has 60 bits or more. One bit more says whether anything was cut off:
    // that is enough to round as the root itself would.
    const missing = 120 + bitLength(this.denominator) - bitLength(this.numerator);
    const half = BigInt(Math.max(0, Math.ceil(missing / 2)));
    const square = this.numerator << (2n * half);
    const root = wholeRoot(square / this.denominator);
    const isExact = root * root * this.denominator === square;
    return nearest(2n * root + (isExact ? 0n : 1n), 1n << (half + 1n));
  }
}

/** Finite float64s as whole multiples of one power of two: `values[i]` is `wholes[i]`·2^`exponent`. */
export function commonUnit(values: readonly number[]): { wholes: bigint[]; exponent: number } {
  const parts = values.map(split);
  const exponent = parts.reduce((least, part) => Math.min(least, part.exponent), 0);
  return { wholes: parts.map((part) => part.whole << BigInt(part.exponent - exponent)), exponent };
}

/** A finite float64 as whole·2^exponent. */
function split(value: number): { whole: bigint; exponent: number } {
  let exponent = 0;
  let whole = value;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    exponent--;
  }
  return { whole: BigInt(whole), exponent };
}

/** The float64 nearest to a quotient ≥ 0, ties to even: division with remainder down to its last place. */
function nearest(numerator: bigint, denominator: bigint): number {
  if (numerator <= Number.MAX_SAFE_INTEGER && denominator <= Number.MAX_SAFE_INTEGER) {
    return Number(numerator) / Number(denominator);
  }
  // The quotient lies between 2^(n−1) and 2^(n+1), so it has 53 bits in units of 2^(n−53) or of 2^(n−52).
  const n = bitLength(numerator) - bitLength(denominator);
  for (let exponent = Math.max(n - 53, -1074); ; exponent++) {
    const dividend = exponent < 0 ? numerator << BigInt(-exponent) : numerator;
    const divisor = exponent < 0 ? denominator : denominator << BigInt(exponent);
    const quotient = dividend / divisor;
    if (quotient >= 1n << 53n) continue;
    const twice = 2n * (dividend - quotient * divisor);
    const isUp = twice > divisor || (twice === divisor && quotient % 2n === 1n);
    return Number(isUp ? quotient + 1n : quotient) * 2 ** exponent;
  }
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** ⌊√value⌋, by Newton's method from above. */
function wholeRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}
