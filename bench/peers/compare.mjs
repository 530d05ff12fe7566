// Every peer side by side in one run, and assay with them: all peers of one workload are prepared, then timed in turn
// for several rounds, so that a slow minute of the machine hits all of them.
//
//   node compare.mjs --ours ../adapter.mjs --json results.json
//
//   --only REGEX     workloads          --rounds N    rounds (4)
//   --peers REGEX    whole names        --budget S    seconds a peer and round (0.25)
//   --workers LIST   processes, of py, jax1, js, tfjs-cpu, tfjs-wasm, jax-js, small, ours
//   --resume         leaves out what the file has already; --merge keeps the file's other results
//   --quiet-wait S   waits up to S seconds for a free core before threaded peers
//   --verbose        shows what the peers print
//
// Environment: BENCH_DATA, BENCH_LOCK (a file for flock, optional), PEERS_NODE, PYTHON, NODE_BIN.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { cpus as processors } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { median } from "../measure.mjs";
import { spec } from "../spec.mjs";
import { isThreaded, standing } from "./results.mjs";
import { startWorker } from "./worker.mjs";

const { values: given } = parseArgs({
  options: {
    json: { type: "string", default: "compare.json" },
    only: { type: "string", default: "" },
    peers: { type: "string" },
    workers: { type: "string" },
    ours: { type: "string" },
    rounds: { type: "string", default: "4" },
    budget: { type: "string", default: "0.25" },
    "quiet-wait": { type: "string", default: "0" },
    resume: { type: "boolean" },
    merge: { type: "boolean" },
    verbose: { type: "boolean" },
  },
});
const only = new RegExp(given.only);
const wanted = given.peers && new RegExp(`^(?:${given.peers})$`);
const rounds = Number(given.rounds);
const budget = Number(given.budget);
const everyWorker = ["py", "jax1", "js", "tfjs-cpu", "tfjs-wasm", "jax-js", "small", ...(given.ours ? ["ours"] : [])];
const kinds = given.workers?.split(",") ?? everyWorker;
const cpus = processors().length;

// The lock is let go once a minute, so that other jobs on this machine get their turn.
let holder;
let heldSince = 0;

async function unlock() {
  if (holder === undefined) return;
  const child = holder;
  holder = undefined;
  child.stdin.end();
  await new Promise((done) => child.once("exit", done));
}

