// `npm run demo`: sets up, builds, and runs the command-line tool on two data sets or on the file you name.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build } from "./build.mjs";
import { main, root } from "./process.mjs";
import { setup } from "./setup.mjs";

const data = join(root, "test/golden/data");
const landCover = ["asphalt", "building", "car", "concrete", "grass", "pool", "shadow", "soil", "tree"];

const examples = [
  [
    join(data, "urban_land_cover.csv"),
    ...["--name", "Urban land cover, nine classes, a random forest's votes"],
    ...["--target", "y_true"],
    ...["--probabilities", landCover.map((_, index) => `rf_vote_${index}`).join(",")],
    ...["--class-names", landCover.join(",")],
  ],
  [
    join(data, "mammography_test.csv"),
    ...["--name", "Mammography, 2.3 % positive, a logistic regression"],
    ...["--target", "y_true"],
    ...["--score", "lr_prob"],
  ],
];

function evaluate(args) {
  const cli = join(root, "packages/cli/dist/main.js");
  // From where npm was called: the file named there is relative to it.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  return spawnSync(process.execPath, [cli, "evaluate", ...args], { cwd, stdio: "inherit" }).status ?? 1;
}

await main(import.meta, async (args) => {
  await build(await setup());
  console.log();
  if (args.length > 0) return evaluate(args);
  for (const example of examples) {
    const code = evaluate(example);
    if (code !== 0) return code;
    console.log();
  }
});
