/**
 * The same functions in plain TypeScript, written from the definitions: to check any number against, and to run where
 * there is no WebAssembly. Slower, and outside the promise of equal bits on every machine.
 *
 * @module
 */

export * from "@assay/contract";
export * from "@assay/oracle";

/** There is nothing to load. */
export async function init(): Promise<void> {}
