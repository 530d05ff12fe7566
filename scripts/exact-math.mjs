// packages/assay promises the same bits everywhere, and most of Math may differ between engines: + - * / and sqrt are
// exact, exp and its kin are not, nor is **, which is pow. So everything but the exact functions is refused there.
// Done on the syntax tree rather than by a pattern, so that an alias or `const { exp } = Math` is no way round it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { Problem, main, root, say } from "./process.mjs";

const folder = "packages/assay/src";
const exact = new Set(["abs", "floor", "ceil", "trunc", "sqrt", "min", "max", "sign", "round", "fround", "imul"]);
const power = new Set([ts.SyntaxKind.AsteriskAsteriskToken, ts.SyntaxKind.AsteriskAsteriskEqualsToken]);

/** The places in a file where something inexact could be computed, as `file:line: what`. */
export function violations(name, text) {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const report = (node, what) => {
    found.push(`${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`);
  };
  const visit = (node) => {
    if (ts.isIdentifier(node) && node.text === "Math" && !isExactUse(node)) report(node, node.parent.getText());
    if (ts.isBinaryExpression(node) && power.has(node.operatorToken.kind) && !isPowerOfTwo(node))
      report(node, node.getText());
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `Math.sqrt` and the like; a constant such as `Math.LN2` is one fixed number and fine too. */
function isExactUse(identifier) {
  const { parent } = identifier;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== identifier) return false;
  return exact.has(parent.name.text) || /^[A-Z0-9_]+$/.test(parent.name.text);
}

/** `2 ** 32` spelled out is the readable form of an integer, and no engine gets it wrong. */
function isPowerOfTwo({ left, right }) {
  return left.getText() === "2" && /^\d+$/.test(right.getText()) && Number(right.getText()) <= 53;
}

export function checkExactMath() {
  const files = readdirSync(join(root, folder), { recursive: true })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /\.[cm]?tsx?$/.test(file) && !file.includes("generated/"))
    .sort();
  return files.flatMap((file) => violations(`${folder}/${file}`, readFileSync(join(root, folder, file), "utf8")));
}

await main(import.meta, () => {
  const found = checkExactMath();
  if (found.length === 0) return;
  for (const line of found) say(line);
  throw new Problem(
    `Only ${[...exact].join(", ")} of Math are the same on every engine; compute the rest in a kernel.`,
  );
});
