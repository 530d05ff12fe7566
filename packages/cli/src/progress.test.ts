import { expect, it } from "vitest";
import { Progress } from "./progress.js";

it("speaks up only after a while, now and then, and leaves nothing behind", () => {
  let time = 0;
  const said: string[] = [];
  const progress = new Progress({ write: (text) => said.push(text) }, 1000, () => time);
  for (time = 0; time <= 1000; time += 50) progress.at(time);
  progress.done();
  expect(said).toEqual([
    "\r  reading … 70 %",
    "\r  reading … 80 %",
    "\r  reading … 90 %",
    "\r  reading … 99 %",
    "\r\u001b[K",
  ]);
});

it("keeps quiet about what is quick or of unknown size", () => {
  const said: string[] = [];
  const quick = new Progress({ write: (text) => said.push(text) }, 1000, () => 0);
  quick.at(1000);
  quick.done();
  let time = 0;
  const endless = new Progress({ write: (text) => said.push(text) }, 0, () => time);
  time = 5000;
  endless.at(1000);
  endless.done();
  expect(said).toEqual([]);
});
