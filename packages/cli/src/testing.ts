import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as oracle from "@assay/oracle";
import { run } from "./command.js";
import type { Metrics } from "./evaluate.js";

/** What a run of the command left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Setting {
  /** Content of the file that `FILE` in the arguments stands for. */
  readonly csv?: string;
  readonly tty?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly metrics?: Metrics;
}

/** The path of a file beside this one. */
export function beside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Runs `assay` in this process. On its clock, reading takes 12.3 ms, starting 5.3, and evaluating 12.3, 3.3, then 1000; the file's path is told as `FILE`. */
export async function assay(args: readonly string[], setting: Setting = {}): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "assay-cli-"));
  try {
    const file = join(folder, "FILE");
    if (setting.csv !== undefined) writeFileSync(file, setting.csv);
    let out = "";
    let err = "";
    const durations = [12.3, 5.3, 12.3, 3.3];
    let time = 0;
    let calls = 0;
    const code = await run(
      args.map((arg) => (arg === "FILE" ? file : arg)),
      {
        stdout: {
          write: (text) => {
            out += text;
          },
          isTTY: setting.tty ?? false,
          ...(setting.columns === undefined ? {} : { columns: setting.columns }),
        },
        stderr: {
          write: (text) => {
            err += text;
          },
        },
        env: setting.env ?? {},
        metrics: setting.metrics ?? oracle,
        start: async () => {},
        now: () => {
          if (calls++ % 2 === 1) time += durations.shift() ?? 1000;
          return time;
        },
      },
    );
    return { code, out: out.replaceAll(file, "FILE"), err: err.replaceAll(file, "FILE") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
