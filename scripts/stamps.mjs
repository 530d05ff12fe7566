// What is up to date is not done again: a stamp remembers the hash of everything that a step was made from.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.mjs";

const folder = join(root, ".cache");

// Made by builds or installs, so never an input.
const made = new Set(["node_modules", "dist", "target", "pkg", "generated", "coverage"]);

function* filesUnder(path) {
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (!statSync(full).isDirectory()) {
    // A test changes nothing that is built.
    if (!path.endsWith(".test.ts")) yield path;
    return;
  }
  for (const name of readdirSync(full).sort()) {
    if (!made.has(name) && !name.startsWith(".")) yield* filesUnder(`${path}/${name}`);
  }
}

/** A hash of these files and folders (relative to the root) and of any further facts. */
export function fingerprint(paths, facts = []) {
  const hash = createHash("sha256").update(JSON.stringify(facts));
  for (const path of paths.flatMap((path) => [...filesUnder(path)])) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

export function isFresh(name, hash, outputs = []) {
  const file = join(folder, name);
  return (
    existsSync(file) && readFileSync(file, "utf8") === hash && outputs.every((path) => existsSync(join(root, path)))
  );
}

/** Call it with the hash taken before the step, so that a change made meanwhile is noticed next time. */
export function markFresh(name, hash) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), hash);
}
