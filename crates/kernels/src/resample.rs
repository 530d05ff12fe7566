//! Rows drawn with replacement, as many as there are, as how often each thing occurs.
//!
//! Rows leave in each cell of a table a multinomial count, so that a replicate costs as much as there are cells, whether
//! they hold thousands of rows or billions. Cells are drawn one after another as binomials of what is left (conditional
//! distribution method, Devroye 1986, XI.1.4).
//!
//! Of rows in order, what is drawn so is how many fall into each block of ranks; these are then drawn one by one. What is
//! written to stays in the nearest cache, however many rows there are.
//!
//! Each cell and each block has random numbers of its own, see [`crate::random`].

use crate::random::{Place, Purpose, Random};
use crate::special::Special;

/// Ranks of a block: a power of two.
pub const BLOCK: usize = 1 << BLOCK_BITS;
const BLOCK_BITS: u32 = 12;

/// Below this mean inversion takes fewer steps than rejection, whose bounds do not hold there.
const SMALL_MEAN: f64 = 10.0;

/// No binomial of a small mean exceeds it with a chance that uniform numbers of 52 bits could tell from none.
const MOST_OF_SMALL_MEAN: f64 = 110.0;

/// Draws binomials and multinomials.
pub struct Resampler {
    random: Random,
    special: Special,
}

impl Resampler {
    /// For a seed.
    pub fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), special: Special::new() }
    }

    /// How many of n rows, each of which is here `first` times out of `first + rest` (whole numbers), are here. Exact
    /// up to the 52 bits of a uniform number.
    pub fn binomial(&self, n: f64, first: f64, rest: f64, place: Place) -> f64 {
        if n == 0.0 || first == 0.0 {
            return 0.0;
        }
        if first > rest {
            return n - self.binomial(n, rest, first, place);
        }
        let (p, q) = (first / (first + rest), rest / (first + rest));
        if n * p < SMALL_MEAN { self.by_inversion(n, p, q, place) } else { self.by_rejection(n, p, q, place) }
    }

    /// The smallest k that chances up to it exceed a uniform number (BINV of Kachitvichyanukul and Schmeiser 1988).
    fn by_inversion(&self, n: f64, p: f64, q: f64, place: Place) -> f64 {
        let [mut u, _] = self.random.uniforms(place, 0);
        let mut chance = self.special.exp(n * self.special.ln_1p(-p));
        let mut k = 0.0;
        while u > chance && k < n && k < MOST_OF_SMALL_MEAN {
            u -= chance;
            k += 1.0;
            chance *= (n - k + 1.0) * p / (k * q);
        }
        k
    }

    /// Transformed rejection with a squeeze, for p ≤ ½ (algorithm BTRS of Hörmann, "The generation of binomial random
    /// variates", 1993). What it accepts is compared with the exact ratio of chances.
    fn by_rejection(&self, n: f64, p: f64, q: f64, place: Place) -> f64 {
        let deviation = (n * p * q).sqrt();
        let b = 1.15 + 2.53 * deviation;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let squeeze = 0.92 - 4.2 / b;
        let alpha = (2.83 + 5.1 / b) * deviation;
        let mode = ((n + 1.0) * p).floor();
        for attempt in 0..u32::MAX {
            let [u, v] = self.random.uniforms(place, attempt);
            let u = u - 0.5;
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + n * p + 0.5).floor();
            if us >= 0.07 && v <= squeeze {
                return k;
            }
            if !(0.0..=n).contains(&k) {
                continue;
            }
            let ln = |k| self.special.ln_binomial(k, n, p, q);
            if self.special.ln(v * alpha / (a / (us * us) + b)) <= ln(k) - ln(mode) {
                return k;
            }
        }
        mode
    }

    /// One replicate: as many rows as all cells hold, drawn with replacement. `cells` holds the number of each cell,
    /// which only names its random numbers, and its count; all counts are whole and add up to `total` below 2⁵³.
    pub fn multinomial(&self, cells: impl Iterator<Item = (u64, f64)>, total: f64, replicate: u32, to: &mut [f64]) {
        let (mut rows, mut rest) = (total, total);
        for (to, (index, count)) in to.iter_mut().zip(cells) {
            rest -= count;
            *to = self.binomial(rows, count, rest, Place { purpose: Purpose::Cell, index, replicate });
            rows -= *to;
        }
    }
}

