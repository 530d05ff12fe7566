/**
 * assay for pages that load the WebAssembly core by URL, streamed while it compiles: `await init()` before anything else.
 *
 * @module
 */
import { init as initFrom } from "./slim.js";

export * from "./api.js";

/** Fetches and starts the core; a bundler finds its file by this URL. Later calls do nothing. */
export async function init(url: URL | string = new URL("./core.wasm", import.meta.url)): Promise<void> {
  await initFrom(fetch(url));
}
