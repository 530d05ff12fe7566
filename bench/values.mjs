// Are values what they should be?

function sameBits(a, b) {
  const bytes = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}

/** A result as it is now: its numbers, and copies of its arrays. */
export function snapshot({ numbers, arrays = () => [] }, result) {
  return {
    numbers: Float64Array.from(numbers(result)),
    // Arrays in wasm memory do not outlive their room.
    arrays: arrays(result).map((array) => array.slice()),
  };
}

/** Whether two snapshots are equal to the last bit. */
export function identical(a, b) {
  return sameBits(a.numbers, b.numbers) && a.arrays.every((array, i) => sameBits(array, b.arrays[i]));
}

/** The largest relative difference between numbers and the expected ones; ∞ where one is not a number. */
export function difference(numbers, expected) {
  if (numbers.length !== expected.length) return Infinity;
  let largest = 0;
  expected.forEach((right, i) => {
    // JSON has null for NaN.
    const relative = Math.abs((numbers[i] ?? Number.NaN) - right) / Math.max(Math.abs(right), 1e-12);
    largest = Number.isNaN(relative) ? Infinity : Math.max(largest, relative);
  });
  return largest;
}

/** Whether numbers are as near to the expected ones as a relative tolerance allows. */
export function isClose(numbers, expected, tolerance) {
  return difference(numbers, expected) <= Math.max(tolerance, 1e-9);
}
