/**
 * Calibrators applied: scores become probabilities, in place or elsewhere.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type GradientRoom, type Reals } from "@assay/contract";
import { type Column, column, elementType, expectLength, expectRows, reals } from "../arguments.js";
import { core } from "../core.js";
import { check } from "../faults.js";
import { current, overlaps } from "../losses/kernel.js";
import { withRooms } from "../rooms.js";
import { stream } from "../stream.js";

/** The border's codes of what is applied. */
export const mapCode = {
  temperature: 0,
  logistic: 1,
  beta: 2,
  interpolated: 3,
  binned: 4,
  vector: 5,
  dirichlet: 6,
  oneVsRest: 7,
} as const;

/** What a kernel does with scores. */
export interface Applied {
  readonly code: keyof typeof mapCode;
  readonly numbers: ArrayLike<number>;
}

/** Where probabilities go. */
interface Target {
  readonly array: Float32Array | Float64Array;
  /** Where it is in wasm memory; 0 where it is not. */
  readonly address: number;
}

function targetOf(given: GradientRoom | undefined, scores: Column): Target {
  const { type, length, name, source } = scores;
  const isSingle = type === elementType.float32;
  if (given === undefined) return { array: isSingle ? new Float32Array(length) : new Float64Array(length), address: 0 };
  const room = column(given, "out");
  if (room.type !== type || Array.isArray(given)) {
    throw new AssayTypeError(`out must be a ${isSingle ? "Float32Array" : "Float64Array"} or a handle of one`, {
      code: "type",
      argument: "out",
      value: given,
    });
  }
  expectLength(room, length, `${name} has`);
  const array = room.source as Float32Array | Float64Array;
  const isSame = ArrayBuffer.isView(source) && source.byteOffset === array.byteOffset;
  if (!isSame && overlaps(array, scores)) {
    throw new AssayRangeError(`out begins elsewhere in ${name}: it must be the same room, or one of its own`, {
      code: "shape",
      argument: "out",
    });
  }
  return { array, address: room.address };
}

/** Probabilities of scores with so many columns. */
export function applied(
  { code, numbers }: Applied,
  columns: number,
  scores: Reals,
  name: string,
  out: GradientRoom | undefined,
): Float32Array | Float64Array {
  const x = reals(scores, name);
  expectRows(x);
  const rows = Math.floor(x.length / columns);
  expectLength(x, rows * columns, `rows of ${columns} make`);
  const { array, address } = targetOf(out, x);
  withRooms("a calibrator", (rooms) => {
    const [kind, count] = [mapCode[code], numbers.length];
    const parameters = rooms.numbers(numbers);
    const scratch = rooms.of(core().calibrators_apply_room(kind, columns) * 8);
    const names = { predictions: name, targets: name, numClasses: columns, widths: [columns] };
    const [input, output] = [
      { column: x, width: columns },
      { array, address, width: columns },
    ];
    stream(rows, [input], [output], ([from = 0, to = 0], some, first) => {
      const status = core().calibrators_apply(kind, from, x.type, some, columns, parameters, count, scratch, to);
      check(status, first, names);
    });
  });
  return current(out, array, address, x.length);
}
