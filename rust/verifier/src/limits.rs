//! Every bound on what a candidate may use. Fuel decides; the clock only cancels.

/// Limits of one verification. `docs/limits.md` explains each; the Python class `Limits` mirrors them.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Fuel for one row, in WebAssembly operations.
    pub fuel_per_row: u64,
    /// Fuel for all rows of one candidate; what is left when it is spent counts as out of fuel.
    pub fuel_per_candidate: u64,
    /// Fuel for executing a candidate's module level.
    pub fuel_per_load: u64,
    /// Linear memory of one instance, bytes.
    pub memory: usize,
    /// Call stack of one instance, bytes.
    pub stack: usize,
    /// A compiled module's size, bytes.
    pub module_bytes: usize,
    /// A source's size, bytes.
    pub source_bytes: usize,
    /// Wall clock for one candidate, seconds: past it the candidate is cancelled, not scored.
    pub wall_seconds: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel_per_row: 1_000_000_000,
            fuel_per_candidate: 2_000_000_000_000,
            fuel_per_load: 10_000_000_000,
            memory: 256 << 20,
            stack: 2 << 20,
            module_bytes: 1 << 20,
            source_bytes: 256 << 10,
            wall_seconds: 3600.0,
        }
    }
}

/// The most linear memory any instance may be given: what the pools reserve address space for.
pub const MEMORY_MAX: usize = 4 << 30;
/// Stack sizes the engine accepts, bytes.
pub const STACK_RANGE: std::ops::RangeInclusive<usize> = (64 << 10)..=(64 << 20);
