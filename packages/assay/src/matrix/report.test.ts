import { describe, expect, test } from "vitest";
import { confusionMatrix } from "../index.js";

const { fromCounts } = confusionMatrix;
const report = fromCounts(
  [
    [100, 5],
    [10, 50],
  ],
  { classNames: ["healthy", "ill"] },
).report();

describe("a report", () => {
  test("as an object", () => {
    expect(report.classes[1]).toEqual({ name: "ill", precision: 50 / 55, recall: 50 / 60, f1: 100 / 115, support: 60 });
    expect(report.accuracy).toBe(150 / 165);
    expect(report.micro).toMatchObject({ name: "micro avg", precision: 150 / 165, support: 165 });
    expect(report.macro).toMatchObject({ name: "macro avg", precision: 50 / 55, support: 165 });
    expect(report.weighted).toMatchObject({ name: "weighted avg", recall: 150 / 165, support: 165 });
    expect(report.samples).toBeUndefined();
  });

  test("as text", () => {
    expect(report.toString()).toBe(`\
              precision  recall      f1  support
healthy          0.9091  0.9524  0.9302      105
ill              0.9091  0.8333  0.8696       60
accuracy                         0.9091      165
macro avg        0.9091  0.8929  0.8999      165
weighted avg     0.9091  0.9091  0.9082      165`);
    expect(report.toString({ digits: 0 }).split("\n")[1]).toBe("healthy               1       1   1      105");
  });

  test("as Markdown", () => {
    expect(report.toMarkdown({ digits: 2 })).toBe(`\
| class | precision | recall | f1 | support |
| --- | ---: | ---: | ---: | ---: |
| healthy | 0.91 | 0.95 | 0.93 | 105 |
| ill | 0.91 | 0.83 | 0.87 | 60 |
| accuracy |  |  | 0.91 | 165 |
| macro avg | 0.91 | 0.89 | 0.90 | 165 |
| weighted avg | 0.91 | 0.91 | 0.91 | 165 |`);
  });

  test("as comma-separated values, in full", () => {
    expect(report.toCSV().split("\r\n").slice(0, 4)).toEqual([
      "class,precision,recall,f1,support",
      `healthy,${100 / 110},${100 / 105},${200 / 215},105`,
      `ill,${50 / 55},${50 / 60},${100 / 115},60`,
      `accuracy,,,${150 / 165},165`,
    ]);
    expect(report.toCSV().endsWith("\r\n")).toBe(true);
  });

  test("of weights has support with digits", () => {
    expect(
      fromCounts([
        [0.1, 0.2],
        [0, 4],
      ])
        .report()
        .toString({ digits: 2 }),
    ).toContain("0.30");
  });
});

test("names with marks, quotes and line breaks break no table", () => {
  const names = ['a|b "quoted"', "c,d\r\ne", "*f*\\_g", "\u001b[1mbold"];
  const counts = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const named = fromCounts(counts, { classNames: names }).report();

  const markdown = named.toMarkdown().split("\n");
  expect(markdown).toHaveLength(2 + 4 + 3);
  expect(markdown[2]).toMatch(/^\| a\\\|b "quoted" \| 1\.0000 \|/);
  expect(markdown[3]).toMatch(/^\| c,d<br>e \|/);
  expect(markdown[4]).toMatch(/^\| \\\*f\\\*\\\\\\_g \|/);

  const text = named.toString().split("\n");
  expect(text).toHaveLength(1 + 4 + 3);
  expect(text[2]?.startsWith("c,d\\r\\ne ")).toBe(true);
  expect(text[4]?.startsWith("\\u001b[1mbold ")).toBe(true);
  expect(new Set(text.map((line) => line.length)).size).toBe(1);

  const csv = named.toCSV();
  expect(csv).toContain('\r\n"a|b ""quoted""",1,1,1,1\r\n"c,d\r\ne",1,1,1,1\r\n');
});
