//! Random numbers that are a function of where they are used: no generator is carried along, so that neither order nor
//! batches nor threads can change what is drawn.
//!
//! Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011) makes four words
//! out of a key, which is the seed, and a counter of four words, which is the place:
//!
//! | word of the counter | what it holds |
//! | --- | --- |
//! | 0 | which attempt or draw at this place |
//! | 1 | what is drawn for: a cell, a rank or a block of ranks, its lowest 32 bits |
//! | 2 | its other bits, and from bit 24 on the [`Purpose`] |
//! | 3 | the replicate |

/// What random numbers are drawn for: each has numbers of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// The count of a cell.
    Cell = 0,
    /// How many rows are drawn from a block of ranks.
    Block = 1,
    /// Which ranks of a block they are.
    Rank = 2,
    /// Which fold a rank belongs to.
    Fold = 3,
    /// How many positive rows are drawn from a block of their ranks.
    PositiveBlock = 4,
    /// Which ranks of the block they are.
    PositiveRank = 5,
    /// The same of negative rows.
    NegativeBlock = 6,
    /// The same of negative rows.
    NegativeRank = 7,
}

/// Where random numbers are used.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// What for.
    pub purpose: Purpose,
    /// Which cell, rank or block, below 2⁵³.
    pub index: u64,
    /// Which replicate.
    pub replicate: u32,
}

/// All random numbers of one seed.
#[derive(Clone, Copy, Debug)]
pub struct Random {
    key: [u32; 2],
}

impl Random {
    /// Numbers of a seed.
    pub const fn new(seed: u64) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32] }
    }

    /// Four words of a place; `draw` tells apart those that are drawn there one after another.
    pub fn words(&self, place: Place, draw: u32) -> [u32; 4] {
        let other_bits = (place.index >> 32) as u32 | (place.purpose as u32) << 24;
        philox(self.key, [draw, place.index as u32, other_bits, place.replicate])
    }

    /// Two uniform numbers in 0..1, without either end, of 52 bits each.
    pub fn uniforms(&self, place: Place, draw: u32) -> [f64; 2] {
        let [a, b, c, d] = self.words(place, draw);
        [uniform(a, b), uniform(c, d)]
    }
}

/// The middle of one of 2⁵² equal parts of 0..1.
fn uniform(high: u32, low: u32) -> f64 {
    (f64::from(high) * 1_048_576.0 + f64::from(low >> 12) + 0.5) / 4_503_599_627_370_496.0
}

/// Ten rounds of Philox4x32.
fn philox(mut key: [u32; 2], mut x: [u32; 4]) -> [u32; 4] {
    for _ in 0..10 {
        let (a, b) = (wide(0xd251_1f53, x[0]), wide(0xcd9e_8d57, x[2]));
        x = [high(b) ^ x[1] ^ key[0], b as u32, high(a) ^ x[3] ^ key[1], a as u32];
        key = [key[0].wrapping_add(0x9e37_79b9), key[1].wrapping_add(0xbb67_ae85)];
    }
    x
}

fn wide(a: u32, b: u32) -> u64 {
    u64::from(a) * u64::from(b)
}

fn high(x: u64) -> u32 {
    (x >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `kat_vectors` of Random123 1.14.
    #[test]
    fn the_published_vectors() {
        let pi = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        for (key, counter, words) in [
            ([0; 2], [0; 4], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 2], [u32::MAX; 4], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            ([0xa409_3822, 0x299f_31d0], pi, [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
        ] {
            assert_eq!(philox(key, counter), words);
        }
    }

    #[test]
    fn a_place_is_a_counter() {
        let random = Random::new(0x299f_31d0_a409_3822);
        let place = Place { purpose: Purpose::Cell, index: 0x13_8a2e_85a3_08d3, replicate: 0x0370_7344 };
        let words = philox([0xa409_3822, 0x299f_31d0], [0x243f_6a88, 0x85a3_08d3, 0x0013_8a2e, 0x0370_7344]);
        assert_eq!(random.words(place, 0x243f_6a88), words);
        let [u, v] = random.uniforms(place, 0x243f_6a88);
        let part = |high: u32, low: u32| (u64::from(high) << 20 | u64::from(low >> 12)) as f64;
        assert_eq!(u * 2_f64.powi(52), part(words[0], words[1]) + 0.5);
        assert_eq!(v * 2_f64.powi(52), part(words[2], words[3]) + 0.5);
    }

    #[test]
    fn uniform_numbers_never_reach_an_end() {
        assert_eq!(uniform(0, 0), 2_f64.powi(-53));
        assert_eq!(uniform(u32::MAX, u32::MAX), 1.0 - 2_f64.powi(-53));
        assert_eq!(uniform(0x8000_0000, 0), 0.5 + 2_f64.powi(-53));
    }
}
