//! Many programs on many rows with all cores: shards as tasks, results put together in row order.
//!
//! What the first rows of a program used tells how large its shards should be. Shards are
//! functions of (program, rows, limits) alone, and are added up in row order, so the report does not depend on the
//! number of threads or on which of them ran what.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::audit::{self, Seen};
use crate::engine::Stop;
use crate::error::{Error, Rejected};
use crate::guest::{Guest, Halt, Setting};
use crate::options::{Judged, Options, Verdict};
use crate::program::{Program, Tier};
use crate::queue::{Part, Queue, State, Task, current, next_in_order};
use crate::rows::Rows;
use crate::shard::{self, Isolated, Runner};
use crate::tally::Keep;

/// Rows of a program that are run before its shards are planned.
const FIRST: usize = 256;
/// Fuel that a shard should use: tens of milliseconds, against the one or two that opening an instance costs.
const SHARD_FUEL: u64 = 400_000_000;
/// Most rows in a shard: bounds the predictions held at once.
const SHARD_MAX: usize = 1 << 16;

/// Runs every program on every row. `progress` counts rows as they are done.
///
/// # Errors
/// `Error::Cancelled` if `stop` was requested; `Error::Usage` for limits no engine can honour; `Error::Internal`.
pub fn run<K: Keep>(
    programs: &[Program],
    rows: &Rows<'_>,
    keep: &K,
    options: &Options,
    stop: &Stop,
    progress: &AtomicU64,
) -> Result<Vec<Verdict<K::Kept>>, Error> {
    let first = 0..rows.len().min(FIRST);
    let work = Work {
        programs,
        rows,
        keep,
        options,
        stop,
        progress,
        sample: audit::sample(rows.len(), options.audit_rows),
        queue: Mutex::new(Queue {
            tasks: (0..programs.len()).map(|program| Task { program, attempt: 0, range: first.clone() }).collect(),
            states: programs.iter().map(|_| State::default()).collect(),
            open: programs.len(),
            failure: None,
        }),
        changed: Condvar::new(),
    };
    let threads = options.threads.clamp(1, crate::engine::SLOTS as usize / 2);
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| work.worker());
        }
        work.worker();
    });
    let queue = work.queue.into_inner().unwrap_or_else(PoisonError::into_inner);
    match queue.failure {
        Some(error) => Err(error),
        None => queue
            .states
            .into_iter()
            .map(|state| state.verdict.ok_or_else(|| Error::Internal("a program was left without a verdict".into())))
            .collect(),
    }
}

struct Work<'a, K: Keep> {
    programs: &'a [Program],
    rows: &'a Rows<'a>,
    keep: &'a K,
    options: &'a Options,
    stop: &'a Stop,
    progress: &'a AtomicU64,
    sample: Vec<usize>,
    queue: Mutex<Queue<K::Kept>>,
    changed: Condvar,
}

