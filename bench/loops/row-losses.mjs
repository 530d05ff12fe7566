// Losses of rows, by hand. A loss is
//
//   cost      (x, at, c, y) → the loss of the row x[at], …, x[at + c − 1] with the label y
//   slopes    (x, at, c, y, share, gradient) → the same; writes share·∂loss into the gradient's row
//
// Every loss imports this file under a name of its own, as `elements.mjs`.

export function value({ cost }, x, labels, { n, c }) {
  return () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += cost(x, i * c, c, labels[i]);
    return sum / n;
  };
}

export function gradient({ slopes }, x, labels, { n, c }) {
  return () => {
    const gradient = new Float32Array(n * c);
    const share = 1 / n;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += slopes(x, i * c, c, labels[i], share, gradient);
    return { loss: sum / n, gradient };
  };
}
