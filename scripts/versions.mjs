// Every version the scripts need, each stated once: here, or in the file that already has to state it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem, root } from "./process.mjs";

/** Builds the WebAssembly; nothing else in the project names a version for it. */
export const wasmPack = "0.15.1";

const read = (file) => readFileSync(join(root, file), "utf8");
const manifest = JSON.parse(read("package.json"));

export const node = manifest.engines.node.replace(/^>=\s*/, "");
export const pnpm = manifest.packageManager.replace(/^pnpm@/, "");
export const rust = find("Cargo.toml", /^rust-version\s*=\s*"([^"]+)"/m);
/** wasm-bindgen's command refuses to work on output of any other version of its crate. */
export const wasmBindgen = find("Cargo.lock", /^name = "wasm-bindgen"\nversion = "([^"]+)"/m);

function find(file, pattern) {
  const version = pattern.exec(read(file).replaceAll("\r\n", "\n"))?.[1];
  if (!version) throw new Problem(`${file} does not state the version that ${pattern} looks for`);
  return version;
}

/** Whether version `a` is `b` or newer; a missing part counts as 0. */
export function atLeast(a, b) {
  const [x, y] = [a, b].map((version) => version.split(/[.+-]/).map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (x[i] || 0) - (y[i] || 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
