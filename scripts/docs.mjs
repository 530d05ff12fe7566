// `npm run docs`: the numbers in the documentation. Runs every ts and js block of README.md and of docs/, writes what it
// prints into the text block after it, and computes the figures between markers; with `--check` it only says what is
// stale. Everything is computed by the built package.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { blocks, rewritten } from "./docs/markdown.mjs";
import { main, Problem, root, say } from "./process.mjs";
import { setup } from "./setup.mjs";

function readPages() {
  const others = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", ...others.sort().map((name) => `docs/${name}`)].map((page) => {
    const text = readFileSync(join(root, page), "utf8");
    return { page, text, found: blocks(text, page) };
  });
}

/** What computes the figures of a page, by their name; none where the page has none. */
async function figuresOf(page) {
  const file = join(root, "scripts/docs", basename(page, ".md"), "index.mjs");
  return existsSync(file) ? (await import(pathToFileURL(file).href)).figures : {};
}

/** What should stand in a text block: `{ text }`, nothing, or the `problem` with the code. */
function resultOfCode({ output }, { printed, problem }) {
  if (problem) return { problem };
  if (output) return { text: printed };
  return printed === "" ? {} : { problem: `it prints, but no text block shows it:\n${printed}` };
}

function resultOfFigures({ name }, figures) {
  return name in figures ? { text: `\n${figures[name]()}\n` } : { problem: `there are no figures ${name}` };
}

/** The result of every block of every page, and of figures that no page shows. */
async function computeAll(pages) {
  // It needs TypeScript, which is there once the set-up is done.
  const { runAll } = await import("./docs/snippets.mjs");
  const code = pages.flatMap(({ found }) => found.filter(({ kind }) => kind === "code"));
  const outcomes = await runAll(code);
  for (const [i, block] of code.entries()) block.result = resultOfCode(block, outcomes[i]);
  for (const { page, found } of pages) {
    const figures = await figuresOf(page);
    const shown = found.filter(({ kind }) => kind === "figures");
    for (const block of shown) block.result = resultOfFigures(block, figures);
    for (const name of Object.keys(figures).filter((name) => !shown.some((block) => block.name === name))) {
      found.push({ line: 1, result: { problem: `the figures ${name} are shown nowhere` } });
    }
  }
}

/**
 * Computes all pages anew and says what is wrong with them; what is stale is written, or with `check` is wrong too.
 * Returns how many blocks passed and failed.
 */
export async function docs({ check }) {
  const pages = readPages();
  await computeAll(pages);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { page, text, found } of pages) {
    const isStale = ({ output, result }) => "text" in result && output.text !== result.text;
    const stale = found.filter(isStale);
    const wrong = found.filter((block) => block.result.problem || (check && isStale(block)));
    for (const { line, output, result } of wrong) {
      say(`${page}:${line}: ${result.problem ?? `is stale: ${output.text}\nis now ${result.text}`}`);
    }
    counts.failed += wrong.length;
    counts.passed += found.length - wrong.length;
    if (check || stale.length === 0) continue;
    writeFileSync(join(root, page), rewritten(text, stale));
    say(`docs: ${page} is written`);
  }
  return counts;
}

await main(import.meta, async (args) => {
  const unknown = args.find((arg) => arg !== "--check");
  if (unknown) throw new Problem(`Use: npm run docs [-- --check]; there is no ${unknown}`);
  await build(await setup());
  const { passed, failed } = await docs({ check: args.includes("--check") });
  say(`docs: ${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
