//! What needs confidences in order: bins of equal mass, and sums along them.
//!
//! Sorted entries are the same whatever order rows came in, and so is all that is read off them.

use super::places::{UNIT, units};
use crate::curve::{Counts, Entry, Key, Sorted, Terms};

/// Where bins of about as many rows begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mass {
    /// After so many rows, the first bins having one more; rows that tie across an edge share their mean outcome. With
    /// weights after so much weight, where a row may be divided.
    Shared,
    /// Above quantiles of the scores, linearly interpolated.
    Quantile,
    /// Above the middle between the last score of one bin and the first of the next.
    Midpoint,
}

/// A bin: its lowest and highest score (or edges, where these decide), count or weight, hits, confidences.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Bin {
    /// The lowest score, or the edge below.
    pub lower: f64,
    /// The highest score, or the edge above.
    pub upper: f64,
    /// Rows, or their weight.
    pub count: f64,
    /// Right ones.
    pub hits: f64,
    /// Sum of confidences.
    pub confidences: f64,
}

impl Bin {
    const EMPTY: Self = Self { lower: f64::NAN, upper: f64::NAN, count: 0.0, hits: 0.0, confidences: 0.0 };
}

fn score<E: Entry>(entry: &E) -> f64 {
    entry.key().score(false)
}

fn tied<E: Entry>(a: &E, b: &E) -> bool {
    a.key().rank() == b.key().rank()
}

/// Bins of those confidences that are above a number. Of confidences none is below 0.
pub fn bins<E: Entry>(sorted: &Sorted<'_, E>, above: f64, mass: Mass, to: &mut [Bin]) {
    let from = sorted.others.partition_point(|entry| score(entry) <= above);
    let entries = sorted.others.get(from..).unwrap_or(&[]);
    if E::WEIGHTED {
        return divided(entries, to);
    }
    let count = to.len();
    let mut start = 0;
    let mut lower = entries.first().map(score);
    for (k, to) in to.iter_mut().enumerate() {
        let place = split(entries.len(), count, k + 1);
        let edge = match mass {
            Mass::Shared => None,
            Mass::Quantile => quantile(entries, k + 1, count),
            Mass::Midpoint => middle(entries, place),
        };
        let end = match edge {
            Some(edge) if k + 1 < count => entries.partition_point(|entry| score(entry) <= edge),
            _ => place,
        };
        *to = whole(entries, start, end);
        if mass != Mass::Shared {
            (to.lower, to.upper) = (lower.unwrap_or(f64::NAN), edge.unwrap_or(f64::NAN));
            lower = edge;
        }
        start = end;
    }
}

/// How many of `len` rows are in the first k of so many bins: as many in each, and one more in the first ones.
fn split(len: usize, bins: usize, k: usize) -> usize {
    k * (len / bins) + k.min(len % bins)
}

/// The quantile k/n, linearly interpolated (type 7 of Hyndman and Fan 1996).
fn quantile<E: Entry>(entries: &[E], k: usize, n: usize) -> Option<f64> {
    let last = entries.len().checked_sub(1)? as u64;
    let place = last * k as u64;
    let (before, rest) = ((place / n as u64) as usize, (place % n as u64) as f64 / n as f64);
    let low = score(entries.get(before)?);
    Some(if rest == 0.0 { low } else { low + (score(entries.get(before + 1)?) - low) * rest })
}

/// The middle between the rows on both sides of a place; the last score after all of them.
fn middle<E: Entry>(entries: &[E], place: usize) -> Option<f64> {
    let below = score(entries.get(place.saturating_sub(1))?);
    Some(entries.get(place).map_or(below, |above| (below + score(above)) / 2.0))
}

/// The bin of rows that nothing divides but ties across its ends.
fn whole<E: Entry>(entries: &[E], start: usize, end: usize) -> Bin {
    let own = entries.get(start..end).unwrap_or(&[]);
    let (Some(first), Some(last)) = (own.first(), own.last()) else { return Bin::EMPTY };
    // Rows before `inner` tie with some below the bin, those from `outer` on with some above it.
    let inner = if start > 0 { upper_end(entries, start - 1, start).min(end) } else { start };
    let outer = if inner < end && end < entries.len() { lower_end(entries, end, end).max(inner) } else { end };
    let hits = hits_of(entries.get(inner..outer).unwrap_or(&[]));
    Bin {
        lower: score(first),
        upper: score(last),
        count: own.len() as f64,
        hits: hits + share(entries, start, inner) + share(entries, outer, end),
        confidences: own.iter().map(|entry| u128::from(units(score(entry)))).sum::<u128>() as f64 * UNIT,
    }
}

