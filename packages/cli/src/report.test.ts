import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { assay, beside } from "./testing.js";

const pets = [
  "evaluate",
  beside("fixtures/pets.csv"),
  "--target",
  "pet",
  "--probabilities",
  "cat,dog,fox",
  "--name",
  "Pets",
];
const mail = ["evaluate", beside("fixtures/mail.csv"), "--target", "label", "--score", "p_spam", "--positive", "spam"];

describe("the report as a whole", () => {
  it("several classes", async () => {
    const { code, out, err } = await assay(pets);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    await expect(out).toMatchFileSnapshot(beside("fixtures/pets.txt"));
  });

  it("two classes", async () => {
    const { code, out, err } = await assay([...mail, "--bins", "5"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    await expect(out).toMatchFileSnapshot(beside("fixtures/mail.txt"));
  });

  it("two classes, weighted, in a narrow terminal", async () => {
    const { code, out, err } = await assay([...mail, "--weight", "weight"], { columns: 72 });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    await expect(out).toMatchFileSnapshot(beside("fixtures/mail-weighted-narrow.txt"));
  });

  it("as JSON", async () => {
    const { code, out, err } = await assay([...pets, "--json"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    JSON.parse(out);
    await expect(out).toMatchFileSnapshot(beside("fixtures/pets.json.txt"));
  });

  it("stays within the width of the terminal", async () => {
    for (const args of [pets, mail]) {
      for (const columns of [72, 80, 100, 200]) {
        const { out } = await assay(args, { columns });
        const widest = Math.max(...out.split("\n").map((line) => line.length));
        expect(widest).toBeLessThanOrEqual(Math.min(columns, 110));
      }
    }
  });
});

describe("notes", () => {
  const args = ["evaluate", "FILE", "--target", "y", "--probabilities", "first,second,third"];

  it("say which column became which class, and what is out of the ordinary", async () => {
    const csv = "y,first,second,third\nzebra,0.2,0.6,0.3\nape,0.6,0.2,0.2\nant,0.5,0.4,0.1\n";
    const { out } = await assay(args, { csv });
    expect(out.slice(out.indexOf("  Notes")).split("\n").slice(1)).toEqual([
      "  · Labels are words, sorted by code unit, so: first = ant, second = ape, third = zebra.",
      "    --class-names names another order.",
      '  · Never predicted: "zebra"; a precision of 0 is what convention makes of 0/0.',
      "  · In 1 row of 3 the probabilities do not sum to 1 within 0.01 (farthest: row 1 with 1.100); they",
      "    are used as they are.",
      "",
      "",
    ]);
  });

  it("say what is missing", async () => {
    const csv = "y,first,second,third\n0,0.8,0.1,0.1\n0,0.6,0.4,0\n";
    const { out } = await assay(args, { csv });
    expect(out.slice(out.indexOf("  Notes")).split("\n").slice(1, 4)).toEqual([
      '  · Not in the target column: "1" and "2"; the AUROC there, and so the mean, is undefined.',
      '  · Not predicted either: "1" and "2"; the means of precision, recall and F1 leave that out.',
      "",
    ]);
  });
});

it("--float32 is told, and thresholds stay short", async () => {
  const { out } = await assay([...mail, "--float32"]);
  expect(out).toContain("score p_spam · rounded to float32");
  expect(out).toMatch(/best for F1 {8}0\.36 /);
});

describe("colours", () => {
  const ink = "\u001b[";

  it("on a terminal, and nowhere else", async () => {
    const plain = await assay(mail);
    const inked = await assay(mail, { tty: true });
    expect(plain.out).not.toContain(ink);
    expect(inked.out).toContain(ink);
    expect(stripVTControlCharacters(inked.out)).toBe(plain.out);
  });

  it.each([
    ["--no-color", [...mail, "--no-color"], {}],
    ["NO_COLOR", mail, { NO_COLOR: "1" }],
    ["a dumb terminal", mail, { TERM: "dumb" }],
  ])("not with %s", async (_, args, env) => {
    const { out } = await assay(args, { tty: true, env });
    expect(out).not.toContain(ink);
  });

  it("an empty NO_COLOR asks for nothing", async () => {
    const { out } = await assay(mail, { tty: true, env: { NO_COLOR: "" } });
    expect(out).toContain(ink);
  });
});
