// wasm-pack and wasm-bindgen's command: used from PATH if the version fits, else built once into a cache.
import { accessSync, constants, existsSync, mkdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Problem, ask, isExecutable, mustRun, program, run, say, which } from "./process.mjs";
import * as versions from "./versions.mjs";

const tools = [
  { crate: "wasm-bindgen-cli", bin: "wasm-bindgen", version: versions.wasmBindgen },
  { crate: "wasm-pack", bin: "wasm-pack", version: versions.wasmPack },
];

/** Outside the repository, so that every clone shares it. One folder per tool and version in it. */
function cacheFolder() {
  const { ASSAY_CACHE, XDG_CACHE_HOME } = process.env;
  const wanted = ASSAY_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "assay");
  for (const folder of [wanted, join(tmpdir(), "assay-cache")]) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // A home that cannot be written to is common in containers; the next one will do.
    }
  }
  throw new Problem(`Neither ${wanted} nor ${tmpdir()} can be written to. Set ASSAY_CACHE to a folder that can.`);
}

function fromPath({ bin, version }) {
  const file = which(bin);
  return file && ask(file, ["--version"])?.split(/\s+/)[1] === version ? file : undefined;
}

/** Builds a tool. Unoptimised, for it is needed once a build: its own compile time is what counts. */
async function build({ crate, bin, version }, folder, buildFolder, rust) {
  say(`setup: building ${crate} ${version} (once, some minutes)`);
  const env = { ...rust.env, CARGO_TARGET_DIR: buildFolder, CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS: "fallback" };
  // The flags of somebody's own project are not meant for these.
  for (const name of ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC_BOOTSTRAP"])
    delete env[name];
  const cargoInstall = ["install", "--debug", "--version", version, "--bin", bin, "--root", folder, crate];
  const locked = await run(rust.cargo, [...cargoInstall, "--locked"], { env, show: false });
  if (locked.code === 0) return;
  // A registry mirror can lag behind a single dependency of the lock file; any compatible version serves.
  if (!locked.output.includes("failed to select a version")) throw new Problem(locked.output);
  await mustRun(rust.cargo, cargoInstall, { env });
}

/** Resolves to the folders that hold the tools, to be put first on PATH. */
export async function setUpCargoTools(rust) {
  const folders = [];
  // Shared by the tools, which have many dependencies in common. cargo locks it: a second set-up waits for the first.
  let buildFolder;
  for (const tool of tools) {
    let file = fromPath(tool);
    if (!file) {
      const cache = cacheFolder();
      const folder = join(cache, `${tool.crate}-${tool.version}`);
      file = program(join(folder, "bin"), tool.bin);
      if (!isExecutable(file)) {
        buildFolder = join(cache, "build");
        await build(tool, folder, buildFolder, rust);
      }
    }
    folders.push(dirname(file));
  }
  if (buildFolder && existsSync(buildFolder)) rmSync(buildFolder, { recursive: true, force: true });
  return folders;
}
