/**
 * assay: what are a model's predictions worth? The WebAssembly core is inline, so this entry works as it is in Node,
 * Deno, Bun, bundlers and plain module scripts, with no `await`.
 *
 * @module
 */
import { compile, core, provide } from "./core.js";
import { decodeBase64 } from "./decode.js";
import { wasmBase64 } from "./wasm/generated/inline.js";

export * from "./api.js";

provide(() => compile(decodeBase64(wasmBase64)));

/** Makes sure that the core is ready. Never needed with this entry; it is here so that portable code can always call it. */
export async function init(): Promise<void> {
  core();
}
