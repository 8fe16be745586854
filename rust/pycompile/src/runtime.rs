//! The runtime: one WebAssembly module without imports, made of `runtime/*.c` by `build.rs`, and what Rust knows of its C (`rt.h`).

/// The module's bytes.
pub static WASM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/runtime.wasm"));

/// Offsets in the C struct `state`, of which `rt` is the address.
pub mod state {
    /// What happened: 0, a status below, or an exception's number. `DEPTH` follows it, so one store of 8 bytes clears both.
    pub const ERROR: u32 = 0;
    /// Calls under way.
    pub const DEPTH: u32 = 4;
    /// Where the arena's next object goes.
    pub const TOP: u32 = 8;
    /// Where the module level's objects end; 0 until it has run.
    pub const BASE: u32 = 16;
}

/// The bytes of constants that a candidate may have: the size of `rt_constants`.
pub const CONSTANTS_MAX: usize = 1 << 20;

/// What `rt.error` and a row's status byte hold besides an exception's number (`exceptions`).
pub mod status {
    /// A label.
    pub const OK: i32 = 0;
    /// Not modelled: the row is CPython's.
    pub const DEOPT: i32 = 1;
    /// An object of the module level was changed: the candidate is CPython's.
    pub const IMPURE: i32 = 2;
    /// What the program returned is no label.
    pub const NOT_A_LABEL: i32 = 3;
    /// The program returned a string that names no class.
    pub const NO_CLASS: i32 = 4;
    /// The number of the first exception in `runtime/exceptions.h`.
    pub const FIRST_EXCEPTION: i32 = 16;
}
