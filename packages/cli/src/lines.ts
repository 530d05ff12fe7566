/** The line of the file on which each row begins, kept where it jumps: blank lines, line breaks within quotes. */
export class LineNumbers {
  readonly #rows: number[] = [];
  readonly #shifts: number[] = [];

  /** Says that row `row` (from 0, ascending) begins on line `line`. */
  add(row: number, line: number): void {
    const shift = line - row;
    if (this.#shifts.at(-1) === shift) return;
    this.#rows.push(row);
    this.#shifts.push(shift);
  }

  /** The line of row `row`, which must have been added. */
  of(row: number): number {
    let from = 0;
    let to = this.#rows.length;
    while (to - from > 1) {
      const middle = (from + to) >>> 1;
      if ((this.#rows[middle] ?? 0) <= row) from = middle;
      else to = middle;
    }
    return row + (this.#shifts[from] ?? 1);
  }
}

/** What csv-parse counts. */
export interface ParserCounts {
  readonly lines: number;
  readonly empty_lines: number;
}

/**
 * On which line each record begins. csv-parse says how many lines it has read, but counts a CRLF within quotation marks
 * twice; so what it counts only tells in which records there are line breaks.
 */
export class LineCounter {
  #next = 1;
  #last: ParserCounts = { lines: 0, empty_lines: 0 };

  /** The line of the next record, after `blank` blank lines in all. */
  peek(blank: number): number {
    return this.#next + blank - this.#last.empty_lines;
  }

  /** The line of this record, which is the next. */
  take(record: readonly string[], counts: ParserCounts): number {
    const line = this.peek(counts.empty_lines);
    const read = counts.lines - this.#last.lines - (counts.empty_lines - this.#last.empty_lines);
    this.#next = line + (read === 1 ? 1 : 1 + lineBreaks(record));
    this.#last = { lines: counts.lines, empty_lines: counts.empty_lines };
    return line;
  }
}

function lineBreaks(record: readonly string[]): number {
  return record.reduce((breaks, cell) => breaks + cell.split(/\r\n|\n|\r/).length - 1, 0);
}
