import { expect, it } from "vitest";
import { nearest } from "./nearest.js";

it.each([
  ["scroe", ["id", "score", "store"], "score"],
  ["Y_TRUE", ["id", "y_true"], "y_true"],
  ["prob", ["lr_prob", "probs"], "probs"],
  ["y", ["Y", "p"], "Y"],
  ["y", ["x", "p"], undefined],
  ["label", ["target", "score"], undefined],
  ["class_2", ["class_0", "class_1"], undefined],
  ["class_2", ["class_0", "class_1", "klass_2"], undefined],
  ["CLASS_2", ["class_0", "class_2"], "class_2"],
  ["anything", [], undefined],
])("%s among %j is %s", (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
