import { expect, it } from "vitest";
import { LineNumbers } from "./lines.js";

it("keeps only where lines jump, and tells the line of every row", () => {
  const lines = new LineNumbers();
  const truth = [2, 3, 4, 9, 10, 12, 13, 14, 20];
  truth.forEach((line, row) => {
    lines.add(row, line);
  });
  expect(truth.map((_, row) => lines.of(row))).toEqual(truth);
});
