//! Counting in places.

use super::elements::Elements;
use super::{Config, Of};
use crate::input::BLOCK;
use crate::sum;

/// Elements of one place whose confidences, as multiples of 2⁻⁵², fit half of a word.
const FLUSH: usize = 2 * BLOCK;

/// Tables side by side, so that neighbouring elements of one place do not wait for each other.
const REPLICAS: usize = 4;

/// More places than these have one table: replicas would not stay in the nearest cache, and repeats are rare.
const MAX_REPLICATED: usize = 256;

/// 2⁻⁵².
pub const UNIT: f64 = f64::EPSILON;

/// The place of 2⁻⁵² in a sum.
const UNIT_POSITION: usize = 1074 - 52;

/// A state's places while rows are added.
pub struct Places<'a> {
    places: usize,
    above: f64,
    weighted: bool,
    replicas: usize,
    /// Elements between two flushes.
    most: usize,
    entered: usize,
    /// Confidences and packed counts of each place, and after them of what is left out.
    table: &'a mut [[i64; 2]],
    counters: &'a mut [i64],
    sums: &'a mut [sum::Words],
}

impl<'a> Places<'a> {
    fn replicas(config: &Config) -> usize {
        if config.places() > MAX_REPLICATED { 1 } else { REPLICAS }
    }

    /// Words of the table.
    pub fn words(config: &Config) -> usize {
        config.places().saturating_add(1).saturating_mul(2 * Self::replicas(config))
    }

    /// Places whose table is room of [`Places::words`].
    pub fn new(config: &Config, table: &'a mut [i64], counters: &'a mut [i64], sums: &'a mut [sum::Words]) -> Self {
        table.fill(0);
        let replicas = Self::replicas(config);
        // A table of its own gets one element of each row; a replica may get all of them.
        let most = if config.of == Of::EachClass { FLUSH * config.columns } else { FLUSH * replicas };
        Self {
            places: config.places(),
            above: config.above,
            weighted: config.weighted,
            replicas,
            most,
            entered: 0,
            table: table.as_chunks_mut::<2>().0,
            counters,
            sums,
        }
    }

    /// Adds elements that are in bins.
    pub fn add(&mut self, elements: &mut Elements) {
        let Elements { confidences, bins, len, .. } = elements;
        if self.above >= 0.0 {
            for (bin, &confidence) in bins.iter_mut().zip(&*confidences).take(*len) {
                *bin = self.place(*bin as usize, confidence) as i32;
            }
        }
        if self.weighted {
            return self.weigh(elements);
        }
        self.count(elements);
        self.entered += elements.len;
        self.flush_full();
    }

    /// Where an element belongs: nowhere if its confidence is not above the threshold.
    #[inline(always)]
    fn place(&self, place: usize, confidence: f64) -> usize {
        if confidence > self.above { place } else { self.places }
    }

    /// Empties the table where it may be full.
    pub fn flush_full(&mut self) {
        if self.entered >= self.most {
            self.flush();
        }
    }

    fn count(&mut self, elements: &Elements) {
        let Elements { confidences, hits, bins, len, .. } = elements;
        let whole = if self.replicas == REPLICAS { len / REPLICAS } else { 0 };
        let quads = bins.as_chunks::<REPLICAS>().0.iter().zip(hits.as_chunks::<REPLICAS>().0);
        for ((bins, hits), confidences) in quads.zip(confidences.as_chunks::<REPLICAS>().0).take(whole) {
            // Replicas of a place lie side by side, so that few places share few cache lines.
            for i in 0..REPLICAS {
                enter(self.table, bins[i] as usize * REPLICAS + i, hits[i], confidences[i]);
            }
        }
        let scale = self.replicas;
        let rest = bins.iter().zip(hits).zip(confidences).take(*len).skip(whole * REPLICAS);
        rest.for_each(|((&bin, &hit), &confidence)| enter(self.table, bin as usize * scale, hit, confidence));
    }

    fn weigh(&mut self, elements: &Elements) {
        for i in 0..elements.len.min(BLOCK) {
            let (place, weight) = (elements.bins[i] as usize, elements.weights[i]);
            self.weigh_one(place, elements.confidences[i], weight);
            if elements.hits[i] == 1 {
                self.weigh_hit(place, weight);
            }
        }
    }

    fn weigh_one(&mut self, place: usize, confidence: f64, weight: f64) {
        if place < self.places {
            for (at, term) in [(place, weight), (2 * self.places + place, weight * (units(confidence) as f64 * UNIT))] {
                self.sums.get_mut(at).into_iter().for_each(|sum| sum::add(sum, term));
            }
        }
    }

    fn weigh_hit(&mut self, place: usize, weight: f64) {
        if place < self.places {
            self.sums.get_mut(self.places + place).into_iter().for_each(|sum| sum::add(sum, weight));
        }
    }

    /// Adds an element of each lane, in bins of the table at `base`; none of them is right yet.
    #[inline(always)]
    pub fn enter_lanes(&mut self, base: usize, bins: &[i32], confidences: &[f64], weights: &[f64]) {
        if self.weighted {
            for ((&bin, &confidence), &weight) in bins.iter().zip(confidences).zip(weights) {
                self.weigh_one(self.place(base + bin as usize, confidence), confidence, weight);
            }
            return;
        }
        for (lane, (&bin, &confidence)) in bins.iter().zip(confidences).enumerate() {
            let place = self.place(base + bin as usize, confidence);
            enter(self.table, place * self.replicas + lane % self.replicas, 0, confidence);
        }
        self.entered += bins.len();
    }

    /// Makes one of them right that was added.
    #[inline(always)]
    pub fn make_right(&mut self, place: usize, confidence: f64, weight: f64) {
        let place = self.place(place, confidence);
        if self.weighted {
            self.weigh_hit(place, weight);
        } else if let Some([_, counts]) = self.table.get_mut(place * self.replicas) {
            *counts += 1 << 32;
        }
    }

    /// Empties the table into the state.
    pub fn flush(&mut self) {
        self.entered = 0;
        if self.weighted {
            return;
        }
        let (counts, hits) = self.counters.split_at_mut(self.places);
        let state = counts.iter_mut().zip(hits).zip(self.sums.iter_mut());
        let mut tables = self.table.chunks_exact_mut(self.replicas);
        for (((count, hit), sum), replicas) in state.zip(&mut tables) {
            for [total, packed] in replicas {
                if *packed == 0 {
                    continue;
                }
                let entered = *packed & 0xffff_ffff;
                *count += entered;
                *hit += *packed >> 32;
                let units = total.wrapping_sub(entered.wrapping_mul(1.0_f64.to_bits().cast_signed()));
                sum::add_integer(sum, units.cast_unsigned(), UNIT_POSITION, 0);
                (*total, *packed) = (0, 0);
            }
        }
        tables.for_each(|nowhere| nowhere.fill([0; 2]));
    }
}

/// Adds an element to a place of the table. The bits of 1 + confidence count units of 2⁻⁵², and as many times those of 1
/// too many as elements are added: [`Places::flush`] takes them away.
#[inline(always)]
fn enter(table: &mut [[i64; 2]], at: usize, hit: i32, confidence: f64) {
    if let Some([total, counts]) = table.get_mut(at) {
        *total = total.wrapping_add((1.0 + confidence).to_bits().cast_signed());
        *counts += 1 + (i64::from(hit) << 32);
    }
}

/// A confidence in units of 2⁻⁵², to nearest: adding 1 moves its bits there.
#[inline(always)]
pub fn units(confidence: f64) -> u64 {
    (1.0 + confidence).to_bits().wrapping_sub(1.0_f64.to_bits())
}
