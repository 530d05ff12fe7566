//! Arguments as they come: arrays of several types, checked and brought block by block to the type a kernel works in.
//!
//! A block in the right type is handed on as it lies in memory. A tail is padded by its last value, so that vectors are
//! whole and padding brings no new fault; whoever uses a block looks only at its first `len` rows.

use crate::math::hidden;
use crate::simd::{Mask, Scalar, U8x16, Vector};

/// Rows that are brought in at a time: blocks stay in the nearest cache.
pub const BLOCK: usize = 1024;

/// The largest weight: millions of these add up to a number.
const MOST_WEIGHT: f64 = f64::from_bits((1023 + 1000) << 52);

/// A block's room for values of another type.
pub type Buffer<T> = [T; BLOCK];

/// Numbers in one of the types that arguments come in.
#[derive(Clone, Copy)]
pub enum Numbers<'a> {
    /// `Uint8Array`.
    U8(&'a [u8]),
    /// `Int32Array`.
    I32(&'a [i32]),
    /// `Float32Array`.
    F32(&'a [f32]),
    /// `Float64Array`.
    F64(&'a [f64]),
}

/// Which argument a fault is in, as callers know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Argument {
    /// Predictions, whatever a function calls them.
    Predictions = 0,
    /// Targets.
    Targets = 1,
    /// `sampleWeight`.
    SampleWeight = 2,
    /// `elementWeight`.
    ElementWeight = 3,
    /// What goes with each prediction besides its target: a variance.
    Third = 4,
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Problem {
    /// NaN.
    Nan = 1,
    /// A probability outside 0..=1.
    Probability = 2,
    /// A weight that is negative or infinite.
    Weight = 3,
    /// A label that is not a whole number within the classes.
    Label = 4,
    /// ±∞ where a finite number is needed.
    Infinite = 5,
    /// A number that is negative or not finite where a count, a rate or a variance is needed.
    Count = 7,
    /// A relevance whose gain is not finite, or that is negative where none may be.
    Relevance = 8,
    /// Not a fault of the data: an argument of a type that this kernel does not take, or state words of another size.
    Misuse = 6,
}

/// A fault in the data: which argument, which element, what value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub problem: Problem,
    /// Where.
    pub argument: Argument,
    /// Element of this call's argument, counted from 0.
    pub index: usize,
    /// The value found.
    pub value: f64,
}

impl Fault {
    /// An argument that the border should never have let through.
    pub const fn misuse(argument: Argument) -> Self {
        Self { problem: Problem::Misuse, argument, index: 0, value: 0.0 }
    }
}

/// The outcome of an update.
pub type Status = Result<(), Fault>;

impl Numbers<'_> {
    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            Self::U8(x) => x.len(),
            Self::I32(x) => x.len(),
            Self::F32(x) => x.len(),
            Self::F64(x) => x.len(),
        }
    }

    /// No elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One element, for a message.
    pub fn at(&self, index: usize) -> f64 {
        match self {
            Self::U8(x) => x.get(index).map_or(0.0, |&x| x.into()),
            Self::I32(x) => x.get(index).map_or(0.0, |&x| x.into()),
            Self::F32(x) => x.get(index).map_or(0.0, |&x| x.into()),
            Self::F64(x) => x.get(index).map_or(0.0, |&x| x),
        }
    }

    /// The elements `start..start + len` as floats of a kernel's type, padded to whole vectors. A plain conversion:
    /// checks are the caller's.
    pub fn block<'b, S: Scalar>(&'b self, start: usize, len: usize, buffer: &'b mut Buffer<S>) -> &'b [S] {
        let range = start..start + len;
        let whole = len.next_multiple_of(4).min(BLOCK);
        if let Some(direct) = S::direct(self, start, len)
            && whole == len
        {
            return direct;
        }
        match self {
            Self::U8(x) => fill(buffer, x.get(range), |x| S::from_f64(x.into())),
            Self::I32(x) => fill(buffer, x.get(range), |x| S::from_f64(x.into())),
            Self::F32(x) => fill(buffer, x.get(range), |x| S::from_f64(x.into())),
            Self::F64(x) => fill(buffer, x.get(range), S::from_f64),
        }
        buffer.get(..whole).unwrap_or(&[])
    }

    /// The labels `start..start + len`, each in 0..classes, or −1 where it equals `ignore`.
    pub fn labels<'b>(
        &'b self,
        start: usize,
        len: usize,
        classes: i32,
        ignore: Option<f64>,
        argument: Argument,
        buffer: &'b mut Buffer<i32>,
    ) -> Result<&'b [i32], Fault> {
        let range = start..start + len;
        // No whole number of 32 bits is a label to ignore that is none.
        let ignored = ignore.map(|ignore| ignore as i32).filter(|&ignored| Some(f64::from(ignored)) == ignore);
        match (self, ignore) {
            // Labels that are fine as they lie are not copied.
            (Self::I32(x), None) => {
                let labels = x.get(range).unwrap_or(&[]);
                // As an unsigned number a negative label is a large one.
                let most = labels.iter().fold(0, |most, &x| most.max(x.cast_unsigned()));
                if most < classes.cast_unsigned() {
                    return Ok(labels);
                }
                return Err(self.label_fault(start, len, classes, ignore, argument));
            }
            (Self::U8(x), None) => {
                let labels = x.get(range).unwrap_or(&[]);
                let most = labels.iter().fold(0, |most, &x| x.max(most));
                if i32::from(most) >= classes {
                    return Err(self.label_fault(start, len, classes, ignore, argument));
                }
                fill(buffer, Some(labels), i32::from);
                return Ok(buffer.get(..len).unwrap_or(&[]));
            }
            (Self::U8(x), _) => fill(buffer, x.get(range), |x| marked(x.into(), Some(x.into()) == ignored)),
            (Self::I32(x), _) => fill(buffer, x.get(range), |x| marked(x, Some(x) == ignored)),
            (Self::F32(x), _) => {
                fill(buffer, x.get(range), |x| marked(whole_number(x.into()), Some(x.into()) == ignore))
            }
            (Self::F64(x), _) => fill(buffer, x.get(range), |x| marked(whole_number(x), Some(x) == ignore)),
        }
        let labels = buffer.get(..len).unwrap_or(&[]);
        let allowed = if ignore.is_some() { -1 } else { 0 };
        let outside = labels.iter().fold(false, |bad, &x| bad | (x < allowed) | (x >= classes));
        if outside {
            return Err(self.label_fault(start, len, classes, ignore, argument));
        }
        Ok(labels)
    }

    /// The binary labels `start..start + len` as bytes, 0xff for 1 and 0 for 0; sixteen at a time, the last of them 0.
    pub fn masks(&self, start: usize, len: usize, argument: Argument, to: &mut [[u8; 16]]) -> Status {
        let range = start..start + len;
        let fine = match self {
            Self::U8(x) => byte_masks(x.get(range), to),
            Self::I32(x) => masks(x.get(range), to, |x| x as f32),
            Self::F32(x) => masks(x.get(range), to, |x| x),
            Self::F64(x) => masks(x.get(range), to, |x| x),
        };
        if fine { Ok(()) } else { Err(self.label_fault(start, len, 2, None, argument)) }
    }

    /// The same of labels that may equal `ignore`, which are neither: `kept` is 0 for those and 0xff for the others.
    pub fn masks_but(
        &self,
        start: usize,
        len: usize,
        ignore: f64,
        argument: Argument,
        to: &mut [[u8; 16]],
        kept: &mut [[u8; 16]],
    ) -> Status {
        let range = start..start + len;
        let fine = match self {
            Self::U8(x) => masks_but(x.get(range), ignore, to, kept),
            Self::I32(x) => masks_but(x.get(range), ignore, to, kept),
            Self::F32(x) => masks_but(x.get(range), ignore, to, kept),
            Self::F64(x) => masks_but(x.get(range), ignore, to, kept),
        };
        if fine { Ok(()) } else { Err(self.label_fault(start, len, 2, Some(ignore), argument)) }
    }

    /// One column of the rows `start..start + len` of a matrix, in the float type of a kernel. No checks.
    pub fn column<S: Scalar>(&self, columns: usize, column: usize, start: usize, to: &mut [S]) {
        match self {
            Self::U8(x) => stride(x, columns, column, start, to, |x| S::from_f64(x.into())),
            Self::I32(x) => stride(x, columns, column, start, to, |x| S::from_f64(x.into())),
            Self::F32(x) => stride(x, columns, column, start, to, |x| S::from_f64(x.into())),
            Self::F64(x) => stride(x, columns, column, start, to, S::from_f64),
        }
    }

    #[cold]
    fn label_fault(&self, start: usize, len: usize, classes: i32, ignore: Option<f64>, argument: Argument) -> Fault {
        let wrong = |x: f64| ignore != Some(x) && !(x >= 0.0 && x < f64::from(classes) && x.trunc() == x);
        let index = (start..start + len).find(|&i| wrong(self.at(i))).unwrap_or(start);
        let value = self.at(index);
        let problem = if value.is_nan() { Problem::Nan } else { Problem::Label };
        Fault { problem, argument, index, value }
    }

    /// The first element in `start..start + len` that is wrong, as a fault.
    #[cold]
    pub fn find_fault(
        &self,
        start: usize,
        len: usize,
        argument: Argument,
        problem: Problem,
        wrong: impl Fn(f64) -> bool,
    ) -> Option<Fault> {
        let index = (start..start + len).find(|&i| wrong(self.at(i)))?;
        let value = self.at(index);
        Some(Fault { problem: if value.is_nan() { Problem::Nan } else { problem }, argument, index, value })
    }

    /// The same where there must be one.
    #[cold]
    pub fn fault(
        &self,
        start: usize,
        len: usize,
        argument: Argument,
        problem: Problem,
        wrong: impl Fn(f64) -> bool,
    ) -> Fault {
        self.find_fault(start, len, argument, problem, wrong).unwrap_or(Fault::misuse(argument))
    }

    /// The weights `start..start + len`, not negative, and at most [`MOST_WEIGHT`] unless they are no weights of rows.
    pub fn weights<'b>(
        &'b self,
        start: usize,
        len: usize,
        argument: Argument,
        buffer: &'b mut Buffer<f64>,
    ) -> Result<&'b [f64], Fault> {
        let weights = self.block(start, len, buffer);
        let (problem, most) = match argument {
            Argument::Third => (Problem::Count, f64::MAX),
            _ => (Problem::Weight, MOST_WEIGHT),
        };
        let fine = weights.iter().fold(true, |fine, &w| fine & (0.0..=most).contains(&w));
        if fine { Ok(weights) } else { Err(self.fault(start, len, argument, problem, |w| !(0.0..=most).contains(&w))) }
    }

    /// The probabilities `start..start + len`, each in 0..=1.
    pub fn probabilities<'b, S: Scalar>(
        &'b self,
        start: usize,
        len: usize,
        argument: Argument,
        buffer: &'b mut Buffer<S>,
    ) -> Result<&'b [S], Fault> {
        let block = self.block(start, len, buffer);
        let (zero, one) = (hidden::<S::Vector>(S::ZERO), hidden::<S::Vector>(S::ONE));
        let fine = all_of(block, |p| zero.le(p).and(p.le(one)));
        if fine {
            Ok(block)
        } else {
            Err(self.fault(start, len, argument, Problem::Probability, |p| !(0.0..=1.0).contains(&p)))
        }
    }

    /// The logits `start..start + len`: anything but NaN.
    pub fn logits<'b, S: Scalar>(
        &'b self,
        start: usize,
        len: usize,
        argument: Argument,
        buffer: &'b mut Buffer<S>,
    ) -> Result<&'b [S], Fault> {
        let block = self.block(start, len, buffer);
        let fine = all_of(block, |x| x.eq(x));
        if fine { Ok(block) } else { Err(self.fault(start, len, argument, Problem::Nan, f64::is_nan)) }
    }

    /// The real numbers `start..start + len`: finite.
    pub fn finite<'b, S: Scalar>(
        &'b self,
        start: usize,
        len: usize,
        argument: Argument,
        buffer: &'b mut Buffer<S>,
    ) -> Result<&'b [S], Fault> {
        let block = self.block(start, len, buffer);
        let bound = hidden::<S::Vector>(S::INFINITY);
        let fine = all_of(block, |x| x.abs().lt(bound));
        if fine { Ok(block) } else { Err(self.fault(start, len, argument, Problem::Infinite, |x| !x.is_finite())) }
    }
}

