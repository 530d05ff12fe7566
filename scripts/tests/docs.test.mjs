import assert from "node:assert/strict";
import { test } from "node:test";
import { blocks, rewritten } from "../docs/markdown.mjs";
import { runAll } from "../docs/snippets.mjs";

const page = (...lines) => lines.join("\n");

test("code has the text block after it, with at most one paragraph between", () => {
  const text = page("```ts", "a", "b", "```", "", "It prints", "", "```text", "1", "```");
  assert.deepEqual(blocks(text, "a.md"), [
    { kind: "code", language: "ts", code: "a\nb", line: 1, output: { from: 8, to: 9, text: "1" } },
  ]);
});

test("what stands further away, under another heading or after other code is not its output", () => {
  for (const between of [
    ["", "One.", "", "Two.", ""],
    ["", "# Heading", ""],
    ["", "```sh", "ls", "```", ""],
    ["", "```text", "", "```", ""],
  ]) {
    const text = page("```js", "a", "```", ...between, "```text", "1", "```");
    assert.notEqual(blocks(text, "a.md")[0].output?.text, "1", between.join("\n"));
  }
});

test("figures stand between markers; code in other blocks is left alone", () => {
  const text = page("```sh", "<!-- figures: x -->", "```", "<!-- figures: y -->", "old", "<!-- end of figures -->");
  assert.deepEqual(blocks(text, "a.md"), [
    { kind: "figures", name: "y", line: 4, output: { from: 4, to: 5, text: "old" } },
  ]);
});

test("a block without end is a problem with its line", () => {
  assert.throws(() => blocks(page("", "```ts", "a"), "a.md"), /^Error: a\.md:2: /);
  assert.throws(() => blocks(page("<!-- figures: x -->", "```"), "a.md"), /^Error: a\.md:1: /);
});

test("outputs are replaced by what has another number of lines", () => {
  const text = page("```ts", "a", "```", "```text", "1", "2", "```", "```js", "b", "```", "```text", "```", "end");
  const found = blocks(text, "a.md").map((block, i) => ({ ...block, result: { text: ["one", "two\nthree"][i] } }));
  assert.equal(
    rewritten(text, found),
    page("```ts", "a", "```", "```text", "one", "```", "```js", "b", "```", "```text", "two", "three", "```", "end"),
  );
});

test("code is checked for its types and run, each piece alone", async () => {
  const pieces = [
    { language: "ts", code: 'const a: number = 1;\nconsole.log(a, "b");' },
    { language: "ts", code: 'const a: number = "1";\nconsole.log(a);' },
    { language: "js", code: "console.log(1);\nthrow new Error('no more');" },
  ];
  const [good, mistyped, failing] = await runAll(pieces);
  assert.deepEqual(good, { printed: "1 b", problem: undefined });
  assert.match(mistyped.problem, /^Type 'string' is not assignable to type 'number'/);
  assert.equal(failing.printed, "1");
  assert.match(failing.problem, /no more/);
});
