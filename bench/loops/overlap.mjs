// Losses of soft counts, by hand: the totals Σ p·t, Σ p and Σ t in one pass, a gradient in a second one. A loss is
//
//   loss      (both, predicted, positive) → the loss
//   slopes    (both, predicted, positive) → its derivatives by the first two
//
// The derivative by pᵢ is slope₁·tᵢ + slope₂.

export function value({ loss }, x, t) {
  return () => {
    let both = 0;
    let predicted = 0;
    let positive = 0;
    for (let i = 0; i < x.length; i++) {
      both += x[i] * t[i];
      predicted += x[i];
      positive += t[i];
    }
    return loss(both, predicted, positive);
  };
}

export function gradient({ loss, slopes }, x, t) {
  const total = value({ loss: (both, predicted, positive) => [both, predicted, positive] }, x, t);
  return () => {
    const totals = total();
    const [ofBoth, ofPredicted] = slopes(...totals);
    const gradient = new Float32Array(x.length);
    for (let i = 0; i < x.length; i++) gradient[i] = ofBoth * t[i] + ofPredicted;
    return { loss: loss(...totals), gradient };
  };
}
