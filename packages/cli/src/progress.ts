/** A terminal that a line can be written to and wiped from. */
export interface ProgressLine {
  write(text: string): unknown;
}

/** Below this a wait is not worth a word. */
const patience = 700;
const interval = 100;

/** Tells how far reading has come, on a line of its own that is gone in the end. Quick reads pass in silence. */
export class Progress {
  readonly #line: ProgressLine;
  readonly #total: number;
  readonly #now: () => number;
  readonly #start: number;
  #last = Number.NEGATIVE_INFINITY;
  #shown = false;

  constructor(line: ProgressLine, total: number, now: () => number) {
    this.#line = line;
    this.#total = total;
    this.#now = now;
    this.#start = now();
  }

  /** So many bytes are read. */
  at(bytes: number): void {
    const time = this.#now();
    if (time - this.#start < patience || time - this.#last < interval || this.#total === 0) return;
    this.#last = time;
    this.#shown = true;
    const share = Math.min(99, Math.floor((bytes / this.#total) * 100));
    this.#line.write(`\r  reading … ${share} %`);
  }

  /** Wipes the line. */
  done(): void {
    if (this.#shown) this.#line.write("\r\u001b[K");
  }
}
