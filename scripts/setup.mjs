// Installs whatever is missing and does nothing where nothing is. `--chromium` adds the browser that tests need.
import { setUpCargoTools } from "./cargo-tools.mjs";
import { setUpChromium } from "./chromium.mjs";
import { checkNode, installNodeModules } from "./node-modules.mjs";
import { main, say } from "./process.mjs";
import { setUpRust } from "./rust.mjs";

export async function setup() {
  checkNode();
  await installNodeModules();
  const rust = await setUpRust();
  const toolFolders = await setUpCargoTools(rust.native);
  return { rust, toolFolders };
}

await main(import.meta, async (args) => {
  const { rust } = await setup();
  say(`setup: ready (WebAssembly: ${rust.wasm.id}; native: ${rust.native.id})`);
  if (args.includes("--chromium")) say(`setup: browser ${await setUpChromium()}`);
});
