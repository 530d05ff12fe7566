//! The border of assay.
use wasm_bindgen::prelude::*;

/// The version of the border's layout; the TypeScript side refuses another one.
#[wasm_bindgen]
pub fn abi_version() -> u32 {
    1
}
