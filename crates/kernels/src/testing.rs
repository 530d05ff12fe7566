//! What unit tests share: arguments of every type, lengths that leave tails, laws that are tried the same way each time.

use crate::input::Numbers;
use crate::state::Metric;
use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// Lengths with every tail of a vector, within one block and around its end.
pub const LENGTHS: [usize; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 1022, 1023, 1024, 1025, 1026, 2051];

/// The same cases in every run.
pub fn cases(cases: u32) -> ProptestConfig {
    let cases = if cfg!(miri) { 2 } else { cases };
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() }
}

/// Numbers in [0, 1) that look like chance.
pub fn units(seed: u64, len: usize) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..len).map(|_| next()).collect()
}

/// Labels in 0..classes that look like chance.
pub fn labels(seed: u64, len: usize, classes: usize) -> Vec<f64> {
    units(seed, len).into_iter().map(|u| (u * classes as f64).floor()).collect()
}

/// The same numbers in float32.
pub fn f32s(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&x| x as f32).collect()
}

/// What comes of the same small whole numbers in each type of array.
pub fn in_each_type<T>(values: &[f64], run: impl Fn(Numbers<'_>) -> T) -> [T; 4] {
    let bytes: Vec<u8> = values.iter().map(|&x| x as u8).collect();
    let integers: Vec<i32> = values.iter().map(|&x| x as i32).collect();
    [
        run(Numbers::U8(&bytes)),
        run(Numbers::I32(&integers)),
        run(Numbers::F32(&f32s(values))),
        run(Numbers::F64(values)),
    ]
}

/// Words of an empty state, without its header, with its scratch room full of anything.
pub fn empty(metric: &impl Metric) -> Vec<i64> {
    let layout = metric.layout();
    let mut words = vec![0; layout.room()];
    words.iter_mut().skip(layout.words()).for_each(|word| *word = 0x7ff8_dead_beef_0001);
    words
}

/// The words that are saved.
pub fn saved(metric: &impl Metric, mut words: Vec<i64>) -> Vec<i64> {
    words.truncate(metric.layout().words());
    words
}

/// The rows in another order.
pub fn shuffled<T: Copy>(rows: &[T], columns: usize, order: &[usize]) -> Vec<T> {
    order.iter().flat_map(|&row| &rows[row * columns..(row + 1) * columns]).copied().collect()
}

/// An order of rows that looks like chance.
pub fn order(seed: u64, len: usize) -> Vec<usize> {
    let keys = units(seed, len);
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|&a, &b| keys[a].total_cmp(&keys[b]));
    order
}

/// The bits of each number.
pub fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|x| x.to_bits()).collect()
}
