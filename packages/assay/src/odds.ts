/**
 * Logits of several classes, as they are ranked: by the odds of their softmax probabilities.
 *
 * @module
 */
import { type Column, elementType } from "./arguments.js";
import { core } from "./core.js";
import { check } from "./faults.js";
import { Region } from "./memory.js";
import { stream } from "./stream.js";

/** Runs with the logarithms of the odds of each class in the place of logits, in room of their own. */
export function withOdds<Result>(logits: Column, classes: number, body: (odds: Column) => Result): Result {
  const isSingle = logits.type === elementType.float32;
  const rows = logits.length / classes;
  const odds = new Region(logits.length * logits.bytesPerElement, "the odds of classes");
  try {
    const { address } = odds;
    const room = new Region(core().odds_room(classes), "the odds of a row");
    try {
      const names = { predictions: logits.name, targets: "", numClasses: classes, widths: [classes] };
      const output = { array: isSingle ? new Float32Array(0) : new Float64Array(0), address, width: classes };
      stream(rows, [{ column: logits, width: classes }], [output], ([from = 0, to = 0], count, first) => {
        check(core().odds_write(count, classes, from, logits.type, room.address, to), first, names);
      });
    } finally {
      room.free();
    }
    return body({ ...logits, address, source: [] });
  } finally {
    odds.free();
  }
}
