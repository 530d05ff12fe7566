// What a page of documentation has that is made by a program: what its code prints, and figures between markers.
import { Problem } from "../process.mjs";

const fence = /^```(\w*)$/;
const begin = /^<!-- figures: ([\w-]+) -->$/;
const end = "<!-- end of figures -->";

/**
 * The blocks of a page that are made or run, in order, with their `line`, counted from 1:
 *
 * - `{ kind: "code", language, code, line, output }`: a ts or js block. `output` is the text block that follows, with
 *   at most one paragraph between; undefined where there is none.
 * - `{ kind: "figures", name, line, output }`: what stands between two markers.
 */
export function blocks(text, page) {
  const lines = text.split("\n");
  const found = [];
  // The code whose output may still come, and the paragraphs since.
  let code;
  let paragraphs = 0;
  for (let i = 0; i < lines.length; i++) {
    const name = begin.exec(lines[i])?.[1];
    const language = fence.exec(lines[i])?.[1];
    if (name === undefined && language === undefined) {
      if (lines[i].startsWith("#")) code = undefined;
      else if (lines[i] !== "" && lines[i - 1] === "") paragraphs++;
      continue;
    }
    const last = lines.indexOf(name === undefined ? "```" : end, i + 1);
    if (last < 0) throw new Problem(`${page}:${i + 1}: what begins here does not end`);
    const content = { from: i + 1, to: last, text: lines.slice(i + 1, last).join("\n") };
    if (language === "text" && paragraphs <= 1 && code) code.output = content;
    code = undefined;
    if (language === "ts" || language === "js") {
      code = { kind: "code", language, code: content.text, line: i + 1, output: undefined };
      found.push(code);
    } else if (name !== undefined) {
      found.push({ kind: "figures", name, line: i + 1, output: content });
    }
    paragraphs = 0;
    i = last;
  }
  return found;
}

/** A page with the text of each block's `result` where its `output` was. */
export function rewritten(text, changed) {
  const lines = text.split("\n");
  for (const { output, result } of [...changed].sort((a, b) => b.output.from - a.output.from)) {
    lines.splice(output.from, output.to - output.from, ...result.text.split("\n"));
  }
  return lines.join("\n");
}
