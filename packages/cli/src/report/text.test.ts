import { expect, it } from "vitest";
import { cut, padEnd, padStart, printable, widthOf, wrap } from "./text.js";

it("knows how wide text is in a terminal", () => {
  expect(["abc", "größe", "狐", "e\u0301", "🦊", ""].map(widthOf)).toEqual([3, 5, 2, 1, 2, 0]);
});

it("pads and cuts by width", () => {
  expect(padStart("狐", 4)).toBe("  狐");
  expect(padEnd("狐", 4)).toBe("狐  ");
  expect([cut("concrete", 8), cut("concrete", 6), cut("狐狐狐", 4)]).toEqual(["concrete", "concr…", "狐…"]);
});

it("shows control characters instead of obeying them", () => {
  expect(printable("a\u001b[31mb\tc\u202ed")).toBe("a\ufffd[31mb\ufffdc\ufffdd");
});

it("breaks lines between words", () => {
  expect(wrap("one two three four", 9)).toEqual(["one two", "three", "four"]);
  expect(wrap("unbreakable", 4)).toEqual(["unbreakable"]);
});
