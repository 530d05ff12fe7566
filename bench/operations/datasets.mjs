// The datasets, and groups of them.

const sizes = ["1e5", "1e6", "1e7"];

export const datasets = {};
let seed = 1;
for (const n of sizes) {
  for (const [name, pos, priorLogit] of [
    ["p50", 0.5, 0],
    ["p05", 0.05, -2.9444389791664403],
  ]) {
    datasets[`bin_${n}_${name}`] = { kind: "binary", n: Number(n), pos, priorLogit, seed: seed++ };
  }
}
for (const [n, c, sep] of [
  ["1e6", 10, 2.5],
  ["1e5", 100, 3.5],
  ["5e4", 1000, 4.2],
]) {
  datasets[`mc_${n}_c${c}`] = { kind: "multiclass", n: Number(n), c, sep, seed: seed++ };
}
for (const n of ["1e3", "1e4", "1e5"]) {
  datasets[`mc_${n}_c10`] = { kind: "multiclass", n: Number(n), c: 10, sliceOf: "mc_1e6_c10" };
}
datasets.bin_1e4_p50 = { kind: "binary", n: 1e4, sliceOf: "bin_1e5_p50" };
for (const n of ["1e6", "1e7"]) datasets[`reg_${n}`] = { kind: "regression", n: Number(n), seed: seed++ };
/** Rows of 20 labels, each true in one row of 20: the binary data as a matrix. */
datasets.ml_5e4_l20 = { kind: "multilabel", n: 5e4, c: 20, sliceOf: "bin_1e6_p05" };

export const balanced = sizes.map((n) => `bin_${n}_p50`);
export const rare = sizes.map((n) => `bin_${n}_p05`);
export const largeBalanced = balanced.slice(1);
export const largeRare = rare.slice(1);
export const million = ["bin_1e6_p50"];
export const classes = ["mc_1e6_c10", "mc_1e5_c100", "mc_5e4_c1000"];
export const fewClasses = classes.slice(0, 2);
export const tenClasses = ["mc_1e6_c10"];
export const labels = ["ml_5e4_l20"];
export const regression = ["reg_1e6", "reg_1e7"];
export const millionReal = ["reg_1e6"];
