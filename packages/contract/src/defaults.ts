/** What an option means when it is not given. One table for every function; tested. */
export const defaults = {
  average: "macro",
  zeroDivision: 0,
  absentClasses: "skip",
  beta: 1,
  numBins: 15,
  closed: "right",
  norm: "l1",
  reduction: "mean",
  labelSmoothing: 0,
  posWeight: 1,
  numLabels: 1,
  threshold: 0.5,
  strict: false,
  undefinedValue: Number.NaN,
} as const;
