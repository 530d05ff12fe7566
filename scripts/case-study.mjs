// `npm run case-study`: two models before and after temperature scaling, on real data; the figures of docs/calibrating.md.
import { build } from "./build.mjs";
import { main } from "./process.mjs";
import { setup } from "./setup.mjs";

const titles = {
  sales: "Sales above the median or not: a network, fitted to every second row and judged on the others",
  photos: "Photos of ten classes (CIFAR-10): VGG-16, fitted to 2500 rows and judged on 2500 others",
};

await main(import.meta, async () => {
  await build(await setup());
  const { figures } = await import("./docs/calibrating/index.mjs");
  for (const [name, title] of Object.entries(titles)) {
    console.log(`\n${title}\n\n${figures[name]()}\n\n${figures[`${name}-bins`]()}`);
  }
  return 0;
});
