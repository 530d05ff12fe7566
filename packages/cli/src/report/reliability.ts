import type { CalibrationFigures, Evaluation } from "../evaluate.js";
import { markedBar } from "./bar.js";
import { counter, measure, signed } from "./format.js";
import { heading, margin, type Page, remark, roomOf } from "./section.js";
import { padEnd, padStart } from "./text.js";

/** The reliability table, drawn: how often each bin came true, beside how sure the model was. */
export function reliability(evaluation: Evaluation, weighted: boolean, page: Page): string[] {
  const { calibration } = evaluation;
  const { style } = page;
  const positive = calibration.of === "positive";
  const intervals = intervalsOf(calibration);
  const amount = counter(calibration.bins.map((bin) => bin.count));
  const counts = calibration.bins.map((bin) => amount(bin.count));
  const intervalWidth = Math.max(...intervals.map((text) => text.length));
  const countWidth = Math.max(6, ...counts.map((text) => text.length));
  const barWidth = Math.max(16, roomOf(page) - intervalWidth - countWidth - 34);
  const names = positive ? ["score", "true"] : ["conf.", "right"];
  const heads = [names[0] ?? "", names[1] ?? "", "gap"].map((text) => padStart(text, 6)).join("  ");
  const head = `${padEnd("bin", intervalWidth)}  ${padStart(weighted ? "weight" : "rows", countWidth)}  ${heads}   `;
  const lines: string[] = [margin + style.faint(head + axis(barWidth))];
  let empty: number | undefined;
  calibration.bins.forEach((bin, i) => {
    if (bin.count === 0) {
      empty ??= i;
      if (calibration.bins[i + 1]?.count === 0) return;
      const from = intervals[empty] ?? "";
      const text = empty === i ? from : `${from.split(",")[0]},${intervals[i]?.split(",")[1]}`;
      lines.push(margin + style.faint(`${padEnd(text, intervalWidth)}  ${padStart("·", countWidth)}`));
      empty = undefined;
      return;
    }
    const numbers = [bin.confidence.toFixed(3), bin.accuracy.toFixed(3), signed(bin.gap)].map((text) =>
      padStart(text, 6),
    );
    lines.push(
      `${margin}${padEnd(intervals[i] ?? "", intervalWidth)}  ${padStart(counts[i] ?? "", countWidth)}  ${numbers.join("  ")}   ${markedBar(bin.accuracy, bin.confidence, barWidth, style)}`,
    );
  });
  const of = positive ? "score" : "confidence in the top class";
  const legend = positive
    ? "█ share that came true · │ mean score · a mark beyond the bar: scores too high"
    : "█ share that was right · │ mean confidence · a mark beyond the bar: over-confident";
  const figures = `ECE ${measure(calibration.ece)} · MCE ${measure(calibration.mce)} · ${calibration.bins.length} bins`;
  return [heading(`Reliability of the ${of}`, page, figures), ...lines, ...remark(legend, page)];
}

/** `0       0.5       1` over the bars. */
function axis(width: number): string {
  const half = Math.floor((width - 3) / 2);
  return `0${" ".repeat(half - 1)}0.5${" ".repeat(width - half - 4)}1`;
}

/** The bins' intervals with as few decimals as tell their edges apart, three at most where they do not end. */
function intervalsOf({ bins, closed }: CalibrationFigures): string[] {
  const edges = bins.flatMap((bin) => [bin.lower, bin.upper]);
  const digits = [1, 2, 3].find((d) => edges.every((edge) => Math.abs(Number(edge.toFixed(d)) - edge) < 1e-9)) ?? 3;
  const text = (edge: number): string => (edge === 0 || edge === 1 ? edge.toFixed(0) : edge.toFixed(digits));
  return bins.map((bin, i) => {
    const left = closed === "left" || i === 0 ? "[" : "(";
    const right = closed === "right" || i === bins.length - 1 ? "]" : ")";
    return `${left}${text(bin.lower)}, ${text(bin.upper)}${right}`;
  });
}
