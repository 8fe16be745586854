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

/// Runs the rows `range`, and on from there to the end that `extend` gives when it is told how many rows are done and
/// what fuel they used. Once `allowance` is spent, the rows that are left are out of fuel without being run.
pub(crate) fn run(
    guest: &dyn Guest,
    rows: &Rows<'_>,
    mut range: Range<usize>,
    allowance: u64,
    setting: &Setting<'_>,
    extend: impl FnOnce(usize, u64) -> usize,
) -> Result<Shard, Halt> {
    let mut shard = Shard { outcomes: Vec::with_capacity(range.len()), names: Names::default(), fuel: 0 };
    let mut pace = Pace { chunk: 1, worst: 0 };
    // Opened even for no rows: a candidate that cannot be loaded is rejected whatever it is run on.
    let mut instance = Some(guest.open(rows, setting)?);
    let mut next = range.start;
    let mut extend = Some(extend);
    loop {
        if next == range.end {
            match extend.take() {
                Some(extend) => range.end = extend(range.len(), shard.fuel).max(next),
                None => break,
            }
            continue;
        }
        if shard.fuel >= allowance {
            next = range.end;
            shard.outcomes.resize(range.len(), Outcome::OutOfFuel);
            continue;
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
                pace.died(end - next, fuel);
                if end - next == 1 {
                    shard.fuel += fuel;
                    shard.outcomes.push(outcome);
                    next = end;
                }
            }
        }
    }
    Ok(shard)
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

/// For `run`: the range is all there is.
pub(crate) fn no_more(range: &Range<usize>) -> impl FnOnce(usize, u64) -> usize {
    let end = range.end;
    move |_, _| end
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
