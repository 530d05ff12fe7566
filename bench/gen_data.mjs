// The data: deterministic, written as raw little-endian arrays.
//
//   node gen_data.mjs            writes what is missing (about 550 MB, 10 s)
//   node gen_data.mjs --check    hashes everything that is there as well
//   node gen_data.mjs --record   rewrites data.sha256.json
//
// The folder is that of BENCH_DATA, or `peer-bench-data` in the temporary folder.
//
// Numbers are made with integer arithmetic, + − × ÷, Math.floor and Math.fround only (no exp, log or cos), so every
// IEEE 754 machine and every JavaScript engine writes the same bytes.
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { endianness, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { datasets } from "./operations/datasets.mjs";

export const folder = process.env.BENCH_DATA || join(tmpdir(), "peer-bench-data");

const manifest = new URL("data.sha256.json", import.meta.url);

/** Whole files are more than one read or write may take. */
const chunk = 1 << 28;

/** xoshiro128** seeded by splitmix32. */
function generator(seed) {
  let s = seed >>> 0;
  const split = () => {
    s = (s + 0x9e3779b9) | 0;
    let z = s;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let a = split();
  let b = split();
  let c = split();
  let d = split();
  const next = () => {
    const x = Math.imul(b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  // Irwin–Hall of eight 16-bit uniforms, plus 32 low bits of dither: close to normal (|z| ≤ 4.9), exact in integer
  // arithmetic, and finely spaced. Eight uniforms on [0, 1] have the standard deviation √(8/12).
  const scale = 1 / (65536 * Math.fround(0.816496580927726));
  const normal = () => {
    const p = next();
    const q = next();
    const u = next();
    const v = next();
    const dither = next() / 4294967296 - 0.5;
    const low = (p & 65535) + (q & 65535) + (u & 65535) + (v & 65535);
    const high = (p >>> 16) + (q >>> 16) + (u >>> 16) + (v >>> 16);
    return (low + high - 262140 + dither) * scale;
  };
  const uniform = () => next() / 4294967296;
  return { normal, uniform };
}

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** exp by range reduction and a Taylor polynomial: + − × ÷ only. */
function exp(x) {
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let p = 1;
  for (let i = 14; i >= 1; i--) p = 1 + (p * r) / i;
  let power = 1;
  for (let i = Math.abs(k); i > 0; i--) power *= k < 0 ? 0.5 : 2;
  return p * power;
}

function sigmoid(x) {
  return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

/** One maker for each kind of dataset: its arrays by the ending of their file's name. */
const makers = {
  // Class-conditional normals, logits made over-confident by 1.5, so that calibration has something to find. AUROC
  // about 0.90.
  binary({ n, pos, priorLogit, seed }) {
    const random = generator(seed);
    const logits = new Float32Array(n);
    const probs = new Float32Array(n);
    const labels = new Uint8Array(n);
    const separation = 1.8;
    for (let i = 0; i < n; i++) {
      const y = random.uniform() < pos ? 1 : 0;
      const x = random.normal() + y * separation;
      const z = Math.fround(1.5 * (priorLogit + separation * (x - separation / 2)));
      labels[i] = y;
      logits[i] = z;
      probs[i] = sigmoid(z);
    }
    return { "logits.f32": logits, "probs.f32": probs, "labels.u8": labels };
  },
  // C Gaussian logits, the true class shifted; classes mildly unequal; accuracy about 0.8.
  multiclass({ n, c, sep, seed }) {
    const random = generator(seed);
    const cumulative = new Float64Array(c);
    let total = 0;
    for (let j = 0; j < c; j++) {
      total += 1 / (1 + (2 * j) / c);
      cumulative[j] = total;
    }
    const logits = new Float32Array(n * c);
    const labels = new Int32Array(n);
    const scale = 1.5 * sep;
    for (let i = 0; i < n; i++) {
      const u = random.uniform() * total;
      let low = 0;
      let high = c - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (cumulative[middle] > u) high = middle;
        else low = middle + 1;
      }
      labels[i] = low;
      const row = i * c;
      for (let j = 0; j < c; j++) logits[row + j] = scale * random.normal();
      logits[row + low] += scale * sep;
    }
    return { "logits.f32": logits, "labels.i32": labels };
  },
  regression({ n, seed }) {
    const random = generator(seed);
    const target = new Float32Array(n);
    const pred = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const t = 10 * random.normal();
      target[i] = t;
      pred[i] = 0.9 * t + 2 * random.normal() + 0.3;
    }
    return { "target.f32": target, "pred.f32": pred };
  },
};

const endings = {
  binary: ["logits.f32", "probs.f32", "labels.u8"],
  multiclass: ["logits.f32", "labels.i32"],
  regression: ["target.f32", "pred.f32"],
};

/** Written beside and moved into place, so that an interruption leaves no half of a file. */
function write(file, array) {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const handle = openSync(`${file}.tmp`, "w");
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, Math.min(chunk, bytes.length - at));
  closeSync(handle);
  renameSync(`${file}.tmp`, file);
}

/** Fills an array from the beginning of a file. */
export function read(file, array) {
  const bytes = new Uint8Array(array.buffer);
  const handle = openSync(file, "r");
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(handle, bytes, at, Math.min(chunk, bytes.length - at), at);
    if (count === 0) throw new Error(`${file} is shorter than it should be; delete it`);
    at += count;
  }
  closeSync(handle);
  return array;
}

function sha256(file) {
  const hash = createHash("sha256");
  const handle = openSync(file, "r");
  const block = Buffer.alloc(1 << 24);
  for (let count = readSync(handle, block); count > 0; count = readSync(handle, block)) {
    hash.update(block.subarray(0, count));
  }
  closeSync(handle);
  return hash.digest("hex");
}

/** The files of a dataset by the names they have in the manifest. */
function filesOf(name) {
  return endings[datasets[name].kind].map((ending) => `${name}.${ending}`);
}

function hashesOf(name) {
  return Object.fromEntries(filesOf(name).map((file) => [file, sha256(join(folder, file))]));
}

/** Files whose bytes are not those of the manifest. */
function differing(hashes) {
  const expected = JSON.parse(readFileSync(manifest, "utf8"));
  return Object.keys(hashes).filter((file) => hashes[file] !== expected[file]);
}

/** The beginning of a dataset, by the endings of its files. */
export function generate(name, n = datasets[name].n) {
  const dataset = datasets[name];
  return makers[dataset.kind]({ ...dataset, n });
}

/** Writes a dataset if it is missing; true if it had to. */
function make(name, say) {
  if (filesOf(name).every((file) => existsSync(join(folder, file)))) return false;
  const start = performance.now();
  mkdirSync(folder, { recursive: true });
  for (const [ending, array] of Object.entries(generate(name))) {
    write(join(folder, `${name}.${ending}`), array);
  }
  say(`${name}: written in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return true;
}

/** Makes sure that a dataset is there, with the bytes that it has everywhere. */
export function ensure(name, say = console.error) {
  if (endianness() !== "LE") throw new Error("the data is little-endian, and this machine is not");
  if (!make(name, say)) return;
  const wrong = differing(hashesOf(name));
  if (wrong.length > 0) throw new Error(`the bytes of ${wrong.join(", ")} are not those of data.sha256.json`);
}

function main(options) {
  const check = options.includes("--check");
  const record = options.includes("--record");
  const hashes = {};
  for (const [name, { sliceOf }] of Object.entries(datasets)) {
    if (sliceOf) continue;
    const fresh = make(name, console.log);
    if (fresh || check || record) Object.assign(hashes, hashesOf(name));
  }
  if (record) writeFileSync(manifest, `${JSON.stringify(hashes, null, 2)}\n`);
  const wrong = differing(hashes);
  for (const file of wrong) console.error(`${file}: its bytes are not those of data.sha256.json`);
  if (wrong.length > 0) return 1;
  console.log("the data is there");
  return 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
