// Where a function of one number is least, and where an increasing one is 0.

/** The golden ratio's smaller part. */
const part = (Math.sqrt(5) - 1) / 2;

/** The x in lo..hi with the least f(x), of a function that falls and then rises. */
export function argmin(f, lo, hi) {
  const at = (x) => ({ x, value: f(x) });
  let [left, right] = [at(hi - part * (hi - lo)), at(lo + part * (hi - lo))];
  for (let round = 0; round < 60; round++) {
    if (left.value <= right.value) {
      [hi, right] = [right.x, left];
      left = at(hi - part * (hi - lo));
    } else {
      [lo, left] = [left.x, right];
      right = at(lo + part * (hi - lo));
    }
  }
  return (lo + hi) / 2;
}

/** The x in lo..hi where an increasing f passes 0. */
export function root(f, lo, hi) {
  for (let round = 0; round < 60; round++) {
    const middle = (lo + hi) / 2;
    if (f(middle) < 0) lo = middle;
    else hi = middle;
  }
  return (lo + hi) / 2;
}
