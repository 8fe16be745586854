//! Many programs on many rows with all cores: workers take shards of blocks, `fold` adds them up in row order.
//!
//! What the first rows of a block used tells how large its shards should be. Shards are functions of (program, block,
//! limits) alone, so the report does not depend on the number of threads or on which of them ran what.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::audit::{self, Seen};
use crate::clock::{Phase, Profile, Timed, within};
use crate::engine::Stop;
use crate::error::Error;
use crate::guest::{Guest, Halt, Setting};
use crate::options::{Judged, Options, Verdict};
use crate::program::Program;
use crate::queue::{Chunk, Filed, Part, Queue, State, Task};
use crate::rules::{Rule, Why};
use crate::shard::{self, Isolated, Runner};
use crate::source::Source;
use crate::tally::Keep;
use crate::window::{Block, Window};

/// Rows of a block that are run before its shards are planned.
pub(crate) const FIRST: usize = 256;
/// Fuel that a shard should use: tens of milliseconds, against the one or two that opening an instance costs.
const SHARD_FUEL: u64 = 400_000_000;

/// What a run came to.
pub struct Ran<T> {
    /// One a program.
    pub verdicts: Vec<Verdict<T>>,
    /// The caller stopped it: some verdicts are `Judged::Stopped`.
    pub interrupted: bool,
    /// Where the time went.
    pub profile: Profile,
}

/// Runs every program on every row of `source`. `progress` counts rows as they are done. A `rule` may end programs early.
///
/// # Errors
/// The source's; `Error::Usage` for limits no engine can honour; `Error::Internal`.
pub fn run<'a, K: Keep>(
    programs: &[Program],
    source: &mut dyn Source<'a>,
    keep: &K,
    options: &Options,
    rule: Option<&dyn Rule>,
    stop: &Stop,
    progress: &AtomicU64,
) -> Result<Ran<K::Kept>, Error> {
    let spent = |program| options.spent.get(program).copied().unwrap_or(0);
    let work = Work {
        programs,
        keep,
        options,
        rule,
        stop,
        progress,
        queue: Mutex::new(Queue {
            window: Window::starting(options.first_block),
            tasks: Default::default(),
            states: (0..programs.len()).map(|program| State::new(options.first_block, spent(program))).collect(),
            open: programs.len(),
            failure: None,
        }),
        changed: Condvar::new(),
        profile: Profile::default(),
    };
    let threads = options.threads.clamp(1, crate::engine::SLOTS as usize / 2);
    // Reading a stream is mostly waiting for it; what is in memory is read at once, and then this thread works too.
    let streams = source.is_stream();
    let beside = if streams { threads } else { threads - 1 };
    thread::scope(|scope| {
        for started in 0..beside {
            let worker = || work.guarded(|| work.worker());
            if let Err(error) = thread::Builder::new().spawn_scoped(scope, worker) {
                if streams && started == 0 {
                    work.fail(&mut work.lock(), Error::Usage(format!("no thread can be started here: {error}")));
                }
                break; // fewer do, only later
            }
        }
        work.guarded(|| work.read(source));
        if !streams {
            work.guarded(|| work.worker());
        }
    });
    work.ended()
}

pub(crate) struct Work<'w, 'a, K: Keep> {
    pub(crate) programs: &'w [Program],
    pub(crate) keep: &'w K,
    pub(crate) options: &'w Options,
    pub(crate) rule: Option<&'w dyn Rule>,
    pub(crate) stop: &'w Stop,
    progress: &'w AtomicU64,
    queue: Mutex<Queue<'a, K::Kept>>,
    pub(crate) changed: Condvar,
    profile: Profile,
}

/// A task with what it takes to run it.
struct Begun<'w, 'a> {
    task: Task,
    block: Block<'a>,
    setting: Setting<'w>,
    /// No less than the candidate's fuel that is left.
    allowance: u64,
}

impl<'w, 'a, K: Keep> Work<'w, 'a, K> {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Queue<'a, K::Kept>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the run with an error; whoever runs a candidate may leave.
    pub(crate) fn fail(&self, queue: &mut Queue<'a, K::Kept>, error: Error) {
        queue.failure.get_or_insert(error);
        queue.states.iter().for_each(|state| state.done.store(true, Ordering::Relaxed));
        self.changed.notify_all();
    }

