import { expect, it } from "vitest";
import { bar, markedBar } from "./bar.js";
import { plainStyle } from "./style.js";

it("draws shares to an eighth of a block", () => {
  expect([0, 0.5, 1, 0.53125, 2, -1, Number.NaN].map((share) => bar(share, 4))).toEqual([
    "    ",
    "██  ",
    "████",
    "██▏ ",
    "████",
    "    ",
    "    ",
  ]);
});

it("marks another share", () => {
  expect(markedBar(0.75, 0.25, 8, plainStyle)).toBe("██│███");
  expect(markedBar(0.25, 0.75, 8, plainStyle)).toBe("██    │");
  expect(markedBar(0, 0, 8, plainStyle)).toBe("│");
  expect(markedBar(1, 1, 8, plainStyle)).toBe("███████│");
});
