import type { Style } from "./style.js";

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar for a share of 1, to an eighth of a block, padded to `width`. */
export function bar(share: number, width: number): string {
  const units = Number.isNaN(share) ? 0 : Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const full = Math.floor(units / 8);
  return ("█".repeat(full) + (eighths[units % 8] ?? "")).padEnd(width);
}

/** A bar with a mark at another share: `█████│██`. */
export function markedBar(share: number, mark: number, width: number, style: Style): string {
  const cells = bar(share, width);
  const at = Math.min(width - 1, Math.floor(mark * width));
  return style.bar(cells.slice(0, at)) + style.strong("│") + style.bar(cells.slice(at + 1).trimEnd());
}
