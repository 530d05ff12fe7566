// `pnpm bench [pattern]`: how fast assay is beside plain loops over typed arrays, on the workloads it covers.
//
//   pnpm bench                   all of them, with a record under bench/records/
//   pnpm bench 'auroc/.*1e6'     those whose id matches, without a record
//
//   --seconds N     measures each workload for about N seconds (default 1.5)
//   --record        writes the record also with a pattern; --no-record never does
//   --list          says what is covered and what is not
//
// Each workload is measured three ways, in short bursts that take turns: the data in wasm memory, by handle (resident);
// the same call with the data on the JavaScript heap (heap); and the loop that a careful person would write (loop).
// Resident and heap must give the same bits, and the loop the same value within the workload's tolerance.
import { parseArgs } from "node:util";
import { loadAssay, version } from "./assay.mjs";
import { Data } from "./data.mjs";
import { loops } from "./loops/index.mjs";
import { median, race, watchOthers } from "./measure.mjs";
import { operations, prepare } from "./operations.mjs";
import { save } from "./record.mjs";
import { spec } from "./spec.mjs";
import { close, identical, snapshot } from "./values.mjs";

/** What is wrong with the values; nothing, as a rule. */
function complaints(resident, heap, expected, tolerance) {
  const found = [];
  if (!identical(resident, heap)) found.push(`resident (${resident.value}) and heap (${heap.value}) differ`);
  if (!close(resident.value, expected, tolerance)) found.push(`it is ${resident.value}, and the loop's ${expected}`);
  return found;
}

function statistics(times, n) {
  const perSample = (milliseconds) => Number(((milliseconds * 1e6) / n).toPrecision(4));
  const min = times.reduce((a, b) => Math.min(a, b));
  return { min: perSample(min), median: perSample(median(times)), calls: times.length };
}

/** One workload, measured and checked. */
function measure(assay, { op, tol, n }, data, seconds) {
  const row = operations[op];
  const given = (row.loop ?? loops[op])(data);
  const [loop, loopValue = (result) => [result]] = Array.isArray(given) ? given : [given];
  const resident = prepare(assay, row, data, { resident: true });
  const heap = prepare(assay, row, data, { resident: false });
  let loopResult;
  const timedLoop = () => {
    loopResult = loop();
  };
  try {
    const times = race([resident.call, heap.call, timedLoop], seconds);
    const [residentTimes, heapTimes, loopTimes] = times.map((all) => statistics(all, n));
    // Only now: what a call leaves behind would show in the values of later ones.
    const values = [resident, heap].map(({ call }) => snapshot(row, call()));
    return {
      times: { resident: residentTimes, heap: heapTimes, loop: loopTimes },
      wrong: complaints(...values, loopValue(loopResult), tol),
    };
  } finally {
    resident.free();
    heap.free();
  }
}

function ns(x) {
  return x.toFixed(x < 10 ? 3 : x < 1000 ? 1 : 0);
}

const columns = ["resident", "heap", "loop", "loop ÷ resident", "heap ÷ resident"];
const widths = [34, 17, 17, 17, 17, 17];

function line(cells) {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("");
}

function row(id, { resident, heap, loop }) {
  const times = [resident, heap, loop].map(({ min, median }) => `${ns(min)} / ${ns(median)}`);
  const ratios = [loop, heap].map(({ min }) => `${(min / resident.min).toFixed(2)}×`);
  return line([id, ...times, ...ratios]);
}

/** Why a workload is not measured; undefined where it is. */
function reason(assay, { op }) {
  if (!(op in operations)) return "not yet";
  const { needs } = operations[op];
  return needs in assay ? undefined : `this build has no ${needs}`;
}

function list(assay) {
  for (const workload of spec.workloads) {
    const why = reason(assay, workload);
    console.log(`${why === undefined ? "covered" : why}: ${workload.id}, ${spec.describe[workload.op].what}`);
  }
}

async function main(args) {
  const options = {
    seconds: { type: "string", default: "1.5" },
    record: { type: "boolean" },
    "no-record": { type: "boolean" },
    list: { type: "boolean" },
  };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new Error("--seconds takes a number above 0");
  const assay = await loadAssay();
  if (values.list) return list(assay);

  const pattern = new RegExp(positionals.join("|"));
  const asked = spec.workloads.filter(({ id }) => pattern.test(id));
  if (asked.length === 0) throw new Error(`no workload matches ${pattern}; --list names them all`);
  const covered = asked.filter((workload) => reason(assay, workload) === undefined);
  const left = asked.filter((workload) => !covered.includes(workload));
  console.log(`assay ${version}, Node ${process.version}; nanoseconds per sample, minimum / median`);
  console.log(line(["", ...columns]));

  const others = watchOthers();
  const results = {};
  let failed = 0;
  let data;
  for (const workload of covered) {
    // One dataset at a time: some are large.
    if (data?.name !== workload.data) data = new Data(workload.data);
    const { times, wrong } = measure(assay, workload, data, seconds);
    console.log(row(workload.id, times));
    for (const complaint of wrong) console.log(`    WRONG VALUE: ${complaint}`);
    if (wrong.length > 0) failed++;
    else results[workload.id] = times;
  }
  const load = Number(others().toFixed(2));
  console.log(`\nEverything else on this machine used ${load} cores meanwhile.`);
  const missing = [...new Set(left.map(({ op }) => op))];
  if (missing.length > 0) console.log(`Not yet: ${missing.join(", ")}.`);
  const isRecorded = values.record || positionals.length === 0;
  if (isRecorded && !values["no-record"] && Object.keys(results).length > 0) {
    console.log(`Recorded in ${save(results, load)}.`);
  }
  if (failed > 0) throw new Error(`${failed} of ${covered.length} workloads have a wrong value`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
