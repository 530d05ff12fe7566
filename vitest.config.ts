import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

// Tests run on the sources: nothing but the WebAssembly core has to be built for them.
const sources = [
  { find: /^assay$/, replacement: path("packages/assay/src/index.ts") },
  { find: /^@assay\/oracle$/, replacement: path("packages/oracle/src/index.ts") },
  { find: /^@assay\/contract$/, replacement: path("packages/contract/src/index.ts") },
];

const chromium = process.env.CHROME_PATH ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);

// A browser on its own: it is to run tests, not to update itself or talk to its vendor.
const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  test: {
    // On two cores vitest would leave one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A property that fails takes its time to shrink.
    testTimeout: 60_000,
    env: {
      // In CI every run draws the same cases; elsewhere each run looks at others. A failure tells its seed.
      PROPERTY_SEED: process.env.PROPERTY_SEED ?? (process.env.CI ? "20251121" : ""),
      PROPERTY_EFFORT: process.env.PROPERTY_EFFORT ?? "1",
      CHROME_PATH: chromium ?? "",
      CHROME_ARGUMENTS: chromiumArguments.join(" "),
    },
    projects: [
      {
        extends: true,
        resolve: { alias: sources },
        test: {
          name: "node",
          include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["**/node_modules/**", "test/browser/**", "test/slow/**"],
          setupFiles: ["test/support/setup.ts"],
        },
      },
      {
        // What needs gigabytes or minutes: `pnpm test:slow`.
        extends: true,
        resolve: { alias: sources },
        test: { name: "slow", include: ["test/slow/**/*.test.ts"] },
      },
      {
        // The same properties where pages run.
        extends: true,
        resolve: { alias: sources },
        optimizeDeps: { include: ["fast-check"] },
        test: {
          name: "chromium",
          include: ["test/properties/**/*.test.ts"],
          setupFiles: ["test/support/setup.ts"],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { ...(chromium && { executablePath: chromium }), args: chromiumArguments },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        // The built package in a page, seen from Node.
        extends: true,
        test: { name: "chromium-page", include: ["test/browser/**/*.test.ts"] },
      },
    ],
  },
});
