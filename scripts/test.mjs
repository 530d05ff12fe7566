// `npm test`: everything that must hold, step by step. A step that fails does not hide the later ones, but nothing
// counts as passed that did not run. The last line is always `N passed, N failed`.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { formatRust, formatScript, lintExactMath, lintRust, lintScript } from "./checks.mjs";
import { setUpChromium } from "./chromium.mjs";
import { cargoCounts, goldenCounts, nodeCounts, vitestCounts } from "./counts.mjs";
import { docs } from "./docs.mjs";
import { pnpm } from "./node-modules.mjs";
import { Problem, main, root, run, say } from "./process.mjs";
import { setup } from "./setup.mjs";

// A browser that hangs must not keep the result from being told.
const limit = 15 * 60_000;

/** A check that is one thing: done, failed or skipped. */
function one({ code, skipped = false }) {
  if (skipped) return { passed: 0, failed: 0, skipped: 1 };
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** A test runner's counts. It must have run something, and a failure that it did not count is one all the same. */
function many({ code }, counts) {
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
  if (counts.passed + counts.failed === 0) {
    say("No test was run.");
    return { ...counts, failed: 1 };
  }
  return counts;
}

async function vitest(args, env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), "assay-test-"));
  try {
    const report = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    // Without pnpm between them, the time limit reaches vitest itself.
    const program = join(root, "node_modules/vitest/vitest.mjs");
    const result = await run(process.execPath, [program, "run", ...reporters, ...args], { env, timeout: limit });
    let counts = { passed: 0, failed: 0, skipped: 0 };
    try {
      counts = vitestCounts(JSON.parse(readFileSync(report, "utf8")));
    } catch {
      say("vitest left no report.");
    }
    return many(result, counts);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function cargoTest({ native }) {
  const result = await run(native.cargo, ["test", "--package", "assay-kernels"], { env: native.env, timeout: limit });
  return many(result, cargoCounts(result.output));
}

// `only` is what a developer may ask for. A step with a `name` is no test but the ground of those that `needs` it: what it
// returns is kept in `have` under that name. `for` says which tests want it.
const steps = [
  { title: "Set-up", name: "setup", run: () => setup() },
  {
    title: "The scripts' own tests",
    only: "scripts",
    needs: ["setup"],
    run: async () => {
      // Not named *.test.mjs, and named one by one: vitest is to leave them alone, and node this very file.
      const files = readdirSync(join(root, "scripts/tests")).map((name) => `scripts/tests/${name}`);
      const result = await run(process.execPath, ["--test", ...files]);
      return many(result, nodeCounts(result.output));
    },
  },
  { title: "Format", only: "lint", needs: ["setup"], run: async () => one(await formatScript()) },
  { title: "Lint", only: "lint", needs: ["setup"], run: async () => one(await lintScript()) },
  { title: "Lint: only exact arithmetic", only: "lint", needs: ["setup"], run: async () => one(await lintExactMath()) },
  {
    title: "Format of Rust",
    only: "rust",
    needs: ["setup"],
    run: async (have) => one(await formatRust(have.setup.rust)),
  },
  { title: "Lint of Rust", only: "rust", needs: ["setup"], run: async (have) => one(await lintRust(have.setup.rust)) },
  { title: "Rust, native and scalar", only: "rust", needs: ["setup"], run: (have) => cargoTest(have.setup.rust) },
  {
    title: "Build",
    name: "build",
    needs: ["setup"],
    for: ["types", "docs", "node", "chromium", "golden", "bench"],
    run: (have) => build(have.setup),
  },
  {
    title: "Types",
    only: "types",
    needs: ["build"],
    run: async () => one(await pnpm(["--recursive", "--workspace-concurrency=2", "run", "typecheck"])),
  },
  { title: "Numbers in the documentation", only: "docs", needs: ["build"], run: () => docs({ check: true }) },
  { title: "Tests in Node", only: "node", needs: ["build"], run: () => vitest(["--project=node"]) },
  {
    title: "Tests in Chromium",
    only: "chromium",
    needs: ["build"],
    run: async () => vitest(["--project=chromium*"], { ...process.env, CHROME_PATH: await setUpChromium() }),
  },
  {
    title: "Golden tables",
    only: "golden",
    needs: ["build"],
    run: async () => {
      const result = await pnpm(["golden"], { timeout: limit });
      return many(result, goldenCounts(result.output));
    },
  },
  {
    title: "Values of the benchmarks",
    only: "bench",
    needs: ["build"],
    run: async () =>
      one(await run(process.execPath, ["bench/run.mjs", "--check", "--rows", "1000"], { timeout: limit })),
  },
];

function chosen(args) {
  if (args.length === 0) return steps;
  const known = new Set(steps.map((step) => step.only).filter(Boolean));
  const names = args[0] === "--only" && args[1] ? args[1].split(",") : [];
  if (names.length === 0 || names.some((name) => !known.has(name))) {
    throw new Problem(`Use: npm test [-- --only NAME,…] with names of: ${[...known].join(", ")}`);
  }
  return steps.filter((step) =>
    step.only ? names.includes(step.only) : !step.for || step.for.some((name) => names.includes(name)),
  );
}

async function perform(step, have) {
  const missing = step.needs?.find((name) => !(name in have));
  if (missing) {
    say(`Not run, for the ${missing} failed.`);
    return one({ code: 1 });
  }
  try {
    const result = await step.run(have);
    if (!step.name) return result;
    have[step.name] = result;
    return one({ code: 0 });
  } catch (error) {
    say(error instanceof Problem ? error.message : error.stack);
    return one({ code: 1 });
  }
}

await main(import.meta, async (args) => {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const have = {};
  const failures = [];
  for (const step of chosen(args)) {
    const start = performance.now();
    say(`\n=== ${step.title} ===`);
    const counts = await perform(step, have);
    for (const name of Object.keys(total)) total[name] += counts[name];
    if (counts.failed > 0) failures.push(step.title);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(`--- ${step.title}: ${counts.failed === 0 ? "ok" : "FAILED"}, ${seconds} s`);
  }
  if (failures.length > 0) say(`\nFailed: ${failures.join("; ")}`);
  // Said apart, so that the last line is what it promises to be.
  if (total.skipped > 0) say(`\n${total.skipped} not run: values nobody computes yet, and what only the slow tests do`);
  say(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
});
