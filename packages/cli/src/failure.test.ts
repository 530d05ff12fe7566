import { AssayRangeError, AssayTypeError } from "@assay/contract";
import * as oracle from "@assay/oracle";
import { describe, expect, it } from "vitest";
import { quote } from "./failure.js";
import { assay } from "./testing.js";

const score = ["--target", "y", "--score", "p"];
const several = ["--target", "y", "--probabilities", "a,b,c"];

/** What is wrong, the file, the arguments, and the one line that is said about it. */
const mistakes: [string, string, string[], string][] = [
  [
    "a column that is not there",
    "y,prob\n1,0.5\n",
    ["--target", "y", "--score", "porb"],
    'no column "porb"; did you mean "prob"?',
  ],
  [
    "a column like no other",
    "y,prob\n1,0.5\n",
    ["--target", "label", "--score", "prob"],
    'no column "label"; the file has "y" and "prob"',
  ],
  ["another delimiter", "y;p\n1;0.5\n", score, 'no column "y": the header is one column, "y;p"; try --delimiter ";"'],
  ["tabs", "y\tp\n1\t0.5\n", score, 'no column "y": the header is one column, "y\\tp"; try --delimiter tab'],
  ["two columns of one name", "y,p,p\n1,0.5,0.5\n", score, 'two columns are called "p", the 2nd and the 3rd'],
  ["one column for two things", "y,p\n1,0.5\n", ["--target", "y", "--score", "y"], 'column "y" is asked for twice'],
  ["an unreadable number", "y,p\n0,0.5\n1,high\n", score, 'row 2 (line 3), column "p": "high" is not a number'],
  ["a hexadecimal number", "y,p\n0,0x1\n", score, 'row 1 (line 2), column "p": "0x1" is not a number'],
  ["a decimal comma", 'y,p\n0,"0,5"\n', score, 'row 1 (line 2), column "p": "0,5" is not a number'],
  ["NaN", "y,p\n0,0.5\n1,nan\n", score, 'row 2 (line 3), column "p": "nan" where a finite number is needed'],
  ["infinity", "y,p\n0,inf\n", score, 'row 1 (line 2), column "p": "inf" where a finite number is needed'],
  [
    "a probability above 1",
    "y,p\n0,1.5\n",
    score,
    'row 1 (line 2), column "p": 1.5 is not a probability, which is 0 to 1',
  ],
  [
    "a probability below 0",
    "y,a,b,c\n0,1,-0.5,.5\n",
    several,
    'row 1 (line 2), column "b": -0.5 is not a probability, which is 0 to 1',
  ],
  ["an empty score", "y,p\n0,\n", score, 'row 1 (line 2), column "p": empty cell'],
  ["an empty label", "y,p\n0,0.5\n  ,0.5\n", score, 'row 2 (line 3), column "y": empty cell'],
  ["an empty weight", "y,p,w\n0,0.5,\n", [...score, "--weight", "w"], 'row 1 (line 2), column "w": empty cell'],
  [
    "a negative weight",
    "y,p,w\n0,0.5,-1\n",
    [...score, "--weight", "w"],
    'row 1 (line 2), column "w": -1 is not a weight, which is 0 or more',
  ],
  ["no weight at all", "y,p,w\n0,0.5,0\n1,0.5,0\n", [...score, "--weight", "w"], 'column "w": every weight is 0'],
  ["a short row", "y,p,q\n0,0.5,1\n1,0.5\n", score, "row 2 (line 3): 2 cells where the header has 3"],
  ["a long row", "y,p\n0,0.5,1\n", score, "row 1 (line 2): 3 cells where the header has 2"],
  [
    "a label without a column",
    "y,a,b,c\n0,1,0,0\n3,0,0,1\n",
    several,
    'row 2 (line 3), column "y": label 3 has no column; the 3 probability columns are classes 0 to 2',
  ],
  [
    "a negative label",
    "y,a,b,c\n-1,1,0,0\n",
    several,
    'row 1 (line 2), column "y": label -1 has no column; the 3 probability columns are classes 0 to 2',
  ],
  [
    "a label that is not whole",
    "y,p\n0.5,0.5\n",
    score,
    'row 1 (line 2), column "y": "0.5" is not a whole number; labels are class numbers or words',
  ],
  [
    "words after numbers",
    "y,p\n0,0.5\nyes,0.5\n",
    score,
    'row 2 (line 3), column "y": "yes" is a word, but "0" in row 1 is a number; labels are all numbers or all words',
  ],
  [
    "numbers after words",
    "y,a,b,c\na,1,0,0\n1,0,0,1\n",
    several,
    'row 2 (line 3), column "y": "1" is a number, but "a" in row 1 is a word; labels are all numbers or all words',
  ],
  [
    "a label that is missing",
    "y,p\nno,0.5\nNaN,0.5\n",
    [...score, "--positive", "no"],
    'row 2 (line 3), column "y": "NaN" is a number, but "no" in row 1 is a word; labels are all numbers or all words',
  ],
  [
    "neither 0 nor 1",
    "y,p\n1,0.5\n2,0.5\n",
    score,
    'row 2 (line 3), column "y": label 2 is neither 0 nor 1; if there are two other labels, name the positive one with --positive',
  ],
  [
    "words without --positive",
    "y,p\nno,0.5\nyes,0.5\n",
    score,
    "say which label is positive: --positive no or --positive yes",
  ],
  [
    "a positive label that is not there",
    "y,p\nno,0.5\nyes,0.5\n",
    [...score, "--positive", "yse"],
    '--positive: no label is "yse"; did you mean "yes"?',
  ],
  [
    "a third label",
    "y,p\nno,0.5\nyes,0.5\nmaybe,0.5\n",
    [...score, "--positive", "yes"],
    'row 3 (line 4), column "y": label "maybe" is a third one, after "no" and "yes"; --score is for two classes',
  ],
  [
    "a label that is no class name",
    "y,a,b,c\nred,1,0,0\ngren,0,1,0\n",
    [...several, "--class-names", "red,green,blue"],
    'row 2 (line 3), column "y": label "gren" is not among the class names; did you mean "green"?',
  ],
  [
    "a label that is no column",
    "y,a,b,c\na,1,0,0\nd,0,1,0\n",
    several,
    'row 2 (line 3), column "y": label "d" is not among the probability columns ("a", "b" and "c")',
  ],
  [
    "a label that suddenly is a column",
    "y,a,b,c\nd,1,0,0\na,0,1,0\n",
    several,
    'row 2 (line 3), column "y": label "a" is the name of a probability column, but "d" in row 1 is not; say which class is which column with --class-names',
  ],
  [
    "more words than columns",
    "y,a,b,c\nj,1,0,0\nk,0,1,0\nl,0,0,1\nm,0,0,1\n",
    several,
    'row 4 (line 5), column "y": label "m" is one more than the 3 probability columns; met before: "j", "k" and "l"',
  ],
  [
    "fewer words than columns",
    "y,a,b,c\nj,1,0,0\nk,0,1,0\n",
    several,
    '2 different labels ("j" and "k") for 3 probability columns; say which class is which column with --class-names',
  ],
  [
    "columns that contradict the order of words",
    "y,p_k,p_j\nj,1,0\nk,0,1\n",
    ["--target", "y", "--probabilities", "p_k,p_j"],
    'labels sorted by code unit are "j" and "k", which makes column "p_k" class "j", not "k"; say which class is which column with --class-names',
  ],
  [
    "a quotation mark that stays open",
    'y,p\n0,0.5\n1,"0.5\n',
    score,
    "row 2 (line 3): a cell opens with a quotation mark that is never closed",
  ],
  [
    "text after quotation marks",
    'y,p\n0,"0.5"5\n',
    score,
    "row 1 (line 2): text after a closing quotation mark; within quoted cells write them twice",
  ],
  [
    "a quotation mark in a plain cell",
    'y,p\n0,0.5"\n',
    score,
    "row 1 (line 2): a quotation mark within a cell that is not quoted",
  ],
  ["an empty file", "", score, "the file is empty"],
  ["nothing but blank lines", "\n\n", score, "the file is empty"],
  ["a header only", "y,p\n", score, "the file has a header, but no rows"],
];

