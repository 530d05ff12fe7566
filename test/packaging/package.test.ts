import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const own = fileURLToPath(new URL(".", import.meta.url));
const typescript = join(root, "node_modules/typescript/bin/tsc");

/** A project with the packed package installed in it. */
let project: string;
let installed: string;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "assay-package-"));
  const shell = process.platform === "win32";
  const npm = (args: string[], cwd: string) => run("npm", args, { cwd, shell });
  const { stdout } = await npm(["pack", "--json", "--pack-destination", project], join(root, "packages/assay"));
  const [{ filename }] = JSON.parse(stdout);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  // The package has no dependencies, so nothing has to be fetched.
  await npm(["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", `./${filename}`], project);
  installed = join(project, "node_modules/assay");
}, 60_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Runs a script in the project and returns what it printed as JSON. */
async function script(name: string, text: string): Promise<unknown> {
  writeFileSync(join(project, name), text);
  const { stdout } = await run(process.execPath, [name], { cwd: project });
  return JSON.parse(stdout);
}

const tell = (expression: string): string => `console.log(JSON.stringify(${expression}));`;
const answer = "mseLoss(Float32Array.of(1, 2), [1, 4])";

describe("an ES module imports", () => {
  test("assay, with no await", async () => {
    const text = `import { mseLoss, init } from "assay"; await init(); ${tell(answer)}`;
    expect(await script("main.mjs", text)).toBe(2);
  });

  test("assay/slim with assay/core.wasm", async () => {
    const text = `
      import { readFileSync } from "node:fs";
      import { fileURLToPath } from "node:url";
      import { init, initSync, mseLoss } from "assay/slim";
      const bytes = readFileSync(fileURLToPath(import.meta.resolve("assay/core.wasm")));
      let before = "";
      try { ${answer} } catch (error) { before = error.code; }
      initSync(bytes);
      await init(bytes);
      ${tell(`[before, ${answer}]`)}`;
    expect(await script("slim.mjs", text)).toEqual(["unsupported", 2]);
  });

  test("assay/web, which loads the core by URL", async () => {
    const text = `
      import { readFileSync } from "node:fs";
      import { fileURLToPath } from "node:url";
      import { init, mseLoss } from "assay/web";
      const bytes = readFileSync(fileURLToPath(import.meta.resolve("assay/core.wasm")));
      await init("data:application/wasm;base64," + bytes.toString("base64"));
      ${tell(answer)}`;
    expect(await script("web.mjs", text)).toBe(2);
  });

  test("assay/js, which loads nothing", async () => {
    const text = `import { mseLoss } from "assay/js"; delete globalThis.WebAssembly; ${tell(answer)}`;
    expect(await script("js.mjs", text)).toBe(2);
  });

  test("its entries with one memory between them", async () => {
    const text = `
      import { float32 } from "assay";
      import { mseLoss } from "assay/slim";
      const handle = float32(2);
      handle.view.set([1, 2]);
      ${tell("mseLoss(handle, [1, 4])")}`;
    expect(await script("shared.mjs", text)).toBe(2);
  });
});

describe("CommonJS requires", () => {
  test.each(["assay", "assay/js"])("%s", async (entry) => {
    expect(await script("main.cjs", `const { mseLoss } = require("${entry}"); ${tell(answer)}`)).toBe(2);
  });

  test("assay/slim with assay/core.wasm", async () => {
    const text = `
      const { readFileSync } = require("node:fs");
      const { initSync, mseLoss } = require("assay/slim");
      initSync(new WebAssembly.Module(readFileSync(require.resolve("assay/core.wasm"))));
      ${tell(answer)}`;
    expect(await script("slim.cjs", text)).toBe(2);
  });

  test("another memory than ES modules import, and says so", async () => {
    const text = `
      import { createRequire } from "node:module";
      import { float32 } from "assay";
      const { mseLoss, isAssayError } = createRequire(import.meta.url)("assay");
      let code = "";
      try { mseLoss(float32(2), [1, 2]); } catch (error) { code = isAssayError(error) && error.code; }
      ${tell("code")}`;
    expect(await script("both.mjs", text)).toBe("foreign");
  });
});

describe("TypeScript understands the package,", () => {
  const lib = ["ES2022", "ESNext.Disposable", "DOM"];
  test.each([
    ["Node, both as an ES module and as CommonJS,", "node16", ["consumer.mts", "consumer.cts"]],
    ["a bundler", "bundler", ["consumer.ts"]],
  ])("as %s sees it", async (_, moduleResolution, files) => {
    const folder = join(project, moduleResolution);
    mkdirSync(folder);
    for (const file of files) copyFileSync(join(own, "consumer.ts"), join(folder, file));
    const module = moduleResolution === "bundler" ? "esnext" : moduleResolution;
    const strict = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false, types: [] };
    const compilerOptions = { target: "es2022", lib, module, moduleResolution, ...strict };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const result = run(process.execPath, [typescript, "-p", folder]).then(
      () => "",
      (error: { stdout: string }) => error.stdout,
    );
    expect(await result).toBe("");
  });
});

describe("what is in the package", () => {
  const files = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? files(path) : [path];
    });

  test("is what package.json promises, without sources", () => {
    const names = files(installed).map((file) => relative(installed, file).replaceAll("\\", "/"));
    expect(names.filter((name) => dirname(name) !== "dist" && dirname(name) !== ".")).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(["dist/core.wasm", "LICENSE-MIT", "LICENSE-APACHE", "README.md"]));
    expect(JSON.parse(readFileSync(join(installed, "package.json"), "utf8")).dependencies).toBeUndefined();
  });

  test("names no folder of the machine that built it", () => {
    const folders = [root.replace(/[\\/]$/, ""), homedir()].filter((folder) => folder.length > 3);
    const telling = files(installed).filter((file) => {
      const text = readFileSync(file, "latin1");
      return folders.some((folder) => text.includes(folder));
    });
    expect(telling).toEqual([]);
  });

  test("carries one core, the same in every form", async () => {
    const bytes = readFileSync(join(installed, "dist/core.wasm"));
    const carriers = files(installed).filter((file) => readFileSync(file, "latin1").includes(bytes.toString("base64")));
    // One for ES modules, one for CommonJS.
    expect(carriers.map((file) => relative(installed, file)).sort()).toEqual([
      join("dist", "index.cjs"),
      join("dist", "index.js"),
    ]);
  });

  test("has nothing that publint objects to", async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
    expect(messages).toEqual([]);
  });
});
