import assert from "node:assert/strict";
import { test } from "node:test";
import { violations } from "../exact-math.mjs";

const count = (text) => violations("a.ts", text).length;

test("what may differ between engines is found", () => {
  for (const text of [
    "Math.exp(1)",
    "Math?.exp(1)",
    "[1].map(Math.log)",
    'Math["pow"](2, 3)',
    "const { hypot } = Math",
    "const M = Math; M.exp(1)",
    "globalThis.Math.exp(1)",
    "2 ** 0.5",
    "2 ** n",
    "2 ** -1074",
    "let a = 2; a **= 2",
  ]) {
    assert.equal(count(text), 1, text);
  }
});

test("what is exact, or no code at all, is left alone", () => {
  for (const text of [
    "Math.sqrt(2) + Math.max(1, Math.abs(2))",
    "Math.LN2",
    "2 ** 32",
    "// Math.exp(1)",
    '"Math.exp(1)"',
  ]) {
    assert.equal(count(text), 0, text);
  }
});

test("a violation names its file and line", () => {
  assert.deepEqual(violations("src/a.ts", "\nlet a = Math.exp(1)"), ["src/a.ts:2: Math.exp"]);
});
