// Processes that run peers: one JSON command a line, one JSON answer a line.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

function commandOf(kind, ours) {
  const python = [process.env.PYTHON || "python3", here("bench_py.py"), "--serve"];
  const node = (...args) => [
    process.env.NODE_BIN || process.execPath,
    "--expose-gc",
    "--max-old-space-size=8192",
    here("bench_js.mjs"),
    "--serve",
    "--families",
    ...args,
  ];
  if (kind === "py") return python;
  if (kind === "jax1") return ["taskset", "-c", "0", ...python];
  if (kind === "small") return node("ml,scikitjs,polars");
  if (kind === "ours") return node("none", "--ours", ours);
  return node(kind);
}

/** Some settings for older processors would slow a current OpenBLAS. */
function environment() {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...rest } = process.env;
  return rest;
}

/**
 * Starts a worker: `py`; `jax1`, the same pinned to one core; `ours`, the adapter of that path; or a family of
 * `bench_js.mjs`.
 */
export function startWorker(kind, { ours, verbose = false } = {}) {
  const [command, ...args] = commandOf(kind, ours);
  const stdio = ["pipe", "pipe", verbose ? "inherit" : "ignore"];
  const child = spawn(command, args, { stdio, env: environment() });
  const waiting = [];
  let ended;
  const end = (why) => {
    ended = why;
    for (const answer of waiting.splice(0)) answer({ error: why });
  };
  child.on("error", (error) => end(error.message));
  child.on("exit", (code, signal) => end(`worker ended (${signal ?? code})`));
  child.stdin.on("error", () => {});
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(JSON.parse(line)));
  const send = (message) => child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    kind,
    pid: child.pid,
    hasEnded: () => ended !== undefined,
    ask(message) {
      if (ended !== undefined) return Promise.resolve({ error: ended });
      return new Promise((answer) => {
        waiting.push(answer);
        send(message);
      });
    },
    stop() {
      if (ended === undefined) send({ cmd: "quit" });
      child.stdin.end();
    },
  };
}
