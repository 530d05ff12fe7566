/**
 * What all properties share: where their cases come from and how many there are.
 *
 * @module
 */
import fc from "fast-check";

const { PROPERTY_SEED, PROPERTY_EFFORT } = import.meta.env;

// fast-check tells the seed and the path to the shrunken case where a property fails.
fc.configureGlobal({
  numRuns: Math.ceil(100 * Number(PROPERTY_EFFORT)),
  ...(PROPERTY_SEED !== "" && { seed: Number(PROPERTY_SEED) }),
});
