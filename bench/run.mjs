// `pnpm bench [pattern]`: how fast assay is beside plain loops over typed arrays, and beside other libraries, on the
// workloads it covers.
//
//   pnpm bench                          all of them, with a record under bench/records/
//   pnpm bench 'auroc/.*1e6'            those whose id matches, without a record
//   pnpm bench _grad/                   every loss with its gradient, beside its value alone
//   pnpm bench --peers torch-t1,sklearn with these peers of Python (see peers/README.md)
//   pnpm bench --report FILE            a record as a table in Markdown
//
//   --seconds N     measures each workload for about N seconds (default 1.5; more with peers)
//   --quiet N       before each workload, waits up to N seconds for a moment in which the machine does nothing else
//   --check         compares the values, and measures nothing
//   --rows N        takes the beginning of each dataset alone, and each operation once; only to check
//   --record        writes the record also with a pattern; --no-record never does
//   --list          says what is covered and what is not
//
// Each workload is measured three ways, in short bursts that take turns: the data in wasm memory, by handle (resident);
// the same call with the data on the JavaScript heap (heap); and the loop that a careful person would write (loop).
// Peers take their turns with them. Resident and heap must give the same bits, and the loop the same value within the
// workload's tolerance; a peer that does not is marked. A gradient's workload has the value alone, resident, among those
// that take turns.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadAssay, version } from "./assay.mjs";
import { Data } from "./data.mjs";
import { contestant, median, quiet, race, remoteContestant, watchOthers } from "./measure.mjs";
import { isCurrent } from "./mkworkloads.mjs";
import { isCovered, loopOf, operations, prepare, valueAlone } from "./operations/index.mjs";
import { startWorker } from "./peers/worker.mjs";
import { fastestPeer, markdown, ns, ratio, save, timesValue } from "./record.mjs";
import { spec } from "./spec.mjs";
import { difference, identical, isClose, snapshot } from "./values.mjs";

/** The processes that have the peers asked for, and which of them has which. */
class Peers {
  workers = [];
  about = {};
  #cases = new Map();

  static async start(names) {
    const peers = new Peers();
    if (names.length === 0) return peers;
    const kinds = ["py", "jax1"].filter((kind) => names.some((name) => (name === "jax-t1") === (kind === "jax1")));
    for (const kind of kinds) {
      const worker = startWorker(kind);
      peers.workers.push(worker);
      const { error, peers: about, cases } = await worker.ask({ cmd: "list" });
      if (error) throw new Error(`the Python peers do not start (PYTHON names the interpreter): ${error}`);
      const belongs = (name) => names.includes(name) && (name === "jax-t1") === (kind === "jax1");
      for (const name of Object.keys(about)) if (belongs(name)) peers.about[name] = about[name];
      for (const [id, name] of cases) if (belongs(name)) peers.#add(id, { name, worker });
    }
    const missing = names.filter((name) => !(name in peers.about));
    if (missing.length > 0) throw new Error(`there is no peer ${missing.join(", ")} here`);
    return peers;
  }

  #add(id, peer) {
    this.#cases.set(id, [...(this.#cases.get(id) ?? []), peer]);
  }

  get pids() {
    return this.workers.map(({ pid }) => pid);
  }

  /** Has the peers of a workload prepare themselves: each with what it computes. */
  async prepare(id) {
    const ready = [];
    for (const { name, worker } of this.#cases.get(id) ?? []) {
      const { error, value } = await worker.ask({ cmd: "prepare", w: id, peer: name });
      ready.push({ name, worker, error, value });
    }
    return ready;
  }

  async release() {
    for (const worker of this.workers) await worker.ask({ cmd: "release" });
  }

  stop() {
    for (const worker of this.workers) worker.stop();
  }
}

/** What is wrong with assay's values; nothing, as a rule. */
function complaints(resident, heap, expected, tolerance) {
  const found = [];
  if (!identical(resident, heap)) found.push(`resident (${resident.numbers}) and heap (${heap.numbers}) differ`);
  if (!isClose(resident.numbers, expected, tolerance)) {
    found.push(`it is ${resident.numbers}, and the loop's ${expected}`);
  }
  return found;
}

