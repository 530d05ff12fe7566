/**
 * The library's memory, seen through its handles.
 *
 * @module
 */
import { type Handle, uint8 } from "assay";

/** The size of the library's memory. */
export function memoryBytes(): number {
  const handle = uint8(1);
  try {
    return handle.view.buffer.byteLength;
  } finally {
    handle.free();
  }
}

/** Makes memory grow, so that all views made before are detached. */
export function grow(): void {
  const before = memoryBytes();
  const handle = uint8(before);
  handle.free();
  if (memoryBytes() === before) throw new Error("memory did not grow");
}

/** Runs with handles that are freed whatever happens. */
export function withHandles<Result>(body: (keep: <Of extends Handle>(handle: Of) => Of) => Result): Result {
  const handles: Handle[] = [];
  try {
    return body((handle) => {
      handles.push(handle);
      return handle;
    });
  } finally {
    for (const handle of handles) handle.free();
  }
}
