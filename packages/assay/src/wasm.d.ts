/** What a worker's bundler makes of an import of a WebAssembly file. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  // biome-ignore lint/style/noDefaultExport: that is how workers import modules
  export default module;
}