    /// What a thread does. A panic of ours must not leave the others waiting for it.
    fn guarded(&self, act: impl FnOnce()) {
        if catch_unwind(AssertUnwindSafe(act)).is_err() {
            let error = Error::Internal("a thread of the verifier panicked; this is a bug".into());
            self.fail(&mut self.lock(), error);
        }
    }

    fn worker(&self) {
        let _timed = Timed::start(&self.profile);
        while let Some(begun) = self.next() {
            let result = self.busy(begun.task.program, || self.shard(&begun));
            if let Err(halt) = result.and_then(|(task, filed)| self.file(task, filed)) {
                self.halt(&begun.task, halt);
            }
            self.changed.notify_all();
        }
        self.changed.notify_all();
    }

    /// Counts the time of `act` as a program's.
    pub(crate) fn busy<T>(&self, program: usize, act: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = act();
        self.lock().states[program].busy += start.elapsed();
        done
    }

    /// The next task, or None when there will be no more.
    fn next(&self) -> Option<Begun<'w, 'a>> {
        let mut queue = self.lock();
        loop {
            if queue.open == 0 || queue.failure.is_some() || self.stop.requested() {
                return None;
            }
            if let Some(task) = take(&mut queue) {
                let state = &queue.states[task.program];
                let Some(block) = queue.window.get(task.block).filter(|_| state.counts(&task)) else {
                    continue; // judged, or begun again, while this shard waited
                };
                // What was spent on a block that comes before may yet be forgotten, if that begins again.
                let spent = if task.block == state.block { state.spent() } else { state.before.fuel };
                let allowance = self.options.limits.fuel_per_candidate.saturating_sub(spent);
                let (block, setting) = (block.clone(), self.setting(state));
                return Some(Begun { task, block, setting, allowance });
            }
            let _waiting = within(Phase::Wait);
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What a program is run under: a clock, too, that cancels it once it was run for so long.
    pub(crate) fn setting(&self, state: &State<K::Kept>) -> Setting<'w> {
        let limits = &self.options.limits;
        let left = Duration::try_from_secs_f64(limits.wall_seconds).ok().map(|wall| wall.saturating_sub(state.busy));
        let deadline = left.and_then(|left| Instant::now().checked_add(left));
        Setting { limits, stop: self.stop.until(deadline, &state.done), classes: &self.options.classes }
    }

    /// Runs a shard, and on to where the first of a block ends: what rows it was, and how it ended.
    fn shard(&self, begun: &Begun<'_, 'a>) -> Result<(Task, Filed<K::Kept>), Halt> {
        let Begun { task, block, setting, allowance } = begun;
        let mut planned = task.range.start > 0;
        let more = |rows, fuel| {
            let plan = !planned;
            planned = true;
            plan.then(|| self.plan(task, block.len(), rows, fuel))
        };
        let (rows, filed) = match self.part(task, block, *allowance, setting, more) {
            Ok((rows, part)) => (rows, Filed::Part(part)),
            Err(Halt::Fallback(reason)) => (task.range.len(), Filed::Fallback(reason)),
            Err(Halt::Rejected(rejected)) => (task.range.len(), Filed::Rejected(rejected)),
            Err(halt) => return Err(halt),
        };
        if task.attempt == 0 {
            self.progress.fetch_add(rows as u64, Ordering::Relaxed);
        }
        Ok((Task { range: task.range.start..task.range.start + rows, ..task.clone() }, filed))
    }

    /// Runs the task's rows, and then as many as `more` says (see `shard::run`), on fresh instances: how many they were,
    /// and what they came to.
    pub(crate) fn part(
        &self,
        task: &Task,
        block: &Block<'a>,
        allowance: u64,
        setting: &Setting<'_>,
        more: impl FnMut(usize, u64) -> Option<usize>,
    ) -> Result<(usize, Part<K::Kept>), Halt> {
        let (rows, labels) = (block.rows(), block.labels());
        let bound = self.rule.and_then(|rule| rule.bound(task.program)).unwrap_or(u64::MAX);
        let sample = self.sample(task.block, rows.len());
        self.with_guest(task, block, |guest| {
            let _run = within(Phase::Run);
            let mut part = Part::<K::Kept> { tier: Some(guest.tier()), ..Part::default() };
            let mut runner = Runner::open(guest, &rows, setting)?;
            let start = task.range.start;
            let done = shard::run(&mut runner, &rows, task.range.clone(), allowance, more, |first, outcomes| {
                let _compare = within(Phase::Compare);
                let end = first + outcomes.len();
                if self.rule.is_some() && first > start {
                    let chunk = Chunk { kept: part.kept.clone(), deopts: part.deopts };
                    part.trail.push((first - start, chunk));
                }
                self.keep.keep(&mut part.kept, labels.get(first..end).unwrap_or(&[]), outcomes);
                part.deopts += outcomes.deopts;
                let sampled = &sample[sample.partition_point(|&row| row < first)..];
                for &row in sampled.iter().take_while(|&&row| row < end) {
                    part.sampled.push((row, Seen::new(outcomes.get(row - first), outcomes.names())));
                }
                self.keep.errors(&part.kept) <= bound
            })?;
            part.fuel = done.fuel;
            Ok((done.rows, part))
        })
    }

    /// The rows of a block that are audited.
    fn sample(&self, block: usize, rows: usize) -> Vec<usize> {
        if audit::looks_at(block) { audit::sample(rows, self.options.audit_rows) } else { Vec::new() }
    }

    pub(crate) fn with_guest<T>(
        &self,
        task: &Task,
        block: &Block<'_>,
        run: impl FnOnce(&dyn Guest) -> Result<T, Halt>,
    ) -> Result<T, Halt> {
        let _compile = within(Phase::Compile);
        self.programs[task.program].with_guest(&block.rows(), &self.options.limits, task.attempt > 0, |guest| {
            let _other = within(Phase::Other);
            if self.options.isolate_rows { run(&Isolated(guest)) } else { run(guest) }
        })?
    }

    /// Plans a block's shards once its first rows have run: gives the end of the first, queues the others.
    fn plan(&self, task: &Task, len: usize, rows: usize, fuel: u64) -> usize {
        let size = shard_size(rows, fuel);
        let first = size.max(rows).min(len);
        if first < len {
            let mut queue = self.lock();
            // In front: what is begun is ended before more is begun, so little waits half done.
            for start in (first..len).step_by(size).rev() {
                queue.tasks.push_front(Task { range: start..(start + size).min(len), ..task.clone() });
            }
            self.changed.notify_all();
        }
        first
    }

    /// All verdicts; what was not judged was interrupted.
    fn ended(self) -> Result<Ran<K::Kept>, Error> {
        let (queue, profile) = (self.queue.into_inner().unwrap_or_else(PoisonError::into_inner), self.profile);
        if let Some(error) = queue.failure {
            return Err(error);
        }
        let interrupted = queue.open > 0;
        if interrupted && !self.stop.requested() {
            return Err(Error::Internal("a program was left without a verdict".into()));
        }
        let (programs, keep) = (self.programs, self.keep);
        let verdict = |(program, state): (usize, State<K::Kept>)| match state.verdict {
            Some(verdict) => verdict,
            None => {
                let mut total = state.before;
                keep.join(&mut total.kept, state.here.kept);
                let tier = total.tier.or(state.here.tier).unwrap_or_else(|| programs[program].untried());
                let judged = Judged::Stopped { kept: total.kept, pure: total.pure, why: Why::Interrupted };
                Verdict { judged, tier, deopts: total.deopts + state.here.deopts }
            }
        };
        Ok(Ran { verdicts: queue.states.into_iter().enumerate().map(verdict).collect(), interrupted, profile })
    }
}

/// A shard of what was begun, else the first rows of the oldest block that some program has not begun.
fn take<T: Default>(queue: &mut Queue<'_, T>) -> Option<Task> {
    if let Some(task) = queue.tasks.pop_front() {
        return Some(task);
    }
    let Queue { window, states, .. } = queue;
    let (program, block) = window.begin(states.len(), |program| states[program].verdict.is_none())?;
    let len = window.get(block).map_or(0, Block::len);
    Some(Task { program, block, attempt: 0, range: 0..len.min(FIRST) })
}

/// Rows for each later shard, from what the first one used.
fn shard_size(rows: usize, fuel: u64) -> usize {
    let each = (fuel / rows.max(1) as u64).max(1);
    usize::try_from(SHARD_FUEL / each).unwrap_or(usize::MAX).max(16)
}

/// The rows of a first shard, to run it again: those before its planning, then the others.
pub(crate) fn first_rows(range: &Range<usize>) -> usize {
    range.end.min(FIRST)
}
