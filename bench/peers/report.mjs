// Results as tables in Markdown, on standard output.
//
//   node report.mjs results.json [--rss rss.jsonl] > RESULTS.md
import { readFileSync } from "node:fs";
import { spec } from "../spec.mjs";
import { difference } from "../values.mjs";
import { isThreaded, kindOf, referenceOf, rightRows, standing } from "./results.mjs";

const [file, ...options] = process.argv.slice(2);
const { date, node, cpus, peers, rows } = JSON.parse(readFileSync(file, "utf8"));
const timed = rows.filter((row) => row.min);
const rowsOf = (id) => timed.filter((row) => row.w === id);
const measured = spec.workloads.filter(({ id }) => rowsOf(id).length > 0);

const say = (line = "") => console.log(line);

function table(head, body) {
  say(`| ${head.join(" | ")} |`);
  say(`|${" --- |".repeat(head.length)}`);
  for (const cells of body) say(`| ${cells.join(" | ")} |`);
  say();
}

/** Nanoseconds with about three digits, and a thin space between thousands. */
function ns(x) {
  if (x >= 1e4) return Math.round(x).toLocaleString("en-US").replaceAll(",", "\u2009");
  return x.toFixed(x >= 100 ? 0 : x >= 10 ? 1 : 2);
}

const digits = (values) => values.map((x) => (x === null ? "NaN" : Number(x.toPrecision(6)))).join(", ");
const named = (row) => (row ? `${row.peer} ${ns(row.min)}` : "–");

say("# Peer benchmark results");
say();
say(
  `Written by \`report.mjs\` on figures of ${date} (Node ${node}, ${cpus} cores). They are nanoseconds per sample (row), ` +
    "**minimum / median**. † marks a peer of several threads that was timed while something else used over half a core " +
    "(too high); (1 run) a single timed call after the warm-up; ‡ a value off by more than the workload's tolerance, " +
    "listed near the end: such a peer is never the fastest. README.md says what was timed, and how.",
);
say();
say("## Versions");
say();
for (const [peer, about] of Object.entries(peers).sort()) say(`- ${peer}: ${about}`);
say();

const standings = measured.map(({ id }) => [id, standing(rows, id)]).filter(([, place]) => place);
if (standings.length > 0) {
  say("## assay beside the fastest peer on one thread");
  say();
  table(
    ["workload", "assay", "fastest peer", "times as fast"],
    standings.map(([id, { ours, peer, ratio }]) => [id, ns(ours.min), named(peer), `${ratio.toFixed(2)}×`]),
  );
}

say("## Fastest peer for each workload");
say();
table(
  ["workload", "Python, 1 thread", "Python, any", "JavaScript by hand", "JavaScript library"],
  measured.map(({ id }) => {
    const right = rightRows(rows, id);
    const python = right.filter(({ peer }) => kindOf(peer) === "python");
    const js = right.find(({ peer }) => kindOf(peer) === "js");
    const npm = right.find(({ peer }) => kindOf(peer) === "npm");
    const single = python.find(({ peer }) => !isThreaded(peer));
    return [id, named(single), named(python[0]), js ? ns(js.min) : "–", named(npm)];
  }),
);

/** How far a peer is from the best on the workloads it has, as a mean of logarithms. */
function distance(peer, workloads) {
  const logs = workloads.flatMap(({ id }) => {
    const row = rowsOf(id).find((other) => other.peer === peer);
    return row ? [Math.log(row.min / Math.min(...rowsOf(id).map(({ min }) => min)))] : [];
  });
  return logs.length > 0 ? logs.reduce((a, b) => a + b) / logs.length : Infinity;
}

function cell(id, peer) {
  const row = rows.find((other) => other.w === id && other.peer === peer);
  if (!row) return "";
  if (row.error) return "error";
  const right = rightRows(rows, id);
  const isNoisy = row.otherCpu > 0.5 && isThreaded(peer);
  const times = row.runs === 1 ? `${ns(row.min)} (1 run)` : `${ns(row.min)} / ${ns(row.median)}`;
  const text = `${times}${isNoisy ? "†" : ""}${right.includes(row) ? "" : "‡"}`;
  return row === right[0] ? `**${text}**` : text;
}

say("## All peers");
say();
for (const [op, { what, value }] of Object.entries(spec.describe)) {
  const workloads = measured.filter((workload) => workload.op === op);
  if (workloads.length === 0) continue;
  const ids = new Set(workloads.map(({ id }) => id));
  const names = [...new Set(rows.filter(({ w }) => ids.has(w)).map(({ peer }) => peer))];
  const ordered = names
    .map((peer) => ({ peer, far: distance(peer, workloads) }))
    .sort((a, b) => (a.far === b.far ? 0 : a.far - b.far));
  say(`### ${op}: ${what}`);
  say();
  table(
    ["peer", ...workloads.map(({ data }) => data)],
    [
      ...ordered.map(({ peer }) => [peer, ...workloads.map(({ id }) => cell(id, peer))]),
      [`*value ${value.replaceAll("|", "\\|")}*`, ...workloads.map(({ id }) => digits(referenceOf(rowsOf(id)).value))],
    ],
  );
}

say("## Values that differ from the reference");
say();
say("The reference is the JavaScript by hand (in double precision), else scikit-learn, else numpy.");
say();
table(
  ["workload", "peer", "relative difference", "its value", "reference"],
  measured.flatMap(({ id }) => {
    const reference = referenceOf(rowsOf(id));
    const right = rightRows(rows, id);
    return rowsOf(id)
      .filter((row) => !right.includes(row))
      .map((row) => [
        id,
        row.peer,
        difference(row.value, reference.value).toExponential(1),
        digits(row.value.slice(0, 9)),
        digits(reference.value.slice(0, 9)),
      ]);
  }),
);

say("## Cases that failed");
say();
for (const { w, peer, error } of rows.filter((row) => row.error)) say(`- ${w}, ${peer}: ${error.slice(0, 160)}`);

if (options[0] === "--rss") {
  say();
  say("## Peak memory");
  say();
  say(
    "One fresh process a line: MiB in use with libraries and inputs loaded, the peak after one call, and how long that " +
      "call took (a first call, compilation included).",
  );
  say();
  const lines = readFileSync(options[1], "utf8").trim().split("\n");
  table(
    ["workload", "peer", "loaded", "peak", "added", "first call"],
    lines
      .map((line) => JSON.parse(line))
      .map((row) => [row.workload, row.peer, row.loaded_mb, row.peak_mb, row.added_mb, `${row.first_call_s} s`]),
  );
}
