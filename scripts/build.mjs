// Builds everything that changed: the WebAssembly core, then the packages that use it.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { manifests, pnpm } from "./node-modules.mjs";
import { Problem, main, mustRun, root, say } from "./process.mjs";
import { setup } from "./setup.mjs";
import { fingerprint, isFresh, markFresh } from "./stamps.mjs";
import { buildWasm } from "./wasm.mjs";

/** The packages with a `build` script; each of them leaves a dist folder. */
function buildable() {
  return manifests()
    .filter((file) => file.startsWith("packages/") && JSON.parse(readFileSync(join(root, file), "utf8")).scripts?.build)
    .map((file) => dirname(file));
}

async function buildPackages() {
  const packages = buildable();
  const hash = fingerprint([
    "packages",
    "tsconfig.base.json",
    "pnpm-lock.yaml",
    "packages/assay/src/wasm/generated",
    ".cache/wasm",
  ]);
  const outputs = packages.map((folder) => `${folder}/dist`);
  if (isFresh("packages", hash, outputs)) {
    say("build: packages are up to date");
    return;
  }
  say("build: packages");
  // pnpm builds a package after those it depends on.
  await pnpm(["--recursive", "--if-present", "--workspace-concurrency=2", "run", "build"], {}, mustRun);
  const missing = outputs.filter((folder) => !existsSync(join(root, folder)));
  if (missing.length > 0) throw new Problem(`Built, but nothing was left in ${missing.join(", ")}.`);
  markFresh("packages", hash);
}

export async function build(tools) {
  await buildWasm(tools);
  await buildPackages();
}

await main(import.meta, async () => build(await setup()));
