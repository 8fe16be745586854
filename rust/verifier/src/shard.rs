//! One shard: consecutive rows on fresh instances of one candidate, in chunks, with the outcomes that one row at a
//! time would give.
//!
//! A chunk runs on one row's fuel. If it finishes, no row in it used more than that, so every outcome stands. If it
//! does not, it is thrown away and its rows are run one at a time. The sizes of chunks depend on nothing but the
//! candidate and the rows, so a shard's result is the same whichever thread runs it, and when.

use std::ops::Range;

use crate::guest::{Chunk, Guest, Halt, Instance, Setting};
use crate::outcome::{Names, Outcome};
use crate::rows::Rows;

/// Most rows in one call. More would hold more outputs in the guest for no gain.
const CHUNK_MAX: usize = 4096;
/// A chunk is sized to use this fraction of one row's fuel, so that uneven rows seldom spoil it.
const CHUNK_SHARE: u64 = 4;

/// What became of a shard's rows.
pub(crate) struct Shard {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) names: Names,
    pub(crate) fuel: u64,
}

/// Runs the rows `range`. Once `allowance` is spent, the rows that are left are out of fuel without being run.
pub(crate) fn run(
    guest: &dyn Guest,
    rows: &Rows<'_>,
    range: Range<usize>,
    allowance: u64,
    setting: &Setting<'_>,
) -> Result<Shard, Halt> {
    let mut shard = Shard { outcomes: Vec::with_capacity(range.len()), names: Names::default(), fuel: 0 };
    let mut pace = Pace { chunk: 1 };
    // Opened even for no rows: a candidate that cannot be loaded is rejected whatever it is run on.
    let mut instance = Some(guest.open(rows, setting)?);
    let mut next = range.start;
    while next < range.end {
        if shard.fuel >= allowance {
            shard.outcomes.resize(range.len(), Outcome::OutOfFuel);
            break;
        }
        if setting.stop.due() {
            return Err(Halt::Stopped);
        }
        let end = range.end.min(next + pace.chunk);
        let mut open = match instance.take() {
            Some(open) => open,
            None => guest.open(rows, setting)?,
        };
        match open.predict(rows, next..end, &mut shard.outcomes, &mut shard.names)? {
            Chunk::Done { fuel } => {
                shard.fuel += fuel;
                pace.finished(end - next, fuel, setting.limits.fuel_per_row);
                instance = Some(open);
                next = end;
            }
            Chunk::Died { outcome, fuel } => {
                drop(open); // its slot in the pool is free before another is taken
                if end - next == 1 {
                    shard.fuel += fuel;
                    shard.outcomes.push(outcome);
                    next = end;
                }
                pace.chunk = 1;
            }
        }
    }
    Ok(shard)
}

/// How many rows to try at once: grows while rows are cheap, falls to one after a fault.
struct Pace {
    chunk: usize,
}

impl Pace {
    fn finished(&mut self, rows: usize, fuel: u64, row_limit: u64) {
        let each = (fuel / rows as u64).max(1);
        let fitting = usize::try_from(row_limit / CHUNK_SHARE / each).unwrap_or(usize::MAX);
        // From one row the first estimate is rough (the interpreter is cold), so the growth is bounded.
        self.chunk = fitting.min(self.chunk * 16).clamp(1, CHUNK_MAX);
    }
}

/// Runs every row on an instance of its own: what `isolation = "row"` asks for.
pub(crate) struct Isolated<'a>(pub(crate) &'a dyn Guest);

impl Guest for Isolated<'_> {
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
    fn predict(
        &mut self,
        rows: &Rows<'_>,
        range: Range<usize>,
        outcomes: &mut Vec<Outcome>,
        names: &mut Names,
    ) -> Result<Chunk, Halt> {
        let mut fuel = 0;
        for row in range {
            let mut instance = match self.ready.take() {
                Some(ready) => ready,
                None => self.guest.open(rows, self.setting)?,
            };
            match instance.predict(rows, row..row + 1, outcomes, names)? {
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
