// What a careful person writes by hand: plain loops over typed arrays, no SIMD, the native sort on packed keys. The
// baseline of `run.mjs`, and the peer `js` of the peer benchmark.
//
// An operation of workloads.json → a function of its data that gives what is timed, or that and how its result becomes
// the operation's value.
import { calibration } from "./calibration.mjs";
import { confusion } from "./confusion.mjs";
import { curves } from "./curves.mjs";
import { evaluation } from "./evaluation.mjs";
import { losses } from "./losses.mjs";

export const loops = { ...losses, ...confusion, ...curves, ...calibration, ...evaluation };
