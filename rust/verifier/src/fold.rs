//! Adding up a program's shards in row order, whoever ran them: what looks beyond a shard is decided here, so that it is
//! decided the same on any number of threads.

use crate::audit;
use crate::error::Rejected;
use crate::guest::{Guest, Halt};
use crate::options::{Judged, Verdict};
use crate::program::Tier;
use crate::queue::{Filed, Part, Queue, State, Task};
use crate::rules::Why;
use crate::run::{Work, first_rows};
use crate::source::BLOCK;
use crate::tally::Keep;
use crate::window::Block;

impl<'a, K: Keep> Work<'_, 'a, K> {
    /// Files a finished shard, and adds up what is ready unless another worker is doing that.
    pub(crate) fn file(&self, task: Task, filed: Filed<K::Kept>) -> Result<(), Halt> {
        let program = task.program;
        let mut queue = self.lock();
        let state = &mut queue.states[program];
        if !state.counts(&task) {
            return Ok(());
        }
        state.waiting.push((task, filed));
        if std::mem::replace(&mut state.folding, true) {
            return Ok(());
        }
        drop(queue);
        self.fold(program)
    }

    fn fold(&self, program: usize) -> Result<(), Halt> {
        let mut queue = self.lock();
        loop {
            let Queue { window, states, .. } = &mut *queue;
            let state = &mut states[program];
            if state.verdict.is_some() {
                return Ok(());
            }
            let Some(block) = window.get(state.block).cloned() else {
                state.folding = false;
                if window.ended {
                    self.finish(&mut queue, program);
                }
                return Ok(());
            };
            if state.added == Some(block.len()) {
                let task = Task { program, block: state.block, attempt: state.attempt, range: 0..block.len() };
                let part = std::mem::take(&mut state.here);
                drop(queue);
                let (part, pure) = self.pure(&task, &block, part)?;
                queue = self.lock();
                self.end_block(&mut queue, program, part, pure);
                continue;
            }
            let Some((task, filed)) = state.next_in_order() else {
                state.folding = false;
                return Ok(());
            };
            // The candidate's fuel is spent in row order. The shard in which it runs out is run again with what was
            // left, and what comes after it is not run: the same rows are out of fuel on any number of threads.
            let left = self.options.limits.fuel_per_candidate.saturating_sub(state.spent());
            let ended = match filed {
                Filed::Part(part) if part.fuel <= left => Ok((task.range.len(), part)),
                Filed::Rejected(rejected) => Err(Halt::Rejected(rejected)),
                Filed::Fallback(reason) if state.spent() == 0 => Err(Halt::Fallback(reason)),
                Filed::Part(_) | Filed::Fallback(_) => {
                    drop(queue);
                    let again = self.again(&task, &block, left);
                    queue = self.lock();
                    again
                }
            };
            match ended {
                Ok((rows, part)) => {
                    if let Some((why, part)) = self.add(&mut queue, &task, rows, part) {
                        let task = Task { range: 0..block.len(), ..task };
                        drop(queue);
                        let (part, pure) =
                            if why == Why::Dropped { (part, None) } else { self.pure(&task, &block, part)? };
                        queue = self.lock();
                        self.settle(&mut queue, program, why, part, pure);
                    }
                }
                Err(Halt::Rejected(rejected)) => self.reject(&mut queue, &task, rejected, &block),
                Err(Halt::Fallback(reason)) if self.programs[program].only_fast() => {
                    self.reject(&mut queue, &task, Rejected::load(reason), &block);
                }
                Err(Halt::Fallback(_)) => begin_again(&mut queue, &task, block.len()),
                Err(halt) => return Err(halt),
            }
        }
    }

    /// Runs a shard again with the candidate's fuel that is left, and then the rest of the block: its rows are out of fuel.
    fn again(&self, task: &Task, block: &Block<'a>, left: u64) -> Result<(usize, Part<K::Kept>), Halt> {
        let setting = self.setting(&self.lock().states[task.program]);
        let Task { range, .. } = task;
        // A first shard was run in two steps, and chunks end where steps do.
        let first = if range.start == 0 { first_rows(range) } else { range.end };
        let mut ends = [range.end, block.len()].into_iter().filter(|&end| end > first);
        let task = Task { range: range.start..first, ..task.clone() };
        self.busy(task.program, || self.part(&task, block, left, &setting, |_, _| ends.next()))
    }

    /// Adds a shard to what its program came to. If a rule ends the program within it: why, and what the block then came to.
    fn add(
        &self,
        queue: &mut Queue<'a, K::Kept>,
        task: &Task,
        rows: usize,
        mut part: Part<K::Kept>,
    ) -> Option<(Why, Part<K::Kept>)> {
        let state = &mut queue.states[task.program];
        let start = (state.block - self.options.first_block) * BLOCK + task.range.start;
        let before = self.keep.errors(&state.before.kept) + self.keep.errors(&state.here.kept);
        let trail = std::mem::take(&mut part.trail);
        let settled = |rows: usize, kept: &K::Kept| {
            self.rule?.settled(task.program, (start + rows) as u64, before + self.keep.errors(kept))
        };
        let mut ended =
            trail.into_iter().find_map(|(rows, chunk)| settled(rows, &chunk.kept).map(|why| (why, rows, chunk)));
        if let Some((_, rows, chunk)) = &mut ended {
            part.kept = std::mem::take(&mut chunk.kept);
            part.deopts = chunk.deopts;
            part.sampled.retain(|(row, _)| *row < task.range.start + *rows);
        }
        let why = ended.map(|(why, ..)| why).or_else(|| settled(rows, &part.kept));
        self.keep.join(&mut state.here.kept, part.kept);
        state.here.sampled.append(&mut part.sampled);
        state.here.fuel += part.fuel;
        state.here.deopts += part.deopts;
        state.here.tier = part.tier;
        state.added = Some(task.range.start + rows);
        why.map(|why| (why, std::mem::take(&mut state.here)))
    }

    /// What the purity audit finds on a block, all of which is in `part`. None: it did not look. If it is stopped, the
    /// part goes back to where it was: its rows were counted.
    fn pure(&self, task: &Task, block: &Block<'a>, part: Part<K::Kept>) -> Result<(Part<K::Kept>, Option<bool>), Halt> {
        // Nothing in the fast tier lives from one row to the next; what ran in CPython may.
        if part.tier == Some(Tier::Fast) && part.deopts == 0 && block.len() > 0 {
            return Ok((part, Some(true)));
        }
        if part.sampled.iter().all(|(_, seen)| seen.limited()) {
            return Ok((part, None));
        }
        if self.programs[task.program].keeps_nothing(&block.rows()) {
            return Ok((part, Some(true)));
        }
        let setting = self.setting(&self.lock().states[task.program]);
        let audit = |guest: &dyn Guest| audit::pure(guest, &block.rows(), &part.sampled, &setting);
        match self.busy(task.program, || self.with_guest(task, block, audit)) {
            Ok(pure) => Ok((part, Some(pure))),
            Err(halt) => {
                self.lock().states[task.program].here = part;
                Err(halt)
            }
        }
    }

    /// Adds a whole block to a program's total.
    fn end_block(&self, queue: &mut Queue<'a, K::Kept>, program: usize, part: Part<K::Kept>, pure: Option<bool>) {
        let state = &mut queue.states[program];
        if state.verdict.is_some() {
            return;
        }
        self.total(state, part, pure);
        (state.attempt, state.added) = (0, None);
        state.waiting.retain(|(task, _)| task.block > state.block); // those behind the end of the candidate's fuel
        state.block += 1;
        let passed = state.block - 1;
        queue.window.passed(passed, false);
        self.changed.notify_all();
    }

    fn total(&self, state: &mut State<K::Kept>, part: Part<K::Kept>, pure: Option<bool>) {
        let total = &mut state.before;
        self.keep.join(&mut total.kept, part.kept);
        total.fuel += part.fuel;
        total.deopts += part.deopts;
        total.pure = match (total.pure, pure) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (before, now) => before.or(now),
        };
        // A program of which the fast tier could not have every block is CPython's.
        total.tier = match (total.tier, part.tier) {
            (Some(before), Some(now)) if before != now => Some(Tier::CPython),
            (before, now) => before.or(now),
        };
    }

    /// Judges the programs that are past the last block.
    pub(crate) fn close(&self, queue: &mut Queue<'a, K::Kept>) {
        for program in 0..queue.states.len() {
            if !queue.states[program].folding && queue.states[program].block == queue.window.end() {
                self.finish(queue, program);
            }
        }
    }

    /// Judges a program that ran on every row.
    fn finish(&self, queue: &mut Queue<'a, K::Kept>, program: usize) {
        let total = std::mem::take(&mut queue.states[program].before);
        let tier = total.tier.unwrap_or_else(|| self.programs[program].untried());
        let judged = Judged::Ran { kept: total.kept, pure: total.pure };
        self.judge(queue, program, Verdict { judged, tier, deopts: total.deopts });
    }

    /// Judges a program that a rule has ended.
    fn settle(
        &self,
        queue: &mut Queue<'a, K::Kept>,
        program: usize,
        why: Why,
        part: Part<K::Kept>,
        pure: Option<bool>,
    ) {
        let state = &mut queue.states[program];
        self.total(state, part, pure);
        let total = std::mem::take(&mut state.before);
        let tier = total.tier.unwrap_or_else(|| self.programs[program].untried());
        let judged = Judged::Stopped { kept: total.kept, pure: total.pure, why };
        self.judge(queue, program, Verdict { judged, tier, deopts: total.deopts });
    }

    fn reject(&self, queue: &mut Queue<'a, K::Kept>, task: &Task, rejected: Rejected, block: &Block<'_>) {
        let tier = self.programs[task.program].tier_on(&block.rows(), task.attempt > 0);
        self.judge(queue, task.program, Verdict { judged: Judged::Rejected(rejected), tier, deopts: 0 });
    }

    fn judge(&self, queue: &mut Queue<'a, K::Kept>, program: usize, verdict: Verdict<K::Kept>) {
        let state = &mut queue.states[program];
        if state.verdict.is_none() {
            state.verdict = Some(verdict);
            state.done.store(true, std::sync::atomic::Ordering::Relaxed);
            state.waiting = Vec::new();
            queue.open -= 1;
            let passed = queue.states[program].block;
            queue.window.passed(passed, true);
            self.changed.notify_all();
        }
    }

    /// What ended a worker's task otherwise than with an outcome.
    pub(crate) fn halt(&self, task: &Task, halt: Halt) {
        let mut queue = self.lock();
        match halt {
            Halt::Failed(error) => self.fail(&mut queue, error),
            Halt::Stopped if self.stop.requested() => {}
            Halt::Stopped => {
                let tier = queue
                    .window
                    .get(task.block)
                    .map(|block| self.programs[task.program].tier_on(&block.rows(), task.attempt > 0));
                let tier = tier.unwrap_or_else(|| self.programs[task.program].untried());
                self.judge(&mut queue, task.program, Verdict { judged: Judged::Cancelled, tier, deopts: 0 });
            }
            Halt::Rejected(Rejected { reason, .. }) | Halt::Fallback(reason) => {
                self.fail(&mut queue, crate::error::Error::Internal(reason));
            }
        }
    }
}

/// Forgets what was counted of a program's block and runs the block from its start, in CPython.
fn begin_again<T: Default>(queue: &mut Queue<'_, T>, task: &Task, len: usize) {
    let state = &mut queue.states[task.program];
    (state.here, state.added, state.attempt) = (Part::default(), None, task.attempt + 1);
    state.waiting.retain(|(waiting, _)| waiting.block != task.block);
    let attempt = state.attempt;
    queue.tasks.push_front(Task { attempt, range: 0..first_rows(&(0..len)), ..task.clone() });
}
