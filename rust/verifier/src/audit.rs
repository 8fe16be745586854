//! The purity audit: a sample of rows run again, in reverse order, on a fresh instance.
//!
//! A candidate is a function of its row by contract. One that keeps state between rows, or draws from entropy it
//! should not have, answers some row differently when the rows before it differ. One whose source shows that it does neither is
//! not audited (`fold`).

use crate::guest::{Guest, Halt, Setting};
use crate::outcome::{Names, Outcome};
use crate::rows::Rows;
use crate::shard::{self, Runner};

/// The audited rows: evenly spread, so that the same dataset is always audited at the same places.
pub(crate) fn sample(rows: usize, size: usize) -> Vec<usize> {
    let size = size.min(rows);
    (0..size).map(|index| index * rows / size).collect()
}

/// Whether a block is audited: few of many, spread over all of them, whatever their number will be.
pub(crate) fn looks_at(block: usize) -> bool {
    block == 0 || block.is_power_of_two()
}

/// What the main run gave on one audited row: exceptions by name, since numbers differ between runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Outcome(Outcome),
    Exception(String),
}

impl Seen {
    pub(crate) fn new(outcome: Outcome, names: &Names) -> Self {
        match outcome {
            Outcome::Exception(number) => Self::Exception(names.name(number).to_owned()),
            other => Self::Outcome(other),
        }
    }

    /// Rows that met a limit are not audited: near it, a warm cache may decide, and that is no impurity.
    pub(crate) fn limited(&self) -> bool {
        matches!(self, Self::Outcome(Outcome::OutOfFuel | Outcome::OutOfMemory))
    }
}

/// Whether the rows `sample`, with what the main run saw on them, are answered the same in reverse. Not all of them
/// met a limit.
pub(crate) fn pure(
    guest: &dyn Guest,
    rows: &Rows<'_>,
    sample: &[(usize, Seen)],
    setting: &Setting<'_>,
) -> Result<bool, Halt> {
    let audited: Vec<&(usize, Seen)> = sample.iter().rev().filter(|(_, seen)| !seen.limited()).collect();
    let indices: Vec<usize> = audited.iter().map(|(row, _)| *row).collect();
    let copy = rows.gather(&indices);
    let all = 0..indices.len();
    let view = copy.view();
    let mut runner = Runner::open(guest, &view, setting)?;
    let mut same = true;
    shard::run(
        &mut runner,
        &view,
        all,
        u64::MAX,
        |_, _| None,
        |start, outcomes| {
            for (row, (_, seen)) in audited[start..start + outcomes.len()].iter().enumerate() {
                let now = Seen::new(outcomes.get(row), outcomes.names());
                same &= now == *seen || now.limited();
            }
            same
        },
    )?;
    Ok(same)
}
