import type { Backend } from "@assay/contract";
import type { Input } from "./table.js";

/** How a metric of the tables is computed with a backend. */
export interface Metric {
  /** Its value, in the shape that the tables expect. */
  compute(backend: Backend, args: Arguments): unknown;
  /**
   * Where a transcendental is taken per sample: Σ of the absolute terms of the definition, in the shape of the value,
   * as the oracle sees them.
   */
  terms?(oracle: Backend, args: Arguments): unknown;
}

/** Inputs and options of a case. Whoever computes it has to use every one of them. */
export class Arguments {
  private readonly unused: Set<string>;

  constructor(
    readonly task: string,
    private readonly inputs: ReadonlyMap<string, Input>,
    private readonly options: Readonly<Record<string, unknown>>,
    private readonly gradientOf: string | undefined = undefined,
  ) {
    this.unused = new Set([
      ...[...inputs.keys()].map((name) => `input ${name}`),
      ...Object.keys(options).map((name) => `option ${name}`),
      ...(gradientOf === undefined ? [] : ["wrt"]),
    ]);
  }

  input(name: string): Input {
    const input = this.optionalInput(name);
    if (input === undefined) throw new Error(`the input ${name} is missing`);
    return input;
  }

  optionalInput(name: string): Input | undefined {
    this.unused.delete(`input ${name}`);
    return this.inputs.get(name);
  }

  /** The first of some inputs that is there, with its name. */
  either(...names: readonly string[]): Input & { readonly name: string } {
    const name = names.find((candidate) => this.inputs.has(candidate));
    if (name === undefined) throw new Error(`one of the inputs ${names.join(", ")} is missing`);
    return { name, ...this.input(name) };
  }

  /** An option, or what it means when it is not given or null. */
  option<Value>(name: string, otherwise: Value): Value {
    this.unused.delete(`option ${name}`);
    return (this.options[name] as Value | null | undefined) ?? otherwise;
  }

  /** An option that null switches off: undefined where it is null. */
  orOff<Value>(name: string, otherwise: Value): Value | undefined {
    this.unused.delete(`option ${name}`);
    const given = this.options[name] as Value | null | undefined;
    return given === null ? undefined : (given ?? otherwise);
  }

  /** The option `average`, where null means one value per class. */
  average(otherwise: string): string {
    this.unused.delete("option average");
    const given = this.options.average;
    return given === null ? "none" : given === undefined ? otherwise : String(given);
  }

  /** Whether a gradient is asked for; it has to be that for `name`. */
  gradientFor(name: string): boolean {
    this.unused.delete("wrt");
    if (this.gradientOf !== undefined && this.gradientOf !== name) {
      throw new Error(`the gradient for ${this.gradientOf} is not built, only that for ${name}`);
    }
    return this.gradientOf !== undefined;
  }

  /** The same case with some options and inputs changed. */
  with(options: Readonly<Record<string, unknown>>, inputs: Readonly<Record<string, Input>> = {}): Arguments {
    const changed = new Map([...this.inputs, ...Object.entries(inputs)]);
    return new Arguments(this.task, changed, { ...this.options, ...options }, this.gradientOf);
  }

  /** Throws where something of the case was not used. */
  finish(): void {
    if (this.unused.size > 0) throw new Error(`not used: ${[...this.unused].join(", ")}`);
  }
}
