//! Smooth calibration error: J. Błasiok and P. Nakkiran, "Smooth ECE: principled reliability diagrams via kernel smoothing"
//! (2023).
//!
//! Residuals p − y are put on a grid, each shared between its two neighbours, and smoothed by a Gaussian that is reflected
//! at 0 and 1. The error is the integral of the smoothed residuals' absolute value.

use crate::curve::{Counts, Entry, Key, Sorted};
use crate::special::Special;

/// Steps of the finest grid.
const FINEST: usize = 1 << 14;

/// Steps of the coarsest grid.
const COARSEST: usize = 1 << 10;

/// A grid has at least so many steps in a standard deviation, as long as it is not the finest.
const STEPS: f64 = 16.0;

/// Where the Gaussian ends, in standard deviations: below 10⁻¹⁹ of its height.
const REACH: f64 = 9.5;

/// Halvings of the range that the bandwidth is looked for in, and the smallest one, as in the authors' relplot.
const HALVINGS: u32 = 10;
const LEAST: f64 = 0.001;

/// Room for residuals on the finest grid, on a coarser one, and for the kernel.
pub const ROOM: usize = (FINEST + 1) + (FINEST + 1) + (2 * FINEST + 1);

/// The error at a bandwidth; without one, at the smallest that is not below its own error.
pub fn smooth<E: Entry>(sorted: &Sorted<'_, E>, bandwidth: Option<f64>, room: &mut [f64]) -> f64 {
    let Some((residuals, rest)) = room.split_at_mut_checked(FINEST + 1) else { return f64::NAN };
    let Counts { positives, negatives } = sorted.counts();
    spread(sorted, residuals);
    let mut error = |sigma: f64| {
        let (grid, kernel) = rest.split_at_mut(FINEST + 1);
        integral(residuals, sigma, grid, kernel) / (positives + negatives)
    };
    if let Some(sigma) = bandwidth {
        return error(sigma);
    }
    let mut found = error(1.0);
    let (mut high, mut low) = (1.0, 0.0);
    if high < found {
        return found;
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(high, low);
        let at_middle = if middle < LEAST { f64::INFINITY } else { error(middle) };
        if middle < at_middle {
            low = middle;
        } else {
            (high, found) = (middle, at_middle);
        }
    }
    found
}

/// Residuals on the finest grid.
fn spread<E: Entry>(sorted: &Sorted<'_, E>, to: &mut [f64]) {
    to.fill(0.0);
    for rows in sorted.others.chunk_by(|a, b| a.key().rank() == b.key().rank()) {
        let Some(p) = rows.first().map(|row| row.key().score(false)) else { continue };
        let (mut all, mut positive) = (0.0, 0.0);
        for row in rows {
            all += row.weight();
            positive += if row.key().is_positive() { row.weight() } else { 0.0 };
        }
        share(to, p * FINEST as f64, all * p - positive);
    }
}

/// Adds a number to the two places around one.
fn share(to: &mut [f64], place: f64, amount: f64) {
    let below = place as usize;
    let part = place - below as f64;
    if let Some(to) = to.get_mut(below) {
        *to += amount * (1.0 - part);
    }
    if let Some(to) = to.get_mut(below + 1) {
        *to += amount * part;
    }
}

/// ∫ |residuals smoothed| by trapezoids.
fn integral(residuals: &[f64], sigma: f64, grid: &mut [f64], kernel: &mut [f64]) -> f64 {
    let mut steps = COARSEST;
    while steps < FINEST && sigma * (steps as f64) < STEPS {
        steps *= 2;
    }
    let scale = steps as f64 / FINEST as f64;
    let (Some(grid), Some(kernel)) = (grid.get_mut(..=steps), kernel.get_mut(..=2 * steps)) else { return f64::NAN };
    grid.fill(0.0);
    for (i, &residual) in residuals.iter().enumerate() {
        if residual != 0.0 {
            share(grid, i as f64 * scale, residual);
        }
    }
    let reach = reflected(sigma, steps, kernel);
    let mut total = 0.0;
    for j in 0..=steps {
        let smoothed = around(grid, kernel, j, reach);
        total += if j == 0 || j == steps { smoothed.abs() / 2.0 } else { smoothed.abs() };
    }
    total / steps as f64
}

