// Writes workloads.json: which datasets there are, which operation runs on which, and how Python does it.
// Edit operations/, run `node mkworkloads.mjs`, commit both.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { datasets } from "./operations/datasets.mjs";
import { operations } from "./operations/index.mjs";

const file = new URL("workloads.json", import.meta.url);

function content() {
  const describe = {};
  const workloads = [];
  for (const [op, { on, tol = 1e-4, what, gives, takes, given, gradient, python }] of Object.entries(operations)) {
    describe[op] = { what, value: gives, tol, ...(python && { python: { takes, given, gradient, ...python } }) };
    workloads.push(...on.map((data) => `${op}/${data}`));
  }
  return JSON.stringify({ describe, datasets, workloads }, null, 2);
}

/** Short lists and datasets on one line, as the formatter has them. */
function format(json) {
  return `${json.replace(/\[\s+("\w+"(?:,\s+"\w+")*)\s+\]|\{\s+("kind"[^{}]*?)\s+\}/g, (_, list, dataset) =>
    list ? `[${list.replace(/\s+/g, " ")}]` : `{ ${dataset.replace(/\s+/g, " ")} }`,
  )}\n`;
}

/** Whether workloads.json is what the operations say. */
export function isCurrent() {
  return isDeepStrictEqual(JSON.parse(readFileSync(file, "utf8")), JSON.parse(content()));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(file, format(content()));
  console.log("workloads.json is written");
}
