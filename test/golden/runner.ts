/**
 * Runs golden cases against a backend.
 *
 * A case with float32 inputs runs twice: as given, and with every float32 widened to float64. A widened run has to meet
 * the table's own tolerance on every backend. A run as given has to meet it too, except for what float32 costs: a
 * gradient that is stored in float32 may be off by its rounding, and on the wasm backend, where a transcendental is
 * taken per sample, a value may be off by 2.5e-7 of the sum of the absolute terms of its definition. These bounds live
 * here and in adapter.ts, never in tables.
 *
 * @module
 */
import type { Backend } from "@assay/contract";
import { Arguments, type Metric } from "./arguments.js";
import { type Case, decode, type Input, type Located, readInput, type Tolerance } from "./table.js";

/** A backend under test. */
export interface Contestant {
  readonly name: string;
  readonly backend: Backend;
  /** Takes transcendentals of float32 samples in float32. */
  readonly single: boolean;
}

/** What a run of tables came to. */
export interface Outcome {
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** How many cases there are of each metric that is not built. */
  readonly notYet: ReadonlyMap<string, number>;
}

export interface Failure {
  readonly id: string;
  readonly problems: readonly string[];
}

/** The share of the absolute terms that a float32 transcendental may cost. */
export const SINGLE_BOUND = 2.5e-7;

export function runCases(
  cases: readonly Located[],
  contestant: Contestant,
  metrics: ReadonlyMap<string, Metric>,
  oracle: Backend,
): Outcome {
  let passed = 0;
  const failures: Failure[] = [];
  const notYet = new Map<string, number>();
  for (const { folder, case: one } of cases) {
    const metric = metrics.get(one.metric);
    if (metric === undefined) {
      notYet.set(one.metric, (notYet.get(one.metric) ?? 0) + 1);
      continue;
    }
    const problems = runCase(one, folder, contestant, metric, oracle);
    if (problems === undefined) notYet.set(one.metric, (notYet.get(one.metric) ?? 0) + 1);
    else if (problems.length === 0) passed++;
    else failures.push({ id: one.id, problems });
  }
  return { passed, failures, notYet };
}

/** A function that a backend does not have yet. */
class NotBuilt extends Error {}

/** A backend that says so where it lacks a function. */
function complete(backend: Backend): Backend {
  return new Proxy({} as Backend, {
    get(_, name) {
      const member: unknown = backend[name as keyof Backend];
      if (member === undefined) throw new NotBuilt(`${String(name)} is not built`);
      return member;
    },
  });
}

/** What is wrong with a case: nothing where it passes, undefined where the backend lacks the function. */
function runCase(
  one: Case,
  folder: string,
  contestant: Contestant,
  metric: Metric,
  oracle: Backend,
): string[] | undefined {
  try {
    const inputs = new Map(Object.entries(one.inputs).map(([name, spec]) => [name, readInput(spec, folder)]));
    const expected = decode(one.expected);
    const options = decode(one.options) as Record<string, unknown>;
    const compute = (using: Metric["compute"], backend: Backend, inputs: ReadonlyMap<string, Input>): unknown => {
      const args = new Arguments(one.task, inputs, options, one.wrt);
      const result = using(backend, args);
      args.finish();
      return result;
    };
    const widened = new Map([...inputs].map(([name, input]) => [name, widen(input)]));
    const single = [...inputs.values()].some((input) => input.values instanceof Float32Array);
    const terms = single && contestant.single && metric.terms ? compute(metric.terms, oracle, widened) : undefined;
    const backend = complete(contestant.backend);
    const problems = differences(compute(metric.compute, backend, inputs), expected, one.tolerance, terms);
    if (!single) return problems;
    const wide = differences(compute(metric.compute, backend, widened), expected, one.tolerance);
    return [...problems, ...wide.map((problem) => `widened to float64: ${problem}`)];
  } catch (error) {
    if (error instanceof NotBuilt) return undefined;
    return [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
}

function widen(input: Input): Input {
  return input.values instanceof Float32Array ? { ...input, values: Float64Array.from(input.values) } : input;
}

/**
 * Where a result differs from what is expected by more than the tolerance. Keys, lengths and types must be equal, NaN
 * is answered by NaN alone, null by null alone. `terms` has the result's shape, or is one number for all of it.
 */
export function differences(
  got: unknown,
  expected: unknown,
  tolerance: Tolerance,
  terms?: unknown,
  path = "",
): string[] {
  const here = path === "" ? "value" : path;
  if (Array.isArray(expected)) {
    const list = listOf(got);
    if (list === undefined) return [`${here}: got ${show(got)}, expected an array`];
    if (list.length !== expected.length) return [`${here}: got ${list.length} elements, expected ${expected.length}`];
    // Only numbers stored in float32 come rounded to it.
    const stored = got instanceof Float32Array ? tolerance32(tolerance) : tolerance;
    return expected.flatMap((value, i) => differences(list[i], value, stored, inner(terms, i), `${path}[${i}]`));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof got !== "object" || got === null || listOf(got))
      return [`${here}: got ${show(got)}, expected an object`];
    const keys = (object: object): string => Object.keys(object).sort().join(", ");
    if (keys(got) !== keys(expected)) return [`${here}: got the keys ${keys(got)}, expected ${keys(expected)}`];
    return Object.entries(expected).flatMap(([key, value]) =>
      differences((got as Record<string, unknown>)[key], value, tolerance, inner(terms, key), `${path}.${key}`),
    );
  }
  if (typeof expected !== "number") {
    return got === expected ? [] : [`${here}: got ${show(got)}, expected ${show(expected)}`];
  }
  if (typeof got !== "number") return [`${here}: got ${show(got)}, expected ${expected}`];
  if (Object.is(got, expected) || got === expected) return [];
  const share = typeof terms === "number" ? SINGLE_BOUND * Math.abs(terms) : 0;
  const allowed = tolerance.atol + tolerance.rtol * Math.abs(expected) + share;
  // A NaN or an infinity that is not answered by itself is never near.
  if (Number.isFinite(expected) && Math.abs(got - expected) <= allowed) return [];
  return [`${here}: got ${got}, expected ${expected}, tolerance ${allowed}`];
}

/** Rounding to float32 moves a number by at most 2⁻²⁴ of it, or half the smallest float32. */
function tolerance32({ rtol, atol }: Tolerance): Tolerance {
  return { rtol: rtol + 2 ** -24, atol: atol + 2 ** -150 };
}

function inner(terms: unknown, key: string | number): unknown {
  if (terms === undefined || typeof terms === "number") return terms;
  return (terms as Record<string | number, unknown>)[key];
}

function listOf(value: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return value as unknown as ArrayLike<unknown>;
  return undefined;
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : (JSON.stringify(value)?.slice(0, 80) ?? String(value));
}
