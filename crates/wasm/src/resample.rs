//! The border of resampled counts.

use crate::view;
use assay_kernels::resample::Resampler;
use wasm_bindgen::prelude::*;

/// Writes replicates of counts, one after another, beginning with number `first`.
///
/// # Safety
/// `indices` and `counts` are `cells` numbers `f64` each, whole and below 2⁵³; `to` has room for `replicates` times as
/// many.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn resample_counts(
    cells: usize,
    indices: usize,
    counts: usize,
    total: f64,
    seed: f64,
    first: u32,
    replicates: u32,
    to: usize,
) {
    // SAFETY: as this function demands.
    let (indices, counts, to) = unsafe {
        (
            view::slice::<f64>(indices, cells),
            view::slice::<f64>(counts, cells),
            view::room::<f64>(to, cells * replicates as usize),
        )
    };
    let resampler = Resampler::new(seed as u64);
    for (replicate, to) in (first..).zip(to.chunks_exact_mut(cells.max(1))) {
        let cells = indices.iter().zip(counts).map(|(&index, &count)| (index as u64, count));
        resampler.multinomial(cells, total, replicate, to);
    }
}
