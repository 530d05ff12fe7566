/**
 * assay for workers that may not compile WebAssembly at run time: the core comes as a module import.
 *
 * @module
 */

import { core, provide } from "./core.js";
import module from "./core.wasm";

export * from "./api.js";

provide(() => module);

/** Makes sure that the core is ready. Never needed with this entry. */
export async function init(): Promise<void> {
  core();
}
