// Checks the types of the code in documentation and runs it, as somebody would who has installed the package.
import { spawn } from "node:child_process";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../process.mjs";

// A folder from which `assay` is found in node_modules.
const home = join(root, "test");
const limit = 60_000;

function compilerOptions() {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const { noEmit, declaration, isolatedDeclarations, ...rest } = options;
  return { ...rest, types: ["node"], moduleDetection: ts.ModuleDetectionKind.Force };
}

/** JavaScript of pieces of TypeScript, and what the compiler has to say of each. */
function compiled(pieces) {
  const options = compilerOptions();
  const texts = new Map(pieces.map((code, i) => [join(home, `snippet-${i}.ts`), code]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.getSourceFile = (name, version, ...rest) =>
    texts.has(name) ? ts.createSourceFile(name, texts.get(name), version) : getSourceFile(name, version, ...rest);
  host.getCurrentDirectory = () => home;
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].map((name) => {
    const source = program.getSourceFile(name);
    const messages = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"),
    );
    let script = "";
    program.emit(source, (_, text) => {
      script = text;
    });
    return { script, messages };
  });
}

/** What a module prints, and what it says where it fails. */
function execute(script) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--input-type=module", "-"], { cwd: home, timeout: limit });
    const printed = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => {
        printed[name] += text;
      });
    }
    child.on("close", (code, signal) => {
      const problem = code === 0 ? undefined : printed.stderr.trim() || `it was stopped (${signal})`;
      resolve({ printed: printed.stdout.trimEnd(), problem });
    });
    child.stdin.end(script);
  });
}

/** Runs pieces of code, each alone. Of each: what it `printed`, or the `problem` with it. */
export async function runAll(pieces) {
  const typed = pieces.filter(({ language }) => language === "ts");
  const results = compiled(typed.map(({ code }) => code));
  const scripts = new Map(typed.map((piece, i) => [piece, results[i]]));
  return Promise.all(
    pieces.map((piece) => {
      const { script, messages } = scripts.get(piece) ?? { script: piece.code, messages: [] };
      return messages.length > 0 ? { printed: "", problem: messages.join("\n") } : execute(script);
    }),
  );
}
