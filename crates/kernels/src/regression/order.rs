//! What needs the values of all rows at once, in order: quantiles and ranks.

use super::{Buffers, Rows};
use crate::input::{BLOCK, Status};
use crate::sort::sort_by;
use crate::sum;

/// What is kept of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// |p − t|.
    Error,
    /// p.
    Prediction,
    /// t.
    Target,
}

/// Writes a value of each row, and its weight where there are weights. `values` and `weights` are as long as the rows.
pub fn keep(rows: &Rows<'_>, value: Value, values: &mut [f64], weights: &mut [f64]) -> Status {
    let mut buffers = Buffers::new();
    for start in (0..rows.count()).step_by(BLOCK) {
        let len = BLOCK.min(rows.count() - start);
        let block = rows.block(start, len, &mut buffers)?;
        let to = values.get_mut(start..start + len).unwrap_or(&mut []).iter_mut();
        match value {
            Value::Error => {
                let pairs = block.predictions.iter().zip(block.targets);
                to.zip(pairs).for_each(|(to, (p, t))| *to = (p - t).abs());
            }
            Value::Prediction => to.zip(block.predictions).for_each(|(to, &p)| *to = p),
            Value::Target => to.zip(block.targets).for_each(|(to, &t)| *to = t),
        }
        if let (Some(from), Some(to)) = (block.weights, weights.get_mut(start..start + len)) {
            to.iter_mut().zip(from).for_each(|(to, &w)| *to = w);
        }
    }
    Ok(())
}

/// A value, as a whole number in the same order, with the row that it belongs to.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Entry {
    key: u64,
    row: usize,
}

const SIGN: u64 = 1 << 63;

impl Entry {
    /// −0 is 0.
    fn new(row: usize, value: f64) -> Self {
        let bits = (value + 0.0).to_bits();
        Self { key: if bits & SIGN == 0 { bits | SIGN } else { !bits }, row }
    }

    fn value(self) -> f64 {
        f64::from_bits(if self.key & SIGN == 0 { !self.key } else { self.key ^ SIGN })
    }
}

/// Room to sort in: twice as many entries as there are values.
fn sorted<'a>(values: &[f64], room: &'a mut [Entry]) -> &'a [Entry] {
    let (entries, spare) = room.split_at_mut(values.len().min(room.len() / 2));
    let Some(spare) = spare.get_mut(..entries.len()) else { return &[] };
    for (row, (to, &value)) in entries.iter_mut().zip(values).enumerate() {
        *to = Entry::new(row, value);
    }
    sort_by(entries, spare, |entry| entry.key);
    entries
}

/// A running exact sum of given weights that is asked for its value often: one integer, in units of the last place of the
/// smallest weight, where all of them fit; otherwise a sum for any numbers.
#[derive(Clone)]
struct Running {
    total: u128,
    /// What a total of 1 is: 2^(unit − 1075).
    unit: u32,
    /// Taken instead where weights are too far apart.
    wide: Option<sum::Words>,
}

/// A positive number as m · 2^(e − 1075) with whole m and e ≥ 1.
fn parts(value: f64) -> (u128, u32) {
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as u32, u128::from(bits & ((1 << 52) - 1)));
    if exponent == 0 { (fraction, 1) } else { (fraction | 1 << 52, exponent) }
}

impl Running {
    fn new(weights: &[f64]) -> Self {
        let present = weights.iter().filter(|&&weight| weight > 0.0);
        let (least, largest) = present.fold((f64::INFINITY, 0.0_f64), |(a, b), &w| (a.min(w), b.max(w)));
        let (unit, top) = (parts(least).1, parts(largest).1);
        // 53 bits of the largest weight, and those that so many of them add up to.
        let bits = u64::from(top.saturating_sub(unit)) + 53 + u64::from(usize::BITS - weights.len().leading_zeros());
        Self { total: 0, unit, wide: (bits >= 128).then_some([0; sum::WORDS]) }
    }

    #[inline(always)]
    fn add(&mut self, value: f64) {
        if let Some(sum) = &mut self.wide {
            return sum::add(sum, value);
        }
        let (integer, exponent) = parts(value);
        self.total += integer << (exponent.saturating_sub(self.unit) & 127);
    }

    fn value(&self) -> f64 {
        if let Some(sum) = &self.wide {
            return sum::value(sum);
        }
        // The conversion rounds to nearest; a power of two, even one below the normal numbers, is then exact.
        let unit = if self.unit < 53 { 1 << (self.unit - 1) } else { u64::from(self.unit - 52) << 52 };
        self.total as f64 * f64::from_bits(unit)
    }
}

