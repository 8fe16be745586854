//! One outcome a row; counts of them.

use std::collections::BTreeMap;

/// What a candidate did on one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It predicted a label (for datasets with classes: a class's code).
    Label(i64),
    /// It predicted a string that is none of the classes: wrong, not a fault.
    Outside,
    /// It used more fuel than a row, or the candidate as a whole, may.
    OutOfFuel,
    /// It was refused memory and ended for want of it.
    OutOfMemory,
    /// It stopped in a WebAssembly trap.
    Trap,
    /// It raised an exception, by its index in the shard's `Names`.
    Exception(u32),
    /// It returned something that is no label.
    BadOutput,
}

/// Names of exception types, numbered as they appear.
#[derive(Clone, Debug, Default)]
pub struct Names(Vec<String>);

impl Names {
    /// A candidate could raise a new type on every row; past this many they share one name.
    const MAX: usize = 64;

    pub(crate) fn number(&mut self, name: &str) -> u32 {
        if let Some(known) = self.0.iter().position(|other| other == name) {
            return known as u32;
        }
        if self.0.len() == Self::MAX {
            return self.number_last();
        }
        self.0.push(name.to_owned());
        self.0.len() as u32 - 1
    }

    fn number_last(&mut self) -> u32 {
        "(other)".clone_into(&mut self.0[Self::MAX - 1]);
        Self::MAX as u32 - 1
    }

    /// The name of number `index`.
    #[must_use]
    pub fn name(&self, index: u32) -> &str {
        &self.0[index as usize]
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
    #[must_use]
    pub fn count(outcomes: &[Outcome], labels: &[i64], names: &Names, fuel: u64) -> Self {
        assert_eq!(outcomes.len(), labels.len(), "one label a row");
        let mut tally = Self { rows: outcomes.len() as u64, fuel, ..Self::default() };
        for (outcome, label) in outcomes.iter().zip(labels) {
            match *outcome {
                Outcome::Label(predicted) if predicted == *label => tally.correct += 1,
                Outcome::Label(_) | Outcome::Outside => tally.wrong += 1,
                Outcome::OutOfFuel => tally.out_of_fuel += 1,
                Outcome::OutOfMemory => tally.out_of_memory += 1,
                Outcome::Trap => tally.trap += 1,
                Outcome::BadOutput => tally.bad_output += 1,
                Outcome::Exception(number) => {
                    tally.exception += 1;
                    *tally.exceptions.entry(names.name(number).to_owned()).or_default() += 1;
                }
            }
        }
        tally
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
