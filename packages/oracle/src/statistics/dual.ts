/**
 * Numbers that know how they change with some variables: arithmetic on them follows the rules of differentiation.
 *
 * @module
 */

/** A value and its derivative for each variable. */
export class Dual {
  constructor(
    readonly value: number,
    readonly slopes: readonly number[],
  ) {}

  /** A variable, of `count`. */
  static variable(value: number, index: number, count: number): Dual {
    return new Dual(
      value,
      Array.from({ length: count }, (_, i) => Number(i === index)),
    );
  }

  plus(other: Dual): Dual {
    return this.with(other, this.value + other.value, (a, b) => a + b);
  }

  minus(other: Dual): Dual {
    return this.with(other, this.value - other.value, (a, b) => a - b);
  }

  times(other: Dual): Dual {
    return this.with(other, this.value * other.value, (a, b) => a * other.value + this.value * b);
  }

  /** Undefined, NaN, where the other one is 0, whatever this one is. */
  over(other: Dual): Dual {
    const value = other.value === 0 ? NaN : this.value / other.value;
    return this.with(other, value, (a, b) => (a - value * b) / other.value);
  }

  scaled(factor: number): Dual {
    return new Dual(
      factor * this.value,
      this.slopes.map((slope) => factor * slope),
    );
  }

  root(): Dual {
    const value = Math.sqrt(this.value);
    return new Dual(
      value,
      this.slopes.map((slope) => slope / (2 * value)),
    );
  }

  private with(other: Dual, value: number, slope: (a: number, b: number) => number): Dual {
    return new Dual(
      value,
      this.slopes.map((a, i) => slope(a, other.slopes[i]!)),
    );
  }
}

/** Σ of some numbers; 0 where there are none, of as many variables as `like` has. */
export function sumOf(terms: readonly Dual[], like: Dual): Dual {
  return terms.reduce((sum, term) => sum.plus(term), like.scaled(0));
}
