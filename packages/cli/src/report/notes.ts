import type { Dataset } from "../dataset.js";
import type { ClassRates, Evaluation } from "../evaluate.js";
import { listOf } from "../failure.js";
import { count, plural } from "./format.js";
import { heading, margin, type Page, roomOf } from "./section.js";
import { printable, wrap } from "./text.js";

/** What a careful reader should know about these figures. */
export function notes(data: Dataset, evaluation: Evaluation): string[] {
  const said: string[] = [];
  const { classes, columns } = data;
  if (data.classOrder === "sorted") {
    const pairs = classes.map((each, i) => `${columns.predictions[i]} = ${each.name}`);
    const shown = pairs.length > 12 ? [...pairs.slice(0, 12), `${pairs.length - 12} more`] : pairs;
    said.push(`Labels are words, sorted by code unit, so: ${shown.join(", ")}. --class-names names another order.`);
  }
  const list = (some: readonly ClassRates[]): string => listOf(some.map((each) => each.name));
  const absent = evaluation.classes.filter((each) => each.support === 0);
  if (absent.length > 0) {
    const area = evaluation.task === "binary" ? "AUROC is undefined" : "the AUROC there, and so the mean, is undefined";
    said.push(`Not in the target column: ${list(absent)}; ${area}.`);
  }
  const nowhere = absent.filter((each) => each.predicted === 0);
  if (nowhere.length > 0) {
    said.push(`Not predicted either: ${list(nowhere)}; the means of precision, recall and F1 leave that out.`);
  }
  const unpredicted = evaluation.classes.filter((each) => each.predicted === 0 && each.support > 0);
  if (unpredicted.length > 0) {
    said.push(`Never predicted: ${list(unpredicted)}; a precision of 0 is what convention makes of 0/0.`);
  }
  const sums = data.rowSums;
  if (sums !== undefined) {
    said.push(
      `In ${plural(sums.rows, "row")} of ${count(data.rows)} the probabilities do not sum to 1 within ${sums.tolerance} (farthest: row ${count(sums.farthest)} with ${sums.sum.toFixed(3)}); they are used as they are.`,
    );
  }
  return said;
}

/** The notes as a section; nothing if there are none. */
export function noteSection(said: readonly string[], page: Page): string[] {
  if (said.length === 0) return [];
  const lines = said.flatMap((text) =>
    wrap(printable(text), roomOf(page) - 2).map((line, i) => `${margin}${i === 0 ? "·" : " "} ${line}`),
  );
  return [heading("Notes", page), ...lines];
}