fn hits_of<E: Entry>(entries: &[E]) -> f64 {
    entries.iter().filter(|entry| entry.key().is_positive()).count() as f64
}

/// Where the rows end, from `from` on, that tie with the row at `of`.
fn upper_end<E: Entry>(entries: &[E], of: usize, from: usize) -> usize {
    let Some(row) = entries.get(of) else { return from };
    from + entries.get(from..).unwrap_or(&[]).partition_point(|entry| tied(entry, row))
}

/// Where the rows begin, up to `to`, that tie with the row at `of`.
fn lower_end<E: Entry>(entries: &[E], of: usize, to: usize) -> usize {
    let Some(row) = entries.get(of) else { return to };
    entries.get(..to).unwrap_or(&[]).partition_point(|entry| !tied(entry, row))
}

/// What some of the rows that tie get of the hits of all that do.
fn share<E: Entry>(entries: &[E], start: usize, end: usize) -> f64 {
    if start >= end {
        return 0.0;
    }
    let (from, to) = (lower_end(entries, start, start), upper_end(entries, start, start));
    let all = entries.get(from..to).unwrap_or(&[]);
    hits_of(all) * (end - start) as f64 / all.len() as f64
}

/// A sum with what rounding has left out beside it (Neumaier 1974).
#[derive(Clone, Copy, Default)]
struct Running {
    sum: f64,
    errors: f64,
}

impl Running {
    fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        let part = sum - self.sum;
        self.errors += (self.sum - (sum - part)) + (term - part);
        self.sum = sum;
    }

    fn value(&self) -> f64 {
        self.sum + self.errors
    }

    fn of(terms: impl Iterator<Item = f64>) -> f64 {
        let mut sum = Self::default();
        terms.for_each(|term| sum.add(term));
        sum.value()
    }
}

/// Bins of equal weight. Rows of one score are divided where an edge is among them.
fn divided<E: Entry>(entries: &[E], to: &mut [Bin]) {
    to.fill(Bin::EMPTY);
    let total = Running::of(entries.iter().map(E::weight));
    let bins = to.len();
    let mut entered = Running::default();
    let mut sums = [Running::default(); 3];
    let mut k = 0;
    for rows in entries.chunk_by(tied) {
        let Some(confidence) = rows.first().map(score) else { continue };
        let mut rest = Running::of(rows.iter().map(E::weight));
        let rate = Running::of(rows.iter().filter(|row| row.key().is_positive()).map(E::weight)) / rest;
        while rest > 0.0 {
            // The last bin takes all that is left.
            let edge = if k + 1 < bins { total * ((k + 1) as f64 / bins as f64) } else { f64::INFINITY };
            let room = edge - entered.value();
            if room <= 0.0 {
                (k, sums) = (k + 1, [Running::default(); 3]);
                continue;
            }
            let taken = rest.min(room);
            let Some(bin) = to.get_mut(k) else { return };
            for (sum, term) in sums.iter_mut().zip([taken, taken * rate, taken * confidence]) {
                sum.add(term);
            }
            let [count, hits, confidences] = sums.map(|sum| sum.value());
            let lower = if bin.count == 0.0 { confidence } else { bin.lower };
            *bin = Bin { lower, upper: confidence, count, hits, confidences };
            entered.add(taken);
            rest -= taken;
        }
    }
}

/// The Kolmogorov–Smirnov distance of confidences from outcomes: the largest of |Σ (p − y)| over rows up to each score,
/// over all rows.
pub fn kolmogorov_smirnov<E: Entry>(sorted: &Sorted<'_, E>) -> f64 {
    let (mut difference, mut most) = (Running::default(), 0.0_f64);
    for rows in sorted.others.chunk_by(tied) {
        for row in rows {
            difference.add(row.weight() * (score(row) - f64::from(u8::from(row.key().is_positive()))));
        }
        most = most.max(difference.value().abs());
    }
    let Counts { positives, negatives } = sorted.counts();
    most / (positives + negatives)
}

/// The mean over rows of the error rate among those of at least their confidence.
pub fn risk_coverage_area<E: Entry>(sorted: &Sorted<'_, E>) -> f64 {
    let mut terms = Terms::new();
    let mut all = 0.0;
    sorted.groups(|group| {
        let Counts { positives, negatives } = group.total;
        all = positives + negatives;
        terms.push((group.positive + group.negative) * (negatives / all));
    });
    terms.total() / all
}
