//! What is to be run and what is known so far: tasks, and the state of each program.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::audit::Seen;
use crate::error::{Error, Rejected};
use crate::options::Verdict;
use crate::program::Tier;
use crate::window::Window;

/// Consecutive rows of a program and a block.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) program: usize,
    pub(crate) block: usize,
    /// 1: in CPython, since the fast tier cannot have the block.
    pub(crate) attempt: u32,
    /// Rows, counted from the block's first.
    pub(crate) range: Range<usize>,
}

pub(crate) struct Queue<'a, T> {
    pub(crate) window: Window<'a>,
    /// Of blocks that were begun.
    pub(crate) tasks: VecDeque<Task>,
    pub(crate) states: Vec<State<T>>,
    /// Programs without a verdict.
    pub(crate) open: usize,
    pub(crate) failure: Option<Error>,
}

pub(crate) struct State<T> {
    /// Time spent on it, added over threads.
    pub(crate) busy: Duration,
    /// The block that is being added up. Those before are in `before`.
    pub(crate) block: usize,
    /// Of that block.
    pub(crate) attempt: u32,
    /// Rows of that block that are added up, and what they came to. None: not one shard of it.
    pub(crate) added: Option<usize>,
    pub(crate) here: Part<T>,
    pub(crate) before: Total<T>,
    /// Shards that finished before one that comes earlier in row order.
    pub(crate) waiting: Vec<(Task, Filed<T>)>,
    /// A worker is adding up.
    pub(crate) folding: bool,
    pub(crate) verdict: Option<Verdict<T>>,
    /// Set with the verdict: workers that still run it may leave.
    pub(crate) done: Arc<AtomicBool>,
}

/// How a shard ended.
pub(crate) enum Filed<T> {
    Part(Part<T>),
    /// The fast tier cannot have the block, unless the candidate's fuel ends before the row that says so.
    Fallback(String),
    Rejected(Rejected),
}

/// What some consecutive rows of a program came to.
#[derive(Default)]
pub(crate) struct Part<T> {
    pub(crate) kept: T,
    /// The same at the end of each chunk but the last, with the rows so far; only where a rule may end the candidate there.
    pub(crate) trail: Vec<(usize, Chunk<T>)>,
    pub(crate) sampled: Vec<(usize, Seen)>,
    pub(crate) fuel: u64,
    pub(crate) deopts: u64,
    /// Where it ran.
    pub(crate) tier: Option<Tier>,
}

/// What the rows of a part came to at the end of a chunk.
pub(crate) struct Chunk<T> {
    pub(crate) kept: T,
    pub(crate) deopts: u64,
}

/// What whole blocks came to.
#[derive(Default)]
pub(crate) struct Total<T> {
    pub(crate) kept: T,
    pub(crate) fuel: u64,
    pub(crate) deopts: u64,
    pub(crate) pure: Option<bool>,
    pub(crate) tier: Option<Tier>,
}

impl<T: Default> State<T> {
    pub(crate) fn new(block: usize, fuel: u64) -> Self {
        Self {
            busy: Duration::ZERO,
            block,
            attempt: 0,
            added: None,
            here: Part::default(),
            before: Total { fuel, ..Total::default() },
            waiting: Vec::new(),
            folding: false,
            verdict: None,
            done: Arc::default(),
        }
    }

    /// Whether what is found out by `task` still counts.
    pub(crate) fn counts(&self, task: &Task) -> bool {
        let current = if task.block == self.block { self.attempt } else { 0 };
        self.verdict.is_none() && task.block >= self.block && task.attempt == current
    }

    /// Takes the shard that comes next in row order, if it has finished.
    pub(crate) fn next_in_order(&mut self) -> Option<(Task, Filed<T>)> {
        let start = self.added.unwrap_or(0);
        let ready = self.waiting.iter().position(|(task, _)| task.block == self.block && task.range.start == start)?;
        Some(self.waiting.swap_remove(ready))
    }

    /// Fuel known to be spent.
    pub(crate) fn spent(&self) -> u64 {
        self.before.fuel.saturating_add(self.here.fuel)
    }
}
