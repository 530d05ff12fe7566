import { defineConfig } from "tsup";

const shared = {
  target: "es2022",
  clean: false,
  treeshake: false,
  // The private packages are bundled, their types too: found by path they count as this package's own.
  dts: { compilerOptions: { baseUrl: ".", paths: { "@assay/*": ["../*/src/index.ts"] } } },
  noExternal: [/^@assay\//],
} as const;

export default defineConfig([
  // One build for all ES entries: they share their chunks, and so one memory.
  {
    ...shared,
    entry: ["src/index.ts", "src/slim.ts", "src/web.ts", "src/workerd.ts", "src/js.ts"],
    external: ["./core.wasm"],
    format: "esm",
    splitting: true,
    clean: true,
  },
  { ...shared, entry: ["src/index.ts", "src/slim.ts", "src/js.ts"], format: "cjs", splitting: false },
]);
