//! Scores counted in buckets: what a curve is surely between, in constant memory.
//!
//! State: for each bucket the negatives and the positives, as counters or, with weights, as sums.

use super::areas::{Terms, share, unit};
use super::{Counts, Tally};
use crate::input::{Argument, BLOCK, Fault, Numbers, Status};
use crate::special::Special;
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;

/// Positives of a bucket that are looked at one by one.
const ONE_BY_ONE: f64 = 4096.0;

/// More than rounding takes from a bound and from the area that it is to hold together: some twenty roundings of numbers
/// in 0..1, of which this is 128.
const ROUNDING: f64 = 1.0 / (1_u64 << 46) as f64;

/// How scores are counted.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Number of buckets, a power of 2.
    pub buckets: usize,
    /// Lowest and highest of buckets of equal width; the leading bits of float32 numbers where there is none.
    pub range: Option<[f64; 2]>,
    /// Whether rows have weights.
    pub weighted: bool,
}

impl Metric for Config {
    const KIND: Kind = Kind::CurveHistogram;

    fn from_config(&[buckets, ranged, lowest, highest, weighted, ..]: &state::Config) -> Option<Self> {
        let fits = (2.0..=1_048_576.0).contains(&buckets) && (buckets as usize).is_power_of_two();
        (fits && (ranged != 1.0 || lowest < highest)).then_some(Self {
            buckets: buckets as usize,
            range: (ranged == 1.0).then_some([lowest, highest]),
            weighted: weighted == 1.0,
        })
    }

    fn layout(&self) -> Layout {
        let cells = 2 * self.buckets;
        let (counters, sums) = if self.weighted { (0, cells) } else { (cells, 0) };
        Layout { counters, sums, scratch: 0 }
    }
}