/// The smallest value up to which at least, and that up to which more than, the share q of the weight lies. Anything
/// between the two is a q-quantile. Puts the values in another order; `room` is for twice as many entries, where there are
/// weights. NaN for both where there is no weight.
pub fn quantiles(values: &mut [f64], weights: Option<&[f64]>, room: &mut [Entry], q: f64) -> [f64; 2] {
    match weights {
        None => unweighted_quantiles(values, q),
        Some(weights) => weighted_quantiles(sorted(values, room), weights, q),
    }
}

fn unweighted_quantiles(values: &mut [f64], q: f64) -> [f64; 2] {
    let Some(last) = values.len().checked_sub(1) else { return [f64::NAN; 2] };
    let share = q * values.len() as f64;
    // The k-th value has a weight of k + 1 up to it.
    let lower = (share.ceil() as usize).saturating_sub(1).min(last);
    let is_between = share.floor() as usize > lower && lower < last;
    let (_, &mut lower, above) = values.select_nth_unstable_by(lower, f64::total_cmp);
    let upper = if is_between { above.iter().copied().fold(f64::INFINITY, f64::min) } else { lower };
    [lower, upper]
}

fn weighted_quantiles(entries: &[Entry], weights: &[f64], q: f64) -> [f64; 2] {
    let mut total = [0; sum::WORDS];
    sum::add_all(&mut total, weights);
    let share = q * sum::value(&total);
    let weight = |entry: &Entry| weights.get(entry.row).copied().unwrap_or(0.0);
    let mut below = Running::new(weights);
    let (mut lower, mut last) = (None, f64::NAN);
    for block in entries.chunks(BLOCK) {
        let mut ahead = below.clone();
        block.iter().for_each(|entry| ahead.add(weight(entry)));
        let up_to = ahead.value();
        let has_lower = lower.is_none() && up_to >= share;
        if !has_lower && up_to <= share {
            below = ahead;
            last = block.iter().rfind(|entry| weight(entry) > 0.0).map_or(last, |entry| entry.value());
            continue;
        }
        for entry in block.iter().filter(|entry| weight(entry) > 0.0) {
            below.add(weight(entry));
            last = entry.value();
            let up_to = below.value();
            if up_to >= share {
                lower = lower.or(Some(last));
            }
            if up_to > share {
                return [lower.unwrap_or(last), last];
            }
        }
    }
    [lower.unwrap_or(last), last]
}

/// Puts ranks in the place of values: of those that are equal, as often as their weights say, the mean rank. The first
/// rank is a half. `room` is for twice as many entries.
pub fn rank(values: &mut [f64], weights: Option<&[f64]>, room: &mut [Entry]) {
    let entries = sorted(values, room);
    let Some(weights) = weights else {
        let mut below = 0;
        for tied in entries.chunk_by(|a, b| a.key == b.key) {
            // (below + below + tied) / 2, exact up to 2⁵² rows.
            write_rank(values, tied, below as f64 + 0.5 * tied.len() as f64);
            below += tied.len();
        }
        return;
    };
    let mut below = Running::new(weights);
    for tied in entries.chunk_by(|a, b| a.key == b.key) {
        let before = below.value();
        tied.iter().for_each(|entry| below.add(weights.get(entry.row).copied().unwrap_or(0.0)));
        write_rank(values, tied, (before + below.value()) / 2.0);
    }
}

