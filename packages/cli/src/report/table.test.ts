import { expect, it } from "vitest";
import { layOut, widthOfTable } from "./table.js";

const columns = [{ align: "left" }, { align: "right", width: 4 }, { align: "left", expendable: 1 }] as const;
const rows = [["a", "1", "long"], [], ["bcd", { text: "12345", ink: (text: string) => `<${text}>` }, ""]];

it("aligns columns; ink takes no room", () => {
  expect(layOut({ columns, rows })).toEqual(["a        1  long", "", "bcd  <12345>"]);
  expect(widthOfTable({ columns, rows })).toBe(16);
});

it("leaves out what can be spared where there is no room", () => {
  expect(layOut({ columns, rows }, 15)).toEqual(["a        1", "", "bcd  <12345>"]);
  expect(layOut({ columns, rows }, 3)).toEqual(["a        1", "", "bcd  <12345>"]);
});
