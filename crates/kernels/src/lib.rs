//! The kernels of assay.