function statistics(times, n) {
  const perSample = (milliseconds) => Number(((milliseconds * 1e6) / n).toPrecision(4));
  const min = times.reduce((a, b) => Math.min(a, b));
  return { min: perSample(min), median: perSample(median(times)), calls: times.length };
}

/** What the peers of a workload found, beside the loop's: how far off they are, or their errors. */
function verdicts(entered, expected, tolerance) {
  const verdict = ({ error, value }) => {
    if (error) return { error };
    return isClose(value, expected, tolerance) ? {} : { off: Number(difference(value, expected).toPrecision(2)) };
  };
  return Object.fromEntries(entered.map((peer) => [peer.name, verdict(peer)]));
}

/** One workload, its values compared. */
async function check(assay, peers, { id, op, tol }, data) {
  const row = operations[op];
  const [loop, loopNumbers] = loopOf(row, data);
  const ways = [true, false].map((resident) => prepare(assay, row, data, { resident }));
  try {
    const entered = await peers.prepare(id);
    const values = ways.map(({ call }) => snapshot(row, call()));
    const expected = [...loopNumbers(loop())];
    return { figures: { times: verdicts(entered, expected, tol) }, wrong: complaints(...values, expected, tol) };
  } finally {
    for (const way of ways) way.free();
    await peers.release();
  }
}

/** One workload, measured and checked. */
async function measure(assay, peers, { id, op, tol, n }, data, seconds) {
  const row = operations[op];
  const [loop, loopNumbers] = loopOf(row, data);
  const resident = prepare(assay, row, data, { resident: true });
  const heap = prepare(assay, row, data, { resident: false });
  const alone = valueAlone(op);
  const value = alone && prepare(assay, alone, data, { resident: true });
  let loopResult;
  const timedLoop = () => {
    loopResult = loop();
  };
  try {
    const entered = await peers.prepare(id);
    const able = entered.filter(({ error }) => !error);
    const others = watchOthers(peers.pids);
    const times = await race(
      [
        ...[resident.call, heap.call, timedLoop].map(contestant),
        ...able.map(({ name, worker }) => remoteContestant(worker, name)),
        ...(value ? [contestant(value.call)] : []),
      ],
      seconds,
    );
    const load = Number(others().toFixed(2));
    const [residentTimes, heapTimes, loopTimes, ...peerTimes] = times.map((all) => statistics(all, n));
    // Only now: what a call leaves behind would show in the values of later ones.
    const values = [resident, heap].map(({ call }) => snapshot(row, call()));
    const expected = [...loopNumbers(loopResult)];
    const figures = { resident: residentTimes, heap: heapTimes, loop: loopTimes };
    if (value) figures.value = peerTimes.pop();
    const found = verdicts(entered, expected, tol);
    able.forEach(({ name }, i) => {
      found[name] = { ...peerTimes[i], ...found[name] };
    });
    Object.assign(figures, found);
    return { figures: { others: load, times: figures }, wrong: complaints(...values, expected, tol) };
  } finally {
    resident.free();
    heap.free();
    value?.free();
    await peers.release();
  }
}

const FIRST_WIDTH = 36;
const WIDTH = 16;

function line(first, cells) {
  return first.padEnd(FIRST_WIDTH) + cells.map((cell) => cell.padStart(WIDTH)).join("");
}

function cell(figure) {
  if (figure === undefined) return "";
  if (figure.error !== undefined) return "error";
  return `${ns(figure.min)} / ${ns(figure.median)}`;
}

function tellTimes(id, { times }, names) {
  const best = fastestPeer(times);
  const ratios = [ratio(times, "loop"), ratio(times, "heap"), ...(names.length > 0 ? [ratio(times, best)] : [])];
  const figures = ["resident", "heap", "loop", ...names].map((name) => cell(times[name]));
  console.log(line(id, [...figures, ...ratios, timesValue(times)]));
}

function tellDifferences({ id }, { times }) {
  for (const [name, { off, error }] of Object.entries(times)) {
    if (off !== undefined) console.log(`    ${id}: ${name} has another value, off by ${off}`);
    if (error !== undefined) console.log(`    ${id}: ${name}: ${error}`);
  }
}

