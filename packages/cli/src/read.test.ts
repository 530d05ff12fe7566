import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Dataset } from "./dataset.js";
import { type ReadRequest, readCsv } from "./read.js";

const request: ReadRequest = { columns: { target: "y", predictions: ["p"] }, delimiter: ",", float32: false };

function read(text: string, more: Partial<ReadRequest> = {}): Promise<Dataset> {
  return readCsv(Readable.from([Buffer.from(text)]), { ...request, ...more });
}

describe("readCsv", () => {
  it("reads exactly what the file says", async () => {
    const text = "id,p,y\na,0.1,0\nb,3.0853145e-05,1\n";
    const data = await read(text);
    expect(data.predictions).toEqual(Float64Array.of(0.1, 3.0853145e-5));
    expect(data.targets).toEqual(Int32Array.of(0, 1));
    expect(data).toMatchObject({ rows: 2, bytes: text.length, classOrder: "index" });
    expect(data.weights).toBeUndefined();
  });

  it("rounds to float32 only when asked", async () => {
    const data = await read("y,p\n0,0.1\n", { float32: true });
    expect(data.predictions).toEqual(Float32Array.of(0.1));
  });

  it.each([
    ["a byte order mark", "\ufeffy,p\n1,0.5\n"],
    ["CRLF", "y,p\r\n1,0.5\r\n"],
    ["no line break at the end", "y,p\n1,0.5"],
    ["blanks around cells", " y , p \n 1 , 0.5 \n"],
    ["quotation marks", '"y","p"\n"1","0.5"\n'],
    ["blank lines", "\ny,p\n\n  \n1,0.5\n\n"],
    ["columns of no concern", 'note,y,p,\n"a, ""b""\nc",1,0.5,NaN\n'],
  ])("takes %s", async (_, text) => {
    const data = await read(text);
    expect(data.targets).toEqual(Int32Array.of(1));
    expect(data.predictions).toEqual(Float64Array.of(0.5));
  });

  it("takes other delimiters, and tabs beside empty cells", async () => {
    expect((await read("y;p\n1;0.5\n", { delimiter: ";" })).rows).toBe(1);
    expect((await read("y\tq\tp\n1\t\t0.5\n", { delimiter: "\t" })).rows).toBe(1);
    await expect(read("y\tp\n\t0.5\n", { delimiter: "\t" })).rejects.toThrow('column "y": empty cell');
  });

  it("takes columns in the order asked for, and weights", async () => {
    const columns = { target: "y", predictions: ["b", "a"], weight: "w" };
    const data = await read("a,b,w,y\n0.25,0.75,2,0\n0.5,0.5,0,1\n", { columns });
    expect(data.predictions).toEqual(Float64Array.of(0.75, 0.25, 0.5, 0.5));
    expect(data.weights).toEqual(Float64Array.of(2, 0));
  });

  it("remarks upon rows that do not sum to 1", async () => {
    const columns = { target: "y", predictions: ["a", "b"] };
    expect((await read("a,b,y\n0.5,0.505,0\n", { columns })).rowSums).toBeUndefined();
    const data = await read("a,b,y\n0.5,0.5,0\n0.5,0.6,1\n0.5,0.2,1\n", { columns });
    expect(data.rowSums).toEqual({ tolerance: 0.01, rows: 2, farthest: 3, sum: 0.7 });
  });

  it("is not confused by how the file comes in pieces", async () => {
    const text = 'y,p,note\n1,0.5,"ä\r\nö"\n0,0.25,\n';
    const pieces = Array.from(Buffer.from(text), (byte) => Buffer.of(byte));
    const data = await readCsv(Readable.from(pieces), request);
    expect(data.predictions).toEqual(Float64Array.of(0.5, 0.25));
    expect([data.lines.of(0), data.lines.of(1)]).toEqual([2, 4]);
  });
});
