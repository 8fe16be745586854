//! The fast tier: Python compiled to WebAssembly ahead of time (docs/fast-tier.md). What it does not model is CPython's:
//! a row at a time (`instance`), or the whole candidate (`Halt::Fallback`).

mod code;
mod instance;
mod live;

pub(crate) use code::Code;
pub(crate) use instance::FastGuest;
