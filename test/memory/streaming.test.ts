import * as assay from "assay";
import { expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { memoryBytes, withHandles } from "../support/memory.js";

const rows = 10_000_000;

test("arrays of ten million elements stream through a fixed room, with the bits of a handle", () => {
  const predictions = new Float32Array(rows);
  const labels = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    predictions[i] = ((i * 7919) % 10_007) / 10_007;
    labels[i] = i % 3 ? 0 : 1;
  }
  const figures = (p: assay.Reals, y: assay.Labels): unknown => [
    assay.reliability(p, y).bins,
    assay.confusionMatrix(p, y, { from: "probabilities" }).counts,
    assay.binaryCrossEntropy(p, y),
  ];
  figures(new Float32Array(1), new Uint8Array(1));
  const before = memoryBytes();
  const streamed = figures(predictions, labels);
  // The room itself, and what the allocator rounds it up to.
  expect(memoryBytes() - before).toBeLessThan(2 ** 20);
  const gradient = new Float32Array(rows);
  const { loss } = assay.binaryCrossEntropy.withGradient(predictions, labels, { gradient });
  expect(memoryBytes() - before).toBeLessThan(2 ** 20);
  withHandles((keep) => {
    const [p, y] = [keep(assay.float32(rows)), keep(assay.uint8(rows))];
    p.view.set(predictions);
    y.view.set(labels);
    expectSame(figures(p, y), streamed, "figures");
    const room = keep(assay.float32(rows));
    expect(assay.binaryCrossEntropy.withGradient(p, y, { gradient: room }).loss).toBe(loss);
    expect(Buffer.compare(new Uint8Array(gradient.buffer), new Uint8Array(room.view.slice().buffer))).toBe(0);
  });
});
