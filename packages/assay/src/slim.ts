/**
 * assay without the WebAssembly core: the caller brings it.
 *
 * @module
 */
import { compile, isStarted, start } from "./core.js";

export * from "./api.js";

/** Where the core can come from: its bytes, a compiled module, a response that carries it, or a promise of one. */
export type CoreSource = BufferSource | WebAssembly.Module | Response | PromiseLike<Response>;

/** Starts the library with the core. Later calls do nothing. */
export async function init(source: CoreSource): Promise<void> {
  if (isStarted()) return;
  start(await moduleOf(source));
}

/** The same without `await`, for bytes or a module. */
export function initSync(source: BufferSource | WebAssembly.Module): void {
  if (!isStarted()) start(source instanceof WebAssembly.Module ? source : compile(source));
}

async function moduleOf(source: CoreSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return compile(source as BufferSource);
  const response = await (source as Response | PromiseLike<Response>);
  const isWasm = response.headers.get("content-type")?.startsWith("application/wasm") ?? false;
  return isWasm ? WebAssembly.compileStreaming(response) : compile(await response.arrayBuffer());
}
