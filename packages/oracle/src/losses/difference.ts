import type { Loss, LossOptions } from "@assay/contract";
import { finiteReals, finiteTargets } from "../input.js";
import type { Slope } from "./focal-term.js";
import { loss } from "./loss.js";
import { vector } from "./shapes.js";

/** A loss of the difference d = x − t of finite numbers, with its options settled. */
interface OfDifference {
  readonly config: object;
  of(d: number): Slope;
}

/** The public function of a loss of differences. */
export function differenceLoss<Options extends LossOptions>(
  name: string,
  options: readonly string[],
  settle: (options: Partial<Options>) => OfDifference,
): Loss<Options> {
  return loss<Options>({
    name,
    options,
    settle: (given) => {
      const { config, of } = settle(given);
      return {
        ...vector(finiteTargets),
        config,
        valuesPerRow: 1,
        predictions: (predictions) => finiteReals("predictions", predictions),
        row: ([x = 0], [t = 0], values, gradient) => {
          const { value, slope } = of(x - t);
          values[0] = value;
          gradient[0] = slope;
          return 1;
        },
      };
    },
  });
}
