// The checks of form: each formats or lints one language. Used by `npm run format`, `npm run lint` and `npm test`.
import { join } from "node:path";
import { root, run, say } from "./process.mjs";
import { haveComponent } from "./rust.mjs";

function biome(args) {
  return run(process.execPath, [join(root, "node_modules/@biomejs/biome/bin/biome"), ...args]);
}

/** The result of a check that could not be made, with its reason, said loudly. */
function skip(reason) {
  say(`\n  *** SKIPPED: ${reason} ***\n`);
  return { code: 0, skipped: true };
}

export function formatScript({ write = false } = {}) {
  return biome(["format", ...(write ? ["--write"] : [])]);
}

export function lintScript() {
  // A warning is a rule too; whoever disagrees turns it off in biome.json.
  return biome(["lint", "--error-on-warnings"]);
}

export function lintExactMath() {
  return run(process.execPath, [join(root, "scripts/exact-math.mjs")]);
}

export async function formatRust({ native }, { write = false } = {}) {
  if (!(await haveComponent(native, "fmt")))
    return skip("Rust was not checked for its format, rustfmt is not to be had here");
  return run(native.cargo, ["fmt", "--all", ...(write ? [] : ["--check"])], { env: native.env });
}

export async function lintRust({ native }) {
  if (!(await haveComponent(native, "clippy"))) {
    return skip("Rust was not linted, for Debian's Rust has no clippy; a toolchain of rustup has it");
  }
  return run(native.cargo, ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], { env: native.env });
}
