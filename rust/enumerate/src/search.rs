//! The search: size after size, round after round, until enough is found or something runs out.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rayon::ThreadPool;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::again::{Checked, Checker, tasks};
use crate::bank::Banks;
use crate::best::Best;
use crate::commit::{Fresh, commit};
use crate::counting::Counts;
use crate::cross::{Batch, Operand, World, cross};
use crate::grammar::Grammar;
use crate::jobs::{Job, of_size};
use crate::kernels::Kernels;
use crate::keys::key;
use crate::rows::{Rows, Target};
use crate::types::{Type, ints, ints_mut};
use crate::{Error, python};

/// Pieces that are evaluated before what they found is put in order. The same whatever the number of threads.
const ROUND: usize = 64;
/// After the first program that fits, at least so many more are looked at, and at least as many as before it.
const MORE: u64 = 1 << 20;
/// Sizes that were asked for and not reached are counted up to this one, which takes a fraction of a second.
const COUNTED: usize = 1000;

/// When to stop, and what may be used.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Programs to keep.
    pub k: usize,
    /// The largest size to look at.
    pub max_size: Option<usize>,
    /// Wall time.
    pub time: Option<Duration>,
    /// Bytes of the stored values, their keys and origins. When they are full nothing more is stored.
    pub memory: usize,
    /// Threads; 0 for all cores.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { k: 5, max_size: None, time: None, memory: 2 << 30, threads: 0 }
    }
}

/// What another thread may look at while the search runs.
#[derive(Debug)]
pub struct Progress {
    /// The size that is being made.
    pub size: AtomicU64,
    /// Expressions evaluated.
    pub programs: AtomicU64,
    /// Distinct values stored.
    pub distinct: AtomicU64,
    /// Training errors of the best program; -1 while there is none.
    pub errors: AtomicI64,
    /// The first size that is not stored; 0 while all are.
    pub stored_below: AtomicU64,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            size: AtomicU64::new(0),
            programs: AtomicU64::new(0),
            distinct: AtomicU64::new(0),
            errors: AtomicI64::new(-1),
            stored_below: AtomicU64::new(0),
        }
    }
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Programs without training error are known, and enough was looked at after the first.
    Found,
    /// All sizes that were asked for are done.
    MaxSize,
    /// The time is over.
    Time,
    /// The grammar has no more behaviours on these rows.
    Exhausted,
    /// The caller asked to stop.
    Interrupted,
}

impl Ended {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::MaxSize => "max_size",
            Self::Time => "time",
            Self::Exhausted => "exhausted",
            Self::Interrupted => "interrupted",
        }
    }
}

/// One of the best programs.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// A Python module that defines f.
    pub source: String,
    /// The expression in the notation of docs/enumeration.md.
    pub expression: String,
    /// Sum of the sizes of its rules.
    pub size: usize,
    /// Training rows on which it errs.
    pub errors: u32,
    /// log2 of the number of programs of its size.
    pub bits: f64,
}

/// One size.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The size.
    pub size: usize,
    /// Expressions evaluated.
    pub programs: u64,
    /// New behaviours by type, in the order of `Type::ALL`; none is counted where none is stored.
    pub distinct: [u64; 4],
    /// Wall time from the start of the search to the end of this size.
    pub seconds: f64,
    /// Whether its values are stored.
    pub stored: bool,
    /// Whether all of it was looked at.
    pub complete: bool,
}

/// What a search gives.
#[derive(Clone, Debug)]
pub struct Found {
    /// At most k, best first.
    pub programs: Vec<Program>,
    /// The sizes looked at.
    pub levels: Vec<Level>,
    /// Why it ended.
    pub ended: Ended,
    /// The first size that is not stored; 0 when all are.
    pub stored_below: usize,
    /// Bytes in use at the end.
    pub memory: usize,
    /// Wall time.
    pub seconds: f64,
    /// log2 of the number of programs of each size, up to the largest begun or asked for; -1 where there is none.
    pub log2_counts: Vec<f64>,
    /// What programs give.
    pub kind: Type,
}

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
        stop,
        halt: AtomicBool::new(false),
        progress,
        start: Instant::now(),
        best: Best::new(settings.k),
        levels: vec![],
        programs: 0,
        found_at: None,
        stored_below: 0,
    };
    let ended = run.sizes();
    Ok(run.into_found(ended, target, rows.text))
}