/// The Gaussian density over distances of 0 to 2, as it repeats with period 2, and up to which distance it is not 0.
fn reflected(sigma: f64, steps: usize, kernel: &mut [f64]) -> usize {
    let special = Special::new();
    let height = 1.0 / (sigma * (2.0 * core::f64::consts::PI).sqrt());
    let density = |distance: f64| {
        let z = distance / sigma;
        if z.abs() > REACH { 0.0 } else { height * special.exp(-0.5 * z * z) }
    };
    let images = (REACH * sigma / 2.0) as i32 + 1;
    for (d, to) in kernel.iter_mut().enumerate() {
        let distance = d as f64 / steps as f64;
        *to = (-images..=images).map(|k| density(distance + f64::from(2 * k))).sum();
    }
    ((REACH * sigma * steps as f64) as usize + 1).min(2 * steps)
}

/// One smoothed residual: of places within reach directly, and of those within reach by reflection at 0 and at 1.
fn around(grid: &[f64], kernel: &[f64], j: usize, reach: usize) -> f64 {
    let steps = grid.len() - 1;
    let at = |d: usize| kernel.get(d).copied().unwrap_or(0.0);
    let mut sum = 0.0;
    for (i, &residual) in grid.iter().enumerate().take(j + reach + 1).skip(j.saturating_sub(reach)) {
        sum += residual * at(i.abs_diff(j));
    }
    let (by_zero, by_one) = (reach.saturating_sub(j), (2 * steps - j).saturating_sub(reach));
    for (i, &residual) in grid.iter().enumerate().take(by_zero + 1) {
        sum += residual * at(i + j);
    }
    for (i, &residual) in grid.iter().enumerate().skip(by_one.max(by_zero + 1)) {
        sum += residual * at(i + j);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::{Fill, Place, append, remember, remembered, sort};
    use crate::input::Numbers;
    use crate::testing::{labels, units};

    fn smooth_of(p: &[f64], y: &[f64], bandwidth: Option<f64>) -> f64 {
        let (mut room, mut spare) = (vec![0_u64; p.len()], vec![0; p.len()]);
        let mut fill = Fill::default();
        let place = Place { columns: 1, column: 0, label_columns: 1, positive: 1, against: -1, classes: 2 };
        append(&mut room, &mut fill, &Numbers::F64(p), &Numbers::F64(y), None, &place).unwrap();
        sort(&mut room, &mut spare, fill);
        let mut counts = vec![crate::curve::Tally::default(); remembered(p.len())];
        remember(&room, fill, &mut counts);
        smooth(&Sorted::new(&room, fill, &counts), bandwidth, &mut vec![0.0; ROOM])
    }

    /// ∫ |Σ (p − y) Σ over images of the Gaussian| / n, on a grid of its own.
    fn by_definition(p: &[f64], y: &[f64], sigma: f64) -> f64 {
        let gauss = |d: f64| (-0.5 * (d / sigma).powi(2)).exp() / (sigma * (2.0 * core::f64::consts::PI).sqrt());
        let points = 4000;
        let smoothed = |t: f64| -> f64 {
            let image = |p: f64| -> f64 { (-6..=6).map(|k| gauss(t - p + 2.0 * f64::from(k))).sum() };
            p.iter().zip(y).map(|(&p, &y)| (p - y) * (image(p) + image(-p))).sum()
        };
        let value = |i: i32| smoothed((f64::from(i) + 0.5) / f64::from(points)).abs();
        (0..points).map(value).sum::<f64>() / f64::from(points) / p.len() as f64
    }

    #[test]
    fn is_the_integral_of_smoothed_residuals() {
        for (seed, sigma) in [(1, 0.02), (2, 0.05), (3, 0.3), (4, 1.0)] {
            let (p, y) = (units(seed, 60), labels(!seed, 60, 2));
            let (found, expected) = (smooth_of(&p, &y, Some(sigma)), by_definition(&p, &y, sigma));
            assert!((found - expected).abs() < 1e-3 * expected, "{sigma}: {found} instead of {expected}");
        }
    }

    #[test]
    fn the_bandwidth_is_about_the_error() {
        for seed in 0..5 {
            let (p, y) = (units(seed, 400), labels(!seed, 400, 2));
            let found = smooth_of(&p, &y, None);
            assert!((smooth_of(&p, &y, Some(found)) - found).abs() < 2e-3, "{found}");
        }
        assert_eq!(smooth_of(&[0.0, 1.0], &[0.0, 1.0], None), 0.0);
    }
}
