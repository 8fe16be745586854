//! The search: size after size, until enough is found or something runs out.
//!
//! Two things happen at size t. First, what programs of size t may be made of is stored: of each type the values up to the size
//! that still leaves room for what leads from there to the start type. Then every expression of the start type of size t is compared
//! with the labels, which needs no key and no store. Storing an expression costs more than comparing it, and lags behind by a few sizes, each of which
//! has a multiple of the programs of the one before.

use std::sync::atomic::Ordering;

use rayon::ThreadPool;
use rayon::iter::{IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator};

use crate::again::{Checked, Checker, tasks};
use crate::bank::{Bank, Banks};
use crate::best::Best;
use crate::clock::Clock;
use crate::commit::{Fresh, commit};
use crate::counting::Counts;
use crate::cross::World;
use crate::expr::Written;
use crate::found::{Ended, Found, Level, Program};
use crate::grammar::Grammar;
use crate::jobs::{Job, of_size};
use crate::kernels::Kernels;
use crate::lags::lags;
use crate::rows::{Rows, Target};
use crate::settings::{Progress, Settings};
use crate::types::Type;
use crate::wanted::Wanted;
use crate::{Error, python, simd};

/// Pieces that are evaluated before what they found is put in order. The same whatever the number of threads.
const ROUND: usize = 64;
/// After the first program that fits, so many more are looked at, or as many as before it if these are more: a rule that is a
/// little longer may be the one that other rows bear out.
const MORE: u64 = 1 << 17;
/// Sizes that were asked for and not reached are counted up to this one, which takes a fraction of a second.
const COUNTED: usize = 1000;

/// Looks for the k programs with the fewest training errors, then the smallest.
///
/// # Errors
/// When the settings make no sense, or the labels are not one a row.
pub fn search(
    rows: &Rows,
    target: &Target,
    grammar: &Grammar,
    settings: &Settings,
    stop: &(dyn Fn() -> bool + Sync),
    progress: &Progress,
) -> Result<Found, Error> {
    let wanted = Wanted::new(rows, target)?;
    if settings.k == 0 {
        return Err(Error::Usage("k counts the programs to keep and is at least 1".into()));
    }
    if grammar.of(wanted.kind).next().is_none() {
        let name = wanted.kind.name();
        return Err(Error::Usage(format!("the grammar has no rule that gives a {name}, which these labels ask for")));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build();
    let pool =
        pool.map_err(|error| Error::Usage(format!("{} threads cannot be started: {error}", settings.threads)))?;
    let kernels = Kernels::new(rows, grammar.base);
    let mut run = Search {
        grammar,
        banks: Banks::new(&kernels.layout),
        kernels: &kernels,
        wanted: &wanted,
        settings,
        pool,
        clock: Clock::new(stop, settings.time),
        progress,
        best: Best::new(settings.k),
        levels: vec![],
        programs: 0,
        found_at: None,
        lags: lags(grammar, wanted.kind),
        stored: [1; 4],
        full_at: 0,
        buffers: (0..ROUND).map(|_| Fresh::default()).collect(),
    };
    let ended = match run.sizes() {
        Ended::MaxSize | Ended::Exhausted if run.best.exact() > 0 => Ended::Found,
        ended => ended,
    };
    Ok(run.into_found(ended, target, rows.text))
}

struct Search<'a> {
    grammar: &'a Grammar,
    kernels: &'a Kernels,
    wanted: &'a Wanted,
    settings: &'a Settings,
    pool: ThreadPool,
    clock: Clock<'a>,
    progress: &'a Progress,
    banks: Banks,
    best: Best,
    levels: Vec<Level>,
    programs: u64,
    /// Expressions seen when the first program without error was.
    found_at: Option<u64>,
    /// How much larger a program is than a part of it, at least, by the type of the part; None where it can be part of none.
    lags: [Option<usize>; 4],
    /// The first size that is not stored, by type.
    stored: [usize; 4],
    /// 0 while there is room.
    full_at: usize,
    /// One a piece of a round, kept for the memory that they have.
    buffers: Vec<Fresh>,
}

