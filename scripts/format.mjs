// Formats everything; with `--check` it only says what is not formatted.
import { formatRust, formatScript } from "./checks.mjs";
import { main } from "./process.mjs";
import { setup } from "./setup.mjs";

await main(import.meta, async (args) => {
  const write = !args.includes("--check");
  const { rust } = await setup();
  const results = [await formatScript({ write }), await formatRust(rust, { write })];
  return results.some(({ code }) => code !== 0) ? 1 : 0;
});
