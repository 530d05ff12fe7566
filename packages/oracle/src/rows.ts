/** Which of equal values comes first: the one with the smallest or with the largest index. */
export type Ties = "first" | "last";

/** The index of the largest value. */
export function argmax(values: Float64Array, ties: Ties = "first"): number {
  let best = 0;
  values.forEach((value, i) => {
    if (value > values[best]! || (ties === "last" && value === values[best])) best = i;
  });
  return best;
}

/** How many values come before one of them when the largest are first. */
export function rank(values: Float64Array, index: number, ties: Ties): number {
  const own = values[index]!;
  const isBefore = (i: number): boolean => (ties === "first" ? i < index : i > index);
  return values.filter((value, i) => value > own || (value === own && isBefore(i))).length;
}