function list(assay) {
  for (const { id, op } of spec.workloads) {
    console.log(`${isCovered(assay, operations[op]) ? "covered" : "not yet"}: ${id}, ${spec.describe[op].what}`);
  }
}

/** The workloads asked for; `isOnce`: each operation on its first dataset. */
function chosen(patterns, isOnce) {
  const pattern = new RegExp(patterns.join("|"));
  const asked = spec.workloads.filter(({ id }) => pattern.test(id));
  if (asked.length === 0) throw new Error(`no workload matches ${pattern}; --list names them all`);
  return isOnce ? asked.filter(({ op, data }) => operations[op].on[0] === data) : asked;
}

function positive(text, name) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} takes a number above 0`);
  return value;
}

/** Runs `body` on each workload; how many have a wrong value. */
async function forEach(covered, rows, body) {
  let failed = 0;
  let data;
  for (const workload of covered) {
    // One dataset at a time: some are large.
    if (data?.name !== workload.data) data = new Data(workload.data, rows);
    const { figures, wrong } = await body(workload, data);
    tellDifferences(workload, figures);
    for (const complaint of wrong) console.log(`    WRONG VALUE: ${workload.id}: ${complaint}`);
    if (wrong.length > 0) failed++;
  }
  return failed;
}

function tellHead(names) {
  console.log(`assay ${version}, Node ${process.version}; nanoseconds per sample, minimum / median`);
  const ratios = [
    "loop ÷ resident",
    "heap ÷ resident",
    ...(names.length > 0 ? ["peer ÷ resident"] : []),
    "÷ value alone",
  ];
  console.log(line("", ["resident", "heap", "loop", ...names, ...ratios]));
}

async function main(args) {
  const options = {
    seconds: { type: "string", default: "1.5" },
    quiet: { type: "string", default: "0" },
    rows: { type: "string" },
    peers: { type: "string", default: "" },
    report: { type: "string" },
    check: { type: "boolean" },
    record: { type: "boolean" },
    "no-record": { type: "boolean" },
    list: { type: "boolean" },
  };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const seconds = positive(values.seconds, "--seconds");
  const rows = values.rows && positive(values.rows, "--rows");
  if (values.report) return console.log(markdown(JSON.parse(readFileSync(values.report, "utf8"))));
  const assay = await loadAssay();
  if (values.list) return list(assay);

  const names = values.peers.split(",").filter(Boolean);
  if (rows && (!values.check || names.length > 0)) throw new Error("--rows comes with --check, and without --peers");
  const asked = chosen(positionals, rows !== undefined);
  const covered = asked.filter(({ op }) => isCovered(assay, operations[op]));
  const peers = await Peers.start(names);
  const isRecorded = (values.record || positionals.length === 0) && !values["no-record"];
  const loads = [];
  let recorded;
  let failed;
  try {
    if (values.check) {
      if (!isCurrent()) throw new Error("workloads.json is old: node bench/mkworkloads.mjs writes it");
      failed = await forEach(covered, rows, (workload, data) => check(assay, peers, workload, data));
      console.log(`${covered.length - failed} of ${covered.length} workloads have the same value in every way`);
    } else {
      tellHead(names);
      failed = await forEach(covered, rows, async (workload, data) => {
        await quiet(Number(values.quiet), peers.pids);
        const measured = await measure(assay, peers, workload, data, seconds);
        tellTimes(workload.id, measured.figures, names);
        if (measured.wrong.length === 0) loads.push(measured.figures.others);
        // One by one, for a long run may be interrupted.
        if (isRecorded && measured.wrong.length === 0) {
          recorded = save({ [workload.id]: measured.figures }, peers.about);
        }
        return measured;
      });
    }
  } finally {
    peers.stop();
  }
  if (loads.length > 0) {
    console.log(`\nEverything else on this machine used ${median(loads).toFixed(2)} cores meanwhile (median).`);
  }
  const missing = [...new Set(asked.filter((workload) => !covered.includes(workload)).map(({ op }) => op))];
  if (missing.length > 0) console.log(`Not yet: ${missing.join(", ")}.`);
  if (recorded) console.log(`Recorded in ${recorded}.`);
  if (failed > 0) throw new Error(`${failed} of ${covered.length} workloads have a wrong value`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
