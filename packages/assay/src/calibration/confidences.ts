/**
 * Confidences written out, one for each row or one for each class of it: for what needs them all.
 *
 * @module
 */
import { type Rows, stateKind, withState } from "../accumulator.js";
import { type Column, elementType } from "../arguments.js";
import { core } from "../core.js";
import { check } from "../faults.js";
import { withRooms } from "../rooms.js";
import { stream } from "../stream.js";
import { binsOf } from "./bins.js";
import { type Comparison, namesOf } from "./comparison.js";
import { configOf } from "./counted.js";

/** Confidences and labels to sort: hits of a row's one confidence, or the labels themselves of a probability a column. */
export function withConfidences<Result>(
  comparison: Comparison,
  given: Rows,
  body: (scores: Column, labels: Column) => Result,
): Result {
  const { of, columns, logits } = comparison;
  const { predictions, targets, count } = given;
  const single = of === "positive" || of === "topLabel";
  // The other class's probability, 1 − p, is no float32.
  const wide = predictions.type === elementType.float64 || (of === "topLabel" && columns === 1 && !logits);
  const bytes = wide ? 8 : 4;
  const length = single ? count : count * columns;
  return withRooms("confidences", (rooms) => {
    const [confidences, hits] = [rooms.of(single || logits ? bytes * length : 0), rooms.of(single ? count : 0)];
    write(comparison, given, { wide, bytes, confidences, hits });
    const made = { source: [], address: confidences, bytesPerElement: bytes, length };
    const type = wide ? elementType.float64 : elementType.float32;
    const scores = single || logits ? { ...made, name: predictions.name, type } : predictions;
    const ofHits = { name: "labels", type: elementType.uint8, length, bytesPerElement: 1, source: [] };
    return body(scores, single ? { ...ofHits, address: hits } : targets);
  });
}

/** Where confidences go. */
interface Room {
  readonly wide: boolean;
  readonly bytes: number;
  readonly confidences: number;
  readonly hits: number;
}

function write(comparison: Comparison, { predictions, targets, count }: Rows, room: Room): void {
  const { of, columns } = comparison;
  const names = namesOf(comparison);
  const config = configOf(comparison, binsOf({ numBins: 1 }), false);
  withState({ kind: stateKind.calibration, config }, ({ address, room: size }) => {
    const ofPredictions = { column: predictions, width: columns };
    if (of === "positive" || of === "topLabel") {
      const inputs = [ofPredictions, { column: targets, width: 1 }];
      stream(count, inputs, [], ([p = 0, t = 0], rows, first) => {
        const given = [p, predictions.type, t, targets.type] as const;
        const [confidences, hits] = [room.confidences + first * room.bytes, room.hits + first];
        check(core().calibration_pairs(address, size, rows, ...given, room.wide, confidences, hits), first, names);
      });
      return;
    }
    stream(count, [ofPredictions], [], ([p = 0], rows, first) => {
      const to = room.confidences + first * columns * room.bytes;
      check(core().calibration_probabilities(address, size, rows, p, predictions.type, to), first, names);
    });
  });
}