/// Who is drawn from: all rows, or those of one class alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stratum {
    /// All rows.
    All,
    /// Positive rows.
    Positive,
    /// Negative rows.
    Negative,
}

impl Stratum {
    /// What random numbers are for: how many rows of a block, and which.
    const fn purposes(self) -> [Purpose; 2] {
        match self {
            Self::All => [Purpose::Block, Purpose::Rank],
            Self::Positive => [Purpose::PositiveBlock, Purpose::PositiveRank],
            Self::Negative => [Purpose::NegativeBlock, Purpose::NegativeRank],
        }
    }
}

/// One replicate of n rows in order: how often each rank is drawn, rank by rank.
pub struct Ranks<'a> {
    resampler: &'a Resampler,
    stratum: Stratum,
    replicate: u32,
    rows: usize,
    /// Where the next block begins, and how many rows are left to be drawn from it on.
    next: usize,
    left: f64,
    times: [u32; BLOCK],
    /// Which of the block's ranks come next, and how many there are.
    at: usize,
    filled: usize,
}

impl<'a> Ranks<'a> {
    /// Of so many rows.
    pub fn new(resampler: &'a Resampler, stratum: Stratum, rows: usize, replicate: u32) -> Self {
        let times = [0; BLOCK];
        Self { resampler, stratum, replicate, rows, next: 0, left: rows as f64, times, at: 0, filled: 0 }
    }

    /// The next block, and its first rank; none after the last.
    fn block(&mut self) -> Option<(usize, &[u32])> {
        let first = self.next;
        let size = BLOCK.min(self.rows - first);
        if size == 0 {
            return None;
        }
        let [how_many, which] = self.stratum.purposes();
        let place = Place { purpose: how_many, index: (first / BLOCK) as u64, replicate: self.replicate };
        let rest = (self.rows - first - size) as f64;
        let drawn = self.resampler.binomial(self.left, size as f64, rest, place);
        self.left -= drawn;
        self.next += size;
        let times = self.times.get_mut(..size).unwrap_or(&mut []);
        times.fill(0);
        self.resampler.draw(times, drawn as usize, Place { purpose: which, ..place });
        Some((first, times))
    }

    /// How often the next rank is drawn; never, after the last.
    #[inline(always)]
    pub fn next_times(&mut self) -> u32 {
        if self.at == self.filled {
            (self.at, self.filled) = (0, self.block().map_or(0, |(_, times)| times.len()));
        }
        let block = self.times.get(..self.filled).unwrap_or(&[]);
        let Some(&times) = block.get(self.at) else { return 0 };
        self.at += 1;
        times
    }
}

impl Resampler {
    /// One replicate of n rows in order: for each block its first rank, and how often each of its ranks is drawn.
    pub fn ranks(&self, n: usize, replicate: u32, mut each: impl FnMut(usize, &[u32])) {
        let mut ranks = Ranks::new(self, Stratum::All, n, replicate);
        while let Some((first, times)) = ranks.block() {
            each(first, times);
        }
    }

