//! Where the time of a run goes. Each thread has a clock that is in one phase at a time; switching costs two looks at the
//! processor's counter, a few times a chunk of rows.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// What a worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waits for rows, or for another worker.
    Wait,
    /// Compiles a candidate.
    Compile,
    /// Makes an instance and loads the candidate.
    Instantiate,
    /// Copies rows into an instance.
    Copy,
    /// Runs the candidate.
    Run,
    /// Compares labels and counts.
    Compare,
    /// Everything else: tasks, adding up.
    Other,
}

impl Phase {
    /// All, in the order of a report.
    pub const ALL: [Self; 7] =
        [Self::Wait, Self::Compile, Self::Instantiate, Self::Copy, Self::Run, Self::Compare, Self::Other];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Compile => "compile",
            Self::Instantiate => "instantiate",
            Self::Copy => "copy",
            Self::Run => "run",
            Self::Compare => "compare",
            Self::Other => "other",
        }
    }
}

/// Nanoseconds of all workers, by phase.
#[derive(Debug, Default)]
pub struct Profile([AtomicU64; Phase::ALL.len()]);

impl Profile {
    /// Seconds spent in a phase, added over threads.
    #[must_use]
    pub fn seconds(&self, phase: Phase) -> f64 {
        self.0[phase as usize].load(Ordering::Relaxed) as f64 / 1e9
    }
}

#[derive(Clone, Copy)]
struct Clock {
    phase: Phase,
    since: Instant,
    spent: [u64; Phase::ALL.len()],
}

thread_local! {
    /// None on a thread that is not timed.
    static CLOCK: Cell<Option<Clock>> = const { Cell::new(None) };
}

/// Times this thread until it is dropped, and then adds its time to the profile.
pub(crate) struct Timed<'a>(&'a Profile);

impl<'a> Timed<'a> {
    pub(crate) fn start(profile: &'a Profile) -> Self {
        let clock = Clock { phase: Phase::Other, since: Instant::now(), spent: Default::default() };
        CLOCK.set(Some(clock));
        Self(profile)
    }
}

impl Drop for Timed<'_> {
    fn drop(&mut self) {
        switch(Phase::Other);
        for (total, spent) in self.0.0.iter().zip(CLOCK.take().map(|clock| clock.spent).unwrap_or_default()) {
            total.fetch_add(spent, Ordering::Relaxed);
        }
    }
}

/// Until it is dropped the thread is in another phase; then in the one before.
pub(crate) struct Within(Option<Phase>);

/// The thread is in `phase` as long as the answer lives.
#[must_use]
pub(crate) fn within(phase: Phase) -> Within {
    Within(switch(phase))
}

impl Drop for Within {
    fn drop(&mut self) {
        if let Some(before) = self.0 {
            switch(before);
        }
    }
}

/// The phase that was left; None on a thread that is not timed.
fn switch(phase: Phase) -> Option<Phase> {
    let clock = CLOCK.get()?;
    let now = Instant::now();
    let mut spent = clock.spent;
    spent[clock.phase as usize] += now.duration_since(clock.since).as_nanos() as u64;
    CLOCK.set(Some(Clock { phase, since: now, spent }));
    Some(clock.phase)
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_moment_is_in_one_phase() {
        let profile = Profile::default();
        let start = Instant::now();
        {
            let _timed = Timed::start(&profile);
            let _run = within(Phase::Run);
            sleep(Duration::from_millis(30));
            {
                let _copy = within(Phase::Copy);
                sleep(Duration::from_millis(20));
            }
            sleep(Duration::from_millis(10));
        }
        let all: f64 = Phase::ALL.iter().map(|&phase| profile.seconds(phase)).sum();
        assert!(profile.seconds(Phase::Run) >= 0.04 && profile.seconds(Phase::Copy) >= 0.02, "{profile:?}");
        assert!(all <= start.elapsed().as_secs_f64() && profile.seconds(Phase::Compare) == 0.0);
        let _untimed = within(Phase::Run);
        assert!(CLOCK.get().is_none());
    }
}