/// Whether every element is a number below ∞.
#[inline(always)]
pub fn are_below_infinity<S: Scalar>(values: &[S]) -> bool {
    let bound = hidden::<S::Vector>(S::INFINITY);
    let whole = values.len() - values.len() % S::Vector::LANES;
    let rest = values.get(whole..).unwrap_or(&[]);
    all_of(values, |x| x.lt(bound)) & rest.iter().all(|&x| x < S::INFINITY)
}

/// Whether all whole vectors of a block pass a test.
#[inline(always)]
fn all_of<S: Scalar>(block: &[S], test: impl Fn(S::Vector) -> <S::Vector as Vector>::Mask) -> bool {
    let zero = S::Vector::splat(S::ZERO);
    let fine =
        S::Vector::chunks(block).iter().fold(zero.eq(zero), |fine, chunk| fine.and(test(S::Vector::load(chunk))));
    fine.all()
}

#[inline(always)]
fn stride<T: Copy, U>(from: &[T], columns: usize, column: usize, start: usize, to: &mut [U], convert: impl Fn(T) -> U) {
    let from = from.get(start * columns + column..).unwrap_or(&[]);
    for (to, &x) in to.iter_mut().zip(from.iter().step_by(columns.max(1))) {
        *to = convert(x);
    }
}

