//! What may be kept of outcomes: counts against labels, or the predictions themselves.

use crate::outcome::{Names, Outcome, Tally};
use crate::shard::Shard;

/// Keeps what is wanted of outcomes, shard by shard, in row order.
pub trait Keep: Sync {
    /// What is kept of one program.
    type Kept: Default + Send;
    /// Adds the outcomes of the rows from `start` on, and the fuel they used.
    fn add(&self, kept: &mut Self::Kept, start: usize, outcomes: &Outcomes<'_>);
}

/// A shard's outcomes, in row order.
pub struct Outcomes<'a>(pub(crate) &'a Shard);

impl Outcomes<'_> {
    /// One outcome a row.
    #[must_use]
    pub fn rows(&self) -> &[Outcome] {
        &self.0.outcomes
    }

    /// Names of the exceptions in them.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.0.names
    }

    /// Fuel used.
    #[must_use]
    pub fn fuel(&self) -> u64 {
        self.0.fuel
    }
}

/// Keeps counts. The labels are compared here, on the host.
pub struct Tallies<'a> {
    /// One label a row.
    pub labels: &'a [i64],
}

impl Keep for Tallies<'_> {
    type Kept = Tally;

    fn add(&self, kept: &mut Tally, start: usize, outcomes: &Outcomes<'_>) {
        let labels = &self.labels[start..start + outcomes.rows().len()];
        kept.add(&Tally::count(outcomes.rows(), labels, outcomes.names(), outcomes.fuel()));
    }
}

/// Keeps every prediction.
pub struct Predictions;

/// One entry a row.
#[derive(Clone, Debug, Default)]
pub struct Predicted {
    /// The predicted label; 0 where there is none.
    pub labels: Vec<i64>,
    /// The name of what happened: `label`, `outside`, or the fault.
    pub outcomes: Vec<u8>,
    /// Fuel used by all rows.
    pub fuel: u64,
}

/// Names for `Predicted::outcomes`, by its values.
pub const OUTCOME_NAMES: [&str; 7] =
    ["label", "outside", "out_of_fuel", "out_of_memory", "trap", "exception", "bad_output"];

impl Keep for Predictions {
    type Kept = Predicted;

    fn add(&self, kept: &mut Predicted, _: usize, outcomes: &Outcomes<'_>) {
        for outcome in outcomes.rows() {
            let (label, code) = match *outcome {
                Outcome::Label(label) => (label, 0),
                Outcome::Outside => (0, 1),
                Outcome::OutOfFuel => (0, 2),
                Outcome::OutOfMemory => (0, 3),
                Outcome::Trap => (0, 4),
                Outcome::Exception(_) => (0, 5),
                Outcome::BadOutput => (0, 6),
            };
            kept.labels.push(label);
            kept.outcomes.push(code);
        }
        kept.fuel += outcomes.fuel();
    }
}
