//! What a caller of `run` says, and what it is told of each program.

use crate::error::Rejected;
use crate::limits::Limits;
use crate::program::Tier;
use crate::rules::Why;

/// How a verification is to be run.
#[derive(Clone, Debug)]
pub struct Options {
    /// What each candidate may use.
    pub limits: Limits,
    /// Worker threads; at least one is used.
    pub threads: usize,
    /// Whether each row gets a fresh instance.
    pub isolate_rows: bool,
    /// How many rows the purity audit runs again; 0 for none.
    pub audit_rows: usize,
    /// Class names in the order of their codes; empty when labels are integers.
    pub classes: Vec<String>,
    /// The number of the source's first block in the dataset it is a part of.
    pub first_block: usize,
    /// Fuel that each program has spent on the blocks before; 0 where it is not said.
    pub spent: Vec<u64>,
    /// Memory for rows of a stream that wait or are being run, bytes.
    pub window: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            threads: 1,
            isolate_rows: false,
            audit_rows: 32,
            classes: Vec::new(),
            first_block: 0,
            spent: Vec::new(),
            window: 64 << 20,
        }
    }
}

/// What became of one program, and where it ran.
#[derive(Clone, Debug)]
pub struct Verdict<T> {
    /// What became of it.
    pub judged: Judged<T>,
    /// The tier that ran it, or would have.
    pub tier: Tier,
    /// Rows of the fast tier that were run again in CPython.
    pub deopts: u64,
}

/// What became of one program.
#[derive(Clone, Debug)]
pub enum Judged<T> {
    /// It ran on every row.
    Ran {
        /// What was kept of its outcomes.
        kept: T,
        /// What the audit found; None if there was none.
        pure: Option<bool>,
    },
    /// It could not be run.
    Rejected(Rejected),
    /// The wall clock stopped it before it had run on every row.
    Cancelled,
    /// It ran on the first rows only.
    Stopped {
        /// What was kept of their outcomes.
        kept: T,
        /// What the audit found; None if there was none.
        pure: Option<bool>,
        /// Why there are no more.
        why: Why,
    },
}