/// Calls with sixteen elements at a time and where they go; after the last one with as many as are left, and zeros.
#[inline(always)]
pub fn by_sixteen<T: Copy + Default>(from: &[T], to: &mut [[u8; 16]], mut each: impl FnMut(&[T; 16], &mut [u8; 16])) {
    let (whole, rest) = from.as_chunks::<16>();
    whole.iter().zip(&mut *to).for_each(|(from, to)| each(from, to));
    if let (false, Some(to)) = (rest.is_empty(), to.get_mut(whole.len())) {
        let mut last = [T::default(); 16];
        last.iter_mut().zip(rest).for_each(|(to, &x)| *to = x);
        each(&last, to);
    }
}

/// Whether all elements are 0 or 1, and their masks.
#[inline(always)]
fn masks<T: Copy + Default, S: Scalar>(from: Option<&[T]>, to: &mut [[u8; 16]], convert: impl Fn(T) -> S) -> bool {
    let (zero, one) = (S::Vector::splat(S::ZERO), S::Vector::splat(S::ONE));
    let mut fine = zero.eq(zero);
    by_sixteen(from.unwrap_or(&[]), to, |from, to| {
        let mut values = [S::ZERO; 16];
        values.iter_mut().zip(from).for_each(|(to, &x)| *to = convert(x));
        for chunk in S::Vector::chunks(&values) {
            let x = S::Vector::load(chunk);
            fine = fine.and(x.eq(zero).or(x.eq(one)));
        }
        S::Vector::reach(&values, &[S::ONE; 16]).store(to);
    });
    fine.all()
}