/// The behaviour that is asked for.
struct Wanted {
    kind: Type,
    value: Vec<u64>,
    key: u128,
    rows: usize,
}

impl Wanted {
    fn new(rows: &Rows, target: &Target) -> Result<Self, Error> {
        let layout = crate::types::Layout::of(rows);
        let (kind, count) = match target {
            Target::Bool { truth, .. } => (Type::Bool, truth.len()),
            Target::Int(labels) => (Type::Int, labels.len()),
        };
        if count != rows.count() {
            return Err(Error::Usage(format!("{} rows but {count} labels", rows.count())));
        }
        let mut value = vec![0; layout.words(kind)];
        match target {
            Target::Bool { truth, .. } => {
                for (row, _) in truth.iter().enumerate().filter(|(_, truth)| **truth) {
                    value[row / 64] |= 1 << (row % 64);
                }
            }
            Target::Int(labels) => ints_mut(&mut value)[..count].copy_from_slice(labels),
        }
        Ok(Self { kind, key: key(kind, &value), value, rows: count })
    }

    /// Rows on which a value differs.
    #[inline(always)]
    fn errors(&self, value: &[u64]) -> u32 {
        if self.kind == Type::Bool {
            return value.iter().zip(&self.value).map(|(a, b)| (a ^ b).count_ones()).sum();
        }
        let pairs = ints(value).iter().zip(ints(&self.value)).take(self.rows);
        pairs.map(|(a, b)| u32::from(a != b)).sum()
    }
}

struct Search<'a> {
    grammar: &'a Grammar,
    kernels: &'a Kernels,
    wanted: &'a Wanted,
    settings: &'a Settings,
    pool: ThreadPool,
    stop: &'a (dyn Fn() -> bool + Sync),
    /// Set when pieces still to come need not be looked at.
    halt: AtomicBool,
    progress: &'a Progress,
    start: Instant,
    banks: Banks,
    best: Best,
    levels: Vec<Level>,
    programs: u64,
    /// Expressions seen when the first program without error was.
    found_at: Option<u64>,
    /// 0 while everything is stored.
    stored_below: usize,
}

/// How a size came to its end.
enum Size {
    Done,
    Full,
    Ended(Ended),
}

