// Running other programs, and telling people what is going on: shared by every script here.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const isWindows = process.platform === "win32";

/** An error whose message is all that a person needs: it is printed without a stack. */
export class Problem extends Error {}

export function say(line) {
  console.log(line);
}

/** The last lines of a program's output: enough to see why it failed. */
function tail(output, lines = 100) {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}

/**
 * Runs a program and resolves to its exit code and everything it printed.
 * With `show` its output is passed on while it runs; without, the caller decides what is worth showing.
 */
export function run(command, args, { env = process.env, show = true, timeout = 0 } = {}) {
  return new Promise((resolve) => {
    // npx is a .cmd file on Windows, which only a shell can start.
    const shell = isWindows && !/[\\/]/.test(command);
    const child = spawn(command, args, {
      cwd: root,
      env,
      shell,
      timeout,
      killSignal: "SIGKILL",
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.setEncoding("utf8");
      from.on("data", (text) => {
        output += text;
        if (show) to.write(text);
      });
    }
    // A program that outlives the one stopped here can hold on to the pipes; it is not waited for.
    child.on("exit", () => setTimeout(() => [child.stdout, child.stderr].map((pipe) => pipe.destroy()), 5000).unref());
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on("close", (code, signal) => {
      if (signal && timeout)
        output += `\n${command} was stopped (${signal}); its limit was ${timeout / 60_000} minutes\n`;
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Like `run`, silent, but a failure is a Problem that shows the end of the output. */
export async function mustRun(command, args, options = {}) {
  const { code, output } = await run(command, args, { ...options, show: false });
  if (code !== 0) throw new Problem(`${tail(output)}\n${command} ${args.join(" ")} failed (exit code ${code})`);
}

/** What a program prints, or undefined if it is missing or fails: for asking tools who they are. */
export function ask(command, args, env = process.env) {
  const { status, stdout } = spawnSync(command, args, { cwd: root, env, encoding: "utf8", timeout: 60_000 });
  return status === 0 ? stdout.trim() : undefined;
}

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `rustc` is `rustc.exe` on Windows. */
export function program(folder, name) {
  return join(folder, isWindows ? `${name}.exe` : name);
}

export function searchPath() {
  return (process.env.PATH ?? "").split(delimiter).filter(Boolean);
}

/** The first program of this name on PATH. */
export function which(name) {
  return searchPath()
    .map((folder) => program(folder, name))
    .find(isExecutable);
}

/** An environment (this process's, if none is given) with these folders searched first. */
export function withPath(folders, env = process.env) {
  // Windows spells it "Path", and a copy of the environment no longer takes one for the other.
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return { ...env, [name]: [...folders, env[name]].filter(Boolean).join(delimiter) };
}

/** Runs `body` if this file was started by hand rather than imported. */
export async function main(meta, body) {
  if (!process.argv[1] || meta.url !== pathToFileURL(process.argv[1]).href) return;
  try {
    process.exitCode = (await body(process.argv.slice(2))) ?? 0;
  } catch (error) {
    console.error(error instanceof Problem ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