/// The same of bytes, which need no other type.
fn byte_masks(from: Option<&[u8]>, to: &mut [[u8; 16]]) -> bool {
    let (zero, one) = (U8x16::splat(0), U8x16::splat(1));
    let mut most = zero;
    by_sixteen(from.unwrap_or(&[]), to, |from, to| {
        let labels = U8x16::load(from);
        most = most.max(labels);
        zero.minus(labels).store(to);
    });
    most.all_at_most(one)
}

/// Whether all elements are 0, 1 or ignored; their masks, and those of what is not ignored.
fn masks_but<T: Copy + Default + Into<f64>>(
    from: Option<&[T]>,
    ignore: f64,
    to: &mut [[u8; 16]],
    kept: &mut [[u8; 16]],
) -> bool {
    let mut fine = true;
    let mut kept = kept.iter_mut();
    by_sixteen(from.unwrap_or(&[]), to, |from, to| {
        let Some(kept) = kept.next() else { return };
        for ((&x, to), kept) in from.iter().zip(to).zip(kept) {
            let x: f64 = x.into();
            let (is_kept, is_one) = (x != ignore, x == 1.0);
            fine &= !is_kept | is_one | (x == 0.0);
            *kept = u8::from(is_kept).wrapping_neg();
            *to = u8::from(is_kept & is_one).wrapping_neg();
        }
    });
    fine
}

