// The library as it is published: what computes the figures of the documentation.
export * from "../../packages/assay/dist/index.js";
