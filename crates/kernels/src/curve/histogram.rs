//! Scores counted in buckets: what a curve is surely between, in constant memory.
//!
//! State: for each bucket the negatives and the positives, as counters or, with weights, as sums.

use super::Counts;
use crate::input::{Argument, BLOCK, Fault, Numbers, Status};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;

/// Most terms that a bucket's bound is made of.
const CHUNKS: f64 = 4096.0;

/// What rounding may have taken from a bound, relative to it.
const ROUNDING: f64 = 1e-12;

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

/// The float32 that has these bits in order.
fn unordered(bits: u32) -> f32 {
    f32::from_bits(if bits >> 31 == 1 { bits & !(1 << 31) } else { !bits })
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

    /// A threshold that parts a bucket from those below it: of all scores in it or above none is below.
    fn lower_edge(&self, bucket: usize) -> f64 {
        match self.range {
            None => {
                let edge = unordered((bucket as u32) << self.shift());
                // Beyond ±∞ there are only NaNs.
                match (edge.is_nan(), bucket < self.buckets / 2) {
                    (false, _) => f64::from(edge),
                    (true, true) => f64::NEG_INFINITY,
                    (true, false) => f64::INFINITY,
                }
            }
            Some(_) if bucket == 0 => f64::NEG_INFINITY,
            Some([lowest, highest]) => lowest + (highest - lowest) * (bucket as f64 / self.buckets as f64),
        }
    }
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
    let mut totals = Counts::default();
    each(config, words, |_, counts| {
        totals.positives += counts.positives;
        totals.negatives += counts.negatives;
    });
    totals
}

/// Bounds with what rounding may have taken; both where nothing was uncertain are the same number.
fn certified(lower: f64, upper: f64, exact: bool) -> [f64; 2] {
    let value = |x: f64| x.clamp(0.0, 1.0);
    if exact {
        [value(lower), value(upper)]
    } else {
        [value(lower * (1.0 - ROUNDING)), value(upper * (1.0 + ROUNDING))]
    }
}

/// Bounds of the area under the ROC curve: within a bucket every negative may be above every positive, or below.
pub fn area(config: &Config, words: &mut [i64]) -> [f64; 2] {
    let Counts { positives, negatives } = totals(config, words);
    if positives == 0.0 || negatives == 0.0 {
        return [f64::NAN; 2];
    }
    if config.weighted {
        let (mut above, mut lower, mut upper) = (0.0, 0.0, 0.0);
        each(config, words, |_, counts| {
            lower += counts.negatives * above;
            upper += counts.negatives * (above + counts.positives);
            above += counts.positives;
        });
        let pairs = positives * negatives;
        return certified(lower / pairs, upper / pairs, false);
    }
    let (mut above, mut lower, mut upper) = (0_u128, 0_u128, 0_u128);
    each(config, words, |_, counts| {
        let (positives, negatives) = (counts.positives as u128, counts.negatives as u128);
        lower += negatives * above;
        upper += negatives * (above + positives);
        above += positives;
    });
    // Whole numbers divided once, as the exact area is: rounding keeps their order.
    let pairs = 2.0 * positives * negatives;
    certified((2 * lower) as f64 / pairs, (2 * upper) as f64 / pairs, true)
}

/// Bounds of the average precision. A bucket's positives have at best no negative of it above them, and are one step;
/// at worst all of its negatives are above, and they are found one by one.
pub fn average_precision(config: &Config, words: &mut [i64]) -> [f64; 2] {
    let (mut tp, mut fp, mut lower, mut upper) = (0.0, 0.0, 0.0, 0.0);
    each(config, words, |_, Counts { positives, negatives }| {
        if positives > 0.0 {
            upper += positives * ((tp + positives) / (tp + positives + fp));
            // Precision rises from one positive to the next, so the first of a chunk is a bound for all of it.
            let chunk = if config.weighted { positives / CHUNKS } else { (positives / CHUNKS).ceil() };
            let mut found = 0.0;
            while found < positives {
                let first = tp + found + if config.weighted { 0.0 } else { 1.0 };
                let size = chunk.min(positives - found);
                let wrong = fp + negatives;
                lower += size * if wrong == 0.0 { 1.0 } else { first / (first + wrong) };
                found += chunk;
            }
        }
        tp += positives;
        fp += negatives;
    });
    if tp == 0.0 { [0.0; 2] } else { certified(lower / tp, upper / tp, false) }
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
    let mut above = Counts::default();
    put(f64::INFINITY, above);
    each(config, words, |bucket, counts| {
        above.positives += counts.positives;
        above.negatives += counts.negatives;
        put(config.lower_edge(bucket), above);
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
            prop_assert!(config.range.is_some() || config.lower_edge(config.bucket(a)) <= f64::from(a as f32));
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

    #[test]
    fn a_bucket_for_each_score_is_exact() {
        let (x, y) = ([0.9, 0.8, 0.7, 0.4, 0.1], [1.0, 0.0, 1.0, 1.0, 0.0]);
        let mut words = state(&PLAIN, &x, &y, &[]);
        assert_eq!(area(&PLAIN, &mut words), [4.0 / 6.0; 2]);
        let [lower, upper] = average_precision(&PLAIN, &mut words);
        let exact = (1.0 + 2.0 / 3.0 + 0.75) / 3.0;
        assert!(lower <= exact && exact <= upper && upper - lower < 1e-11);
        assert_eq!(occupied(&PLAIN, &mut words), 5);
        let mut points = [[0.0; 6]; 3];
        let [thresholds, tpr, fpr] = &mut points;
        roc(&PLAIN, &mut words, thresholds, tpr, fpr);
        assert_eq!(points[1], [0.0, 1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0, 1.0, 1.0]);
        assert_eq!(points[2], [0.0, 0.0, 0.5, 0.5, 0.5, 1.0]);
        assert!(points[0].iter().skip(1).zip(x).all(|(&edge, x)| edge <= x && x - edge < x / 128.0));
    }
}
