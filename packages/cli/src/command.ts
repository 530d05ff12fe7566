import { statSync } from "node:fs";
import { basename, extname } from "node:path";
import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { delimiter, list, type Options, requestOf, wholeNumber } from "./arguments.js";
import type { Dataset } from "./dataset.js";
import { type Evaluation, evaluate, type Metrics } from "./evaluate.js";
import { explain, Failure } from "./failure.js";
import { toJson } from "./json.js";
import { Progress } from "./progress.js";
import { type ReadRequest, readFile } from "./read.js";
import { type Findings, report } from "./report/report.js";
import { colourStyle, plainStyle } from "./report/style.js";
import type { Timing } from "./report/timing.js";

/** A stream to write to: a terminal, a pipe, or a test's ear. */
export interface Outlet {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What the command runs in. */
export interface World {
  readonly stdout: Outlet;
  readonly stderr: Outlet;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly metrics: Metrics;
  /** Makes `metrics` ready for use. */
  readonly start: () => Promise<void>;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
}

/** Terminal columns that the report fills. */
const narrowest = 72;
const usual = 100;
const widest = 110;

/** What takes fewer milliseconds than this is mostly the first calls, so it is done again and again for as long. */
const patience = 200;
const mostRuns = 100;

/** Runs the command line; the exit code is 0, 2 for what the user can put right, or 1 for a defect of this program. */
export async function run(args: readonly string[], world: World): Promise<number> {
  const program = commandLine(world);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const known = error instanceof Failure;
    const message = error instanceof Error ? error.message : String(error);
    world.stderr.write(`assay: ${known ? "" : "internal error, please report it: "}${oneLine(message)}\n`);
    return known ? 2 : 1;
  }
}

function commandLine(world: World): Command {
  const program = new Command("assay")
    .description("What are a model's predictions worth?")
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(text),
      outputError: (text, write) => write(`${oneLine(text.replace(/^error: /, "assay: "))}\n`),
    });
  program
    .command("evaluate")
    .description("report how good the predictions in a CSV file are")
    .argument("<file>", "CSV file with a header")
    .requiredOption("--target <column>", "column of true labels: whole numbers from 0, or words")
    .option("--score <column>", "two classes: column with the probability of the positive one")
    .option("--probabilities <columns>", "several classes: a column of probabilities each, in class order: a,b,c", list)
    .option("--weight <column>", "column of sample weights")
    .option("--positive <label>", "the positive label, where labels are not 0 and 1")
    .option("--class-names <names>", "names of the classes in order: a,b,c", list)
    .option("--name <text>", "title of the report (default: the file's name)")
    .option("--bins <number>", "bins of the reliability table (default: 15)", wholeNumber)
    .option("--delimiter <text>", 'what separates cells; "tab" for tabs', delimiter, ",")
    .option("--float32", "round probabilities to float32, as a model computed them")
    .option("--json", "all figures as JSON")
    .option("--no-color", "no colours; also with NO_COLOR, and when not on a terminal")
    .addHelpText(
      "after",
      `
Examples:
  $ assay evaluate scores.csv --target y --score p
  $ assay evaluate mail.csv --target label --positive spam --score p_spam
  $ assay evaluate pets.csv --target pet --probabilities cat,dog,fox`,
    )
    .action(async (file: string, options: Options) => {
      world.stdout.write(await evaluateFile(file, options, world));
    });
  return program;
}

async function evaluateFile(file: string, options: Options, world: World): Promise<string> {
  const request = requestOf(options);
  try {
    const reading = await timed(() => readWithProgress(file, request, world), world);
    const data = reading.result;
    const start = await timed(world.start, world);
    const first = await timed(() => evaluateRows(data, options, world), world);
    const warm = first.took < patience ? await fastest(() => evaluateRows(data, options, world), world) : undefined;
    const evaluation = first.result;
    const time: Timing = {
      read: reading.took,
      start: start.took,
      evaluate: first.took,
      ...(warm === undefined ? {} : { warm }),
    };
    const source = { name: options.name ?? basename(file, extname(file)), file: basename(file) };
    const findings: Findings = { source, data, evaluation, time };
    return options.json === true ? toJson(findings, packageJson.version) : report(findings, pageOf(options, world));
  } catch (error) {
    throw error instanceof Failure ? new Failure(`${file}: ${error.message}`) : error;
  }
}

/** What `work` gives and how many milliseconds it took. */
async function timed<T>(work: () => T, { now }: World): Promise<{ result: Awaited<T>; took: number }> {
  const begin = now();
  const result = await work();
  return { result, took: now() - begin };
}

/** The fastest of many runs. */
async function fastest(work: () => unknown, world: World): Promise<{ best: number; runs: number }> {
  let best = Number.POSITIVE_INFINITY;
  let runs = 0;
  for (let spent = 0; spent < patience && runs < mostRuns; runs++) {
    const { took } = await timed(work, world);
    best = Math.min(best, took);
    spent += took;
  }
  return { best, runs };
}

function evaluateRows(data: Dataset, { bins }: Options, { metrics }: World): Evaluation {
  try {
    return evaluate(metrics, data, bins === undefined ? {} : { numBins: bins });
  } catch (error) {
    throw explain(error, data);
  }
}

async function readWithProgress(file: string, request: ReadRequest, world: World): Promise<Dataset> {
  if (world.stderr.isTTY !== true || world.env.TERM === "dumb") return readFile(file, request);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const progress = new Progress(world.stderr, size, world.now);
  try {
    return await readFile(file, request, (bytes) => progress.at(bytes));
  } finally {
    progress.done();
  }
}

function pageOf(options: Options, { stdout, env }: World): { width: number; style: typeof plainStyle } {
  const coloured = options.color && !env.NO_COLOR && env.TERM !== "dumb" && stdout.isTTY === true;
  const width = Math.min(widest, Math.max(narrowest, stdout.columns || usual));
  return { width, style: coloured ? colourStyle : plainStyle };
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}
