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
