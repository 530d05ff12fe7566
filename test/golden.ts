/**
 * `pnpm golden [DIR] [--backend oracle|wasm|all]`: the reference values of a folder of tables against the backends.
 *
 * Prints for each backend every failing id with what came and what was expected, the metrics that are not built, and
 * `N passed, N failed, N not yet`. Ends with exit code 1 where something failed.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Backend } from "@assay/contract";
import * as oracle from "@assay/oracle";
import { metrics } from "./golden/adapter.js";
import { type Contestant, runCases } from "./golden/runner.js";
import { readCases } from "./golden/table.js";

const NAMES = ["oracle", "wasm"] as const;
type Name = (typeof NAMES)[number];

async function load(name: Name): Promise<Contestant | undefined> {
  if (name === "oracle") return { name, backend: oracle, single: false };
  // The name is kept from the type checker: the package has to be built before it has types.
  const specifier: string = "assay";
  if (!existsSync(fileURLToPath(import.meta.resolve(specifier)))) return undefined;
  return { name, backend: (await import(specifier)) as Backend, single: true };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { backend: { type: "string", default: "all" } },
    allowPositionals: true,
  });
  const asked = values.backend;
  const names = NAMES.filter((name) => asked === "all" || asked === name);
  if (names.length === 0 || positionals.length > 1) {
    throw new Error("use: pnpm golden [DIR] [--backend oracle|wasm|all]");
  }
  const own = fileURLToPath(new URL("golden/", import.meta.url));
  // A folder is meant from where the command was given.
  const [folder = own] = positionals.map((path) => resolve(process.env.INIT_CWD ?? process.cwd(), path));
  const cases = readCases(folder);
  let code = 0;
  for (const name of names) {
    const contestant = await load(name);
    if (contestant === undefined) {
      console.log(`\nbackend ${name} is not built`);
      if (asked === name) code = 1;
      continue;
    }
    const { passed, failures, notYet } = runCases(cases, contestant, metrics, oracle);
    console.log(`\nbackend ${name}: ${folder}`);
    for (const { id, problems } of failures) {
      console.log(`FAILED ${id}`);
      for (const problem of problems.slice(0, 5)) console.log(`  ${problem}`);
      if (problems.length > 5) console.log(`  and ${problems.length - 5} more`);
    }
    if (notYet.size > 0) {
      console.log(
        `not yet: ${[...notYet]
          .map(([metric, count]) => `${metric} ${count}`)
          .sort()
          .join(", ")}`,
      );
    }
    const open = [...notYet.values()].reduce((total, count) => total + count, 0);
    console.log(`${passed} passed, ${failures.length} failed, ${open} not yet`);
    if (failures.length > 0) code = 1;
  }
  return code;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