describe("mistakes in the file", () => {
  it.each(mistakes)("%s", async (_, csv, args, message) => {
    expect(await assay(["evaluate", "FILE", ...args], { csv })).toEqual({
      code: 2,
      out: "",
      err: `assay: FILE: ${message}\n`,
    });
  });

  it("counts rows of data and lines of the file", async () => {
    const csv = 'y,p,remark\n0,0.5,"two\nlines"\n\n1,0.5,\n1,x,\n';
    expect((await assay(["evaluate", "FILE", ...score], { csv })).err).toBe(
      'assay: FILE: row 3 (line 6), column "p": "x" is not a number\n',
    );
  });

  it("says where a row begins that goes over several lines", async () => {
    const csv = 'y,p,remark\r\n0,0.5,\r\n1,x,"three\r\nwhole\r\nlines"\r\n';
    expect((await assay(["evaluate", "FILE", ...score], { csv })).err).toBe(
      'assay: FILE: row 2 (line 3), column "p": "x" is not a number\n',
    );
  });

  it("says where a quotation mark opens, past blank lines and line breaks", async () => {
    const csv = 'y,p,remark\r\n0,0.5,"two\r\nlines"\r\n\r\n1,0.5,"never\r\nclosed';
    expect((await assay(["evaluate", "FILE", ...score], { csv })).err).toBe(
      "assay: FILE: row 2 (line 5): a cell opens with a quotation mark that is never closed\n",
    );
  });

  it("a header that is broken has no row", async () => {
    expect((await assay(["evaluate", "FILE", ...score], { csv: '\n"y,p\n' })).err).toBe(
      "assay: FILE: line 2: a cell opens with a quotation mark that is never closed\n",
    );
  });

  it("never hands a terminal what the file says", () => {
    expect(quote("\u001b[2J\u009b\u202e")).toBe('"\\u001b[2J\\u009b\\u202e"');
  });
});