/// −1 for an ignored label. No other one may look like it.
#[inline(always)]
fn marked(label: i32, is_ignored: bool) -> i32 {
    match label {
        _ if is_ignored => -1,
        -1 => -2,
        label => label,
    }
}

/// A float label as a whole number; −2, which is no label and no mark, where it is none.
#[inline(always)]
fn whole_number(x: f64) -> i32 {
    let whole = x as i32;
    if f64::from(whole) == x { whole } else { -2 }
}

#[inline(always)]
fn fill<T: Copy, U: Copy>(buffer: &mut Buffer<U>, from: Option<&[T]>, convert: impl Fn(T) -> U) {
    let Some(from) = from else { return };
    for (to, &x) in buffer.iter_mut().zip(from) {
        *to = convert(x);
    }
    if let (Some(&last), Some(padding)) = (from.last(), buffer.get_mut(from.len()..)) {
        padding.iter_mut().take(3).for_each(|to| *to = convert(last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LENGTHS, f32s, in_each_type, labels};

    #[test]
    fn blocks_are_converted_and_padded_by_their_last_value() {
        for len in LENGTHS {
            // A call may be longer than a block, and a block may start anywhere.
            let (start, len) = (3, len.min(BLOCK));
            let values = labels(1, start + len + 5, 200);
            for blocks in in_each_type(&values, |numbers| {
                let (mut narrow, mut wide) = ([0.0_f32; BLOCK], [0.0_f64; BLOCK]);
                let narrow = numbers.block(start, len, &mut narrow).iter().map(|&x| x.into()).collect::<Vec<f64>>();
                (narrow, numbers.block(start, len, &mut wide).to_vec())
            }) {
                let mut expected = values[start..start + len].to_vec();
                expected.resize(len.next_multiple_of(4), values[start + len - 1]);
                assert_eq!(blocks.0, expected);
                assert_eq!(blocks.1, expected);
            }
        }
    }

    #[test]
    fn whole_blocks_of_the_right_type_stay_where_they_are() {
        let values = [0.5_f32; 16];
        let (mut narrow, mut wide) = ([0.0_f32; BLOCK], [0.0_f64; BLOCK]);
        assert!(core::ptr::eq(Numbers::F32(&values).block(4, 8, &mut narrow), &values[4..12]));
        assert!(!core::ptr::eq(Numbers::F32(&values).block(4, 7, &mut narrow), &values[4..12]));
        assert_eq!(Numbers::F32(&values).block(4, 8, &mut wide), [0.5_f64; 8]);
    }

    fn read(numbers: &Numbers<'_>, start: usize, ignore: Option<f64>) -> Result<Vec<i32>, Fault> {
        let mut buffer = [7; BLOCK];
        let len = numbers.len() - start;
        Ok(numbers.labels(start, len, 3, ignore, Argument::Targets, &mut buffer)?.get(..len).unwrap().to_vec())
    }

    #[test]
    fn labels_of_every_type() {
        for len in LENGTHS.into_iter().filter(|&len| len <= BLOCK) {
            let values = labels(2, len + 2, 3);
            let plain: Vec<i32> = values[2..].iter().map(|&x| x as i32).collect();
            let marked: Vec<i32> = plain.iter().map(|&x| if x == 1 { -1 } else { x }).collect();
            for found in in_each_type(&values, |numbers| [None, Some(1.0), Some(9.0)].map(|i| read(&numbers, 2, i))) {
                assert_eq!(found, [Ok(plain.clone()), Ok(marked.clone()), Ok(plain.clone())]);
            }
        }
        assert_eq!(read(&Numbers::F64(&[-0.0, 2.0]), 0, None), Ok(vec![0, 2]));
        assert_eq!(read(&Numbers::I32(&[-100, 2]), 0, Some(-100.0)), Ok(vec![-1, 2]));
        assert_eq!(read(&Numbers::F32(&[-1.0, 2.0]), 0, Some(-1.0)), Ok(vec![-1, 2]));
    }

    #[test]
    fn a_label_outside_the_classes_is_told() {
        let fault = |index, value| Err(Fault { problem: Problem::Label, argument: Argument::Targets, index, value });
        for found in in_each_type(&[9.0, 0.0, 3.0, 4.0], |numbers| read(&numbers, 1, None)) {
            assert_eq!(found, fault(2, 3.0));
        }
        for found in in_each_type(&[0.0, 2.0, 3.0], |numbers| read(&numbers, 0, Some(1.0))) {
            assert_eq!(found, fault(2, 3.0));
        }
        for wrong in [-1.0, -2.0, 0.5, 1e10, -1e10, 3.0, f64::INFINITY] {
            for ignore in [None, Some(-100.0)] {
                let single = f32s(&[0.0, wrong]);
                assert_eq!(read(&Numbers::F64(&[0.0, wrong]), 0, ignore), fault(1, wrong), "{ignore:?}");
                assert_eq!(read(&Numbers::F32(&single), 0, ignore), fault(1, wrong), "{ignore:?}");
                if wrong.abs() < 1e9 && wrong.trunc() == wrong {
                    assert_eq!(read(&Numbers::I32(&[0, wrong as i32]), 0, ignore), fault(1, wrong), "{ignore:?}");
                }
            }
        }
        let nan = read(&Numbers::F64(&[0.0, f64::NAN]), 0, None).unwrap_err();
        assert_eq!((nan.problem, nan.index, nan.value.is_nan()), (Problem::Nan, 1, true));
    }

    #[test]
    fn columns_of_a_matrix() {
        for column in in_each_type(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], |numbers| {
            let mut to = [0.0_f32; 2];
            numbers.column(3, 2, 1, &mut to);
            to
        }) {
            assert_eq!(column, [6.0, 9.0]);
        }
    }

    /// The fault that one value among good ones makes, in both float types.
    fn faults(value: f64, check: impl Fn(&Numbers<'_>) -> Status) -> Option<(Problem, usize)> {
        let mut values = [0.5; 11];
        values[9] = value;
        let wide = check(&Numbers::F64(&values)).err();
        let narrow = check(&Numbers::F32(&f32s(&values))).err();
        let told = |fault: Fault| {
            assert!(fault.argument == Argument::ElementWeight && fault.value.to_bits() == value.to_bits());
            (fault.problem, fault.index)
        };
        assert_eq!(narrow.map(told), wide.map(told));
        wide.map(told)
    }

    #[test]
    fn each_kind_of_number_has_its_domain() {
        let argument = Argument::ElementWeight;
        let weight = |n: &Numbers<'_>| n.weights(2, 9, argument, &mut [0.0; BLOCK]).map(|_| ());
        let probability = |n: &Numbers<'_>| n.probabilities::<f32>(2, 9, argument, &mut [0.0; BLOCK]).map(|_| ());
        let logit = |n: &Numbers<'_>| n.logits::<f64>(2, 9, argument, &mut [0.0; BLOCK]).map(|_| ());
        let finite = |n: &Numbers<'_>| n.finite::<f64>(2, 9, argument, &mut [0.0; BLOCK]).map(|_| ());
        let told = |value: f64| {
            [faults(value, weight), faults(value, probability), faults(value, logit), faults(value, finite)]
        };
        let at = |problem| Some((problem, 9));
        let (w, p, i) = (at(Problem::Weight), at(Problem::Probability), at(Problem::Infinite));
        assert_eq!(told(-0.0), [None; 4]);
        assert_eq!(told(1.0), [None; 4]);
        assert_eq!(told(2.0), [None, p, None, None]);
        assert_eq!(told(-0.5), [w, p, None, None]);
        assert_eq!(told(f64::INFINITY), [w, p, None, i]);
        assert_eq!(told(f64::NEG_INFINITY), [w, p, None, i]);
        assert_eq!(told(f64::NAN), [at(Problem::Nan); 4]);
    }

    #[test]
    fn what_lies_outside_the_rows_asked_for_is_not_looked_at() {
        let values = [f64::NAN, 0.5, 0.25, 1.0, 0.0, 0.5, f64::NAN];
        let mut buffer = [0.0; BLOCK];
        let numbers = Numbers::F64(&values);
        let found = numbers.probabilities(1, 5, Argument::Predictions, &mut buffer).unwrap();
        assert_eq!(found[..5], values[1..6]);
    }
}
