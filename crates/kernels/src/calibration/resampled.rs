//! Rows drawn with replacement, with what all their bins say: replicates of the debiased calibration error.
//!
//! A row's code in a column is twice its bin, and one more where the column was right. Rows of equal codes are one cell,
//! and cells are in the order of their codes, so that the order of rows changes no replicate.

use crate::input::Numbers;
use crate::resample::Resampler;
use crate::sort::sort_by;

/// Which bins rows are in: between the upper edges of each column's bins.
pub struct Bins<'a> {
    /// Columns of the predictions.
    pub columns: usize,
    /// Bins of each column.
    pub bins: usize,
    /// Upper edges, column after column.
    pub uppers: &'a [f64],
}

/// Writes the codes of rows, whose labels are one for each column or the class of the row.
pub fn codes(bins: &Bins<'_>, probabilities: &Numbers<'_>, labels: &Numbers<'_>, multilabel: bool, to: &mut [u32]) {
    for (row, to) in to.chunks_exact_mut(bins.columns).enumerate() {
        for (column, (to, uppers)) in to.iter_mut().zip(bins.uppers.chunks_exact(bins.bins)).enumerate() {
            let at = row * bins.columns + column;
            let p = probabilities.at(at);
            let inside = uppers.get(..bins.bins - 1).unwrap_or(&[]);
            let bin = inside.partition_point(|&edge| edge < p) as u32;
            let is_right = if multilabel { labels.at(at) == 1.0 } else { labels.at(row) == column as f64 };
            *to = 2 * bin + u32::from(is_right);
        }
    }
}

/// Rows of equal codes.
pub struct Cells<'a> {
    /// Codes of all rows.
    pub codes: &'a [u32],
    /// A row of each cell.
    pub rows: &'a [u32],
    /// How many rows each has.
    pub counts: &'a [f64],
}

fn row(codes: &[u32], columns: usize, index: u32) -> &[u32] {
    codes.get(index as usize * columns..).and_then(|rest| rest.get(..columns)).unwrap_or(&[])
}

/// Puts rows in cells: writes a row of each, and how many it has, and gives how many cells there are. There is room for
/// all rows, and as much to sort them.
pub fn cells(codes: &[u32], columns: usize, rows: &mut [u32], spare: &mut [u32], counts: &mut [f64]) -> usize {
    rows.iter_mut().zip(0..).for_each(|(row, index)| *row = index);
    // Rows that are equal in a column stay in the order that the columns behind it gave them.
    for column in (0..columns).rev() {
        sort_by(rows, spare, |&at| row(codes, columns, at).get(column).copied().unwrap_or(0));
    }
    let mut cells: usize = 0;
    for index in 0..rows.len() {
        let Some(&next) = rows.get(index) else { break };
        let last = cells.checked_sub(1).and_then(|last| rows.get(last));
        let is_new = last.is_none_or(|&last| row(codes, columns, last) != row(codes, columns, next));
        cells += usize::from(is_new);
        if let (Some(to), Some(count)) = (rows.get_mut(cells - 1), counts.get_mut(cells - 1)) {
            if is_new {
                (*to, *count) = (next, 0.0);
            }
            *count += 1.0;
        }
    }
    cells
}

/// Room for one replicate.
pub struct Room<'a> {
    /// For a count of each cell.
    pub drawn: &'a mut [f64],
    /// For a count of each code of each column.
    pub table: &'a mut [f64],
}

/// The mean over columns of the debiased squared errors of one replicate. A bin's rows are taken to be at its mean
/// confidence.
pub fn replicate(
    resampler: &Resampler,
    replicate: u32,
    bins: &Bins<'_>,
    confidences: &[f64],
    cells: &Cells<'_>,
    Room { drawn, table }: Room<'_>,
) -> f64 {
    let total: f64 = cells.counts.iter().sum();
    resampler.multinomial((0..).zip(cells.counts.iter().copied()), total, replicate, drawn);
    table.fill(0.0);
    for (&cell, &drawn) in cells.rows.iter().zip(&*drawn) {
        if drawn == 0.0 {
            continue;
        }
        let tables = table.chunks_exact_mut(2 * bins.bins);
        for (&code, table) in row(cells.codes, bins.columns, cell).iter().zip(tables) {
            if let Some(count) = table.get_mut(code as usize) {
                *count += drawn;
            }
        }
    }
    let squares = table.as_chunks::<2>().0.iter().zip(confidences).map(|(&[wrong, right], &confidence)| {
        let count = wrong + right;
        if count < 2.0 {
            return 0.0;
        }
        let accuracy = right / count;
        let gap = accuracy - confidence;
        count / total * (gap * gap - accuracy * (1.0 - accuracy) / (count - 1.0))
    });
    squares.sum::<f64>() / bins.columns as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_equal_codes_are_one_cell_in_whatever_order_they_come() {
        let bins = Bins { columns: 2, bins: 2, uppers: &[0.5, 1.0, 0.3, 1.0] };
        let p = [0.5, 0.3, 0.6, 0.4, 0.2, 0.1, 0.6, 0.4];
        let mut to = [0; 8];
        codes(&bins, &Numbers::F64(&p), &Numbers::U8(&[0, 1, 0, 1]), false, &mut to);
        assert_eq!(to, [1, 0, 2, 3, 1, 0, 2, 3]);
        let (mut rows, mut counts) = ([0; 4], [0.0; 4]);
        assert_eq!(cells(&to, 2, &mut rows, &mut [0; 4], &mut counts), 2);
        assert_eq!(counts[..2], [2.0, 2.0]);
        assert_eq!([row(&to, 2, rows[0]), row(&to, 2, rows[1])], [[1, 0], [2, 3]]);
        codes(&bins, &Numbers::F64(&p), &Numbers::U8(&[1, 0, 0, 1, 1, 0, 0, 1]), true, &mut to);
        assert_eq!(to, [1, 0, 2, 3, 1, 0, 2, 3]);
    }

    #[test]
    fn a_replicate_of_one_cell_is_the_error_itself() {
        let bins = Bins { columns: 1, bins: 2, uppers: &[0.5, 1.0] };
        let cells = Cells { codes: &[3], rows: &[0], counts: &[10.0] };
        let (mut drawn, mut table) = ([0.0], [0.0; 4]);
        let room = Room { drawn: &mut drawn, table: &mut table };
        // All of them are right at 0.75.
        assert_eq!(replicate(&Resampler::new(1), 0, &bins, &[0.25, 0.75], &cells, room), 0.0625);
        assert_eq!(drawn, [10.0]);
    }
}
