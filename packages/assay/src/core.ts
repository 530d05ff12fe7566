/**
 * The WebAssembly instance: one per copy of the library, made when it is first needed.
 *
 * @module
 */
import { AssayTypeError } from "@assay/contract";
import * as glue from "./wasm/generated/glue.js";

/** The border's version that this code is written for. */
const ABI = 1;

/** Everything the border exports. */
export type Core = typeof glue;

let memory: WebAssembly.Memory | undefined;
let source: (() => WebAssembly.Module) | undefined;

/** Says where the module comes from, for entries that have it at hand. */
export function provide(load: () => WebAssembly.Module): void {
  source ??= load;
}

/** Whether an instance is there. */
export function isStarted(): boolean {
  return memory !== undefined;
}

/** Makes the instance; does nothing where there is one. */
export function start(module: WebAssembly.Module): void {
  if (memory !== undefined) return;
  const exports = glue.initSync({ module });
  if (glue.abi_version() !== ABI) {
    throw new AssayTypeError("this core.wasm belongs to another version of assay", {
      code: "unsupported",
      argument: "module",
    });
  }
  memory = exports.memory;
}

/** Compiles bytes, with an error that says what is missing where WebAssembly or its SIMD is. */
export function compile(bytes: BufferSource): WebAssembly.Module {
  if (typeof WebAssembly !== "object") {
    throw new AssayTypeError('WebAssembly is not available here; "assay/js" runs without it', {
      code: "unsupported",
      argument: "WebAssembly",
    });
  }
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    throw new AssayTypeError(
      `the WebAssembly core does not compile here: ${String(error)}. It needs WebAssembly SIMD ` +
        '(every engine since 2023); where that is missing, "assay/js" gives the same functions in plain JavaScript',
      { code: "unsupported", argument: "WebAssembly" },
    );
  }
}

/** The border, started if it was not. */
export function core(): Core {
  if (memory === undefined) {
    if (source === undefined) {
      throw new AssayTypeError("call init() with the WebAssembly core before anything else", {
        code: "unsupported",
        argument: "init",
      });
    }
    start(source());
  }
  return glue;
}

/** The instance's memory as it is now: growth replaces the buffer, so it is asked for anew each time. */
export function buffer(): ArrayBuffer {
  core();
  return (memory as WebAssembly.Memory).buffer as ArrayBuffer;
}