fn write_rank(values: &mut [f64], tied: &[Entry], rank: f64) {
    for entry in tied {
        if let Some(to) = values.get_mut(entry.row) {
            *to = rank;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By the definition, one row at a time.
    fn slow_quantiles(values: &[f64], weights: &[f64], q: f64) -> [f64; 2] {
        let mut rows: Vec<(f64, f64)> = values.iter().copied().zip(weights.iter().copied()).collect();
        rows.retain(|row| row.1 > 0.0);
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let sum_of = |rows: &[(f64, f64)]| {
            let mut sum = [0; sum::WORDS];
            rows.iter().for_each(|row| sum::add(&mut sum, row.1));
            sum::value(&sum)
        };
        let share = q * sum_of(&rows);
        let first = |is_past: &dyn Fn(f64) -> bool| {
            (0..rows.len()).find(|&i| is_past(sum_of(&rows[..=i]))).unwrap_or(rows.len() - 1)
        };
        [rows[first(&|sum| sum >= share)].0, rows[first(&|sum| sum > share)].0]
    }

    fn room(len: usize) -> Vec<Entry> {
        vec![Entry::default(); 2 * len]
    }

    #[test]
    fn medians() {
        let of = |values: &[f64]| quantiles(&mut values.to_vec(), None, &mut [], 0.5);
        assert_eq!(of(&[3.0, 1.0, 2.0]), [2.0, 2.0]);
        assert_eq!(of(&[4.0, 1.0, 3.0, 2.0]), [2.0, 3.0]);
        assert_eq!(of(&[7.0]), [7.0, 7.0]);
        assert!(of(&[])[0].is_nan());
        let weights = [0.0, 2.0, 1.0, 1.0, 0.0];
        let values = &mut [-9.0, 1.0, 5.0, 3.0, 99.0];
        assert_eq!(quantiles(values, Some(&weights), &mut room(5), 0.5), [1.0, 3.0]);
        assert_eq!(quantiles(values, Some(&weights), &mut room(5), 0.0), [1.0, 1.0]);
        assert_eq!(quantiles(values, Some(&weights), &mut room(5), 1.0), [5.0, 5.0]);
    }

    #[test]
    fn ranks_of_ties_are_their_mean() {
        let mut values = [-0.0, 5.0, 0.0, -3.0, 5.0, 5.0];
        rank(&mut values, None, &mut room(6));
        assert_eq!(values, [2.0, 4.5, 2.0, 0.5, 4.5, 4.5]);
        let mut values = [2.0, 1.0, 2.0];
        rank(&mut values, Some(&[1.0, 3.0, 0.5]), &mut room(3));
        assert_eq!(values, [3.75, 1.5, 3.75]);
    }

    #[test]
    fn entries_keep_values_and_their_order() {
        let values = [f64::NEG_INFINITY, -1.0, (-1.0_f64).next_up(), -5e-324, 0.0, 5e-324, 1.0, f64::INFINITY];
        assert!(values.windows(2).all(|pair| Entry::new(0, pair[0]).key < Entry::new(0, pair[1]).key));
        assert!(values.iter().all(|&value| Entry::new(0, value).value() == value));
    }

    proptest! {
        #[test]
        fn quantiles_are_by_the_definition(
            rows in prop::collection::vec((-50..50_i32, 0..4_i32), 1..2500),
            q in prop_oneof![0.0..=1.0_f64, Just(0.0), Just(0.5), Just(1.0)],
            unit in prop_oneof![Just(1.0), Just(0.1)],
        ) {
            let mut values: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
            let mut weights: Vec<f64> = rows.iter().map(|row| f64::from(row.1) * unit).collect();
            weights[0] = 1.0;
            let mut found = quantiles(&mut values.clone(), Some(&weights), &mut room(values.len()), q);
            if values.len() < 200 {
                prop_assert_eq!(found, slow_quantiles(&values, &weights, q));
            }
            weights.fill(1.0);
            found = quantiles(&mut values.clone(), Some(&weights), &mut room(values.len()), q);
            prop_assert_eq!(quantiles(&mut values, None, &mut [], q), found);
        }

        #[test]
        fn running_sums_are_exact(
            values in prop::collection::vec(prop_oneof![0.0..9.0_f64, (0..9_i32).prop_map(f64::from)], 0..60),
            scale in prop_oneof![Just(1.0), Just(1e-300), Just(5e-324), Just(1e300), Just(1e-310)],
            stray in prop_oneof![Just(0.0), Just(1.0), Just(1e-20), Just(1e-200), Just(5e-324)],
        ) {
            let mut values: Vec<f64> = values.into_iter().map(|value| value * scale).collect();
            values.push(stray);
            let (mut running, mut sum) = (Running::new(&values), [0; sum::WORDS]);
            for value in values {
                running.add(value);
                sum::add(&mut sum, value);
                prop_assert_eq!(running.value(), sum::value(&sum));
            }
        }

        #[test]
        fn ranks_do_not_depend_on_order(mut values in prop::collection::vec((-9..9_i32).prop_map(f64::from), 1..700)) {
            let mut ranks = values.clone();
            rank(&mut ranks, None, &mut room(values.len()));
            for (i, &value) in values.iter().enumerate() {
                let below = values.iter().filter(|&&other| other < value).count();
                let tied = values.iter().filter(|&&other| other == value).count();
                prop_assert_eq!(ranks[i], below as f64 + tied as f64 / 2.0);
            }
            values.reverse();
            rank(&mut values, Some(&vec![1.0; ranks.len()]), &mut room(ranks.len()));
            values.reverse();
            prop_assert_eq!(ranks, values);
        }
    }
}
