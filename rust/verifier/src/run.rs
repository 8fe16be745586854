//! Many programs on many rows with all cores: shards as tasks, results put together in row order.
//!
//! What the first rows of a program used tells how large its shards should be. Shards are
//! functions of (program, rows, limits) alone, and are added up in row order, so the report does not depend on the
//! number of threads or on which of them ran what.

use std::collections::VecDeque;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::audit::{self, Seen};
use crate::engine::Stop;
use crate::error::Error;
use crate::guest::{Guest, Halt, Setting};
use crate::options::{Judged, Options};
use crate::outcome::Outcome;
use crate::program::Program;
use crate::rows::Rows;
use crate::shard::{self, Isolated, Shard};
use crate::tally::{Keep, Outcomes};

/// Rows of a program that are run before its shards are planned.
const FIRST: usize = 256;
/// Fuel that a shard should use: tens of milliseconds, against the one or two that opening an instance costs.
const SHARD_FUEL: u64 = 400_000_000;
/// Most rows in a shard: bounds the outcomes held at once.
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
) -> Result<Vec<Judged<K::Kept>>, Error> {
    let work = Work {
        programs,
        rows,
        keep,
        options,
        stop,
        progress,
        sample: audit::sample(rows.len(), options.audit_rows),
        queue: Mutex::new(Queue {
            tasks: (0..programs.len()).map(|program| Task { program, range: 0..rows.len().min(FIRST) }).collect(),
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
            .map(|state| state.judged.ok_or_else(|| Error::Internal("a program was left without a verdict".into())))
            .collect(),
    }
}

struct Task {
    program: usize,
    range: Range<usize>,
}

struct Queue<T> {
    tasks: VecDeque<Task>,
    states: Vec<State<T>>,
    /// Programs without a verdict.
    open: usize,
    failure: Option<Error>,
}

struct State<T> {
    started: Option<Instant>,
    /// Shards that finished before one that comes earlier in row order.
    waiting: Vec<(usize, Shard)>,
    /// Rows added up so far, all from the start.
    added: usize,
    fuel: u64,
    kept: T,
    sampled: Vec<(usize, Seen)>,
    /// Every row is added up; whoever saw to that audits and judges.
    complete: bool,
    judged: Option<Judged<T>>,
}

impl<T: Default> Default for State<T> {
    fn default() -> Self {
        Self {
            started: None,
            waiting: Vec::new(),
            added: 0,
            fuel: 0,
            kept: T::default(),
            sampled: Vec::new(),
            complete: false,
            judged: None,
        }
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
            let program = task.program;
            // A panic of ours must not leave the other workers waiting for this program.
            let result = catch_unwind(AssertUnwindSafe(|| self.shard(task, &setting)))
                .unwrap_or_else(|_| Err(Halt::Failed(Error::Internal("a worker panicked; this is a bug".into()))));
            if let Err(halt) = result {
                self.halt(program, halt);
            }
            self.changed.notify_all();
        }
        self.changed.notify_all();
    }

    fn shard(&self, task: Task, setting: &Setting<'_>) -> Result<(), Halt> {
        let Task { program, range } = task;
        self.with_guest(program, setting, |guest| {
            let shard = shard::run(guest, self.rows, range.clone(), self.allowance(), setting, |rows, fuel| {
                if range.start == 0 { self.plan(program, rows, fuel) } else { range.end }
            })?;
            self.finish(guest, range.start, program, shard, setting)
        })
    }

    fn with_guest(
        &self,
        program: usize,
        setting: &Setting<'_>,
        run: impl FnOnce(&dyn Guest) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        self.programs[program].with_guest(setting.limits, |guest| {
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
                let state = &mut queue.states[task.program];
                if state.complete || state.judged.is_some() {
                    continue; // turned away, or out of fuel, while this shard waited
                }
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
    fn plan(&self, program: usize, rows: usize, fuel: u64) -> usize {
        let size = shard_size(rows, fuel);
        let first = size.max(rows).min(self.rows.len());
        let mut queue = self.lock();
        // In front: a program that is begun is ended before another is begun, so few wait half done.
        for start in (first..self.rows.len()).step_by(size).rev() {
            queue.tasks.push_front(Task { program, range: start..(start + size).min(self.rows.len()) });
        }
        self.changed.notify_all();
        first
    }

    /// Files a finished shard; judges the program after the last.
    fn finish(
        &self,
        guest: &dyn Guest,
        start: usize,
        program: usize,
        shard: Shard,
        setting: &Setting<'_>,
    ) -> Result<(), Halt> {
        self.progress.fetch_add(shard.outcomes.len() as u64, Ordering::Relaxed);
        let mut queue = self.lock();
        if queue.states[program].complete || queue.states[program].judged.is_some() {
            return Ok(());
        }
        queue.states[program].waiting.push((start, shard));
        while let Some((start, shard)) = next_in_order(&mut queue.states[program]) {
            // The candidate's fuel is spent in row order. The shard in which it runs out is run again with what was
            // left, and what comes after it is not run: the same rows are out of fuel on any number of threads.
            let left = self.allowance().saturating_sub(queue.states[program].fuel);
            if shard.fuel <= left {
                self.add(&mut queue.states[program], start, &shard);
                continue;
            }
            drop(queue);
            let range = start..start + shard.outcomes.len();
            let mut shard = shard::run(guest, self.rows, range.clone(), left, setting, shard::no_more(&range))?;
            shard.outcomes.resize(self.rows.len() - start, Outcome::OutOfFuel);
            queue = self.lock();
            self.add(&mut queue.states[program], start, &shard);
        }
        if queue.states[program].added < self.rows.len() {
            return Ok(());
        }
        queue.states[program].complete = true;
        let sampled = std::mem::take(&mut queue.states[program].sampled);
        drop(queue);
        let pure = audit::pure(guest, self.rows, &sampled, setting)?;
        let mut queue = self.lock();
        let kept = std::mem::take(&mut queue.states[program].kept);
        self.judge(&mut queue, program, Judged::Ran { kept, pure });
        Ok(())
    }

    fn add(&self, state: &mut State<K::Kept>, start: usize, shard: &Shard) {
        self.keep.add(&mut state.kept, start, &Outcomes(shard));
        let end = start + shard.outcomes.len();
        let first = self.sample.partition_point(|&row| row < start);
        for &row in self.sample[first..].iter().take_while(|&&row| row < end) {
            state.sampled.push((row, Seen::new(shard.outcomes[row - start], &shard.names)));
        }
        state.fuel += shard.fuel;
        state.added = end;
    }

    fn judge(&self, queue: &mut Queue<K::Kept>, program: usize, judged: Judged<K::Kept>) {
        let state = &mut queue.states[program];
        if state.judged.is_none() {
            state.judged = Some(judged);
            state.waiting.clear();
            queue.open -= 1;
        }
    }

    fn halt(&self, program: usize, halt: Halt) {
        let mut queue = self.lock();
        match halt {
            Halt::Rejected(rejected) => self.judge(&mut queue, program, Judged::Rejected(rejected)),
            Halt::Stopped if self.stop.requested() => queue.failure = Some(Error::Cancelled),
            Halt::Stopped => self.judge(&mut queue, program, Judged::Cancelled),
            Halt::Failed(error) => {
                queue.failure.get_or_insert(error);
            }
        }
    }
}

/// Takes the shard that comes next in row order, if it has finished.
fn next_in_order<T>(state: &mut State<T>) -> Option<(usize, Shard)> {
    let ready = state.waiting.iter().position(|(start, _)| *start == state.added)?;
    Some(state.waiting.swap_remove(ready))
}

/// Rows for each later shard, from what the first one used.
fn shard_size(rows: usize, fuel: u64) -> usize {
    let each = (fuel / rows.max(1) as u64).max(1);
    usize::try_from(SHARD_FUEL / each).unwrap_or(SHARD_MAX).clamp(16, SHARD_MAX)
}