impl Search<'_> {
    fn sizes(&mut self) -> Ended {
        for size in 1.. {
            if self.settings.max_size.is_some_and(|most| size > most) {
                return Ended::MaxSize;
            }
            if self.found_at.is_some() {
                return Ended::Found;
            }
            if self.exhausted(size) {
                return Ended::Exhausted;
            }
            self.progress.size.store(size as u64, Ordering::Relaxed);
            let (best, programs) = (self.best.clone(), self.programs);
            let mut done = if self.stored_below == 0 { self.storing(size) } else { self.checking(size) };
            if matches!(done, Size::Full) {
                for bank in &mut self.banks.0 {
                    bank.forget_open();
                }
                (self.best, self.programs, self.stored_below) = (best, programs, size);
                self.progress.stored_below.store(size as u64, Ordering::Relaxed);
                done = self.checking(size);
            }
            let ended = if let Size::Ended(ended) = done { Some(ended) } else { None };
            let stored = self.stored_below == 0;
            let distinct = Type::ALL.map(|kind| {
                let bank = self.banks.of_mut(kind);
                let new = bank.open() as u64;
                if stored {
                    bank.close();
                }
                new
            });
            self.levels.push(Level {
                size,
                programs: self.programs - programs,
                distinct,
                seconds: self.start.elapsed().as_secs_f64(),
                stored,
                complete: ended.is_none(),
            });
            if let Some(ended) = ended {
                return ended;
            }
        }
        Ended::MaxSize
    }

    /// Nothing larger can be made: the sizes that could be put together are all empty.
    fn exhausted(&self, size: usize) -> bool {
        let Some(largest) = self.levels.iter().rev().find(|level| level.distinct.iter().any(|&count| count > 0)) else {
            return self.stored_below == 0 && size > self.grammar.rules.iter().map(|rule| rule.size).max().unwrap_or(0);
        };
        let most = |rule: &crate::grammar::Rule| rule.size + rule.args.len() * largest.size;
        self.stored_below == 0 && size > self.grammar.rules.iter().map(most).max().unwrap_or(0)
    }

    fn ended(&self) -> Option<Ended> {
        if (self.stop)() {
            return Some(Ended::Interrupted);
        }
        if self.settings.time.is_some_and(|limit| self.start.elapsed() >= limit) {
            return Some(Ended::Time);
        }
        let enough = |at: u64| self.best.exact() >= self.settings.k || self.programs - at >= at.max(MORE);
        self.found_at.is_some_and(enough).then_some(Ended::Found)
    }

    /// All types at one size, stored.
    fn storing(&mut self, size: usize) -> Size {
        let levels = self.banks.levels();
        for kind in Type::ALL {
            let mut jobs = of_size(self.grammar, &self.kernels.layout, &levels, kind, size);
            loop {
                let round: Vec<Job> = jobs.by_ref().take(ROUND).collect();
                if round.is_empty() {
                    break;
                }
                self.store(kind, size, &round);
                if self.banks.bytes() > self.settings.memory {
                    return Size::Full;
                }
                if let Some(ended) = self.ended() {
                    return Size::Ended(ended);
                }
            }
        }
        Size::Done
    }

    fn store(&mut self, kind: Type, size: usize, jobs: &[Job]) {
        let world = World { grammar: self.grammar, kernels: self.kernels, banks: &self.banks };
        let wanted = (kind == self.wanted.kind).then_some(self.wanted.key);
        let (k, progress) = (self.settings.k, self.progress);
        let pieces: Vec<(u32, Fresh)> = self.pool.install(|| {
            let piece = |job: &Job| {
                let mut fresh = Fresh::default();
                if !self.overdue() {
                    fresh_of(&world, job, wanted, k, &mut fresh);
                    progress.programs.fetch_add(fresh.seen, Ordering::Relaxed);
                }
                (job.rule, fresh)
            };
            jobs.par_iter().map(piece).collect()
        });
        for (rule, fresh) in &pieces {
            self.programs += fresh.seen;
            let args: Vec<Operand<'_>> = self.grammar.rules[*rule as usize]
                .args
                .iter()
                .map(|&arg| Operand::stored(self.banks.of(arg), &(0..0)))
                .collect();
            for &numbers in &fresh.hits {
                self.best.offer(0, size, self.wanted.key, || world.expr(*rule, &args, numbers));
            }
        }
        let before = self.banks.of(kind).len();
        let bank = self.banks.of_mut(kind);
        self.pool.install(|| commit(bank, &pieces));
        if kind == self.wanted.kind {
            for at in before..self.banks.of(kind).len() {
                let value = self.banks.of(kind).value(at);
                let errors = self.wanted.errors(value);
                if errors > 0 && errors < self.best.unwanted() {
                    let key = key(kind, value);
                    let banks = &self.banks;
                    let (grammar, layout) = (self.grammar, &self.kernels.layout);
                    self.best.offer(errors, size, key, || banks.expr(grammar, layout, kind, at));
                }
            }
        }
        self.told();
    }

    /// The start type at one size, compared with the labels and not stored.
    fn checking(&mut self, size: usize) -> Size {
        let levels = self.banks.levels();
        let (grammar, layout) = (self.grammar, &self.kernels.layout);
        let mut all = tasks(grammar, layout, &levels, self.wanted.kind, size, self.stored_below);
        loop {
            let round: Vec<_> = all.by_ref().take(ROUND).collect();
            if round.is_empty() {
                return Size::Done;
            }
            let world = World { grammar: self.grammar, kernels: self.kernels, banks: &self.banks };
            let checker = Checker {
                world: &world,
                stored: self.stored_below,
                levels: &levels,
                unwanted: self.best.unwanted(),
                errors: &|value| self.wanted.errors(value),
                stop: &self.halt,
            };
            let k = self.settings.k;
            let pieces: Vec<Checked> = self.pool.install(|| {
                let piece = |task| {
                    if self.overdue() {
                        return Checked::default();
                    }
                    let found = checked(&checker, task, k);
                    self.progress.programs.fetch_add(found.seen, Ordering::Relaxed);
                    found
                };
                round.par_iter().map(piece).collect()
            });
            for found in pieces {
                self.programs += found.seen;
                for offer in found.offers {
                    self.best.offer(offer.errors, size, offer.key, || offer.expr);
                }
            }
            self.told();
            if let Some(ended) = self.ended() {
                return Size::Ended(ended);
            }
        }
    }

    /// Whether pieces still to come need not be looked at.
    fn overdue(&self) -> bool {
        let due = (self.stop)() || self.settings.time.is_some_and(|limit| self.start.elapsed() >= limit);
        if due {
            self.halt.store(true, Ordering::Relaxed);
        }
        due
    }

    fn told(&mut self) {
        if self.found_at.is_none() && self.best.exact() > 0 {
            self.found_at = Some(self.programs);
        }
        let distinct: usize = self.banks.0.iter().map(crate::bank::Bank::len).sum();
        self.progress.distinct.store(distinct as u64, Ordering::Relaxed);
        self.progress.programs.store(self.programs, Ordering::Relaxed);
        self.progress.errors.store(self.best.errors().map_or(-1, i64::from), Ordering::Relaxed);
    }

    fn into_found(self, ended: Ended, target: &Target, text: bool) -> Found {
        let asked = self.settings.max_size.unwrap_or(0).min(COUNTED);
        let most = self.levels.last().map_or(asked, |level| level.size.max(asked));
        let log2_counts = Counts::new(self.grammar, most).log2(self.wanted.kind);
        let memory = self.banks.bytes();
        let programs = self.best.into_sorted().into_iter().map(|kept| Program {
            source: python::module(&kept.expr, target, text, self.grammar),
            expression: crate::expr::Written(&kept.expr, text).to_string(),
            size: kept.size,
            errors: kept.errors,
            bits: log2_counts[kept.size],
        });
        Found {
            programs: programs.collect(),
            levels: self.levels,
            ended,
            stored_below: self.stored_below,
            memory,
            seconds: self.start.elapsed().as_secs_f64(),
            kind: self.wanted.kind,
            log2_counts,
        }
    }
}

