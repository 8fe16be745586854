//! When a search stops and what it may use, and what another thread sees of it.

use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

/// When to stop, and what may be used.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Programs to keep.
    pub k: usize,
    /// The largest size to look at.
    pub max_size: Option<usize>,
    /// Wall time.
    pub time: Option<Duration>,
    /// Bytes of the stored values, their keys and origins. When they are full nothing more is stored.
    pub memory: usize,
    /// Threads; 0 for all cores.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { k: 5, max_size: None, time: None, memory: 2 << 30, threads: 0 }
    }
}

/// What another thread may look at while the search runs.
#[derive(Debug)]
pub struct Progress {
    /// The size that is being made.
    pub size: AtomicU64,
    /// Expressions evaluated.
    pub programs: AtomicU64,
    /// Distinct values stored.
    pub distinct: AtomicU64,
    /// Training errors of the best program; -1 while there is none.
    pub errors: AtomicI64,
    /// The size that was being compared when memory was full; 0 while it is not.
    pub full_at: AtomicU64,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            size: AtomicU64::new(0),
            programs: AtomicU64::new(0),
            distinct: AtomicU64::new(0),
            errors: AtomicI64::new(-1),
            full_at: AtomicU64::new(0),
        }
    }
}
