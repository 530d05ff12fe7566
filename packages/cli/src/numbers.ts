const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const special = /^[+-]?(?:nan|inf|infinity)$/i;
const whole = /^[+-]?\d+(?:\.0*)?$/;

/** A decimal number exactly as written; undefined for anything else, so also for NaN, infinities and hexadecimals. */
export function parseDecimal(text: string): number | undefined {
  return decimal.test(text) ? Number(text) : undefined;
}

/** True for text that is a number in some program's output: decimals, NaN, infinities. */
export function looksNumeric(text: string): boolean {
  return decimal.test(text) || special.test(text);
}

/** A whole number; `3.0`, which is how tools write whole numbers of a float column, is one too. */
export function parseWhole(text: string): number | undefined {
  const value = whole.test(text) ? Number(text) : undefined;
  return value !== undefined && Number.isSafeInteger(value) ? value + 0 : undefined;
}

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
type Numbers = Floats | Int32Array<ArrayBuffer>;

/** A typed array that grows as rows come. */
export class Growing<Values extends Numbers> {
  readonly #make: (length: number) => Values;
  #values: Values;
  #length = 0;

  constructor(make: (length: number) => Values) {
    this.#make = make;
    this.#values = make(1024);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = this.#make(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** What was pushed, as a view. */
  finish(): Values {
    return this.#values.subarray(0, this.#length) as Values;
  }
}

/** An empty array of floats, rounded to float32 if asked. */
export function growingFloats(float32: boolean): Growing<Floats> {
  return new Growing<Floats>((length) => (float32 ? new Float32Array(length) : new Float64Array(length)));
}
