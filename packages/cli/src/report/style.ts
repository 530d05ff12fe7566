/** Puts ink on a finished piece of text. */
export type Ink = (text: string) => string;

/** The few inks of the report, by meaning. */
export interface Style {
  readonly title: Ink;
  readonly heading: Ink;
  readonly strong: Ink;
  /** What may be overlooked. */
  readonly faint: Ink;
  readonly bar: Ink;
  readonly right: Ink;
  readonly wrong: Ink;
}

const plain: Ink = (text) => text;

/** No ink at all. */
export const plainStyle: Style = {
  title: plain,
  heading: plain,
  strong: plain,
  faint: plain,
  bar: plain,
  right: plain,
  wrong: plain,
};

function ansi(on: number, off: number): Ink {
  return (text) => (text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`);
}

const bold = ansi(1, 22);
const cyan = ansi(36, 39);

/** Colours that every terminal has, chosen by its user. */
export const colourStyle: Style = {
  title: bold,
  heading: (text) => bold(cyan(text)),
  strong: bold,
  faint: ansi(2, 22),
  bar: cyan,
  right: ansi(32, 39),
  wrong: ansi(33, 39),
};
