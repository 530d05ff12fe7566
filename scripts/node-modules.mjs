// The JavaScript side of the set-up: the right pnpm, and the dependencies it installs.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Problem, mustRun, root, run, say } from "./process.mjs";
import { fingerprint, isFresh, markFresh } from "./stamps.mjs";
import * as versions from "./versions.mjs";

export function checkNode() {
  if (!versions.atLeast(process.versions.node, versions.node)) {
    throw new Problem(`Node ${versions.node} or newer is needed; this is ${process.versions.node}.`);
  }
}

/** Arguments for `npx`: pnpm in exactly the version of package.json, so nobody has to install it. */
function npx(args) {
  return ["-y", `pnpm@${versions.pnpm}`, ...args];
}

export function pnpm(args, options) {
  return run("npx", npx(args), options);
}

/** The workspace's package.json files: they and the lock file say what has to be installed. */
export function manifests() {
  const folders = readdirSync(join(root, "packages")).map((name) => `packages/${name}`);
  return [".", ...folders, "test", "bench"]
    .map((folder) => `${folder}/package.json`)
    .filter((file) => existsSync(join(root, file)));
}

export async function installNodeModules() {
  const hash = () => fingerprint(["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests()]);
  if (isFresh("node-modules", hash(), ["node_modules/.pnpm"])) return;
  say(`setup: installing the JavaScript dependencies with pnpm ${versions.pnpm}`);
  const locked = existsSync(join(root, "pnpm-lock.yaml"));
  // CI=true: pnpm must not ask whether it may replace node_modules; there may be nobody to answer.
  const env = { ...process.env, CI: "true" };
  await mustRun("npx", npx(["install", locked ? "--frozen-lockfile" : "--no-frozen-lockfile"]), { env });
  markFresh("node-modules", hash());
}