    /// Draws so many ranks. A word has two of them, in its upper bits; one beyond a last block that is not full is not
    /// taken.
    fn draw(&self, times: &mut [u32], mut left: usize, place: Place) {
        for draw in 0..u32::MAX {
            if left == 0 {
                return;
            }
            for word in self.random.words(place, draw) {
                for rank in [word >> 20, word >> 8 & (BLOCK as u32 - 1)] {
                    if let Some(times) = times.get_mut(rank as usize)
                        && left > 0
                    {
                        *times += 1;
                        left -= 1;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: u32 = if cfg!(miri) { 20 } else { 200_000 };

    fn draws(n: f64, first: f64, rest: f64) -> Vec<f64> {
        let resampler = Resampler::new(n as u64);
        let place = |replicate| Place { purpose: Purpose::Cell, index: 7, replicate };
        (0..DRAWS).map(|replicate| resampler.binomial(n, first, rest, place(replicate))).collect()
    }

    /// P of the χ² statistic over bins of at least ten expected draws, by the chances of single counts.
    fn goodness(n: f64, first: f64, rest: f64) -> f64 {
        let special = Special::new();
        let mut sorted = draws(n, first, rest);
        sorted.sort_by(f64::total_cmp);
        let (p, q) = (first / (first + rest), rest / (first + rest));
        let mean = n * p;
        let reach = 12.0 * (n * p * q).sqrt() + 40.0;
        let (mut statistic, mut bins, mut expected, mut start) = (0.0, 0.0, 0.0, 0);
        let mut k = (mean - reach).floor().max(0.0);
        let last = (mean + reach).min(n);
        let mut left = f64::from(DRAWS);
        while k <= last {
            expected += special.exp(special.ln_binomial(k, n, p, q)) * f64::from(DRAWS);
            if expected >= 10.0 && left - expected >= 10.0 {
                let end = sorted.partition_point(|&x| x <= k);
                statistic += ((end - start) as f64 - expected).powi(2) / expected;
                left -= expected;
                (bins, expected, start) = (bins + 1.0, 0.0, end);
            }
            k += 1.0;
        }
        statistic += ((sorted.len() - start) as f64 - left).powi(2) / left;
        special.chi_square_upper_tail(statistic, bins)
    }

    #[test]
    #[cfg_attr(miri, ignore = "many draws")]
    fn draws_are_binomial() {
        for (n, first, rest) in [
            (1.0, 1.0, 1.0),
            (2.0, 1.0, 3.0),
            (19.0, 1.0, 1.0),
            (20.0, 1.0, 1.0),
            (21.0, 1.0, 1.0),
            (50.0, 1.0, 4.0),
            (50.0, 4.0, 1.0),
            (100.0, 9.0, 91.0),
            (100.0, 11.0, 89.0),
            (1000.0, 1.0, 999.0),
            (1000.0, 30.0, 970.0),
            (100_000.0, 13.0, 99_987.0),
            (100_000.0, 1.0, 1.0),
            (1e7, 1.0, 1e5),
            (1e9, 20.0, 1e9 - 20.0),
        ] {
            let p = goodness(n, first, rest);
            assert!(p > 1e-4, "{n} rows, {first} to {rest}: {p}");
        }
    }

    /// Counts of so many rows are as good as normal: their standardised values are compared with it.
    #[test]
    #[cfg_attr(miri, ignore = "many draws")]
    fn draws_of_a_billion_are_binomial() {
        let special = Special::new();
        for (n, first, rest) in [(1e9_f64, 1.0, 1.0), (1e9, 1.0, 9.0), (1e12, 3.0, 1.0)] {
            let (p, q) = (first / (first + rest), rest / (first + rest));
            let deviation = (n * p * q).sqrt();
            let mut uniform: Vec<f64> =
                draws(n, first, rest).iter().map(|k| special.normal_upper_tail((k - n * p) / deviation)).collect();
            uniform.sort_by(f64::total_cmp);
            // Kolmogorov and Smirnov: above 2 / √draws with a chance of 7e-4.
            let distance = uniform
                .iter()
                .enumerate()
                .fold(0.0_f64, |most, (i, u)| most.max((u - i as f64 / f64::from(DRAWS)).abs()));
            assert!(distance * f64::from(DRAWS).sqrt() < 2.0, "{n} rows, {first} to {rest}: {distance}");
        }
    }

    #[test]
    fn what_is_certain_is_drawn() {
        let resampler = Resampler::new(1);
        let place = Place { purpose: Purpose::Cell, index: 0, replicate: 0 };
        for n in [0.0, 1.0, 1e9] {
            assert_eq!(resampler.binomial(n, 0.0, 5.0, place), 0.0);
            assert_eq!(resampler.binomial(n, 5.0, 0.0, place), n);
        }
    }

    #[test]
    fn a_replicate_has_all_rows_and_empty_cells_change_nothing() {
        let resampler = Resampler::new(9);
        let counts = [5.0, 0.0, 123_456_789.0, 1.0, 0.0, 40.0];
        let total: f64 = counts.iter().sum();
        for replicate in 0..100 {
            let mut all = [0.0; 6];
            let cells = (0..).zip(counts);
            resampler.multinomial(cells.clone(), total, replicate, &mut all);
            assert_eq!(all.iter().sum::<f64>(), total);
            assert_eq!([all[1], all[4]], [0.0; 2]);
            let mut full = [0.0; 4];
            resampler.multinomial(cells.filter(|&(_, count)| count > 0.0), total, replicate, &mut full);
            assert_eq!(full, [all[0], all[2], all[3], all[5]]);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "many draws")]
    fn cells_have_the_covariance_of_a_multinomial() {
        let resampler = Resampler::new(3);
        let counts = [30.0, 50.0, 120.0];
        let (mut sums, mut products) = ([0.0; 3], [0.0; 3]);
        for replicate in 0..DRAWS {
            let mut to = [0.0; 3];
            resampler.multinomial((0..).zip(counts), 200.0, replicate, &mut to);
            for i in 0..3 {
                let (a, b) = (to[i] - counts[i], to[(i + 1) % 3] - counts[(i + 1) % 3]);
                sums[i] += a;
                products[i] += a * b;
            }
        }
        for i in 0..3 {
            let (a, b) = (counts[i], counts[(i + 1) % 3]);
            let covariance = -a * b / 200.0;
            let deviation = (a * b).sqrt();
            assert!((sums[i] / f64::from(DRAWS)).abs() < 4.0 * (a / f64::from(DRAWS)).sqrt());
            assert!((products[i] / f64::from(DRAWS) - covariance).abs() < 4.0 * deviation / f64::from(DRAWS).sqrt());
        }
    }

    #[test]
    fn ranks_are_as_many_as_rows() {
        let resampler = Resampler::new(5);
        for n in [0, 1, 2, 100, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 17] {
            let mut times = Vec::new();
            resampler.ranks(n, 3, |first, block| {
                assert_eq!(first, times.len());
                times.extend_from_slice(block);
            });
            assert_eq!(times.len(), n);
            assert_eq!(times.iter().sum::<u32>() as usize, n);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "many draws")]
    fn each_rank_is_drawn_as_a_binomial() {
        // Ranks of a full block and of a last one, over many replicates: 0, 1, 2, … times of n with chance 1 / n.
        let (resampler, special) = (Resampler::new(8), Special::new());
        let n = BLOCK + 33;
        let mut found = [[0.0; 8]; 2];
        for replicate in 0..2000 {
            resampler.ranks(n, replicate, |first, times| {
                let found = &mut found[usize::from(first > 0)];
                for &times in times {
                    found[(times as usize).min(7)] += 1.0;
                }
            });
        }
        for found in found {
            let draws: f64 = found.iter().sum();
            let mut statistic = 0.0;
            let mut rest = 1.0;
            for (k, &count) in found.iter().enumerate() {
                let p = special.exp(special.ln_binomial(k as f64, n as f64, 1.0 / n as f64, 1.0 - 1.0 / n as f64));
                let expected = draws * if k == 7 { rest } else { p };
                rest -= p;
                statistic += (count - expected) * (count - expected) / expected;
            }
            let p = special.chi_square_upper_tail(statistic, 7.0);
            assert!(p > 1e-4, "{p}: {found:?}");
        }
    }
}
