//! Bootstrap of curves: as many rows drawn with replacement, in order at once.
//!
//! What is drawn is how often each place in the sorted scores occurs, so nothing is sorted again, and the order that rows
//! came in is not seen.

use super::{Entry, Fill, Sorted};
use crate::resample::Resampler;

/// Writes a replicate of a curve whose ties are in order of label ([`super::canonicalise`]) into room for as many
/// entries as it has.
pub fn resample<E: Entry>(from: &Sorted<'_, E>, resampler: &Resampler, replicate: u32, room: &mut [E]) -> Fill {
    let Sorted { negative, others, .. } = from;
    let mut fill = Fill::default();
    let mut room = room.iter_mut();
    resampler.ranks(from.len(), replicate, |first, times| {
        // A block lies in one part, or in both.
        let skipped = negative.len().min(first);
        let below = negative.len().min(first + times.len()) - skipped;
        let (of_negative, of_others) = times.split_at(below);
        let below = negative.get(skipped..).unwrap_or(&[]);
        let above = others.get(first.saturating_sub(negative.len())..).unwrap_or(&[]);
        fill.negative += write(&mut room, below, of_negative);
        fill.others += write(&mut room, above, of_others);
    });
    fill
}

/// Writes each entry as often as it was drawn; how many there are.
#[inline(always)]
fn write<'a, E: Entry + 'a>(room: &mut impl Iterator<Item = &'a mut E>, entries: &[E], times: &[u32]) -> usize {
    let mut written = 0;
    for (&entry, &times) in entries.iter().zip(times) {
        for _ in 0..times {
            if let Some(to) = room.next() {
                *to = entry;
                written += 1;
            }
        }
    }
    written
}
