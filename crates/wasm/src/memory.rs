//! Room in wasm memory for the caller.

use std::alloc::Layout;
use wasm_bindgen::prelude::*;

/// Vectors are 16 bytes; whole cache lines keep rooms from sharing one.
const ALIGN: usize = 64;

/// Room of unspecified content; 0 where there is none left.
#[wasm_bindgen]
pub fn alloc(bytes: usize) -> usize {
    match Layout::from_size_align(bytes.max(1), ALIGN) {
        // SAFETY: the size is not zero.
        Ok(layout) => unsafe { std::alloc::alloc(layout) as usize },
        Err(_) => 0,
    }
}

/// Gives room back.
///
/// # Safety
/// `address` came from [`alloc`] with the same number of bytes and was not given back before.
#[wasm_bindgen]
pub unsafe fn dealloc(address: usize, bytes: usize) {
    if let Ok(layout) = Layout::from_size_align(bytes.max(1), ALIGN) {
        // SAFETY: as this function demands.
        unsafe { std::alloc::dealloc(address as *mut u8, layout) }
    }
}
