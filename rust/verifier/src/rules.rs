//! Rules that end a candidate before the last row. They are looked at in row order at the end of every chunk of rows, so
//! where they end it does not depend on threads.

/// Why a candidate was not run to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It cannot be selected any more.
    Dropped,
    /// The claim about its risk holds.
    Holds,
    /// The claim about its risk does not hold.
    Fails,
    /// The caller stopped the run.
    Interrupted,
}

impl Why {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What ends a candidate.
pub trait Rule: Sync {
    /// Looks at a program's first `rows` rows, `errors` of which it has wrong (faults are errors).
    fn settled(&self, program: usize, rows: u64, errors: u64) -> Option<Why>;

    /// Errors past which `settled` is certain to say something, whatever the rows: a shard need not go on.
    fn bound(&self, _: usize) -> Option<u64> {
        None
    }
}

/// Racing: a program is dropped once it has more errors than its bound.
pub struct Bounds(
    /// One a program.
    pub Vec<u64>,
);

impl Rule for Bounds {
    fn settled(&self, program: usize, _: u64, errors: u64) -> Option<Why> {
        (errors > self.0[program]).then_some(Why::Dropped)
    }

    fn bound(&self, program: usize) -> Option<u64> {
        Some(self.0[program])
    }
}
