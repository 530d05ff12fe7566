//! Pointers become slices.

use assay_kernels::input::Numbers;
use assay_kernels::losses::Gradient;
use std::slice;

/// Numbers at an address, `None` where the type is 0: 1 `u8`, 2 `i32`, 3 `f32`, 4 `f64`.
///
/// # Safety
/// The address is that of `len` elements of the type, which nobody writes while the slice lives.
pub unsafe fn numbers(address: usize, kind: u32, len: usize) -> Option<Numbers<'static>> {
    // SAFETY: as this function demands, for each type.
    unsafe {
        match kind {
            1 => Some(Numbers::U8(slice::from_raw_parts(address as *const u8, len))),
            2 => Some(Numbers::I32(slice::from_raw_parts(address as *const i32, len))),
            3 => Some(Numbers::F32(slice::from_raw_parts(address as *const f32, len))),
            4 => Some(Numbers::F64(slice::from_raw_parts(address as *const f64, len))),
            _ => None,
        }
    }
}

/// A slice at an address; empty where that is 0.
///
/// # Safety
/// The address is 0 or that of `len` elements, which nobody writes while the slice lives.
pub unsafe fn slice<T>(address: usize, len: usize) -> &'static [T] {
    if address == 0 {
        return &[];
    }
    // SAFETY: as this function demands.
    unsafe { slice::from_raw_parts(address as *const T, len) }
}

/// A mutable slice at an address.
///
/// # Safety
/// The address is that of `len` elements, which nobody else reads or writes while the slice lives.
pub unsafe fn room<T>(address: usize, len: usize) -> &'static mut [T] {
    // SAFETY: as this function demands.
    unsafe { slice::from_raw_parts_mut(address as *mut T, len) }
}

/// Room for a gradient at an address, none where the type is 0: 3 `f32`, 4 `f64`.
///
/// # Safety
/// As [`room`], for a type that is not 0.
pub unsafe fn gradient(address: usize, kind: u32, len: usize) -> Gradient<'static> {
    // SAFETY: as this function demands, for each type.
    unsafe {
        match kind {
            3 => Gradient::F32(room(address, len)),
            4 => Gradient::F64(room(address, len)),
            _ => Gradient::None,
        }
    }
}
