// How large results become a few numbers that can be compared.

/** Trace, and a sum in which every cell has a weight of its own. */
export function matrixChecksum(counts, c) {
  let trace = 0;
  let hash = 0;
  for (let i = 0; i < c; i++) {
    trace += counts[i * c + i];
    for (let j = 0; j < c; j++) hash += counts[i * c + j] * (31 * i + 17 * j);
  }
  return [trace, hash];
}

/** The sum of cells, and one in which each has a weight of its own. */
export function cellsChecksum(counts) {
  let sum = 0;
  let hash = 0;
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i];
    hash += counts[i] * (31 * i + 17);
  }
  return [sum, hash];
}

export function sumOfMagnitudes(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]);
  return sum;
}

/** The area under a curve by the trapezoidal rule. */
export function area(x, y) {
  let sum = 0;
  for (let i = 1; i < x.length; i++) sum += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) * 0.5;
  return Math.abs(sum);
}

/** Average precision from a precision-recall curve over descending thresholds. */
export function stepwiseArea(precision, recall) {
  let sum = 0;
  let before = 0;
  for (let i = 0; i < precision.length; i++) {
    sum += (recall[i] - before) * precision[i];
    before = recall[i];
  }
  return sum;
}
