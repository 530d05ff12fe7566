import { notes } from "./report/notes.js";
import type { Findings } from "./report/report.js";

/** The findings as JSON. NaN, which JSON lacks, is null; infinities are the strings "Infinity" and "-Infinity". */
export function toJson({ source, data, evaluation, time }: Findings, version: string): string {
  const document = {
    assay: version,
    name: source.name,
    file: source.file,
    task: evaluation.task,
    rows: data.rows,
    ...(data.weights === undefined ? {} : { summedWeight: evaluation.total }),
    columns: data.columns,
    precision: data.predictions instanceof Float32Array ? "float32" : "float64",
    classOrder: data.classOrder,
    accuracy: evaluation.accuracy,
    logLoss: evaluation.logLoss,
    brier: evaluation.brier,
    auroc: evaluation.auroc,
    ...(evaluation.task === "multiclass"
      ? {}
      : {
          averagePrecision: evaluation.averagePrecision,
          prevalence: evaluation.prevalence,
          thresholds: { default: evaluation.atDefault, bestF1: evaluation.atBest },
        }),
    classes: evaluation.classes.map(({ name, ...rates }, index) => {
      return { index, name, label: data.classes[index]?.label ?? null, ...rates };
    }),
    macro: evaluation.macro,
    weighted: evaluation.weighted,
    confusion: evaluation.confusion,
    calibration: evaluation.calibration,
    noSkill: evaluation.noSkill,
    time: {
      readMilliseconds: time.read,
      startMilliseconds: time.start,
      evaluateMilliseconds: time.evaluate,
      ...(time.warm === undefined ? {} : { warmMilliseconds: time.warm.best, warmRuns: time.warm.runs }),
      rowsPerSecond: (data.rows / (time.warm?.best ?? time.evaluate)) * 1000,
    },
    notes: notes(data, evaluation),
  };
  return `${print(document, "\n")}\n`;
}

/** JSON with a line per member, except for lists of numbers and words. */
function print(value: unknown, newLine: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(sayable(value));
  const deeper = `${newLine}  `;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => print(item, deeper));
    const flat = value.every((item) => typeof item !== "object" || item === null);
    return flat ? `[${items.join(", ")}]` : `[${deeper}${items.join(`,${deeper}`)}${newLine}]`;
  }
  const entries: [string, unknown][] = Object.entries(value);
  const present = entries.filter(([, member]) => member !== undefined);
  const members = present.map(([key, member]) => `${JSON.stringify(key)}: ${print(member, deeper)}`);
  return `{${deeper}${members.join(`,${deeper}`)}${newLine}}`;
}

function sayable(value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? null : String(value);
}
