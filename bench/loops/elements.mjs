// Losses that are a sum over elements, by hand. A loss is
//
//   shared    (x, t) → what the next two have in common; absent: nothing
//   cost      (x, t, shared) → the loss of one element
//   slope     (x, t, shared) → its derivative by x
//
// Every loss imports this file under a name of its own (`elements.mjs?huber`). Engines compile a function once for all
// who call it; these are to be compiled for one loss each, as if it were written out. Shared loops take two to three
// times as long.

function nothing() {
  return 0;
}

export function value({ shared = nothing, cost }, x, t) {
  return () => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += cost(x[i], t[i], shared(x[i], t[i]));
    return sum / x.length;
  };
}

export function gradient({ shared = nothing, cost, slope }, x, t) {
  return () => {
    const gradient = new Float32Array(x.length);
    const share = 1 / x.length;
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const common = shared(x[i], t[i]);
      sum += cost(x[i], t[i], common);
      gradient[i] = slope(x[i], t[i], common) * share;
    }
    return { loss: sum / x.length, gradient };
  };
}
