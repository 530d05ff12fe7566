//! Binary curves: scores sorted once, with everything that a threshold decides read off them.
//!
//! A score becomes a key: its bits, ordered like the score itself, with the label in the lowest bit. Negative scores
//! fill the room from its front, the others from its back, so that neither sign nor label costs a bit, and each part is
//! sorted on its own. With weights, records of key and weight are sorted instead.
//!
//! Sorted keys are the same whatever order the rows came in, so every sum over them is too.

mod append;
mod areas;
mod best;
pub mod delong;
mod entry;
pub mod histogram;
mod objective;
mod points;
mod resample;
mod sorted;
mod tally;
#[cfg(test)]
mod tests;
mod wide;

pub use append::{Place, append};
pub(crate) use areas::Terms;
pub use areas::trapezoids;
pub use best::{Best, Constraints};
pub use entry::{Entry, Fill, Key, Weighted};
pub use objective::{Cells, Objective};
pub use points::{Points, costs, det, gains, precision_recall, roc};
pub use resample::{Draw, Part, fold, resample};
pub use sorted::{STRIDE, Sorted, canonicalise, is_valid, join, remember, remembered, sort};
pub use tally::{Counts, Tally};
