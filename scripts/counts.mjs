// Reads from the output of each test runner how many tests passed, failed and were skipped.

/** Colours would stand between a number and its word. */
function plain(output) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours begin with
  return output.replace(/\x1b\[[0-9;]*m/g, "");
}

function sum(output, pattern) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { groups } of plain(output).matchAll(pattern)) {
    for (const name of Object.keys(total)) total[name] += Number(groups[name] ?? 0);
  }
  return total;
}

/** `test result: ok. 3 passed; 0 failed; 1 ignored; …`, once for each test binary. */
export function cargoCounts(output) {
  return sum(output, /^test result: .*?(?<passed>\d+) passed; (?<failed>\d+) failed; (?<skipped>\d+) ignored/gm);
}

/** The summary of `node --test`, in either of its reporters. */
export function nodeCounts(output) {
  return sum(
    output,
    /^(?:#|ℹ) (?:pass (?<passed>\d+)|(?:fail|cancelled) (?<failed>\d+)|(?:skipped|todo) (?<skipped>\d+))$/gm,
  );
}

/** `N passed, N failed, N not yet`, once for each backend. A value nobody computes yet counts as skipped. */
export function goldenCounts(output) {
  return sum(output, /\b(?<passed>\d+) passed, (?<failed>\d+) failed(?:, (?<skipped>\d+) not yet)?\s*$/gm);
}

/** vitest's JSON report. A file that could not even be loaded has no tests in it, but is a failure. */
export function vitestCounts(report) {
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
