/**
 * Logits of several classes, as they are ranked: by the odds of their softmax probabilities.
 *
 * @module
 */
import { type Column, elementType } from "./arguments.js";
import { core } from "./core.js";
import { check } from "./faults.js";
import { withRooms } from "./rooms.js";
import { stream } from "./stream.js";

/** Runs with the logarithms of the odds of each class in the place of logits, in room of their own. */
export function withOdds<Result>(logits: Column, classes: number, body: (odds: Column) => Result): Result {
  const isSingle = logits.type === elementType.float32;
  const count = logits.length / classes;
  return withRooms("the odds of classes", (rooms) => {
    const address = rooms.of(logits.length * logits.bytesPerElement);
    // Given back before anything is done with the odds.
    withRooms("the odds of a row", (ofRow) => {
      const room = ofRow.of(core().odds_room(classes));
      const names = { predictions: logits.name, targets: "", numClasses: classes, widths: [classes] };
      const output = { array: isSingle ? new Float32Array(0) : new Float64Array(0), address, width: classes };
      stream(count, [{ column: logits, width: classes }], [output], ([from = 0, to = 0], some, first) => {
        check(core().odds_write(some, classes, from, logits.type, room, to), first, names);
      });
    });
    return body({ ...logits, address, source: [] });
  });
}
