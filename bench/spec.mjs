// workloads.json: the datasets, and which operation runs on which.
import { readFileSync } from "node:fs";

export const spec = JSON.parse(readFileSync(new URL("workloads.json", import.meta.url), "utf8"));

/** Workloads by their id, `operation/dataset`. */
export const workloads = new Map(spec.workloads.map((workload) => [workload.id, workload]));
