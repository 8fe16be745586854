//! A candidate in the fast tier: rows in, outcomes out, and CPython for the rows it leaves.

use std::ops::Range;

use llmerm_pycompile::exception_name;

use super::Code;
use super::live::Live;
use crate::cpython::PythonGuest;
use crate::flat::Flat;
use crate::guest::{Chunk, Guest, Halt, Instance, Setting};
use crate::outcome::{Outcome, Outcomes};
use crate::program::Tier;
use crate::rows::Rows;
use crate::shard::Runner;

/// A status of `rows`; others are 0 and the numbers of exceptions.
mod status {
    pub(super) const DEOPT: u8 = 1;
    pub(super) const IMPURE: u8 = 2;
    pub(super) const NOT_A_LABEL: u8 = 3;
    pub(super) const NO_CLASS: u8 = 4;
}

/// A Python candidate that was compiled.
pub(crate) struct FastGuest<'a> {
    pub(crate) code: &'a Code,
    pub(crate) cpython: PythonGuest<'a>,
}

impl Guest for FastGuest<'_> {
    fn tier(&self) -> Tier {
        Tier::Fast
    }

    fn open<'a>(&'a self, rows: &Rows<'_>, setting: &'a Setting<'a>) -> Result<Box<dyn Instance + 'a>, Halt> {
        let live = Some(Live::start(self.code, &Flat::objects(rows), setting)?);
        Ok(Box::new(Running { guest: self, setting, live, cpython: None, unlabelled: Vec::new() }))
    }
}

struct Running<'a> {
    guest: &'a FastGuest<'a>,
    setting: &'a Setting<'a>,
    /// None after a trap, until the next row.
    live: Option<Live>,
    /// Opened for the first row that is left to it.
    cpython: Option<Runner<'a>>,
    /// The rows of the chunk at hand that have no label yet: their place in the outcomes, and their status.
    unlabelled: Vec<(usize, u8)>,
}

impl Instance for Running<'_> {
    fn predict(&mut self, rows: &Rows<'_>, range: Range<usize>, outcomes: &mut Outcomes) -> Result<Chunk, Halt> {
        let flat = Flat::objects(rows);
        let budget = self.setting.limits.fuel_per_row;
        let (mut left, before) = (budget, outcomes.len());
        self.unlabelled.clear();
        while outcomes.len() < before + range.len() {
            let row = outcomes.len();
            let start = range.start + row - before;
            let end = start + rows.ascii(start..range.end);
            if start == end {
                outcomes.push(Outcome::Trap);
                self.unlabelled.push((row, status::DEOPT));
                continue;
            }
            let live = match &mut self.live {
                Some(live) => live,
                None => self.live.insert(Live::start(self.guest.code, &flat, self.setting)?),
            };
            match live.call(&flat, start..end, left, self.setting)? {
                Ok(called) => {
                    left = called.fuel_left;
                    outcomes.extend(called.labels);
                    let statuses = called.statuses.iter().enumerate().filter(|(_, status)| **status != 0);
                    self.unlabelled.extend(statuses.map(|(index, &status)| (row + index, status)));
                }
                // Memory or the stack has run out. CPython uses them otherwise, so it decides.
                Err(fault) if fault != Outcome::OutOfFuel && range.len() == 1 => {
                    left = live.fuel_left();
                    self.live = None;
                    outcomes.push(fault);
                    self.unlabelled.push((row, status::DEOPT));
                }
                Err(outcome) => {
                    outcomes.truncate(before);
                    return Ok(Chunk::Died { outcome, fuel: budget - live.fuel_left() });
                }
            }
        }
        let again = self.settle(rows, range.start, before, outcomes)?;
        Ok(Chunk::Done { fuel: budget - left + again })
    }
}

impl Running<'_> {
    /// Says what the unlabelled rows have, with CPython's help; gives the fuel that took. Row `first` of `rows` is at
    /// `before` in the outcomes.
    fn settle(&mut self, rows: &Rows<'_>, first: usize, before: usize, outcomes: &mut Outcomes) -> Result<u64, Halt> {
        if self.unlabelled.iter().any(|(_, status)| *status == status::IMPURE) {
            return Err(Halt::Fallback("it changes an object of its module level".into()));
        }
        let open = self.unlabelled.iter().filter(|(_, status)| !is_known(*status));
        let indices: Vec<usize> = open.map(|(place, _)| first + place - before).collect();
        let answers = if indices.is_empty() { Outcomes::default() } else { self.in_cpython(rows, &indices)? };
        let mut next = 0;
        for &(place, status) in &self.unlabelled {
            let outcome = match status {
                status::NOT_A_LABEL => Outcome::BadOutput,
                status::NO_CLASS => Outcome::Outside,
                status => match exception_name(status) {
                    Some(name) => Outcome::Exception(outcomes.names_mut().number(name)),
                    None => {
                        next += 1;
                        answers.told_to(next - 1, outcomes.names_mut())
                    }
                },
            };
            outcomes.set(place, outcome);
        }
        outcomes.deopts += indices.len() as u64;
        Ok(answers.fuel)
    }

    /// Runs rows in the CPython runtime, under the same limits.
    fn in_cpython(&mut self, rows: &Rows<'_>, indices: &[usize]) -> Result<Outcomes, Halt> {
        let copy = rows.gather(indices);
        let rows = copy.view();
        let mut answers = Outcomes::default();
        let mut run = || {
            let runner = match &mut self.cpython {
                Some(runner) => runner,
                None => self.cpython.insert(Runner::open(&self.guest.cpython, &rows, self.setting)?),
            };
            while answers.len() < rows.len() {
                runner.step(&rows, answers.len()..rows.len(), &mut answers)?;
            }
            Ok(())
        };
        match run() {
            Ok(()) => Ok(answers),
            // CPython cannot load it, so it never was for the fast tier: that is said once, by CPython.
            Err(Halt::Rejected(rejected)) => Err(Halt::Fallback(rejected.reason)),
            Err(halt) => Err(halt),
        }
    }
}

/// Whether a status says all; otherwise the row is CPython's.
fn is_known(status: u8) -> bool {
    matches!(status, status::NOT_A_LABEL | status::NO_CLASS) || exception_name(status).is_some()
}
