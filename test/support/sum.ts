/**
 * The exact sum of floats, by big integers: a third way beside those of the kernels and of the oracle.
 *
 * @module
 */

const double = new Float64Array(1);
const bits = new BigUint64Array(double.buffer);

/** A finite float64 in units of 2⁻¹⁰⁷⁴. */
function units(x: number): bigint {
  double[0] = x;
  const field = (bits[0]! >> 52n) & 0x7ffn;
  const fraction = bits[0]! & 0xf_ffff_ffff_ffffn;
  const magnitude = field === 0n ? fraction : (fraction | (1n << 52n)) << (field - 1n);
  return x < 0 ? -magnitude : magnitude;
}

/** The sum of the values, rounded once. */
export function exactSum(values: ArrayLike<number>): number {
  let infinite = 0;
  let total = 0n;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) total += units(value);
    else infinite += value;
  }
  return infinite === 0 ? rounded(total) : infinite;
}

/** The float64 nearest to units of 2⁻¹⁰⁷⁴, ties to even. */
function rounded(total: bigint): number {
  const magnitude = total < 0n ? -total : total;
  const excess = BigInt(Math.max(0, magnitude.toString(2).length - 64));
  // The 64 leading bits decide, with one that says whether the others are all 0.
  const leading = magnitude >> excess;
  const sticky = leading << excess === magnitude ? 0n : 1n;
  const nearest = Number(leading | sticky) * 2 ** (Number(excess) - 1074);
  return total < 0n ? -nearest : nearest;
}
