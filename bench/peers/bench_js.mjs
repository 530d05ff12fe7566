// JavaScript peers, and assay through its adapter. npm packages are taken from $PEERS_NODE/node_modules (see
// package.json and README.md); a peer whose package is missing is left out.
//
//   node bench_js.mjs --list
//   node bench_js.mjs --only 'auroc/.*1e6' --peers js,tfjs-wasm
//   node bench_js.mjs --rss full_eval/mc_1e6_c10 js
//   node bench_js.mjs --ours ../adapter.mjs
//   (compare.mjs talks to it with --serve: one JSON command a line, one JSON answer a line)
//
// The peer `js` is what a careful user writes by hand: plain loops over typed arrays, no SIMD, the native sort on packed
// keys (../loops/).
import { spawn } from "node:child_process";
import { writeFileSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { Data } from "../data.mjs";
import { median } from "../measure.mjs";
import { loopOf, operations } from "../operations/index.mjs";
import { spec, workloads } from "../spec.mjs";
import { jaxJs } from "./js/jax.mjs";
import { add, peers, peersOf, require, setUp } from "./js/registry.mjs";
import { ml, polars, scikitjs } from "./js/small.mjs";
import { tfjs } from "./js/tfjs.mjs";

const argv = process.argv.slice(2);
const has = (name) => argv.includes(`--${name}`);
const option = (name, fallback) => (has(name) ? argv[argv.indexOf(`--${name}`) + 1] : fallback);

// Standard output is for answers; what libraries print is not one.
if (has("serve")) {
  const tell = (...words) => process.stderr.write(`${words.join(" ")}\n`);
  Object.assign(console, { log: tell, warn: tell, info: tell });
}

const families = {
  js() {
    peers.js = `hand-written JavaScript, Node ${process.version} (V8 ${process.versions.v8})`;
    for (const [op, row] of Object.entries(operations)) if (row.loop) add(op, "js", (data) => loopOf(row, data));
  },
  "tfjs-cpu": () => tfjs("cpu"),
  "tfjs-wasm": () => tfjs("wasm"),
  "jax-js": jaxJs,
  ml,
  scikitjs,
  polars,
  none() {},
};
for (const name of option("families", "js,tfjs-cpu,tfjs-wasm,jax-js,ml,scikitjs,polars").split(",")) {
  try {
    await families[name]();
  } catch (error) {
    process.stderr.write(`${name}: ${error.message}\n`);
  }
}
if (has("ours")) {
  // { name, version, init(), cases: { operation: (data) => function or [function, what makes its value] } }
  const adapter = await import(pathToFileURL(resolve(option("ours"))).href);
  await adapter.init?.();
  peers[adapter.name] = adapter.version;
  for (const [op, setup] of Object.entries(adapter.cases)) add(op, adapter.name, setup);
}

/** Peers that share one TensorFlow.js, and the backend each wants. */
const backends = { "tfjs-cpu": "cpu", "tfjs-wasm": "wasm", scikitjs: "cpu" };

let data;

function dataOf(name) {
  if (data?.name !== name) data = new Data(name);
  return data;
}

const now = () => Number(process.hrtime.bigint());

async function prepare(id, peer) {
  const workload = workloads.get(id);
  if (backends[peer]) {
    const tf = require("@tensorflow/tfjs");
    tf.disposeVariables();
    tf.engine().startScope();
    await tf.setBackend(backends[peer]);
  }
  const [call, numbersOf] = setUp(workload, peer, dataOf(workload.data));
  const start = now();
  const result = await call();
  return { workload, peer, call, warm: now() - start, value: [...numbersOf(result)] };
}

function release(peer) {
  if (backends[peer]) require("@tensorflow/tfjs").engine().endScope();
}

async function time({ call }, budget, minRuns = 1, maxRuns = 1000) {
  const times = [];
  let total = 0;
  globalThis.gc?.();
  while (times.length < minRuns || (total < budget * 1e9 && times.length < maxRuns)) {
    const start = now();
    const result = call();
    if (result instanceof Promise) await result;
    const took = now() - start;
    times.push(took);
    total += took;
  }
  return times;
}

/** Runs `body` while no other job on this machine that uses the same lock file measures anything. */
async function withLock(body) {
  if (!process.env.BENCH_LOCK) return body();
  const holder = spawn("flock", [process.env.BENCH_LOCK, "sh", "-c", "echo ok; cat >/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise((done) => holder.stdout.once("data", done));
  try {
    return await body();
  } finally {
    holder.stdin.end();
    await new Promise((done) => holder.once("exit", done));
  }
}

async function serve() {
  const held = new Map();
  const commands = {
    list: () => ({
      peers,
      cases: spec.workloads.flatMap((workload) => peersOf(workload).map((peer) => [workload.id, peer])),
    }),
    async prepare({ w, peer }) {
      const prepared = await prepare(w, peer);
      held.set(peer, prepared);
      return { warm: prepared.warm, value: prepared.value };
    },
    async time({ peer, budget, minRuns, maxRuns }) {
      return { times: await time(held.get(peer), budget, minRuns, maxRuns) };
    },
    release() {
      for (const peer of held.keys()) release(peer);
      held.clear();
      data = undefined;
      globalThis.gc?.();
      return {};
    },
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    if (!(message.cmd in commands)) break;
    let answer;
    try {
      answer = await commands[message.cmd](message);
    } catch (error) {
      answer = { error: `${error.name}: ${String(error.message).slice(0, 200)}` };
    }
    writeSync(1, `${JSON.stringify(answer)}\n`);
  }
  process.exit(0);
}

/** Peak memory of one peer in a process of its own. */
async function peakMemory(id, peer) {
  const loaded = dataOf(workloads.get(id).data);
  const size = loaded.logits.length + loaded.labels.length;
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const { value } = await prepare(id, peer);
  const seconds = (performance.now() - start) / 1000;
  const peak = process.resourceUsage().maxRSS * 1024;
  const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
  console.log(
    JSON.stringify({
      workload: id,
      peer,
      elements: size,
      loaded_mb: megabytes(before),
      peak_mb: megabytes(peak),
      added_mb: megabytes(peak - before),
      first_call_s: Number(seconds.toFixed(2)),
      value,
    }),
  );
}

async function runAll() {
  const only = new RegExp(option("only", ""));
  const wanted = has("peers") ? option("peers").split(",") : undefined;
  const budget = Number(option("budget", "0.8"));
  const rows = [];
  for (const workload of spec.workloads) {
    if (!only.test(workload.id)) continue;
    for (const peer of peersOf(workload)) {
      if (wanted && !wanted.includes(peer)) continue;
      await withLock(async () => {
        const name = `${workload.id.padEnd(34)} ${peer.padEnd(22)}`;
        try {
          const prepared = await prepare(workload.id, peer);
          const times = await time(prepared, budget, prepared.warm < 2e10 ? 3 : 1);
          release(peer);
          const min = Math.min(...times) / workload.n;
          const middle = median(times) / workload.n;
          rows.push({ w: workload.id, peer, min, median: middle, runs: times.length, value: prepared.value });
          const figures = [min, middle].map((x) => x.toFixed(3).padStart(11)).join(" ");
          const value = JSON.stringify(prepared.value.map((x) => Number(Number(x).toPrecision(7))));
          console.log(`${name} ${figures} ns/sample  x${times.length} ${value}`);
        } catch (error) {
          rows.push({ w: workload.id, peer, error: error.message });
          console.log(`${name} ERROR ${String(error.message).slice(0, 160)}`);
        }
      });
    }
  }
  if (has("json")) writeFileSync(option("json"), `${JSON.stringify({ peers, rows }, null, 2)}\n`);
}

if (has("serve")) await serve();
else if (has("list")) for (const [peer, about] of Object.entries(peers)) console.log(peer.padEnd(28), about);
else if (has("rss")) await peakMemory(...argv.slice(argv.indexOf("--rss") + 1));
else await runAll();
