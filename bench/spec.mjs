// workloads.json: the datasets, the operations, and which runs on which.
import { readFileSync } from "node:fs";

const {
  describe,
  datasets,
  workloads: ids,
} = JSON.parse(readFileSync(new URL("workloads.json", import.meta.url), "utf8"));

/** Workloads have an id, `operation/dataset`, and n rows. */
function workload(id) {
  const [op, data] = id.split("/");
  return { id, op, data, n: datasets[data].n, tol: describe[op].tol };
}

export const spec = { describe, datasets, workloads: ids.map(workload) };

/** Workloads by their id. */
export const workloads = new Map(spec.workloads.map((workload) => [workload.id, workload]));
