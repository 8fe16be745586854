//! Whether a search should go on: the caller's wish, and the time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::found::Ended;

/// Looked at by every worker before each piece.
pub(crate) struct Clock<'a> {
    stop: &'a (dyn Fn() -> bool + Sync),
    limit: Option<Duration>,
    start: Instant,
    /// Set when pieces under way need not be finished.
    pub(crate) halt: AtomicBool,
}

impl<'a> Clock<'a> {
    pub(crate) fn new(stop: &'a (dyn Fn() -> bool + Sync), limit: Option<Duration>) -> Self {
        Self { stop, limit, start: Instant::now(), halt: AtomicBool::new(false) }
    }

    /// Seconds since the start.
    pub(crate) fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// Why the search should end, if it should.
    pub(crate) fn ended(&self) -> Option<Ended> {
        let ended = if (self.stop)() {
            Some(Ended::Interrupted)
        } else {
            self.limit.is_some_and(|limit| self.start.elapsed() >= limit).then_some(Ended::Time)
        };
        if ended.is_some() {
            self.halt.store(true, Ordering::Relaxed);
        }
        ended
    }
}
