import { defineConfig } from "tsup";

const shared = {
  target: "es2022",
  clean: false,
  treeshake: false,
  dts: true,
  noExternal: [/^@assay\//],
} as const;

export default defineConfig([
  // One build for all ES entries: they share their chunks, and so one memory.
  {
    ...shared,
    entry: ["src/index.ts", "src/slim.ts", "src/web.ts", "src/js.ts"],
    format: "esm",
    splitting: true,
    clean: true,
  },
  { ...shared, entry: ["src/index.ts", "src/slim.ts", "src/js.ts"], format: "cjs", splitting: false },
]);
