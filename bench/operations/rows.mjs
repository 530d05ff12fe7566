// How losses and scores become rows of the table of operations.

import { sumOfMagnitudes } from "../checksums.mjs";

const number = (result) => [result];

/** A loop of `loops/<file>.mjs`, in a module of its own for each operation (see `loops/elements.mjs`). */
const from = (file) => (spec) => async (name) => {
  const { value, gradient } = await import(`../loops/${file}.mjs?${name}`);
  return {
    value: (x, t, data) => value(spec, x, t, data),
    gradient: (x, t, data) => gradient(spec, x, t, data),
  };
};

export const elements = from("elements");
export const overlap = from("overlap");
export const rows = from("row-losses");

/** Options that are the same for all data, or that follow from it. */
function optionsOf({ options = {} }, arrays, data) {
  return typeof options === "function" ? options(data, arrays) : options;
}

function functionOf({ needs, make }, assay, data) {
  return make ? make(assay, data) : assay[needs];
}

function spec({ what, on, tol = 1e-4, takes, given, python }, gives, name = what) {
  return { what: name, gives, on, tol, takes, given, python };
}

/** A loss or score by its value alone. */
function valueRow(row, { value }, gives) {
  return {
    ...spec(row, gives),
    needs: row.needs,
    run: (assay, arrays, data) => functionOf(row, assay, data)(arrays[0], arrays[1], optionsOf(row, arrays, data)),
    numbers: number,
    loop: (data) => value(...row.takes.map((name) => data[name]).slice(0, 2), data),
  };
}

/** The same with the gradient, in new room of the kind that the predictions have. */
function gradientRow(row, { gradient }) {
  const numbersOf = (result) => [result.loss, sumOfMagnitudes(result.gradient)];
  return {
    ...spec(row, "[loss, sum|grad|]", `${row.what}, with its gradient`),
    gradient: true,
    needs: row.needs,
    run(assay, arrays, data) {
      const [x, t] = arrays;
      const options = optionsOf(row, arrays, data);
      const room = x.view && assay.float32(x.length);
      const given = room ? { ...options, gradient: room } : options;
      return { room, ...functionOf(row, assay, data).withGradient(x, t, given) };
    },
    numbers: numbersOf,
    arrays: (result) => [result.gradient],
    release: ({ room }) => room?.free(),
    loop: (data) => [gradient(...row.takes.map((name) => data[name]).slice(0, 2), data), numbersOf],
  };
}

async function loopsOf({ loop }, name) {
  return typeof loop === "function" ? loop(name) : loop;
}

/** Losses by name → rows: each by its value, and with its gradient as `<name>_grad`. */
export async function lossRows(table) {
  const result = {};
  for (const [name, row] of Object.entries(table)) {
    result[name] = valueRow(row, await loopsOf(row, name), "[loss]");
    result[`${name}_grad`] = gradientRow(row, await loopsOf(row, `${name}_grad`));
  }
  return result;
}

/** Scores by name → rows. */
export async function scoreRows(table) {
  const result = {};
  for (const [name, row] of Object.entries(table)) result[name] = valueRow(row, await loopsOf(row, name), "[score]");
  return result;
}
