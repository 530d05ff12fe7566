//! The softmax of rows of many classes, each on its own: nothing is transposed, and where derivatives are wanted the
//! exponentials go straight to their room.
//!
//! Exponentials and sums have the bits that [`Look::softmax`] gives: class c is a term of sum c mod 4 in both.

use super::multiclass::own_scores;
use super::softmax::{GROUP, Look, Pairs, Row, plus};
use crate::math::{Coefficients, Math, Shift};
use crate::simd::{F64x2, Mask, Scalar, Vector};

/// Rows of more classes than this are too long to lie side by side.
pub const LEAST: usize = 32;

/// The softmax of as many rows as a vector has lanes, or fewer; `None` where one of them has an infinite logit, or one too
/// large for [`Math::exp_shifted`]. Exponentials are left in `to`, but 0 for the own class. A NaN among the logits makes
/// the odds one.
#[inline(always)]
pub fn softmax<V: Vector>(
    m: &Math<V>,
    rows: &[V::Scalar],
    columns: usize,
    classes: [usize; 4],
    to: Option<&mut [V::Scalar]>,
) -> Option<Row<V>> {
    let last = (rows.len() / columns).saturating_sub(1);
    let largest = V::from_fn(|lane| {
        let start = lane.min(last) * columns;
        largest::<V>(rows.get(start..start + columns).unwrap_or(&[]))
    });
    if !m.is_tame(largest).all() {
        return None;
    }
    let mut rest = [0.0; 4];
    let mut to = to.map(|to| to.chunks_mut(columns));
    for ((row, rest), (lane, &class)) in rows.chunks(columns).zip(&mut rest).zip(classes.iter().enumerate()) {
        let largest = largest.to_array().as_ref().get(lane).copied().unwrap_or_default();
        let to = to.as_mut().and_then(|to| to.next());
        *rest = sum::<V>(m, row, class, &m.shift(V::splat(largest)), to);
    }
    // Lanes without a row repeat the last one.
    let rest: Pairs = core::array::from_fn(|i| F64x2::from_fn(|lane| rest[(2 * i + lane).min(last)]));
    let (shift, own) = (m.shift(largest), own_scores::<V>(rows, columns, classes));
    let own_exponential = m.exp_shifted(own, &shift);
    Some(Look { classes, own, largest }.row(m, shift.by, own_exponential, rest, rows, columns))
}

/// The largest logit of a row; a NaN is none.
#[inline(always)]
fn largest<V: Vector>(row: &[V::Scalar]) -> V::Scalar {
    let (groups, rest) = row.as_chunks::<GROUP>();
    let mut most = [-V::splat(V::Scalar::INFINITY); 4];
    for group in groups {
        for (i, x) in V::chunks(group).iter().enumerate() {
            most[i % 4] = most[i % 4].pmax(V::load(x));
        }
    }
    let [a, b, c, d] = most;
    let most = rest.iter().fold(a.pmax(b).pmax(c.pmax(d)), |most, &x| most.pmax(V::splat(x)));
    most.spread_largest().to_array().as_ref().first().copied().unwrap_or(V::Scalar::ZERO)
}

/// The sum of all exponentials of a row but one, which are left in `to`.
#[inline(always)]
fn sum<V: Vector>(
    m: &Math<V>,
    row: &[V::Scalar],
    class: usize,
    shift: &Shift<V>,
    mut to: Option<&mut [V::Scalar]>,
) -> f64 {
    let mut sums = [F64x2::splat(0.0); 2];
    for (start, logits) in (0..).step_by(GROUP).zip(row.chunks(GROUP)) {
        let own = class.wrapping_sub(start);
        let without;
        let group = match logits.try_into() {
            Ok(group) if own >= GROUP => group,
            _ => {
                without = group_without(logits, own);
                &without
            }
        };
        let (exponentials, terms) = exponentials(m, group, shift);
        sums = plus(sums, terms);
        if let Some(to) = to.as_deref_mut().and_then(|to| to.get_mut(start..start + logits.len())) {
            match <&mut [V::Scalar; GROUP]>::try_from(&mut *to) {
                Ok(to) => *to = exponentials,
                Err(_) => to.iter_mut().zip(exponentials).for_each(|(to, e)| *to = e),
            }
        }
    }
    let [ac, bd] = (sums[0] + sums[1]).to_array();
    ac + bd
}

/// Up to a group of logits but that of one class, as a whole group: what is not there is −∞.
#[inline(always)]
fn group_without<S: Scalar>(logits: &[S], class: usize) -> [S; GROUP] {
    let none = S::from_f64(f64::NEG_INFINITY);
    let mut group = [none; GROUP];
    group.iter_mut().zip(logits).for_each(|(to, &x)| *to = x);
    group.get_mut(class).into_iter().for_each(|own| *own = none);
    group
}

/// The exponentials of a group, and their sums.
#[inline(always)]
fn exponentials<V: Vector>(m: &Math<V>, group: &[V::Scalar; GROUP], shift: &Shift<V>) -> ([V::Scalar; GROUP], Pairs) {
    let mut exponentials = [V::Scalar::ZERO; GROUP];
    // Four lanes are four sums; of two lanes, two vectors are.
    let mut terms = [m.zero; 2];
    for (i, (x, to)) in V::chunks(group).iter().zip(V::chunks_mut(&mut exponentials)).enumerate() {
        let e = m.exp_shifted(V::load(x), shift);
        e.store(to);
        let term = &mut terms[if V::LANES == F64x2::LANES { i % 2 } else { 0 }];
        *term = *term + e;
    }
    let [first, second] = terms.map(|terms| terms.widen());
    (exponentials, if V::LANES == F64x2::LANES { [first[0], second[0]] } else { first })
}
