//! What the verifier needs of a program, whatever language it came from.

use std::ops::Range;

use wasmtime::{Store, Trap};

use crate::engine::{Host, Stop};
use crate::error::{Error, Rejected};
use crate::limits::Limits;
use crate::outcome::{Outcome, Outcomes};
use crate::program::Tier;
use crate::rows::Rows;

/// Class names in the order of their codes; empty when labels are integers.
pub(crate) type Classes = [String];

/// What one candidate is run under.
pub(crate) struct Setting<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) stop: Stop,
    pub(crate) classes: &'a Classes,
}

/// Why nothing can be said of a row.
pub(crate) enum Halt {
    /// The caller or the wall clock stopped it.
    Stopped,
    /// The candidate cannot be run at all.
    Rejected(Rejected),
    /// The fast tier cannot be used for this candidate, for the reason given: all its rows are CPython's.
    Fallback(String),
    /// We failed.
    Failed(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// How a chunk of rows ended.
pub(crate) enum Chunk {
    /// Every row has an outcome; `fuel` was used in all.
    Done { fuel: u64 },
    /// The instance is lost and with it the chunk's outcomes. For a chunk of one row, `outcome` is that row's.
    Died { outcome: Outcome, fuel: u64 },
}

/// A loaded candidate, ready for rows.
pub(crate) trait Instance {
    /// Predicts the rows `range` on one row's fuel, appending to `outcomes` when all of them finish.
    fn predict(&mut self, rows: &Rows<'_>, range: Range<usize>, outcomes: &mut Outcomes) -> Result<Chunk, Halt>;
}

/// Makes fresh instances of one candidate.
pub(crate) trait Guest: Sync {
    fn tier(&self) -> Tier;
    fn open<'a>(&'a self, rows: &Rows<'_>, setting: &'a Setting<'a>) -> Result<Box<dyn Instance + 'a>, Halt>;
}

/// The outcome of a row whose call ended in an engine error. Every error of a call is the guest's doing: the host
/// side of a call allocates nothing that can fail short of the process.
pub(crate) fn fault(error: &wasmtime::Error, store: &Store<Host>) -> Outcome {
    if matches!(error.downcast_ref::<Trap>(), Some(Trap::OutOfFuel)) {
        Outcome::OutOfFuel
    } else if store.data().denied {
        Outcome::OutOfMemory
    } else {
        Outcome::Trap
    }
}
