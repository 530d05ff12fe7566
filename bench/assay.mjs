// The library as it is published: packages/assay/dist.
import { existsSync, readFileSync } from "node:fs";

const manifest = new URL("../packages/assay/package.json", import.meta.url);
const entry = new URL("../packages/assay/dist/index.js", import.meta.url);

export const { version } = JSON.parse(readFileSync(manifest, "utf8"));

export async function loadAssay() {
  if (!existsSync(entry)) throw new Error("assay is not built; `npm run build` builds it");
  const assay = await import(entry.href);
  await assay.init();
  return assay;
}
