// Are values what they should be?

function sameBits(a, b) {
  const bytes = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}

/** A result as numbers of its own: its value, and copies of its arrays. */
export function snapshot({ value, arrays = () => [] }, result) {
  return {
    value: Float64Array.from(value(result)),
    // Arrays in wasm memory do not outlive their room.
    arrays: arrays(result).map((array) => array.slice()),
  };
}

/** Whether two snapshots are equal to the last bit. */
export function identical(a, b) {
  return sameBits(a.value, b.value) && a.arrays.every((array, i) => sameBits(array, b.arrays[i]));
}

/** Whether values are as near to the expected ones as a relative tolerance allows. */
export function close(value, expected, tolerance) {
  return (
    value.length === expected.length &&
    value.every((x, i) => x === expected[i] || Math.abs(x - expected[i]) <= tolerance * Math.abs(expected[i]))
  );
}
