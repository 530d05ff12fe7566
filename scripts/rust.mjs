// Finds the Rust toolchains: one for WebAssembly, one for native tests. They are often the same.
import { existsSync, readlinkSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import * as apt from "./apt.mjs";
import { Problem, ask, isExecutable, program, run, say, searchPath, which, withPath } from "./process.mjs";
import { isFresh, markFresh } from "./stamps.mjs";
import * as versions from "./versions.mjs";

const target = "wasm32-unknown-unknown";

// Debian has no ready-made standard library for WebAssembly, but it has the source, and its compiler can build that.
// rust-web-llvm brings the linker's name; the linker itself is found through it, see installDebian().
const debianPackages = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "gcc", "libc6-dev"];
const debianLinker = "/usr/bin/rust-lld";

/** Every toolchain that is here and new enough, in the order of PATH. */
function toolchains() {
  const folders = [...searchPath(), join(homedir(), ".cargo", "bin"), "/usr/bin"];
  const seen = new Set();
  const found = [];
  for (const bin of folders) {
    const rustc = program(bin, "rustc");
    if (!isExecutable(rustc) || !isExecutable(program(bin, "cargo"))) continue;
    const real = join(realpathSync(bin), "rustc");
    if (seen.has(real)) continue;
    seen.add(real);
    const version = ask(rustc, ["--version"])?.match(/^rustc (\d+\.\d+\.\d+)/)?.[1];
    if (!version || !versions.atLeast(version, versions.rust)) continue;
    const [sysroot, libdir] =
      ask(rustc, ["--print", "sysroot", "--print", "target-libdir", "--target", target])?.split(/\r?\n/) ?? [];
    if (!sysroot) continue;
    found.push({ bin, version, sysroot, isDebian: sysroot === "/usr", hasTarget: existsSync(libdir) });
  }
  return found;
}

/** Debian's compiler together with all it needs to build the standard library. */
function debianReady(all) {
  const debian = all.find((one) => one.isDebian);
  // A link to a linker that is not installed does not exist.
  return debian && existsSync(debianLinker) && debianPackages.every(apt.isInstalled) ? debian : undefined;
}

function describe(toolchain, buildsStd) {
  const { bin, version, sysroot } = toolchain;
  return {
    ...toolchain,
    buildsStd,
    cargo: program(bin, "cargo"),
    // What makes two toolchains' output differ, for stamps.
    id: `rustc ${version} in ${sysroot}${buildsStd ? ", std built from source" : ""}`,
    env: { ...withPath([bin]), ...(buildsStd && { RUSTC_BOOTSTRAP: "1" }) },
    cargoArguments: buildsStd ? ["-Zbuild-std=std,panic_abort"] : [],
  };
}

function wasmToolchain(all) {
  const ready = all.find((one) => one.hasTarget);
  if (ready) return describe(ready, false);
  const debian = debianReady(all);
  return debian && describe(debian, true);
}

/** Asks rustup for the target, once for each of its toolchains: where that is impossible, it stays impossible. */
async function addTarget(all) {
  const toolchain = all.find((one) => !one.isDebian);
  const rustup =
    toolchain && (isExecutable(program(toolchain.bin, "rustup")) ? program(toolchain.bin, "rustup") : which("rustup"));
  if (!rustup || isFresh("rustup-refused", toolchain.sysroot)) return false;
  say(`setup: rustup target add ${target}`);
  const { code } = await run(rustup, ["target", "add", target], { show: false });
  if (code !== 0) {
    say("setup: rustup could not add it");
    markFresh("rustup-refused", toolchain.sysroot);
  }
  return code === 0;
}

async function installDebian() {
  const purpose = "Rust for WebAssembly";
  if (!(await apt.install(debianPackages, purpose))) return false;
  // The name differs with Debian's LLVM version (lld-22 at the time of writing), so it is read, not pinned.
  if (!existsSync(debianLinker)) return apt.install([basename(readlinkSync(debianLinker))], purpose);
  return true;
}

/** Native code needs a linker: the compiler of the system. Other systems bring theirs along with Rust. */
async function needLinker() {
  if (process.platform !== "linux" || which("cc")) return;
  if (!(await apt.install(["gcc", "libc6-dev"], "Rust's linker"))) {
    throw new Problem(
      "Rust needs a C compiler for linking and there is no `cc` on PATH. On Debian: apt-get install gcc libc6-dev",
    );
  }
}

function whatToInstall() {
  return [
    `Rust ${versions.rust} or newer with the target ${target} is needed. Either of these gives it:`,
    `  - rustup (https://rustup.rs), then: rustup update stable && rustup target add ${target}`,
    `  - Debian 12: sudo apt-get update && sudo apt-get install ${debianPackages.join(" ")} lld-22 rustfmt-web`,
  ].join("\n");
}

export async function setUpRust() {
  let all = toolchains();
  if (!all.some((one) => one.hasTarget) && (await addTarget(all))) all = toolchains();
  let wasm = wasmToolchain(all);
  if (!wasm && (await installDebian())) {
    all = toolchains();
    wasm = wasmToolchain(all);
  }
  if (!wasm) throw new Problem(whatToInstall());
  await needLinker();
  return { wasm, native: describe(all[0], false) };
}

/**
 * rustfmt or clippy for the native toolchain, installed if that can be done.
 * Resolves to false only where Debian's toolchain is used, which has no clippy.
 */
export async function haveComponent(native, name) {
  const here = () => ask(native.cargo, [name, "--version"], native.env) !== undefined;
  if (here()) return true;
  const component = name === "fmt" ? "rustfmt" : name;
  if (native.isDebian) {
    if (name === "fmt" && (await apt.install(["rustfmt-web"], "formatting Rust")) && here()) return true;
    return false;
  }
  await run(program(native.bin, "rustup"), ["component", "add", component], { show: false });
  if (here()) return true;
  throw new Problem(`cargo ${name} is missing; install it with: rustup component add ${component}`);
}