/// A float32's bits in the order of the numbers.
fn ordered(bits: u32) -> u32 {
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

impl Config {
    fn shift(&self) -> u32 {
        32 - self.buckets.trailing_zeros()
    }

    /// The bucket of a score that is not NaN. It never falls as scores rise; −0 is 0.
    pub fn bucket(&self, score: f64) -> usize {
        match self.range {
            // Rounding to float32 keeps the order too.
            None => (ordered((score as f32 + 0.0).to_bits()) >> self.shift()) as usize,
            Some([lowest, highest]) => {
                let place = (score - lowest) / (highest - lowest) * self.buckets as f64;
                // A cast saturates, so scores below the range are in the first bucket.
                (place as usize).min(self.buckets - 1)
            }
        }
    }

    /// The least number in a bucket or above it, by bisection: scores in it are at or above this, others are below.
    fn lower_edge(&self, bucket: usize) -> f64 {
        let (mut low, mut high) = (-INFINITE, INFINITE);
        while low < high {
            // Rounded down, of a sum that may be too large.
            let middle = (low >> 1) + (high >> 1) + (low & high & 1);
            if self.bucket(number_at(middle)) >= bucket {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        number_at(low)
    }
}

/// The place of ∞ among all numbers from 0 on.
const INFINITE: i64 = f64::INFINITY.to_bits() as i64;

/// The number that is so many places above 0, or below it.
fn number_at(place: i64) -> f64 {
    let size = f64::from_bits(place.unsigned_abs());
    if place < 0 { -size } else { size }
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(
    config: &Config,
    words: &mut [i64],
    scores: &Numbers<'_>,
    labels: &Numbers<'_>,
    weights: Option<&Numbers<'_>>,
) -> Status {
    let layout = config.layout();
    let Some(Parts { counters, sums, .. }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    if weights.is_some() != config.weighted {
        return Err(Fault::misuse(Argument::SampleWeight));
    }
    let (mut buffer, mut label_buffer, mut weight_buffer) = ([0.0; BLOCK], [0; BLOCK], [0.0; BLOCK]);
    for start in (0..labels.len()).step_by(BLOCK) {
        let len = BLOCK.min(labels.len() - start);
        let scores = scores.logits(start, len, Argument::Predictions, &mut buffer)?;
        let labels = labels.labels(start, len, 2, None, Argument::Targets, &mut label_buffer)?;
        let cells = scores.iter().zip(labels).take(len).map(|(&x, &y)| 2 * config.bucket(x) + y as usize);
        if let Some(weights) = weights {
            let weights = weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?;
            for (cell, &weight) in cells.zip(weights) {
                if let Some(sum) = sums.get_mut(cell) {
                    sum::add(sum, weight);
                }
            }
        } else {
            for cell in cells {
                if let Some(counter) = counters.get_mut(cell) {
                    *counter += 1;
                }
            }
        }
    }
    layout.canonicalise(words);
    Ok(())
}

/// Runs over the buckets that hold something from the highest on: their number, and what they hold.
fn each(config: &Config, words: &mut [i64], mut step: impl FnMut(usize, Counts)) {
    let Some(Parts { counters, sums, .. }) = config.layout().split(words) else { return };
    for bucket in (0..config.buckets).rev() {
        let of = |cell: usize| {
            if config.weighted {
                sums.get(cell).map_or(0.0, sum::value)
            } else {
                counters.get(cell).map_or(0.0, |&count| count as f64)
            }
        };
        let counts = Counts { positives: of(2 * bucket + 1), negatives: of(2 * bucket) };
        if counts.positives > 0.0 || counts.negatives > 0.0 {
            step(bucket, counts);
        }
    }
}

/// Positives and negatives.
pub fn totals(config: &Config, words: &mut [i64]) -> Counts {
    let mut totals = Tally::default();
    each(config, words, |_, counts| totals.add_counts(counts));
    totals.counts()
}

/// Bounds with what rounding may have taken.
fn certified([lower, upper]: [f64; 2]) -> [f64; 2] {
    [(lower - ROUNDING).max(0.0), (upper + ROUNDING).min(1.0)]
}

/// Bounds of the area under the ROC curve: within a bucket every negative may be above every positive, or below.
pub fn area(config: &Config, words: &mut [i64]) -> [f64; 2] {
    let Counts { positives, negatives } = totals(config, words);
    if positives == 0.0 || negatives == 0.0 {
        return [f64::NAN; 2];
    }
    if config.weighted {
        let (of_positives, of_negatives) = (unit(positives), unit(negatives));
        let [mut lower, mut upper] = [Terms::new(), Terms::new()];
        let mut above = Tally::default();
        each(config, words, |_, counts| {
            let before = above.counts().positives;
            above.add_counts(counts);
            let own = counts.negatives * of_negatives;
            lower.push(own * (before * of_positives));
            upper.push(own * (above.counts().positives * of_positives));
        });
        let pairs = positives * of_positives * (negatives * of_negatives);
        return certified([lower, upper].map(|terms| terms.total() / pairs));
    }
    let (mut above, mut lower, mut upper) = (0_u128, 0_u128, 0_u128);
    each(config, words, |_, counts| {
        let (positives, negatives) = (counts.positives as u128, counts.negatives as u128);
        lower += negatives * above;
        upper += negatives * (above + positives);
        above += positives;
    });
    let pairs = positives as u128 * negatives as u128;
    match u64::try_from(2 * pairs) {
        // Divided once, as the exact area is: rounding keeps their order.
        Ok(pairs) => [lower, upper].map(|wins| share(2 * wins as u64, pairs)),
        Err(_) => certified([lower, upper].map(|wins| wins as f64 / pairs as f64)),
    }
}

/// Bounds of the average precision. A bucket's positives have at best no negative of it above them, and are one step;
/// at worst all of its negatives are above, and they are found one by one, or with weights little by little.
pub fn average_precision(config: &Config, words: &mut [i64]) -> [f64; 2] {
    let Counts { positives: all, .. } = totals(config, words);
    if all == 0.0 {
        return [0.0; 2];
    }
    let special = Special::new();
    let of_all = unit(all);
    let [mut lower, mut upper] = [Terms::new(), Terms::new()];
    let mut above = Tally::default();
    each(config, words, |_, counts| {
        let Counts { positives: tp, negatives: fp } = above.counts();
        above.add_counts(counts);
        let Counts { positives: found, negatives: wrong } = above.counts();
        let positives = counts.positives;
        if positives == 0.0 {
            return;
        }
        upper.push(positives * of_all * (found / (found + fp)));
        if wrong == 0.0 {
            return lower.push(positives * of_all);
        }
        let ones = if config.weighted { 0.0 } else { positives.min(ONE_BY_ONE) };
        for i in 1..=ones as u32 {
            let found = tp + f64::from(i);
            lower.push(of_all * (found / (found + wrong)));
        }
        if positives > ones {
            let half = if config.weighted { 0.0 } else { 0.5 };
            let rest = positives - ones;
            lower.push(rest * of_all * mean_precision(&special, tp + ones + half, rest, wrong));
        }
    });
    certified([lower, upper].map(|terms| terms.total() / (all * of_all)))
}

/// The mean of (t + x) / (t + x + w) over x in 0..p: 1 − w/p · ln(1 + p/(t + w)). Where positives come one by one, t + ½
/// makes it a lower bound of the mean over whole t + x, since the quotient is concave: each is at least the mean over the
/// interval of which it is the middle.
fn mean_precision(special: &Special, tp: f64, positives: f64, wrong: f64) -> f64 {
    let start = tp + wrong;
    let growth = positives / start;
    // Its limits, where there are no digits to tell it from them.
    let shrinking = if growth < f64::EPSILON {
        1.0
    } else if growth == f64::INFINITY {
        0.0
    } else {
        special.ln_1p(growth) / growth
    };
    1.0 - wrong / start * shrinking
}

/// Number of buckets that hold something.
pub fn occupied(config: &Config, words: &mut [i64]) -> usize {
    let mut count = 0;
    each(config, words, |_, _| count += 1);
    count
}

/// Writes thresholds, true and false positive rates: of nothing positive, then with each bucket that holds something.
pub fn roc(config: &Config, words: &mut [i64], thresholds: &mut [f64], tpr: &mut [f64], fpr: &mut [f64]) {
    let totals = totals(config, words);
    let mut points = thresholds.iter_mut().zip(tpr).zip(fpr);
    let mut put = |threshold: f64, Counts { positives, negatives }: Counts| {
        if let Some(((at, tpr), fpr)) = points.next() {
            (*at, *tpr, *fpr) = (threshold, positives / totals.positives, negatives / totals.negatives);
        }
    };
    let mut above = Tally::default();
    put(f64::INFINITY, above.counts());
    each(config, words, |bucket, counts| {
        above.add_counts(counts);
        put(config.lower_edge(bucket), above.counts());
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{cases, empty, order, saved, shuffled};
    use proptest::prelude::*;

    const PLAIN: Config = Config { buckets: 1 << 16, range: None, weighted: false };

    fn scores() -> impl Strategy<Value = f64> {
        let special = [f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 1.0, 0.5, 1e-45, -1e-45, 1e300, 1e-300];
        prop_oneof![prop::sample::select(special.to_vec()), 0.0..1.0_f64, -1e5..1e5_f64, prop::num::f64::NORMAL]
    }

    fn configs() -> impl Strategy<Value = Config> {
        let range = prop::option::of(prop::sample::select(vec![[0.0, 1.0], [-3.0, 7.0], [0.1, 0.2]]));
        (1..=16_u32, range, any::<bool>()).prop_map(|(bits, range, weighted)| Config {
            buckets: 1 << bits,
            range,
            weighted,
        })
    }

    fn state(config: &Config, x: &[f64], y: &[f64], w: &[f64]) -> Vec<i64> {
        let mut words = empty(config);
        let weights = config.weighted.then_some(Numbers::F64(w));
        update(config, &mut words, &Numbers::F64(x), &Numbers::F64(y), weights.as_ref()).unwrap();
        words
    }

    /// Exact area and average precision, by trying all thresholds.
    fn exact(x: &[f64], y: &[f64], w: &[f64]) -> [f64; 2] {
        let weight = |of: &dyn Fn(usize) -> bool| (0..x.len()).filter(|&i| of(i)).map(|i| w[i]).sum::<f64>();
        let (p, n) = (weight(&|i| y[i] == 1.0), weight(&|i| y[i] == 0.0));
        let mut area = 0.0;
        let mut precision = 0.0;
        for i in (0..x.len()).filter(|&i| y[i] == 1.0) {
            let below = weight(&|j| y[j] == 0.0 && x[j] < x[i]);
            let tied = weight(&|j| y[j] == 0.0 && x[j] == x[i]);
            area += w[i] * (below + tied / 2.0);
            let tp = weight(&|j| y[j] == 1.0 && x[j] >= x[i]);
            let all = weight(&|j| x[j] >= x[i]);
            precision += if w[i] > 0.0 { w[i] * (tp / all) } else { 0.0 };
        }
        [area / (p * n), if p == 0.0 { 0.0 } else { precision / p }]
    }

    proptest! {
        #![proptest_config(cases(300))]

        #[test]
        fn buckets_keep_the_order(config in configs(), a in scores(), b in scores()) {
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(config.bucket(low) <= config.bucket(high));
            prop_assert!(config.bucket(high) < config.buckets);
            let edge = config.lower_edge(config.bucket(a));
            prop_assert!(edge <= a && (config.bucket(b) >= config.bucket(a)) == (b >= edge), "{} {} {}", a, b, edge);
        }

        #[test]
        fn bounds_hold_the_exact_value(
            rows in prop::collection::vec((scores(), 0..2_u8, prop::sample::select(vec![0.0, 0.1, 1.0, 7.0])), 1..80),
            config in configs(),
        ) {
            let x: Vec<f64> = rows.iter().map(|row| row.0).collect();
            let y: Vec<f64> = rows.iter().map(|row| row.1.into()).collect();
            let w: Vec<f64> = rows.iter().map(|row| if config.weighted { row.2 } else { 1.0 }).collect();
            let mut words = state(&config, &x, &y, &w);
            let [exact_area, exact_precision] = exact(&x, &y, &w);
            let [lower, upper] = area(&config, &mut words);
            if exact_area.is_nan() {
                prop_assert!(lower.is_nan() && upper.is_nan());
            } else {
                // What the reference itself rounds.
                prop_assert!(lower <= exact_area + 1e-14 && exact_area <= upper + 1e-14);
            }
            let [lower, upper] = average_precision(&config, &mut words);
            prop_assert!(lower <= exact_precision + 1e-14 && exact_precision <= upper + 1e-14);
        }

        #[test]
        fn neither_order_nor_cuts_matter(
            rows in prop::collection::vec((scores(), 0..2_u8, 0.0..3.0_f64), 1..80), config in configs(),
            cut in 0..80_usize, seed: u64,
        ) {
            let x: Vec<f64> = rows.iter().map(|row| row.0).collect();
            let y: Vec<f64> = rows.iter().map(|row| row.1.into()).collect();
            let w: Vec<f64> = rows.iter().map(|row| row.2).collect();
            let whole = saved(&config, state(&config, &x, &y, &w));
            let order = order(seed, x.len());
            let (x, y, w) = (shuffled(&x, 1, &order), shuffled(&y, 1, &order), shuffled(&w, 1, &order));
            let cut = cut.min(x.len());
            let mut first = state(&config, &x[..cut], &y[..cut], &w[..cut]);
            let second = state(&config, &x[cut..], &y[cut..], &w[cut..]);
            config.layout().merge(&mut first, &second);
            prop_assert_eq!(saved(&config, first), whole);
        }
    }

    /// The worst order, one positive after the other.
    fn one_by_one(tp: u32, positives: u32, wrong: u32) -> f64 {
        let precision = |found: u32| f64::from(found) / f64::from(found + wrong);
        (tp + 1..=tp + positives).map(precision).sum::<f64>() / f64::from(positives)
    }

    #[test]
    fn many_positives_are_bounded_together() {
        let special = Special::new();
        for (tp, positives, wrong) in [(0, 1, 1), (0, 10, 3), (7, 1000, 1), (4096, 100_000, 900_000), (5000, 3, 1)] {
            let worst = one_by_one(tp, positives, wrong);
            let found = mean_precision(&special, f64::from(tp) + 0.5, positives.into(), wrong.into());
            assert!(found <= worst + 1e-15, "{found} is above {worst}");
            // The second derivative is at most 2w / (t + w)³ where it begins.
            let (t, w) = (f64::from(tp) + 1.0, f64::from(wrong));
            assert!(worst - found <= 0.2 * w / (t + w) / (t + w) / (t + w) + 1e-15);
        }
        let extremes = [(0.0, 1e300, 5e-324, 1.0), (0.0, 5e-324, 1e300, 0.0), (1e300, 1e-300, 1e300, 0.5)];
        for (tp, positives, wrong, expected) in extremes {
            assert_eq!(mean_precision(&special, tp, positives, wrong), expected);
        }
    }

    #[test]
    fn weights_of_any_size_have_bounds() {
        let config = Config { buckets: 8, range: None, weighted: true };
        for (of_negative, of_positive) in [(1e300, 5e-324), (5e-324, 1e300), (5e-324, 5e-324), (1e300, 1e300)] {
            let mut words = state(&config, &[-1.0, 1.0], &[0.0, 1.0], &[of_negative, of_positive]);
            for [lower, upper] in [area(&config, &mut words), average_precision(&config, &mut words)] {
                assert!(lower > 1.0 - 1e-13 && upper == 1.0, "{lower} {upper}");
            }
        }
    }

    #[test]
    fn a_bucket_for_each_score_is_exact() {
        let (x, y) = ([0.9, 0.8, 0.7, 0.4, 0.1], [1.0, 0.0, 1.0, 1.0, 0.0]);
        let mut words = state(&PLAIN, &x, &y, &[]);
        assert_eq!(area(&PLAIN, &mut words), [4.0 / 6.0; 2]);
        let [lower, upper] = average_precision(&PLAIN, &mut words);
        let exact = (1.0 + 2.0 / 3.0 + 0.75) / 3.0;
        assert!(lower <= exact && exact <= upper && upper - lower < 1e-13);
        assert_eq!(occupied(&PLAIN, &mut words), 5);
        let mut points = [[0.0; 6]; 3];
        let [thresholds, tpr, fpr] = &mut points;
        roc(&PLAIN, &mut words, thresholds, tpr, fpr);
        assert_eq!(points[1], [0.0, 1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0, 1.0, 1.0]);
        assert_eq!(points[2], [0.0, 0.0, 0.5, 0.5, 0.5, 1.0]);
        assert!(points[0].iter().skip(1).zip(x).all(|(&edge, x)| edge <= x && x - edge < x / 128.0));
    }
}
