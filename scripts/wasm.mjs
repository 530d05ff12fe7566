// Builds the WebAssembly core into packages/assay/src/wasm/generated/, from where the package imports it.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Problem, main, mustRun, root, say, withPath } from "./process.mjs";
import { setup } from "./setup.mjs";
import { fingerprint, isFresh, markFresh } from "./stamps.mjs";
import * as versions from "./versions.mjs";

const crate = "crates/wasm";
const generated = "packages/assay/src/wasm/generated";
const outputs = ["core.wasm", "glue.js", "glue.d.ts", "inline.ts"].map((name) => `${generated}/${name}`);

function rustFlags({ sysroot }) {
  const cargoHome = process.env.CARGO_HOME || join(homedir(), ".cargo");
  return [
    "-Ctarget-feature=+simd128",
    // Messages of panics name source files; nobody's home folder belongs into a published file.
    `--remap-path-prefix=${cargoHome}=/cargo`,
    `--remap-path-prefix=${join(sysroot, "lib/rustlib/src")}=/rustc`,
    `--remap-path-prefix=${root}=/assay/`,
  ];
}

/** Runs wasm-pack; its output is in crates/wasm/pkg as core_bg.wasm, core.js and core.d.ts. */
async function compile({ rust, toolFolders }) {
  const { wasm } = rust;
  const env = {
    ...withPath(toolFolders, wasm.env),
    // Unlike RUSTFLAGS it may hold spaces. It applies to the target alone, for cargo is told one.
    CARGO_ENCODED_RUSTFLAGS: rustFlags(wasm).join("\x1f"),
  };
  // Neither mode downloads anything: all tools are on PATH. `force` is the one that accepts a target without a
  // ready-made standard library.
  const mode = wasm.buildsStd ? "force" : "no-install";
  const wasmPack = [
    "build",
    crate,
    "--mode",
    mode,
    "--target",
    "web",
    "--no-pack",
    "--no-opt",
    "--out-dir",
    "pkg",
    "--out-name",
    "core",
  ];
  await mustRun("wasm-pack", [...wasmPack, "--", ...wasm.cargoArguments], { env });
}

/**
 * Optimises. No feature flags: they come from the module itself, and naming all would rewrite what it asks for.
 *
 * Large functions that are called once stay functions. V8 gives one with more than 8192 values to an allocator that
 * keeps next to nothing in registers; a family of kernels in one function is far beyond that.
 */
async function optimise(from, to) {
  const options = ["-O3", "--one-caller-inline-max-function-size=50"];
  await mustRun(process.execPath, [join(root, "node_modules/binaryen/bin/wasm-opt"), ...options, from, "-o", to]);
}

/** What must hold for the package to work wherever it promises to. */
async function check(bytes, glueFile) {
  if (!WebAssembly.validate(bytes)) throw new Problem("The optimised WebAssembly does not validate.");
  const sections = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "target_features");
  if (!sections.some((section) => Buffer.from(section).includes("+\x07simd128"))) {
    throw new Problem("The WebAssembly was built without SIMD.");
  }
  // Bundlers would take it for an asset to copy, and workers have no import.meta.url.
  if (/import\.meta|new URL\(/.test(readFileSync(glueFile, "utf8"))) {
    throw new Problem(
      "wasm-bindgen's glue refers to its own address; omit-default-module-path should have prevented it.",
    );
  }
  const { initSync } = await import(pathToFileURL(glueFile).href);
  initSync({ module: bytes });
}

function sizes(bytes) {
  const kib = (data) => `${(data.length / 1024).toFixed(1)} KiB`;
  return `core.wasm: ${kib(bytes)}, gzip ${kib(gzipSync(bytes, { level: 9 }))}, brotli ${kib(brotliCompressSync(bytes))}`;
}

export async function buildWasm(tools) {
  const hash = fingerprint(
    ["Cargo.toml", "Cargo.lock", "crates", "scripts/wasm.mjs", "node_modules/binaryen/package.json"],
    [tools.rust.wasm.id, versions.wasmPack],
  );
  if (isFresh("wasm", hash, outputs)) {
    say("build: WebAssembly is up to date");
    return;
  }
  say(`build: WebAssembly with ${tools.rust.wasm.id} (a minute or less)`);
  await compile(tools);
  const pkg = join(root, crate, "pkg");
  const optimised = join(pkg, "core.wasm");
  await optimise(join(pkg, "core_bg.wasm"), optimised);
  const bytes = readFileSync(optimised);
  await check(bytes, join(pkg, "core.js"));

  // Written beside and moved into place at once, so that a build interrupted here leaves no half of it.
  const target = join(root, generated);
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  copyFileSync(optimised, join(fresh, "core.wasm"));
  copyFileSync(join(pkg, "core.js"), join(fresh, "glue.js"));
  copyFileSync(join(pkg, "core.d.ts"), join(fresh, "glue.d.ts"));
  writeFileSync(join(fresh, "inline.ts"), `export const wasmBase64: string =\n  "${bytes.toString("base64")}";\n`);
  if (existsSync(target)) rmSync(target, { recursive: true });
  renameSync(fresh, target);
  markFresh("wasm", hash);
  say(`build: ${sizes(bytes)}`);
}

await main(import.meta, async () => buildWasm(await setup()));
