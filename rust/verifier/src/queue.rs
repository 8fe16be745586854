//! What is to be run and what is known so far: tasks, and the state of each program.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Instant;

use crate::audit::Seen;
use crate::error::Error;
use crate::options::Verdict;

pub(crate) struct Task {
    pub(crate) program: usize,
    /// The program's, when the task was made: what belongs to an earlier one counts for nothing.
    pub(crate) attempt: u32,
    pub(crate) range: Range<usize>,
}

pub(crate) struct Queue<T> {
    pub(crate) tasks: VecDeque<Task>,
    pub(crate) states: Vec<State<T>>,
    /// Programs without a verdict.
    pub(crate) open: usize,
    pub(crate) failure: Option<Error>,
}

#[derive(Default)]
pub(crate) struct State<T> {
    pub(crate) started: Option<Instant>,
    /// How often the program was begun again: once, when the fast tier cannot have it.
    pub(crate) attempt: u32,
    /// Shards that finished before one that comes earlier in row order; None: the fast tier could not run it.
    pub(crate) waiting: Vec<(Range<usize>, Option<Part<T>>)>,
    /// Rows added up so far, all from the start.
    pub(crate) added: usize,
    /// Rows that were run.
    pub(crate) run: usize,
    /// Rows that `progress` was told of: no fewer, since it does not fall when the program is begun again.
    pub(crate) told: usize,
    pub(crate) total: Part<T>,
    /// Every row is added up; whoever saw to that audits and judges.
    pub(crate) complete: bool,
    pub(crate) verdict: Option<Verdict<T>>,
}

/// What some consecutive rows of a program came to.
#[derive(Default)]
pub(crate) struct Part<T> {
    pub(crate) kept: T,
    pub(crate) sampled: Vec<(usize, Seen)>,
    pub(crate) fuel: u64,
    pub(crate) deopts: u64,
}

/// The state of a task's program, if the task still counts.
pub(crate) fn current<'a, T>(queue: &'a mut Queue<T>, task: &Task) -> Option<&'a mut State<T>> {
    let state = &mut queue.states[task.program];
    (state.attempt == task.attempt && !state.complete && state.verdict.is_none()).then_some(state)
}

/// Takes the shard that comes next in row order, if it has finished.
pub(crate) fn next_in_order<T>(state: &mut State<T>) -> Option<(Range<usize>, Option<Part<T>>)> {
    let ready = state.waiting.iter().position(|(range, _)| range.start == state.added)?;
    Some(state.waiting.swap_remove(ready))
}
