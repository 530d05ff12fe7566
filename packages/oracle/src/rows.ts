/** The index of the largest value, the first on ties. */
export function argmax(values: Float64Array): number {
  let best = 0;
  values.forEach((value, i) => {
    if (value > values[best]!) best = i;
  });
  return best;
}