describe("mistakes in the arguments", () => {
  it.each([
    ["no such file", ["nowhere.csv", ...score], "nowhere.csv: no such file"],
    ["a directory", [".", ...score], ".: is a directory, not a file"],
    ["no target", ["f.csv", "--score", "p"], "required option '--target <column>' not specified"],
    [
      "no predictions",
      ["f.csv", "--target", "y"],
      "where are the predictions? Give --score COLUMN or --probabilities A,B,C",
    ],
    [
      "two kinds of predictions",
      ["f.csv", ...score, "--probabilities", "a,b"],
      "--score is for two classes, --probabilities for several: give one of them",
    ],
    [
      "one probability",
      ["f.csv", "--target", "y", "--probabilities", "a"],
      "--probabilities needs a column for every class; for the probability of a positive class use --score",
    ],
    [
      "a nameless column",
      ["f.csv", "--target", "y", "--probabilities", "a,,b"],
      "option '--probabilities <columns>' argument 'a,,b' is invalid. A name is empty.",
    ],
    [
      "too few class names",
      ["f.csv", ...several, "--class-names", "a,b"],
      "--class-names has 2 names for 3 probability columns",
    ],
    ["a class name twice", ["f.csv", ...several, "--class-names", "a,b,a"], '--class-names has "a" twice'],
    [
      "mixed class names",
      ["f.csv", ...several, "--class-names", "1,2,x"],
      '--class-names must be different whole numbers or all words; "1" does not fit',
    ],
    [
      "--positive among several",
      ["f.csv", ...several, "--positive", "a"],
      "--positive belongs to --score; with --probabilities every class has its column",
    ],
    [
      "no bins",
      ["f.csv", ...score, "--bins", "0"],
      "option '--bins <number>' argument '0' is invalid. It must be a whole number from 1 to 1000.",
    ],
    [
      "an odd delimiter",
      ["f.csv", ...score, "--delimiter", '"'],
      "option '--delimiter <text>' argument '\"' is invalid. It cannot separate cells.",
    ],
    ["an option that is not there", ["f.csv", ...score, "--jason"], "unknown option '--jason' (Did you mean --json?)"],
    ["no file", [...score], "missing required argument 'file'"],
  ])("%s", async (_, args, message) => {
    expect(await assay(["evaluate", ...args])).toEqual({ code: 2, out: "", err: `assay: ${message}\n` });
  });

  it("an unknown command", async () => {
    expect(await assay(["evalute"])).toEqual({
      code: 2,
      out: "",
      err: "assay: unknown command 'evalute' (Did you mean evaluate?)\n",
    });
  });

  it("help and version are no mistakes", async () => {
    const help = await assay(["evaluate", "--help"]);
    expect(help.code).toBe(0);
    expect(help.out).toContain("--class-names");
    expect(await assay(["--version"])).toEqual({ code: 0, out: "0.1.0\n", err: "" });
  });
});

describe("what the library finds wrong", () => {
  const csv = "y,a,b,c\n0,1,0,0\n1,0,1,0\n2,0,0,1\n";
  const failing = (error: unknown) => ({
    ...oracle,
    confusionMatrix: Object.assign(
      () => {
        throw error;
      },
      { ...oracle.confusionMatrix },
    ),
  });

  it.each([
    ["predicted", 5, "range", 1.5, 'row 2 (line 3), column "c": 1.5 is outside the range allowed here'],
    ["probabilities", 7, "nan", Number.NaN, 'row 3 (line 4), column "b": NaN where a number is needed'],
    ["targets", 1, "label", 9, 'row 2 (line 3), column "y": 9 is not one of the classes'],
    ["sampleWeight", 1, "range", -1, "sampleWeight[1] is wrong"],
    ["predicted", undefined, "memory", undefined, "predicted[undefined] is wrong"],
  ] as const)("in %s at %s", async (argument, index, code, value, message) => {
    const error = new AssayRangeError(`${argument}[${index}] is wrong`, { code, argument, index, value });
    expect(await assay(["evaluate", "FILE", ...several], { csv, metrics: failing(error) })).toEqual({
      code: 2,
      out: "",
      err: `assay: FILE: ${message}\n`,
    });
  });

  it("an error without a place is told in its own words", async () => {
    const error = new AssayTypeError("SIMD\nis missing", { code: "unsupported", argument: "" });
    const { code, err } = await assay(["evaluate", "FILE", ...several], { csv, metrics: failing(error) });
    expect({ code, err }).toEqual({ code: 2, err: "assay: FILE: SIMD is missing\n" });
  });

  it("a defect of this program is called one, without a stack trace", async () => {
    const error = new TypeError("x is undefined");
    const { code, err } = await assay(["evaluate", "FILE", ...several], { csv, metrics: failing(error) });
    expect({ code, err }).toEqual({ code: 1, err: "assay: internal error, please report it: x is undefined\n" });
  });
});
