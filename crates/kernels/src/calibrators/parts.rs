//! Parts of rows: folds of cross-validation, and one class against the rest.

use super::Rows;
use crate::random::{Place, Purpose, Random};

/// Numbers of room that [`folds`] needs.
pub const fn folds_room(classes: usize, folds: usize) -> usize {
    (classes + 1) * folds
}

/// Writes the fold of each row. Places in folds are dealt to the rows of the last class, 0, 1, … and again from 0 on, then
/// on to those of the class before it; last come rows that weigh nothing. In their order rows draw one of the places of
/// their class that are left. So each class is spread over the folds as evenly as it can be, and so are all rows.
///
/// Returns how many rows weigh something.
pub fn folds(
    random: Random,
    rows: &Rows<'_>,
    classes: usize,
    folds: usize,
    places: &mut [u32],
    to: &mut [u32],
) -> usize {
    let folds = folds.max(1);
    let class = |row: usize| if rows.weight(row) > 0.0 { 1 + rows.label(row).min(classes - 1) } else { 0 };
    places.fill(0);
    for row in 0..to.len() {
        if let Some(count) = places.get_mut(class(row) * folds) {
            *count += 1;
        }
    }
    let weightless = places.first().map_or(0, |&count| count as usize);
    let mut first = 0;
    for places in places.chunks_exact_mut(folds).rev() {
        let count = places.first().map_or(0, |&count| count as usize);
        for (fold, places) in places.iter_mut().enumerate() {
            *places = ((count + folds - 1 - (fold + folds - first) % folds) / folds) as u32;
        }
        first = (first + count) % folds;
    }
    for (row, to) in to.iter_mut().enumerate() {
        let start = class(row) * folds;
        let places = places.get_mut(start..start + folds).unwrap_or(&mut []);
        let left: u32 = places.iter().sum();
        let [share, _] = random.uniforms(Place { purpose: Purpose::Fold, index: row as u64, replicate: 0 }, 0);
        let mut place = ((share * f64::from(left)) as u32).min(left.saturating_sub(1));
        for (fold, own) in (0..).zip(places) {
            if place < *own {
                *own -= 1;
                *to = fold;
                break;
            }
            place -= *own;
        }
    }
    to.len() - weightless
}

/// Which rows of a fold are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Its own.
    Inside,
    /// All others.
    Outside,
}

/// Rows of a fold.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// The fold of each row.
    pub folds: &'a [u32],
    /// Which fold.
    pub fold: u32,
    /// Its own rows, or all others.
    pub side: Side,
}

impl Part<'_> {
    /// Which rows they are, in order.
    fn rows(self) -> impl Iterator<Item = usize> {
        let inside = self.side == Side::Inside;
        self.folds.iter().enumerate().filter(move |&(_, &fold)| (fold == self.fold) == inside).map(|(row, _)| row)
    }

    /// Copies rows of `columns` elements to the front.
    pub fn gather<T: Copy>(self, from: &[T], columns: usize, to: &mut [T]) {
        for (to, row) in to.chunks_exact_mut(columns.max(1)).zip(self.rows()) {
            if let Some(from) = from.get(row * columns..(row + 1) * columns) {
                to.copy_from_slice(from);
            }
        }
    }

    /// Copies rows from the front back to where they were.
    pub fn scatter<T: Copy>(self, from: &[T], columns: usize, to: &mut [T]) {
        for (from, row) in from.chunks_exact(columns.max(1)).zip(self.rows()) {
            if let Some(to) = to.get_mut(row * columns..(row + 1) * columns) {
                to.copy_from_slice(from);
            }
        }
    }
}

/// 1 where the label is this class, 0 elsewhere.
pub fn is_class(labels: &[i32], class: i32, to: &mut [u8]) {
    to.iter_mut().zip(labels).for_each(|(to, &label)| *to = u8::from(label == class));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::{self, Fill, Key, Sorted};
    use crate::testing::units;

    fn folds_of(labels: &[i32], weights: &[f64], classes: usize, count: usize, seed: u64) -> Vec<u32> {
        let (mut places, mut to) = (vec![9; folds_room(classes, count)], vec![u32::MAX; labels.len()]);
        let weighing = folds(Random::new(seed), &Rows { labels, weights }, classes, count, &mut places, &mut to);
        assert_eq!(weighing, labels.len() - weights.iter().filter(|&&weight| weight == 0.0).count());
        assert!(places.iter().all(|&left| left == 0), "all places are taken");
        to
    }

    fn some_labels(count: usize, classes: usize) -> Vec<i32> {
        units(5, count).iter().map(|u| (u * u * classes as f64) as i32).collect()
    }

    #[test]
    fn classes_and_rows_are_spread_evenly() {
        for (rows, classes, count) in [(10, 2, 2), (100, 3, 7), (1000, 10, 5), (23, 4, 23)] {
            let labels = some_labels(rows, classes);
            let weights: Vec<f64> = (0..rows).map(|row| f64::from(u8::from(row % 5 > 0))).collect();
            let folds = folds_of(&labels, &weights, classes, count, 3);
            for class in -1..=classes as i32 {
                let belongs =
                    |row: usize| class < 0 || if weights[row] > 0.0 { labels[row] } else { classes as i32 } == class;
                let sizes: Vec<usize> = (0..count as u32)
                    .map(|fold| (0..rows).filter(|&row| belongs(row) && folds[row] == fold).count())
                    .collect();
                let (least, most) = (sizes.iter().min(), sizes.iter().max());
                assert!(most <= least.map(|least| least + 1).as_ref(), "{class}: {sizes:?}");
            }
        }
    }

    #[test]
    fn folds_of_two_classes_are_those_of_a_curve() {
        let labels = some_labels(200, 2);
        let folds = folds_of(&labels, &[], 2, 7, 11);
        let keys: Vec<u32> =
            labels.iter().enumerate().map(|(row, &label)| <u32 as Key>::new(row as f32, label == 1).0).collect();
        let sorted = Sorted::new(&keys, Fill { negative: 0, others: keys.len() }, &[]);
        for fold in 0..7 {
            let part = Part { folds: &folds, fold, side: Side::Inside };
            let (mut own, mut expected) = (vec![0; keys.len()], vec![0; keys.len()]);
            let fill = curve::fold(&sorted, Random::new(11), (fold, 7), curve::Part::Drawn, &mut expected);
            part.gather(&keys, 1, &mut own);
            assert_eq!(own[..fill.others], expected[..fill.others]);
            assert!(fill.others >= 28 && own[fill.others..].iter().all(|&key| key == 0));
        }
    }

    #[test]
    fn what_is_gathered_can_be_put_back() {
        let folds = [0, 1, 0, 2];
        let rows = [1, 2, 3, 4, 5, 6, 7, 8];
        let part = |side| Part { folds: &folds, fold: 0, side };
        let (mut inside, mut outside, mut back) = ([0; 4], [0; 4], [0; 8]);
        part(Side::Inside).gather(&rows, 2, &mut inside);
        part(Side::Outside).gather(&rows, 2, &mut outside);
        assert_eq!((inside, outside), ([1, 2, 5, 6], [3, 4, 7, 8]));
        part(Side::Inside).scatter(&inside, 2, &mut back);
        part(Side::Outside).scatter(&outside, 2, &mut back);
        assert_eq!(back, rows);
    }
}