impl<K: Keep> Work<'_, K> {
    fn lock(&self) -> std::sync::MutexGuard<'_, Queue<K::Kept>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn worker(&self) {
        while let Some((task, setting)) = self.next() {
            // A panic of ours must not leave the other workers waiting for this program.
            let result = catch_unwind(AssertUnwindSafe(|| self.shard(&task, &setting)))
                .unwrap_or_else(|_| Err(Halt::Failed(Error::Internal("a worker panicked; this is a bug".into()))));
            if let Err(halt) = result {
                self.halt(&task, halt);
            }
            self.changed.notify_all();
        }
        self.changed.notify_all();
    }

    fn shard(&self, task: &Task, setting: &Setting<'_>) -> Result<(), Halt> {
        self.with_guest(task, setting, |guest| {
            let range = task.range.clone();
            let run = self.part(guest, range.clone(), self.allowance(), setting, |rows, fuel| {
                if range.start == 0 { self.plan(task, rows, fuel) } else { range.end }
            });
            match run {
                Ok((rows, part)) => self.finish(guest, task, (range.start..range.start + rows, Some(part)), setting),
                // The candidate's fuel may end before the row that the fast tier cannot have: that is seen in row order.
                Err(Halt::Fallback(_)) if range.start > 0 => self.finish(guest, task, (range, None), setting),
                Err(halt) => Err(halt),
            }
        })
    }

    /// Runs rows on a fresh instance (see `shard::run`): how many they were, and what they came to.
    fn part(
        &self,
        guest: &dyn Guest,
        range: Range<usize>,
        allowance: u64,
        setting: &Setting<'_>,
        extend: impl FnOnce(usize, u64) -> usize,
    ) -> Result<(usize, Part<K::Kept>), Halt> {
        let mut part = Part::default();
        let mut runner = Runner::open(guest, self.rows, setting)?;
        let done = shard::run(&mut runner, self.rows, range, allowance, extend, |start, outcomes| {
            self.keep.keep(&mut part.kept, start, outcomes);
            let end = start + outcomes.len();
            let first = self.sample.partition_point(|&row| row < start);
            for &row in self.sample[first..].iter().take_while(|&&row| row < end) {
                part.sampled.push((row, Seen::new(outcomes.get(row - start), outcomes.names())));
            }
        })?;
        Ok((done.rows, Part { fuel: done.fuel, deopts: done.deopts, ..part }))
    }

    fn with_guest(
        &self,
        task: &Task,
        setting: &Setting<'_>,
        run: impl FnOnce(&dyn Guest) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        self.programs[task.program].with_guest(self.rows, setting.limits, task.attempt > 0, |guest| {
            if self.options.isolate_rows { run(&Isolated(guest)) } else { run(guest) }
        })?
    }

    fn allowance(&self) -> u64 {
        self.options.limits.fuel_per_candidate
    }

    /// The next task, or None when there will be no more.
    fn next(&self) -> Option<(Task, Setting<'_>)> {
        let mut queue = self.lock();
        loop {
            if queue.open == 0 || queue.failure.is_some() {
                return None;
            }
            if self.stop.requested() {
                queue.failure = Some(Error::Cancelled);
                return None;
            }
            if let Some(task) = queue.tasks.pop_front() {
                let Some(state) = current(&mut queue, &task) else {
                    continue; // turned away, out of fuel, or begun again, while this shard waited
                };
                let started = *state.started.get_or_insert_with(Instant::now);
                let limits = &self.options.limits;
                let deadline =
                    Duration::try_from_secs_f64(limits.wall_seconds).ok().and_then(|wall| started.checked_add(wall));
                let stop = self.stop.until(deadline);
                return Some((task, Setting { limits, stop, classes: &self.options.classes }));
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Plans a program's shards once its first rows have run: gives the end of the first, queues the others.
    fn plan(&self, task: &Task, rows: usize, fuel: u64) -> usize {
        let size = shard_size(rows, fuel);
        let first = size.max(rows).min(self.rows.len());
        let mut queue = self.lock();
        // In front: a program that is begun is ended before another is begun, so few wait half done.
        for start in (first..self.rows.len()).step_by(size).rev() {
            let range = start..(start + size).min(self.rows.len());
            queue.tasks.push_front(Task { program: task.program, attempt: task.attempt, range });
        }
        self.changed.notify_all();
        first
    }

    /// Files a finished shard; judges the program after the last.
    fn finish(
        &self,
        guest: &dyn Guest,
        task: &Task,
        (range, part): (Range<usize>, Option<Part<K::Kept>>),
        setting: &Setting<'_>,
    ) -> Result<(), Halt> {
        let mut queue = self.lock();
        let Some(state) = current(&mut queue, task) else { return Ok(()) };
        if part.is_some() {
            state.run += range.len();
            self.progress.fetch_add(state.run.saturating_sub(state.told) as u64, Ordering::Relaxed);
            state.told = state.told.max(state.run);
        }
        state.waiting.push((range, part));
        while let Some((range, part)) = current(&mut queue, task).and_then(next_in_order) {
            let state = &mut queue.states[task.program];
            // The candidate's fuel is spent in row order. The shard in which it runs out is run again with what was
            // left, and what comes after it is not run: the same rows are out of fuel on any number of threads.
            let left = self.allowance().saturating_sub(state.total.fuel);
            match part {
                Some(part) if part.fuel <= left => self.add(state, range, part),
                _ => {
                    drop(queue);
                    let end = self.rows.len();
                    let (_, part) = self.part(guest, range.clone(), left, setting, |_, _| end)?;
                    queue = self.lock();
                    if let Some(state) = current(&mut queue, task) {
                        self.add(state, range.start..end, part);
                    }
                }
            }
        }
        let Some(state) = current(&mut queue, task).filter(|state| state.added == self.rows.len()) else {
            return Ok(());
        };
        state.complete = true;
        let total = std::mem::take(&mut state.total);
        drop(queue);
        // Nothing in the fast tier lives from one row to the next; what ran in CPython may.
        let pure = if guest.tier() == Tier::Fast && total.deopts == 0 && !self.rows.is_empty() {
            Some(true)
        } else {
            audit::pure(guest, self.rows, &total.sampled, setting)?
        };
        let judged = Judged::Ran { kept: total.kept, pure };
        self.judge(&mut self.lock(), task.program, Verdict { judged, tier: guest.tier(), deopts: total.deopts });
        Ok(())
    }

    fn add(&self, state: &mut State<K::Kept>, range: Range<usize>, part: Part<K::Kept>) {
        let total = &mut state.total;
        self.keep.join(&mut total.kept, part.kept);
        total.sampled.extend(part.sampled);
        total.fuel += part.fuel;
        total.deopts += part.deopts;
        state.added = range.end;
    }

    fn judge(&self, queue: &mut Queue<K::Kept>, program: usize, verdict: Verdict<K::Kept>) {
        let state = &mut queue.states[program];
        if state.verdict.is_none() {
            state.verdict = Some(verdict);
            state.waiting.clear();
            queue.open -= 1;
        }
    }

    fn halt(&self, task: &Task, halt: Halt) {
        let program = &self.programs[task.program];
        let tier = program.tier_on(self.rows, task.attempt > 0);
        let mut queue = self.lock();
        let verdict = |judged| Verdict { judged, tier, deopts: 0 };
        let stale = queue.states[task.program].attempt != task.attempt;
        match halt {
            Halt::Failed(error) => {
                queue.failure.get_or_insert(error);
            }
            Halt::Stopped if self.stop.requested() => queue.failure = Some(Error::Cancelled),
            _ if stale => {}
            Halt::Stopped => self.judge(&mut queue, task.program, verdict(Judged::Cancelled)),
            Halt::Rejected(rejected) => self.judge(&mut queue, task.program, verdict(Judged::Rejected(rejected))),
            Halt::Fallback(reason) if program.only_fast() => {
                self.judge(&mut queue, task.program, verdict(Judged::Rejected(Rejected::load(reason))));
            }
            Halt::Fallback(_) => self.begin_again(&mut queue, task.program),
        }
    }

    /// Forgets all that was counted of a program and runs it from the start, in CPython.
    fn begin_again(&self, queue: &mut Queue<K::Kept>, program: usize) {
        let state = &mut queue.states[program];
        let attempt = state.attempt + 1;
        *state = State { started: state.started, told: state.told, attempt, ..State::default() };
        queue.tasks.push_front(Task { program, attempt, range: 0..self.rows.len().min(FIRST) });
    }
}

/// Rows for each later shard, from what the first one used.
fn shard_size(rows: usize, fuel: u64) -> usize {
    let each = (fuel / rows.max(1) as u64).max(1);
    usize::try_from(SHARD_FUEL / each).unwrap_or(SHARD_MAX).clamp(16, SHARD_MAX)
}
