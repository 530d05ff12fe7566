#!/usr/bin/env node
import * as metrics from "assay";
import { run } from "./command.js";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever reads our output has seen enough: `assay … | head`.
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`assay: ${error.message}\n`);
  process.exit(1);
});
const { stdout, stderr, env } = process;
process.exitCode = await run(process.argv.slice(2), {
  stdout,
  stderr,
  env,
  metrics,
  start: metrics.init,
  now: () => performance.now(),
});
