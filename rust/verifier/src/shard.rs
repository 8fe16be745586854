//! One shard: consecutive rows on fresh instances of one candidate, in chunks, with the outcomes that one row at a
//! time would give.
//!
//! A chunk runs on one row's fuel. If it finishes, no row in it used more than that, so every outcome stands. If it
//! does not, it is thrown away and its rows are run one at a time. The sizes of chunks depend on nothing but the
//! candidate and the rows, so a shard's result is the same whichever thread runs it, and when.

use std::ops::Range;

use crate::clock::{Phase, within};
use crate::guest::{Chunk, Guest, Halt, Instance, Setting};
use crate::outcome::{Outcome, Outcomes};
use crate::program::Tier;
use crate::rows::Rows;

/// Most rows in one call. More would hold more outputs in the guest for no gain.
const CHUNK_MAX: usize = 4096;
/// A chunk is sized to use this fraction of one row's fuel, so that uneven rows seldom spoil it.
const CHUNK_SHARE: u64 = 4;

/// What a shard's rows came to.
pub(crate) struct Done {
    pub(crate) rows: usize,
    pub(crate) fuel: u64,
}

/// Runs the rows `range`, and on from there to the ends that `more` gives when it is told how many rows are done and
/// what fuel they used. Once `allowance` is spent, the rows that are left are out of fuel without being run. `keep` gets
/// the outcomes, some rows at a time, with the number of the first; it says whether to go on.
pub(crate) fn run(
    runner: &mut Runner<'_>,
    rows: &Rows<'_>,
    mut range: Range<usize>,
    allowance: u64,
    mut more: impl FnMut(usize, u64) -> Option<usize>,
    mut keep: impl FnMut(usize, &Outcomes) -> bool,
) -> Result<Done, Halt> {
    let mut done = Done { rows: 0, fuel: 0 };
    let mut outcomes = Outcomes::default();
    loop {
        let next = range.start + done.rows;
        if next == range.end {
            match more(done.rows, done.fuel) {
                Some(end) => range.end = end.max(next),
                None => return Ok(done),
            }
            continue;
        }
        outcomes.clear();
        if done.fuel < allowance {
            runner.step(rows, next..range.end, &mut outcomes)?;
        } else {
            (next..range.end).take(CHUNK_MAX).for_each(|_| outcomes.push(Outcome::OutOfFuel));
        }
        done.rows += outcomes.len();
        done.fuel += outcomes.fuel;
        if !keep(next, &outcomes) {
            return Ok(done);
        }
    }
}

/// An instance of a candidate, replaced when it is lost, and how many rows to try on it at once.
pub(crate) struct Runner<'a> {
    guest: &'a dyn Guest,
    setting: &'a Setting<'a>,
    instance: Option<Box<dyn Instance + 'a>>,
    pace: Pace,
}

impl<'a> Runner<'a> {
    /// Opens an instance even if there are no rows: a candidate that cannot be loaded is rejected whatever it is run on.
    pub(crate) fn open(guest: &'a dyn Guest, rows: &Rows<'_>, setting: &'a Setting<'a>) -> Result<Self, Halt> {
        let _instantiate = within(Phase::Instantiate);
        let instance = Some(guest.open(rows, setting)?);
        Ok(Self { guest, setting, instance, pace: Pace { chunk: 1, worst: 0 } })
    }

    /// Runs rows from the start of `range`, which is not empty, and adds their outcomes: as many rows as a chunk has,
    /// or none if the chunk has to be tried again with fewer.
    pub(crate) fn step(&mut self, rows: &Rows<'_>, range: Range<usize>, outcomes: &mut Outcomes) -> Result<(), Halt> {
        if self.setting.stop.due() {
            return Err(Halt::Stopped);
        }
        let count = range.len().min(self.pace.chunk);
        let mut open = match self.instance.take() {
            Some(open) => open,
            None => {
                let _instantiate = within(Phase::Instantiate);
                self.guest.open(rows, self.setting)?
            }
        };
        match open.predict(rows, range.start..range.start + count, outcomes)? {
            Chunk::Done { fuel } => {
                outcomes.fuel += fuel;
                self.pace.finished(count, fuel, self.setting.limits.fuel_per_row);
                self.instance = Some(open);
            }
            Chunk::Died { outcome, fuel } => {
                drop(open); // its slot in the pool is free before another is taken
                self.pace.died(count, fuel);
                if count == 1 {
                    outcomes.fuel += fuel;
                    outcomes.push(outcome);
                }
            }
        }
        Ok(())
    }
}

/// How many rows to try at once: as many as fit a share of one row's fuel if all are as dear as the dearest of late.
/// A chunk that dies wastes up to a whole row's fuel, so one dear row among cheap ones is remembered for a while.
struct Pace {
    chunk: usize,
    worst: u64,
}

impl Pace {
    fn finished(&mut self, rows: usize, fuel: u64, row_limit: u64) {
        let each = (fuel / rows as u64).max(1);
        self.worst = each.max(self.worst - self.worst / 8);
        let fitting = usize::try_from(row_limit / CHUNK_SHARE / self.worst).unwrap_or(usize::MAX);
        // The first rows tell little (the interpreter is cold, rows differ), so the growth is bounded.
        self.chunk = fitting.min(self.chunk * 4).clamp(1, CHUNK_MAX);
    }

    fn died(&mut self, rows: usize, fuel: u64) {
        self.worst = self.worst.max(fuel / rows as u64);
        self.chunk = 1;
    }
}

/// Runs every row on an instance of its own: what `isolation = "row"` asks for.
pub(crate) struct Isolated<'a>(pub(crate) &'a dyn Guest);

impl Guest for Isolated<'_> {
    fn tier(&self) -> Tier {
        self.0.tier()
    }

    fn open<'a>(&'a self, rows: &Rows<'_>, setting: &'a Setting<'a>) -> Result<Box<dyn Instance + 'a>, Halt> {
        let first = self.0.open(rows, setting)?;
        Ok(Box::new(Single { guest: self.0, setting, ready: Some(first) }))
    }
}

struct Single<'a> {
    guest: &'a dyn Guest,
    setting: &'a Setting<'a>,
    ready: Option<Box<dyn Instance + 'a>>,
}

impl Instance for Single<'_> {
    fn predict(&mut self, rows: &Rows<'_>, range: Range<usize>, outcomes: &mut Outcomes) -> Result<Chunk, Halt> {
        let mut fuel = 0;
        for row in range {
            let mut instance = match self.ready.take() {
                Some(ready) => ready,
                None => self.guest.open(rows, self.setting)?,
            };
            match instance.predict(rows, row..row + 1, outcomes)? {
                Chunk::Done { fuel: used } => fuel += used,
                Chunk::Died { outcome, fuel: used } => {
                    outcomes.push(outcome);
                    fuel += used;
                }
            }
        }
        Ok(Chunk::Done { fuel })
    }
}