impl Search<'_> {
    fn sizes(&mut self) -> Ended {
        for size in 1.. {
            if self.settings.max_size.is_some_and(|most| size > most) {
                return Ended::MaxSize;
            }
            if self.exhausted(size) {
                return Ended::Exhausted;
            }
            self.progress.size.store(size as u64, Ordering::Relaxed);
            let level = Level { size, ..Level::default() };
            self.levels.push(level);
            let ended = self.store_up_to(size).or_else(|| self.check(size));
            self.levels[size - 1].seconds = self.clock.seconds();
            self.levels[size - 1].complete = ended.is_none();
            self.levels[size - 1].full = self.full_at > 0;
            if let Some(ended) = ended {
                return ended;
            }
        }
        Ended::MaxSize
    }

    /// Nothing larger can be made: what could be put together is all smaller than this.
    fn exhausted(&self, size: usize) -> bool {
        let largest = Type::ALL.map(|kind| {
            let has = |level: &&Level| level.distinct[kind as usize].is_some_and(|count| count > 0);
            self.levels.iter().rev().find(has).map_or(0, |level| level.size)
        });
        let most =
            |rule: &crate::grammar::Rule| rule.size + rule.args.iter().map(|&arg| largest[arg as usize]).sum::<usize>();
        let most = self.grammar.rules.iter().map(most).max().unwrap_or(0);
        self.full_at == 0 && size > most + self.lags.iter().flatten().max().unwrap_or(&0)
    }

    fn ended(&self) -> Option<Ended> {
        let enough = |at: u64| self.best.exact() >= self.settings.k || self.programs - at >= at.max(MORE);
        self.clock.ended().or_else(|| self.found_at.is_some_and(enough).then_some(Ended::Found))
    }

    /// Stores what programs of a size may be made of, smaller values first.
    fn store_up_to(&mut self, size: usize) -> Option<Ended> {
        let mut due: Vec<(usize, Type)> = Type::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, size.checked_sub(self.lags[kind as usize]?)?)))
            .flat_map(|(kind, last)| (self.stored[kind as usize]..=last).map(move |size| (size, kind)))
            .collect();
        due.sort_unstable();
        for (size_of, kind) in due {
            if self.full_at > 0 {
                return None;
            }
            if let Some(ended) = self.store(kind, size_of) {
                return Some(ended);
            }
            let bank = self.banks.of_mut(kind);
            if self.full_at == 0 {
                self.levels[size_of - 1].distinct[kind as usize] = Some(bank.open() as u64);
                bank.close();
                self.stored[kind as usize] = size_of + 1;
            } else {
                bank.forget_open();
                self.full_at = size;
                self.progress.full_at.store(size as u64, Ordering::Relaxed);
            }
        }
        None
    }

    /// Stores the values of a type and size, unless memory is full before the end.
    fn store(&mut self, kind: Type, size: usize) -> Option<Ended> {
        let levels = self.banks.levels();
        let mut jobs = of_size(self.grammar, &self.kernels.layout, &levels, kind, size);
        loop {
            let round: Vec<Job> = jobs.by_ref().take(ROUND).collect();
            if round.is_empty() {
                return None;
            }
            let world = World { grammar: self.grammar, kernels: self.kernels, banks: &self.banks };
            let mut pieces: Vec<(&Job, &mut Fresh)> = round.iter().zip(&mut self.buffers).collect();
            self.pool.install(|| {
                pieces.par_iter_mut().for_each(|(job, fresh)| {
                    fresh.clear();
                    if self.clock.ended().is_none() {
                        simd::fresh(&world, job, fresh);
                    }
                });
            });
            let seen: u64 = self.buffers[..round.len()].iter().map(|fresh| fresh.seen).sum();
            let bank = self.banks.of_mut(kind);
            let pieces: Vec<(u32, &Fresh)> = round.iter().map(|job| job.rule).zip(&self.buffers).collect();
            let words = self.kernels.layout.size(kind);
            self.pool.install(|| commit(bank, words, &pieces));
            if kind != self.wanted.kind {
                // Those of the start type are counted when they are compared with the labels.
                self.programs += seen;
                *self.levels.last_mut().map_or(&mut 0, |level| &mut level.programs) += seen;
            }
            self.told();
            if self.banks.bytes() > self.settings.memory {
                self.full_at = size;
                return None;
            }
            if let Some(ended) = self.ended() {
                return Some(ended);
            }
        }
    }

    /// Compares the expressions of the start type of one size with the labels.
    fn check(&mut self, size: usize) -> Option<Ended> {
        let levels = self.banks.levels();
        let (grammar, layout) = (self.grammar, &self.kernels.layout);
        let mut all = tasks(grammar, layout, &levels, self.wanted.kind, size, self.stored);
        loop {
            let round: Vec<_> = all.by_ref().take(ROUND).collect();
            if round.is_empty() {
                return None;
            }
            let world = World { grammar: self.grammar, kernels: self.kernels, banks: &self.banks };
            let checker = Checker {
                world: &world,
                stored: self.stored,
                levels: &levels,
                unwanted: self.best.unwanted(),
                wanted: self.wanted,
                clock: &self.clock,
            };
            let k = self.settings.k;
            let pieces: Vec<Checked> = self.pool.install(|| {
                let piece = |task| {
                    if self.clock.ended().is_some() {
                        return Checked::default();
                    }
                    let found = simd::checked(&checker, task, k);
                    self.progress.programs.fetch_add(found.seen, Ordering::Relaxed);
                    found
                };
                round.par_iter().map(piece).collect()
            });
            for found in pieces {
                self.programs += found.seen;
                self.levels[size - 1].programs += found.seen;
                for offer in found.offers {
                    self.best.offer(offer.errors, size, offer.key, || offer.expr);
                }
            }
            if self.found_at.is_none() && self.best.exact() > 0 {
                self.found_at = Some(self.programs);
            }
            self.told();
            if let Some(ended) = self.ended() {
                return Some(ended);
            }
        }
    }

    fn told(&self) {
        let distinct: usize = self.banks.0.iter().map(Bank::len).sum();
        self.progress.distinct.store(distinct as u64, Ordering::Relaxed);
        self.progress.programs.store(self.programs, Ordering::Relaxed);
        self.progress.errors.store(self.best.errors().map_or(-1, i64::from), Ordering::Relaxed);
    }

    fn into_found(self, ended: Ended, target: &Target, text: bool) -> Found {
        let asked = self.settings.max_size.unwrap_or(0).min(COUNTED);
        let log2_counts = Counts::new(self.grammar, self.levels.len().max(asked)).log2(self.wanted.kind);
        let memory = self.banks.bytes();
        let programs = self.best.into_sorted().into_iter().map(|kept| Program {
            source: python::module(&kept.expr, target, text, self.grammar),
            expression: Written(&kept.expr, text).to_string(),
            size: kept.size,
            errors: kept.errors,
            bits: log2_counts[kept.size],
        });
        let needed = self.lags.map(|lag| lag.is_some());
        let mut levels = self.levels;
        for level in &mut levels {
            level.stored = level.distinct.iter().zip(needed).all(|(count, needed)| count.is_some() || !needed);
        }
        Found {
            programs: programs.collect(),
            levels,
            ended,
            full_at: self.full_at,
            memory,
            seconds: self.clock.seconds(),
            kind: self.wanted.kind,
            log2_counts,
        }
    }
}
