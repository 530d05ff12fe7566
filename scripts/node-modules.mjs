// The JavaScript side of the set-up: the right pnpm, and the dependencies it installs.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Problem, root, run, say } from "./process.mjs";
import { fingerprint, isFresh, markFresh } from "./stamps.mjs";
import * as versions from "./versions.mjs";

export function checkNode() {
  if (!versions.atLeast(process.versions.node, versions.node)) {
    throw new Problem(`Node ${versions.node} or newer is needed; this is ${process.versions.node}.`);
  }
}

/** pnpm in exactly the version of package.json; nobody has to install it. Started by `run` or `mustRun`. */
export function pnpm(args, options, start = run) {
  return start("npx", ["-y", `pnpm@${versions.pnpm}`, ...args], options);
}

/** The workspace's package.json files: they and the lock file say what has to be installed. */
export function manifests() {
  const folders = readdirSync(join(root, "packages")).map((name) => `packages/${name}`);
  return [".", ...folders, "test", "bench"]
    .map((folder) => `${folder}/package.json`)
    .filter((file) => existsSync(join(root, file)));
}

function install(lock) {
  // CI: pnpm must not ask whether it may replace node_modules; there may be nobody to answer.
  return pnpm(["install", lock], { env: { ...process.env, CI: "true" }, show: false });
}

export async function installNodeModules() {
  const hash = () => fingerprint(["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests()]);
  if (isFresh("node-modules", hash(), ["node_modules/.pnpm"])) return;
  say(`setup: installing the JavaScript dependencies with pnpm ${versions.pnpm}`);
  // The lock file decides. Where it lags behind a package.json, a developer gets it mended, and CI an error.
  const frozen = await install("--frozen-lockfile");
  if (frozen.code !== 0) {
    if (process.env.CI || !/ERR_PNPM_(OUTDATED|NO)_LOCKFILE/.test(frozen.output)) throw new Problem(frozen.output);
    const updated = await install("--no-frozen-lockfile");
    if (updated.code !== 0) throw new Problem(updated.output);
    say("setup: pnpm-lock.yaml was out of date and has been updated; commit it together with package.json");
  }
  markFresh("node-modules", hash());
}
