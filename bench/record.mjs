// Records of runs, by date and processor: all figures in JSON, and beside them a table to read.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import { version } from "./assay.mjs";
import { median } from "./measure.mjs";
import { families } from "./operations/index.mjs";
import { spec } from "./spec.mjs";

const folder = new URL("records/", import.meta.url);

/** "Intel(R) Xeon(R) Processor @ 2.70GHz" → "intel-xeon-2.70ghz". */
export function shortName(model) {
  const words = model
    .toLowerCase()
    .replace(/\((r|tm)\)/g, " ")
    .replace(/\b(cpu|processor|with)\b/g, " ")
    .match(/[a-z0-9.]+/g);
  return words?.join("-") ?? arch();
}

/** One line for each form, as the formatter has it. */
function format(record) {
  const text = JSON.stringify(record, null, 2);
  return `${text.replace(/\{\s+("min"[^{}]*?)\s+\}/g, (_, leaf) => `{ ${leaf.replace(/\s+/g, " ")} }`)}\n`;
}

/** The ways in which assay is measured, and the loop; the others are peers. */
const own = ["resident", "heap", "loop"];

/** What is measured with them but has no column. */
const aside = "value";

/** Whether a figure counts: a peer with a wrong value is told, but is never the fastest. */
const isRight = (figure) => figure !== undefined && figure.min !== undefined && figure.off === undefined;

/** The name of the fastest of a workload's peers that have the right value; undefined where it has none. */
export function fastestPeer(figures) {
  return Object.keys(figures)
    .filter((name) => !own.includes(name) && name !== aside && isRight(figures[name]))
    .sort((a, b) => figures[a].min - figures[b].min)[0];
}

export function ns(x) {
  return x.toFixed(x < 10 ? 2 : x < 100 ? 1 : 0);
}

/** How many times as long as assay with its data in wasm memory. */
export function ratio(figures, name) {
  return isRight(figures[name]) ? `${(figures[name].min / figures.resident.min).toFixed(2)}×` : "–";
}

function cell(figure) {
  if (figure === undefined) return "–";
  if (figure.error !== undefined) return "error";
  return figure.off === undefined ? ns(figure.min) : `${ns(figure.min)} ‡`;
}

function markdownTable(head, body) {
  return [head, head.map((_, i) => (i === 0 ? "---" : "--:")), ...body].map((cells) => `| ${cells.join(" | ")} |`);
}

/** What a loss with its gradient costs, as a multiple of its value alone, which was measured in turn with it. */
export function timesValue({ resident, value }) {
  return value ? `${(resident.min / value.min).toFixed(2)}×` : "";
}

function familyTable(ids, workloads) {
  const names = new Set(ids.flatMap((id) => Object.keys(workloads[id].times)));
  const others = [...names].filter((name) => !own.includes(name) && name !== aside).sort();
  const hasGradients = names.has(aside);
  const ratios = ["fastest peer ÷ resident", "loop ÷ resident", "heap ÷ resident"];
  const head = ["workload", ...own, ...others, ...ratios, ...(hasGradients ? ["÷ value alone"] : []), "load"];
  const body = ids.map((id) => {
    const { times, others: load } = workloads[id];
    const best = fastestPeer(times);
    return [
      id,
      ...[...own, ...others].map((name) => cell(times[name])),
      best ? `${ratio(times, best)} ${best}` : "–",
      ratio(times, "loop"),
      ratio(times, "heap"),
      ...(hasGradients ? [timesValue(times)] : []),
      load.toFixed(2),
    ];
  });
  return markdownTable(head, body);
}

/** A record as tables. */
export function markdown({ date, assay, node, cpu, peers, workloads }) {
  const measured = spec.workloads.filter(({ id }) => id in workloads);
  const sections = Object.entries(families).flatMap(([title, operations]) => {
    const ids = measured.filter(({ op }) => op in operations).map(({ id }) => id);
    return ids.length > 0 ? [`## ${title}`, "", ...familyTable(ids, workloads), ""] : [];
  });
  const loads = measured.map(({ id }) => workloads[id].others);
  const wrong = measured.flatMap(({ id }) =>
    Object.entries(workloads[id].times)
      .filter(([, { off, error }]) => off !== undefined || error !== undefined)
      .map(([name, { off, error }]) => `- ${id}, ${name}: ${error ?? `off by ${off ?? "∞"}`}`),
  );
  return [
    `# ${date}, ${cpu}`,
    "",
    `assay ${assay}, Node ${node}. Nanoseconds per sample (a row of the data), the minimum of all calls; medians are in the JSON beside this file. All figures of a line are of one run, in which everybody took turns in short bursts. *resident*: the inputs in wasm memory; *heap*: on the JavaScript heap; *loop*: by hand over typed arrays; *÷ value alone*: the value with its gradient, as a multiple of the value alone in the same run. A ratio to a peer or the loop above 1 says that assay, resident, is faster. *load*: how many of the machine's cores everything else used meanwhile, here ${Math.min(...loads).toFixed(2)} to ${Math.max(...loads).toFixed(2)}, ${median(loads).toFixed(2)} at the median. ‡: a value beyond the tolerance of the workload; it is listed at the end, and never the fastest.`,
    "",
    ...Object.entries(peers ?? {}).map(([name, about]) => `- ${name}: ${about}`),
    "",
    ...sections,
    ...(wrong.length > 0 ? ["## Values that differ, and failures", "", ...wrong, ""] : []),
  ].join("\n");
}

/** Writes results to the record of today, beside those that the same library measured on the same engine before. */
export function save(workloads, peers) {
  const date = new Date().toISOString().slice(0, 10);
  const cpu = cpus()[0]?.model.trim() ?? "unknown";
  const about = { date, assay: version, node: process.version, v8: process.versions.v8, cpu, unit: "ns per sample" };
  const name = `${date}-${shortName(cpu)}`;
  const file = new URL(`${name}.json`, folder);
  const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const isSame = Object.keys(about).every((key) => before[key] === about[key]);
  const record = {
    ...about,
    peers: { ...(isSame && before.peers), ...peers },
    workloads: { ...(isSame && before.workloads), ...workloads },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, format(record));
  writeFileSync(new URL(`${name}.md`, folder), markdown(record));
  return `bench/records/${name}.json and .md`;
}