async function lock() {
  if (!process.env.BENCH_LOCK) return;
  if (holder !== undefined && Date.now() - heldSince > 60_000) {
    await unlock();
    await sleep(300);
  }
  if (holder !== undefined) return;
  const child = spawn("flock", [process.env.BENCH_LOCK, "sh", "-c", "echo ok; cat >/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise((done) => child.stdout.once("data", done));
  holder = child;
  heldSince = Date.now();
}

/** Ticks of the whole machine and of one process so far; undefined where /proc does not tell. */
function ticks(pid) {
  try {
    const machine = readFileSync("/proc/stat", "utf8").split("\n")[0].trim().split(/\s+/).slice(1).map(Number);
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [user, nice, system, , , irq, softirq, steal] = machine;
    return {
      busy: user + nice + system + irq + softirq + steal,
      all: machine.slice(0, 8).reduce((a, b) => a + b),
      mine: Number(fields[11]) + Number(fields[12]),
    };
  } catch {
    return undefined;
  }
}

/** How much of one core everything else used between two looks at the ticks. */
function otherCores(a, b) {
  return (b.busy - a.busy - (b.mine - a.mine)) / ((b.all - a.all) / cpus);
}

/** Waits, but not forever, until the rest of the machine leaves a core free. */
async function quiet(pid) {
  const end = Date.now() + Number(given["quiet-wait"]) * 1000;
  while (Date.now() < end) {
    const before = ticks(pid);
    await sleep(120);
    const after = ticks(pid);
    if (!before || !after || otherCores(before, after) < 0.2) return;
  }
}

/** A call that takes longer than this is timed in one round only. */
const SLOW_NS = 3e9;

const results = { date: new Date().toISOString().slice(0, 10), node: process.version, cpus, rounds, budget };
Object.assign(results, { peers: {}, rows: [] });
if ((given.resume || given.merge) && existsSync(given.json)) {
  const { peers, rows } = JSON.parse(readFileSync(given.json, "utf8"));
  Object.assign(results, { peers, rows });
}

function save() {
  writeFileSync(`${given.json}.tmp`, `${JSON.stringify(results, null, 2)}\n`);
  renameSync(`${given.json}.tmp`, given.json);
}

const start = (kind) => startWorker(kind, given);
const workers = kinds.map(start);

/** Which worker runs which peer on a workload. */
const contestants = new Map();

async function enrol(which) {
  const { kind, ask } = workers[which];
  const { error, peers, cases } = await ask({ cmd: "list" });
  if (error) {
    console.error(`${kind}: ${error}`);
    return;
  }
  // Pinned to one core, Python runs for the sake of jax alone.
  const belongs = (peer) => (kind !== "jax1" || peer === "jax-t1") && (!wanted || wanted.test(peer));
  for (const [peer, about] of Object.entries(peers)) if (belongs(peer)) results.peers[peer] = about;
  for (const [id, peer] of cases) {
    if (belongs(peer)) contestants.set(id, [...(contestants.get(id) ?? []), { which, peer }]);
  }
}

async function prepare({ id }, { which, peer }) {
  if (workers[which].hasEnded()) {
    workers[which] = start(workers[which].kind);
    await workers[which].ask({ cmd: "list" });
  }
  const row = { w: id, peer };
  results.rows = results.rows.filter((other) => other.w !== id || other.peer !== peer);
  results.rows.push(row);
  await lock();
  const { error, value } = await workers[which].ask({ cmd: "prepare", w: id, peer });
  if (error) row.error = error;
  return { which, peer, row, value, times: [], others: [] };
}

async function time(contestant, round) {
  const { which, peer, row, times, others } = contestant;
  if (row.error || (round > 0 && times[0] > SLOW_NS)) return;
  const { pid, ask } = workers[which];
  await lock();
  if (isThreaded(peer)) await quiet(pid);
  const before = ticks(pid);
  // The first round is half as long: it also finds out who is slow.
  const answer = await ask({ cmd: "time", peer, budget: round === 0 ? budget / 2 : budget, minRuns: 1 });
  const after = ticks(pid);
  if (answer.error) {
    row.error = answer.error;
    return;
  }
  times.push(...answer.times);
  if (before && after && after.all - before.all > 10) others.push(otherCores(before, after));
}

function finish({ n }, { row, times, others, value }) {
  if (times.length === 0) return;
  Object.assign(row, {
    min: times.reduce((a, b) => Math.min(a, b)) / n,
    median: median(times) / n,
    runs: times.length,
    value,
    otherCpu: others.length > 0 ? Math.round(100 * Math.max(0, median(others))) / 100 : null,
  });
}

function tell({ id }) {
  console.log(`${id}  (${new Date().toISOString().slice(11, 19)})`);
  const rows = results.rows.filter((row) => row.w === id);
  for (const row of rows.filter((row) => row.min).sort((a, b) => a.min - b.min)) {
    const times = [row.min, row.median].map((x) => x.toFixed(3).padStart(11)).join(" ");
    const value = JSON.stringify(row.value.map((x) => (x === null ? null : Number(Number(x).toPrecision(7)))));
    console.log(`   ${row.peer.padEnd(28)} ${times}  x${row.runs}  other=${row.otherCpu}  ${value}`);
  }
  for (const { peer, error } of rows.filter((row) => row.error)) {
    console.log(`   ${peer.padEnd(28)} ERROR ${error.slice(0, 150)}`);
  }
  const place = standing(results.rows, id);
  if (place) console.log(`   ${place.ours.peer} is ${place.ratio.toFixed(2)}× as fast as ${place.peer.peer}`);
}

for (const which of workers.keys()) await enrol(which);
for (const workload of spec.workloads) {
  const entered = contestants.get(workload.id);
  if (!only.test(workload.id) || !entered) continue;
  const isDone = ({ peer }) =>
    results.rows.some((row) => row.w === workload.id && row.peer === peer && (row.min || row.error));
  if (given.resume && entered.every(isDone)) continue;
  const prepared = [];
  for (const contestant of entered) prepared.push(await prepare(workload, contestant));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of prepared) await time(contestant, round);
  }
  await unlock();
  for (const contestant of prepared) finish(workload, contestant);
  for (const worker of workers) await worker.ask({ cmd: "release" });
  save();
  tell(workload);
}
for (const worker of workers) worker.stop();
save();
