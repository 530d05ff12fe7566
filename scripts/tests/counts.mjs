import assert from "node:assert/strict";
import { test } from "node:test";
import { cargoCounts, goldenCounts, nodeCounts, vitestCounts } from "../counts.mjs";

test("cargo: every test binary is added", () => {
  const output = [
    "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
    "test result: \x1b[31mFAILED\x1b[m. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
  ].join("\n");
  assert.deepEqual(cargoCounts(output), { passed: 15, failed: 2, skipped: 1 });
  assert.deepEqual(cargoCounts("error: could not compile"), { passed: 0, failed: 0, skipped: 0 });
});

test("node: both reporters", () => {
  assert.deepEqual(nodeCounts("# tests 5\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 0\n"), {
    passed: 3,
    failed: 1,
    skipped: 1,
  });
  assert.deepEqual(nodeCounts("ℹ pass 3\nℹ fail 0\nℹ cancelled 2\n"), { passed: 3, failed: 2, skipped: 0 });
});

test("golden: every backend is added", () => {
  const output = "wasm: 10 passed, 1 failed, 5 not yet\noracle: 12 passed, 0 failed, 4 not yet\n";
  assert.deepEqual(goldenCounts(output), { passed: 22, failed: 1, skipped: 9 });
});

test("vitest: a file that does not load is a failure", () => {
  const report = {
    numPassedTests: 4,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: "failed", assertionResults: [{ status: "failed" }] },
      { status: "failed", assertionResults: [] },
      { status: "passed", assertionResults: [{ status: "passed" }] },
    ],
  };
  assert.deepEqual(vitestCounts(report), { passed: 4, failed: 2, skipped: 3 });
});
