/**
 * Arguments of every form that is accepted: typed arrays and plain ones, whole and cut out of larger ones, handles, and
 * views of the library's memory.
 *
 * @module
 */
import { float32, float64, type Handle, int32, type Labels, type Reals, uint8 } from "assay";
import fc from "fast-check";

const types = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array } as const;
const handles = { uint8, int32, float32, float64 } as const;

export type ElementType = keyof typeof types;
export type Elements = Uint8Array | Int32Array | Float32Array | Float64Array;

export const places = ["heap", "cut", "numbers", "handle", "view", "cut view"] as const;

/** Where an argument's elements are: "cut" begins at the second element of its buffer. */
export type Place = (typeof places)[number];

/** How an argument is to be given. */
export interface Form {
  readonly type: ElementType;
  readonly place: Place;
}

/** An argument: its elements, and where they are to be. */
export class Column {
  readonly place: Place;
  readonly values: Elements;

  constructor(place: Place, values: Elements) {
    this.place = place;
    this.values = values;
  }

  /** How fast-check shows it: with no more elements than anybody reads. */
  [fc.toStringMethod](): string {
    const { place, values } = this;
    const first = Array.from(values.subarray(0, 40), (x) => fc.stringify(x)).join();
    return `${values.constructor.name} (${place}) [${first}${values.length > 40 ? `, … ${values.length} in all` : ""}]`;
  }
}

/** Forms of arguments of these types. Plain arrays are float64. */
export function forms(...allowed: readonly ElementType[]): fc.Arbitrary<Form> {
  return fc
    .record({ type: fc.constantFrom(...allowed), place: fc.constantFrom(...places) })
    .map(({ type, place }) => ({ type: place === "numbers" ? "float64" : type, place }));
}

export const realForms: fc.Arbitrary<Form> = forms("float32", "float64");
export const labelForms: fc.Arbitrary<Form> = forms("uint8", "int32", "float32", "float64");

/** Numbers in the type and place of a form. */
export function columnOf({ type, place }: Form, values: ArrayLike<number>): Column {
  return new Column(place, types[type].from(values));
}

export function typeOf(values: Elements): ElementType {
  if (values instanceof Uint8Array) return "uint8";
  if (values instanceof Int32Array) return "int32";
  return values instanceof Float32Array ? "float32" : "float64";
}

/** Puts columns where they are to be, and clears up in the end. */
export class Arena {
  readonly #handles: Handle[] = [];

  /** What to pass: asked for at the last moment, for a view is good only until memory grows. */
  put({ place, values }: Column): () => Reals & Labels {
    const type = typeOf(values);
    const shift = place.startsWith("cut") ? 1 : 0;
    if (place === "numbers") return this.#always(Array.from(values));
    if (place === "heap") return this.#always(values);
    if (place === "cut") {
      const larger = new types[type](values.length + shift);
      larger.set(values, shift);
      return this.#always(larger.subarray(shift));
    }
    const handle: Handle = handles[type](values.length + shift);
    this.#handles.push(handle);
    handle.view.set(values, shift);
    return (place === "handle" ? () => handle : () => handle.view.subarray(shift)) as () => Reals & Labels;
  }

  #always(given: unknown): () => Reals & Labels {
    return () => given as Reals & Labels;
  }

  free(): void {
    for (const handle of this.#handles) handle.free();
  }
}

/** Runs with an arena that is cleared up whatever happens. */
export function inArena<Result>(body: (arena: Arena) => Result): Result {
  const arena = new Arena();
  try {
    return body(arena);
  } finally {
    arena.free();
  }
}
