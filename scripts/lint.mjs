// Lints everything.
import { lintExactMath, lintRust, lintScript } from "./checks.mjs";
import { main } from "./process.mjs";
import { setup } from "./setup.mjs";

await main(import.meta, async () => {
  const { rust } = await setup();
  const results = [await lintScript(), await lintExactMath(), await lintRust(rust)];
  return results.some(({ code }) => code !== 0) ? 1 : 0;
});
