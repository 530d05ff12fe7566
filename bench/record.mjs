// Records of runs, by date and processor.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import { version } from "./assay.mjs";

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

/** Writes results to the record of today, beside those that the same library measured on the same engine before. */
export function save(workloads, others) {
  const date = new Date().toISOString().slice(0, 10);
  const cpu = cpus()[0]?.model.trim() ?? "unknown";
  const about = { date, assay: version, node: process.version, v8: process.versions.v8, cpu, unit: "ns per sample" };
  const name = `${date}-${shortName(cpu)}.json`;
  const file = new URL(name, folder);
  const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const isSame = Object.keys(about).every((key) => before[key] === about[key]);
  mkdirSync(folder, { recursive: true });
  const all = { ...(isSame ? before.workloads : {}), ...workloads };
  writeFileSync(file, format({ ...about, others, workloads: all }));
  return `bench/records/${name}`;
}