/// One piece, with the instructions that the processor has.
fn fresh_of(world: &World<'_>, job: &Job, wanted: Option<u128>, k: usize, fresh: &mut Fresh) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has them.
        return unsafe { fresh_of_avx2(world, job, wanted, k, fresh) };
    }
    fresh_with::<false>(world, job, wanted, k, fresh);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
unsafe fn fresh_of_avx2(world: &World<'_>, job: &Job, wanted: Option<u128>, k: usize, fresh: &mut Fresh) {
    fresh_with::<true>(world, job, wanted, k, fresh);
}

#[inline(always)]
fn fresh_with<const AVX2: bool>(world: &World<'_>, job: &Job, wanted: Option<u128>, k: usize, fresh: &mut Fresh) {
    let rule = &world.grammar.rules[job.rule as usize];
    let mut args = [const { None }; 3];
    for ((slot, &kind), range) in args.iter_mut().zip(&rule.args).zip(&job.ranges) {
        *slot = Some(Operand::stored(world.banks.of(kind), range));
    }
    let args: Vec<Operand<'_>> = args.into_iter().flatten().collect();
    let known = &world.banks.of(rule.result).keys;
    let mut batch = Batch::new(world.words(rule.result));
    cross::<AVX2>(world.kernels, rule, &args, job.triangle, &mut batch, &mut |batch| {
        fresh.take(rule.result, known, wanted, k, batch);
    });
    fresh.seen = batch.seen;
}

fn checked(checker: &Checker<'_>, task: &crate::again::Task, k: usize) -> Checked {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has them.
        return unsafe { checked_avx2(checker, task, k) };
    }
    checker.run::<false>(task, k)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
unsafe fn checked_avx2(checker: &Checker<'_>, task: &crate::again::Task, k: usize) -> Checked {
    checker.run::<true>(task, k)
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") && is_x86_feature_detected!("bmi2")
}
