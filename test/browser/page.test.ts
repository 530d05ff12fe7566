import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assay from "assay";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Figures, figures } from "./figures.js";

const ORIGIN = "http://assay.test";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "assay-page-"));
  const root = fileURLToPath(new URL("page/", import.meta.url));
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "es2022",
      rollupOptions: { input: [join(root, "index.html"), join(root, "web.html")] },
    },
  });
  const executablePath = process.env.CHROME_PATH;
  browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: (process.env.CHROME_ARGUMENTS ?? "").split(" "),
  });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a page computed, with the files that it asked for. No server is needed: requests are answered from the folder. */
async function visit(name: string): Promise<{ answer: Figures; files: string[] }> {
  const page = await browser.newPage();
  const files: string[] = [];
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`${error}`));
  await page.route("**", async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (origin !== ORIGIN) {
      problems.push(`asked for ${route.request().url()}`);
      return route.abort();
    }
    files.push(pathname);
    const body = readFileSync(join(folder, pathname));
    return route.fulfill({ body, contentType: types[extname(pathname)] ?? "application/octet-stream" });
  });
  await page.goto(`${ORIGIN}/${name}`);
  const waited = page.waitForFunction(() => (globalThis as { answer?: Figures }).answer, null, { timeout: 30_000 });
  const answer = await waited.then(
    (handle) => handle.jsonValue() as Promise<Figures>,
    () => undefined,
  );
  await page.close();
  expect(problems).toEqual([]);
  return { answer: answer!, files };
}

describe("a page bundled by Vite", () => {
  const expected = figures(assay);

  test.each(["index.html", "web.html"])("computes the same bits as Node (%s)", async (name) => {
    const { answer } = await visit(name);
    expect(Object.keys(answer)).toEqual(Object.keys(expected));
    const different = Object.keys(expected).filter((figure) => answer[figure] !== expected[figure]);
    expect(different).toEqual([]);
  });

  test("carries the core within its script, or loads it as a file where it is asked for by URL", async () => {
    const isCore = (file: string): boolean => file.endsWith(".wasm");
    expect(readdirSync(join(folder, "assets")).filter(isCore)).toHaveLength(1);
    expect((await visit("index.html")).files.filter(isCore)).toHaveLength(0);
    expect((await visit("web.html")).files.filter(isCore)).toHaveLength(1);
  });
});
