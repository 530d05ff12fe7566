import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { allCases, type Case } from "./cases.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Toolchain {
  readonly cargo: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Finds Rust as the build does. The name is kept from the type checker: scripts have no types. */
async function toolchain(): Promise<Toolchain> {
  const specifier: string = new URL("../../scripts/rust.mjs", import.meta.url).href;
  const { setUpRust } = (await import(/* @vite-ignore */ specifier)) as {
    setUpRust(): Promise<{ native: Toolchain }>;
  };
  return (await setUpRust()).native;
}

/** Asks the native build, line by line. */
async function ask(questions: readonly string[]): Promise<string[]> {
  const { cargo, env } = await toolchain();
  // A debug build: the tests of the kernels need it anyway, and whole numbers that overflow end it.
  const args = ["run", "--quiet", "--package", "assay-kernels", "--example", "parity"];
  const child = spawn(cargo, args, { cwd: root, env, stdio: ["pipe", "pipe", "pipe"] });
  let [answers, problems] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    answers += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    problems += text;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(questions.map((question) => `${question}\n`).join(""));
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`the native build ended with ${code}:\n${problems.slice(-2000)}`);
  return answers.trimEnd().split("\n");
}

/** The first place where two texts of 16 digits a number differ. */
function difference(actual: string, expected: string): string | undefined {
  if (actual === expected) return undefined;
  const [is, should] = [actual, expected].map((text) => text.match(/[0-9a-f]{16}| /g) ?? []);
  const at = should!.findIndex((word, i) => word !== is![i]);
  return `number ${at} of ${should!.length} is ${is![at]} natively and ${should![at]} in WebAssembly`;
}

describe("the native build without vectors gives the bits of WebAssembly", () => {
  const cases = allCases();
  const answers = new Map<Case, string>();

  // The first time, the kernels have to be compiled.
  beforeAll(async () => {
    const lines = await ask(cases.map(({ question }) => question));
    expect(lines.length).toBe(cases.length);
    for (const [i, one] of cases.entries()) answers.set(one, lines[i]!);
  }, 600_000);

  test.each(cases)("$name", (one) => {
    expect(difference(answers.get(one)!, one.answer)).toBeUndefined();
  });
});
