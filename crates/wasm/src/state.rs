//! What all accumulators share: making, merging and checking states.

use crate::{slab, view};
use assay_kernels::input::{Argument, Fault, Status};
use assay_kernels::state::{self, Config, HEADER, Kind, Layout, Metric};
use assay_kernels::{
    calibration, class_weights, confusion, curve, label_ranking, losses, multilabel, set_level, top_k,
};
use wasm_bindgen::prelude::*;

fn layout_of<M: Metric>(config: &Config) -> Option<(Kind, Layout)> {
    M::from_config(config).map(|metric| (M::KIND, metric.layout()))
}

fn lookup(kind: u32, config: &Config) -> Option<(Kind, Layout)> {
    match kind {
        1 => layout_of::<calibration::Config>(config),
        2 => layout_of::<confusion::Config>(config),
        3 => layout_of::<losses::Config>(config),
        4 => layout_of::<class_weights::Config>(config),
        5 => layout_of::<set_level::Config>(config),
        6 => layout_of::<top_k::Config>(config),
        7 => layout_of::<multilabel::Config>(config),
        8 => layout_of::<label_ranking::Config>(config),
        9 => layout_of::<curve::histogram::Config>(config),
        10 => layout_of::<calibration::spiegelhalter::Config>(config),
        _ => None,
    }
}

/// Bytes of a state that is saved and merged, for the configuration in the slab; 0 where that makes no sense.
#[wasm_bindgen]
pub fn state_bytes(kind: u32) -> f64 {
    lookup(kind, &slab::config()).map_or(0.0, |(_, layout)| 8.0 * (HEADER as f64 + layout.words() as f64))
}

/// Bytes of the room that a state needs while it is updated.
#[wasm_bindgen]
pub fn state_room(kind: u32) -> f64 {
    lookup(kind, &slab::config()).map_or(0.0, |(_, layout)| 8.0 * (HEADER as f64 + layout.room() as f64))
}

/// Makes an empty state in room of so many bytes.
///
/// # Safety
/// `state` is room of `bytes` bytes.
#[wasm_bindgen]
pub unsafe fn state_init(state: usize, bytes: usize, kind: u32) {
    // SAFETY: as this function demands.
    let words = unsafe { view::room(state, bytes / 8) };
    let config = slab::config();
    if let Some((kind, layout)) = lookup(kind, &config) {
        state::init(words, kind, &config, layout);
    }
}

/// Adds one state to another; false where they are not alike.
///
/// # Safety
/// Both are different states of `bytes` bytes.
#[wasm_bindgen]
pub unsafe fn state_merge(into: usize, from: usize, bytes: usize) -> bool {
    // SAFETY: as this function demands.
    let (into, from) = unsafe { (view::room(into, bytes / 8), view::room(from, bytes / 8)) };
    state::merge(into, from)
}

/// Whether bytes from outside are a state like another one.
///
/// # Safety
/// Both are room of `bytes` bytes, `like` a state.
#[wasm_bindgen]
pub unsafe fn state_is_valid(state: usize, like: usize, bytes: usize) -> bool {
    // SAFETY: as this function demands.
    let (state, like) = unsafe { (view::room(state, bytes / 8), view::room(like, bytes / 8)) };
    state::is_valid(state, like)
}

/// Runs on the words of a state of a metric; what came of it.
///
/// # Safety
/// As [`open`].
pub unsafe fn with<M: Metric>(state: usize, bytes: usize, run: impl FnOnce(&M, &mut [i64]) -> Status) -> u32 {
    // SAFETY: as this function demands.
    let opened = unsafe { open::<M>(state, bytes) };
    slab::status(match opened {
        Some((config, words)) => run(&config, words),
        None => Err(Fault::misuse(Argument::Predictions)),
    })
}

/// A state's metric and the words after its header.
///
/// # Safety
/// `state` is a state with its scratch room, `bytes` bytes in all, and nobody else uses it while the words live.
pub unsafe fn open<M: Metric>(state: usize, bytes: usize) -> Option<(M, &'static mut [i64])> {
    // SAFETY: as this function demands.
    let words = unsafe { view::room(state, bytes / 8) };
    let (config, words) = state::open(words, M::KIND)?;
    Some((M::from_config(&config)?, words))
}
