//! What may be kept of outcomes: counts against labels, or the predictions themselves.

use std::collections::BTreeMap;

use crate::outcome::{Outcome, Outcomes};

/// Keeps what is wanted of outcomes: chunk by chunk as they come, then shard by shard in row order.
pub trait Keep: Sync {
    /// What is kept of one program.
    type Kept: Default + Clone + Send;
    /// Adds the outcomes of some rows. `labels` has one a row, or none where there are none.
    fn keep(&self, kept: &mut Self::Kept, labels: &[i64], outcomes: &Outcomes);
    /// How many rows are known to be wrong: what rules look at.
    fn errors(&self, kept: &Self::Kept) -> u64;
    /// Adds what was kept of the rows that follow.
    fn join(&self, kept: &mut Self::Kept, next: Self::Kept);
}

/// Keeps counts. The labels are compared here, on the host.
pub struct Tallies;

impl Keep for Tallies {
    type Kept = Tally;

    fn keep(&self, kept: &mut Tally, labels: &[i64], outcomes: &Outcomes) {
        kept.count(outcomes, labels);
    }

    fn errors(&self, kept: &Tally) -> u64 {
        kept.rows - kept.correct
    }

    fn join(&self, kept: &mut Tally, next: Tally) {
        kept.add(&next);
    }
}

/// Counts over rows. `rows` = `correct` + `wrong` + the faults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows counted.
    pub rows: u64,
    /// Predictions equal to the label.
    pub correct: u64,
    /// Predictions that differ from it.
    pub wrong: u64,
    /// Faults, one count a kind.
    pub out_of_fuel: u64,
    /// Rows that ran out of memory.
    pub out_of_memory: u64,
    /// Rows that trapped.
    pub trap: u64,
    /// Rows that raised.
    pub exception: u64,
    /// Rows whose output is no label.
    pub bad_output: u64,
    /// The exceptions by the name of their type.
    pub exceptions: BTreeMap<String, u64>,
    /// Fuel used by the rows.
    pub fuel: u64,
}

impl Tally {
    /// Counts `outcomes` against `labels`, which have the same length.
    pub fn count(&mut self, outcomes: &Outcomes, labels: &[i64]) {
        assert_eq!(outcomes.len(), labels.len(), "one label a row");
        let equal = outcomes.labels().iter().zip(labels).filter(|(predicted, label)| predicted == label).count() as u64;
        let (mut correct, mut wrong) = (equal, outcomes.len() as u64 - equal);
        for &(row, outcome) in outcomes.others() {
            // Its 0 in the array of labels was counted above.
            *(if labels[row] == 0 { &mut correct } else { &mut wrong }) -= 1;
            match outcome {
                Outcome::Label(_) | Outcome::Outside => wrong += 1,
                Outcome::OutOfFuel => self.out_of_fuel += 1,
                Outcome::OutOfMemory => self.out_of_memory += 1,
                Outcome::Trap => self.trap += 1,
                Outcome::BadOutput => self.bad_output += 1,
                Outcome::Exception(number) => {
                    self.exception += 1;
                    let name = outcomes.names().name(number);
                    match self.exceptions.get_mut(name) {
                        Some(count) => *count += 1,
                        None => drop(self.exceptions.insert(name.to_owned(), 1)),
                    }
                }
            }
        }
        self.rows += outcomes.len() as u64;
        self.correct += correct;
        self.wrong += wrong;
        self.fuel += outcomes.fuel();
    }

    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.correct += other.correct;
        self.wrong += other.wrong;
        self.out_of_fuel += other.out_of_fuel;
        self.out_of_memory += other.out_of_memory;
        self.trap += other.trap;
        self.exception += other.exception;
        self.bad_output += other.bad_output;
        self.fuel += other.fuel;
        for (name, count) in &other.exceptions {
            *self.exceptions.entry(name.clone()).or_default() += count;
        }
    }
}

/// Keeps every prediction.
pub struct Predictions;

/// One entry a row.
#[derive(Clone, Debug, Default)]
pub struct Predicted {
    /// The predicted label; 0 where there is none.
    pub labels: Vec<i64>,
    /// Which outcome, an index into `OUTCOME_NAMES`.
    pub outcomes: Vec<u8>,
    /// Fuel used by all rows.
    pub fuel: u64,
}

/// Names for `Predicted::outcomes`, by its values.
pub const OUTCOME_NAMES: [&str; 7] =
    ["label", "outside", "out_of_fuel", "out_of_memory", "trap", "exception", "bad_output"];

impl Keep for Predictions {
    type Kept = Predicted;

    fn errors(&self, _: &Predicted) -> u64 {
        0
    }

    fn keep(&self, kept: &mut Predicted, _: &[i64], outcomes: &Outcomes) {
        let first = kept.outcomes.len();
        kept.fuel += outcomes.fuel();
        kept.labels.extend_from_slice(outcomes.labels());
        kept.outcomes.resize(kept.labels.len(), 0);
        for &(row, outcome) in outcomes.others() {
            kept.outcomes[first + row] = match outcome {
                Outcome::Label(_) => 0,
                Outcome::Outside => 1,
                Outcome::OutOfFuel => 2,
                Outcome::OutOfMemory => 3,
                Outcome::Trap => 4,
                Outcome::Exception(_) => 5,
                Outcome::BadOutput => 6,
            };
        }
    }

    fn join(&self, kept: &mut Predicted, next: Predicted) {
        kept.fuel += next.fuel;
        kept.labels.extend(next.labels);
        kept.outcomes.extend(next.outcomes);
    }
}
