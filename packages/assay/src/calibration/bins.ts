/**
 * How scores are put in bins.
 *
 * @module
 */
import { AssayRangeError, type Binning, type BinningOptions, type Closed, defaults, type Reals } from "@assay/contract";
import { numbersOf, reals } from "../arguments.js";
import { inapplicable, oneOf, whole, within } from "../options.js";

/** Bins, checked. */
export interface Bins {
  readonly numBins: number;
  readonly closed: Closed;
  readonly binning: Binning;
  /** Of the caller's own, one more than bins. */
  readonly edges: Float64Array<ArrayBuffer> | undefined;
  /** Only probabilities above it count; −1 where all do. */
  readonly threshold: number;
}

export const binningOptions = ["numBins", "closed", "binning", "edges", "threshold"] as const;

const MOST_BINS = 2 ** 16;

/** The bins asked for. */
export function binsOf(options: BinningOptions): Bins {
  const { numBins, closed, edges, threshold } = options;
  const binning = oneOf(options.binning ?? defaults.binning, ["width", "mass", "quantile", "midpoint"], "binning");
  if (binning !== "width") {
    for (const name of ["closed", "edges"] as const) {
      if (options[name] !== undefined)
        throw inapplicable(name, `${name} is for binning "width", but binning is "${binning}"`);
    }
  }
  if (edges !== undefined && numBins !== undefined)
    throw inapplicable("numBins", "numBins and edges exclude each other", numBins);
  const given = edges === undefined ? undefined : edgesOf(edges);
  return {
    numBins: given === undefined ? whole(numBins ?? defaults.numBins, 1, "numBins", MOST_BINS) : given.length - 1,
    closed: oneOf(closed ?? defaults.closed, ["right", "left"], "closed"),
    binning,
    edges: given,
    threshold: threshold === undefined ? -1 : within(threshold, 0, 1, "threshold"),
  };
}

function edgesOf(given: Reals): Float64Array<ArrayBuffer> {
  const column = reals(given, "edges");
  const { length } = column;
  if (length < 2 || length > MOST_BINS + 1) {
    throw new AssayRangeError(`edges has ${length} elements, but must have 2 to ${MOST_BINS + 1}`, {
      code: "shape",
      argument: "edges",
      value: length,
    });
  }
  const edges = numbersOf(column);
  edges.forEach((edge, k) => {
    const isEnd = (k > 0 || edge === 0) && (k < length - 1 || edge === 1);
    if (isEnd && (k === 0 || edge >= (edges[k - 1] as number))) return;
    throw new AssayRangeError(`edges[${k}] = ${edge}, but edges go from 0 to 1 without descending`, {
      code: "range",
      argument: "edges",
      index: k,
      value: edge,
    });
  });
  return edges;
}
