//! What a search gives.

use crate::types::Type;

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Programs without training error are known, and enough was looked at after the first.
    Found,
    /// All sizes that were asked for are done.
    MaxSize,
    /// The time is over.
    Time,
    /// The grammar has no more behaviours on these rows.
    Exhausted,
    /// The caller asked to stop.
    Interrupted,
}

impl Ended {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::MaxSize => "max_size",
            Self::Time => "time",
            Self::Exhausted => "exhausted",
            Self::Interrupted => "interrupted",
        }
    }
}

/// One of the best programs.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// A Python module that defines f.
    pub source: String,
    /// The expression in the notation of docs/enumeration.md.
    pub expression: String,
    /// Sum of the sizes of its rules.
    pub size: usize,
    /// Training rows on which it errs.
    pub errors: u32,
    /// log2 of the number of programs of its size.
    pub bits: f64,
}

/// One size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Level {
    /// The size.
    pub size: usize,
    /// Expressions evaluated while this was the size: all of the start type of this size, and of the other types those of smaller
    /// sizes that they are the first to need.
    pub programs: u64,
    /// New behaviours of this size by type, in the order of `Type::ALL`, where they are stored. They are stored when a larger
    /// program needs them, so of the last sizes some are not.
    pub distinct: [Option<u64>; 4],
    /// Wall time from the start of the search until all expressions of the start type of this size were compared.
    pub seconds: f64,
    /// Whether the values of this size are stored, of all types that a program can have inside.
    pub stored: bool,
    /// Whether memory was full by then, so that values which are not stored were made again.
    pub full: bool,
    /// Whether all expressions of the start type of this size were compared with the labels.
    pub complete: bool,
}

/// What a search gives.
#[derive(Clone, Debug)]
pub struct Found {
    /// At most k, best first.
    pub programs: Vec<Program>,
    /// The sizes looked at.
    pub levels: Vec<Level>,
    /// Why it ended.
    pub ended: Ended,
    /// The size that was being compared when memory was full and no more was stored; 0 when it never was.
    pub full_at: usize,
    /// Bytes in use at the end.
    pub memory: usize,
    /// Wall time.
    pub seconds: f64,
    /// log2 of the number of programs of each size, up to the largest begun or asked for; -1 where there is none.
    pub log2_counts: Vec<f64>,
    /// What programs give.
    pub kind: Type,
}
