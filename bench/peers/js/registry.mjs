// The JavaScript peers that are there, and what each can do.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder whose node_modules has the npm peers. */
const root = process.env.PEERS_NODE || fileURLToPath(new URL("..", import.meta.url));

export const require = createRequire(join(root, "package.json"));

/** Where a package is. */
export function folderOf(name) {
  return join(root, "node_modules", name);
}

/** The version of a package; undefined where it is not installed. */
export function versionOf(name) {
  try {
    return JSON.parse(readFileSync(join(folderOf(name), "package.json"), "utf8")).version;
  } catch {
    return undefined;
  }
}

/** Peer → what it is, with its version. */
export const peers = {};

const cases = new Map();

/**
 * Registers what a peer does for an operation: a function of the data that gives what is timed, or that and what makes
 * the value of its result. `fits` may refuse a workload.
 */
export function add(op, peer, setup, fits = () => true) {
  cases.set(`${op}|${peer}`, { op, peer, setup, fits });
}

export const upTo = (n) => (workload) => workload.n <= n;

/** The peers that a workload has. */
export function peersOf(workload) {
  return [...cases.values()].filter(({ op, fits }) => op === workload.op && fits(workload)).map(({ peer }) => peer);
}

/** What was registered, as [function, what makes its value]. */
export function setUp({ op }, peer, data) {
  const made = cases.get(`${op}|${peer}`).setup(data);
  return Array.isArray(made) ? made : [made, numbersOf];
}

function numbersOf(result) {
  return typeof result === "number" ? [result] : [...result];
}
