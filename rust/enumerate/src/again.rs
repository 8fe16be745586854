//! When memory is full: sizes that are not stored are made again, from those that are, whenever a larger one needs them.
//!
//! Of the start type each expression is compared with the labels and let go. What stands inside is made anew for every use, in pieces; a
//! piece leaves out what a stored, smaller value does, and what it has twice itself. So the search stays complete and its memory
//! bounded; what it loses is time, since two unstored expressions of one behaviour are both used.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use crate::bank::Levels;
use crate::clock::Clock;
use crate::cross::{Again, Batch, Operand, World, cross};
use crate::expr::Expr;
use crate::grammar::{Grammar, Rule};
use crate::jobs::{Job, of_split, splits};
use crate::keys::key;
use crate::simd::stored;
use crate::types::{Layout, Type};
use crate::wanted::Wanted;

/// Values of one piece that is made again.
const PIECE: usize = 1 << 11;

/// One piece of work on a size that is not stored.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    /// All arguments are stored.
    Stored(Job),
    /// One argument is made again by a piece over stored ones; the others are whatever they are.
    Inner { rule: u32, sizes: [usize; 3], slot: usize, job: Job },
    /// One argument is made again of arguments that are made again.
    Deep { rule: u32, sizes: [usize; 3], slot: usize, inner: u32, inner_sizes: [usize; 3] },
}

/// The pieces of work of one size of the start type, in a fixed order. Sizes from `stored` on, by type, are not stored.
pub(crate) fn tasks<'a>(
    grammar: &'a Grammar,
    layout: &'a Layout,
    levels: &'a Levels,
    kind: Type,
    size: usize,
    stored: [usize; 4],
) -> impl Iterator<Item = Task> + 'a {
    // Of a split with a stored argument of which there is none, nothing comes.
    let possible = move |rule: &Rule, sizes: &[usize; 3]| {
        rule.args
            .iter()
            .zip(sizes)
            .all(|(&kind, &size)| size >= stored[kind as usize] || !levels.of(kind, size).is_empty())
    };
    grammar.of(kind).flat_map(move |(number, rule)| {
        splits(rule, size).into_iter().filter(move |sizes| possible(rule, sizes)).flat_map(
            move |sizes| -> Box<dyn Iterator<Item = Task> + 'a> {
                let Some(slot) = unstored(rule, sizes, stored) else {
                    return Box::new(of_split(layout, levels, number, rule, sizes).map(Task::Stored));
                };
                let inner_rules = grammar.of(rule.args[slot]);
                Box::new(inner_rules.flat_map(move |(inner, inner_rule)| {
                    splits(inner_rule, sizes[slot])
                        .into_iter()
                        .filter(move |sizes| possible(inner_rule, sizes))
                        .flat_map(move |inner_sizes| -> Box<dyn Iterator<Item = Task> + 'a> {
                            if unstored(inner_rule, inner_sizes, stored).is_none() {
                                let jobs = of_split(layout, levels, inner, inner_rule, inner_sizes);
                                Box::new(jobs.map(move |job| Task::Inner { rule: number, sizes, slot, job }))
                            } else {
                                Box::new(std::iter::once(Task::Deep { rule: number, sizes, slot, inner, inner_sizes }))
                            }
                        })
                }))
            },
        )
    })
}

/// The first argument that is not stored.
fn unstored(rule: &Rule, sizes: [usize; 3], stored: [usize; 4]) -> Option<usize> {
    rule.args.iter().zip(sizes).position(|(&kind, size)| size >= stored[kind as usize])
}

/// A program that fits better than what is kept already.
pub(crate) struct Offer {
    pub(crate) errors: u32,
    pub(crate) key: u128,
    pub(crate) expr: Expr,
}

/// Runs the pieces of one thread.
pub(crate) struct Checker<'a> {
    pub(crate) world: &'a World<'a>,
    pub(crate) stored: [usize; 4],
    pub(crate) levels: &'a Levels,
    /// Programs with so many errors are not wanted.
    pub(crate) unwanted: u32,
    pub(crate) wanted: &'a Wanted,
    pub(crate) clock: &'a Clock<'a>,
}

/// What one piece found.
#[derive(Default)]
pub(crate) struct Checked {
    pub(crate) offers: Vec<Offer>,
    keys: HashSet<u128>,
    exact: usize,
    pub(crate) seen: u64,
}

impl Checker<'_> {
    /// Offers of one piece, at most about `k` of them without error.
    #[inline(always)]
    pub(crate) fn run<const AVX2: bool>(&self, task: &Task, k: usize) -> Checked {
        let mut found = Checked::default();
        match task {
            Task::Stored(job) => {
                let rule = &self.world.grammar.rules[job.rule as usize];
                let mut rooms = [const { Vec::new() }; 3];
                let args = stored::<AVX2>(self.world, rule, job, &mut rooms);
                self.check::<AVX2>(job.rule, &args, job.triangle, k, &mut found);
            }
            Task::Inner { rule, sizes, slot, job } => {
                let inner = &self.world.grammar.rules[job.rule as usize];
                let mut rooms = [const { Vec::new() }; 3];
                let args = stored::<AVX2>(self.world, inner, job, &mut rooms);
                self.remade::<AVX2>(job.rule, &args, job.triangle, &mut |made| {
                    self.outer::<AVX2>(*rule, *sizes, &mut vec![], Some((*slot, made)), k, &mut found);
                });
            }
            Task::Deep { rule, sizes, slot, inner, inner_sizes } => {
                self.fill::<AVX2>(*inner, *inner_sizes, &mut vec![], &mut |args| {
                    self.remade::<AVX2>(*inner, args, false, &mut |made| {
                        self.outer::<AVX2>(*rule, *sizes, &mut vec![], Some((*slot, made)), k, &mut found);
                    });
                });
            }
        }
        found
    }

    /// Chooses the arguments beside the one that is given, and compares what the rule makes of all with the labels.
    fn outer<const AVX2: bool>(
        &self,
        rule: u32,
        sizes: [usize; 3],
        args: &mut Vec<Operand<'_>>,
        given: Option<(usize, Operand<'_>)>,
        k: usize,
        found: &mut Checked,
    ) {
        let types = &self.world.grammar.rules[rule as usize].args;
        let at = args.len();
        if at == types.len() {
            self.check::<AVX2>(rule, args, false, k, found);
        } else if let Some((_, operand)) = given.filter(|(slot, _)| *slot == at) {
            self.with(args, operand, &mut |args| self.outer::<AVX2>(rule, sizes, args, given, k, found));
        } else {
            self.each::<AVX2>(types[at], sizes[at], &mut |operand| {
                self.with(args, operand, &mut |args| self.outer::<AVX2>(rule, sizes, args, given, k, found));
            });
        }
    }

    /// Chooses all arguments of a rule.
    fn fill<const AVX2: bool>(
        &self,
        rule: u32,
        sizes: [usize; 3],
        args: &mut Vec<Operand<'_>>,
        then: &mut dyn FnMut(&[Operand<'_>]),
    ) {
        let types = &self.world.grammar.rules[rule as usize].args;
        let at = args.len();
        if at == types.len() {
            then(args);
        } else {
            self.each::<AVX2>(types[at], sizes[at], &mut |operand| {
                self.with(args, operand, &mut |args| self.fill::<AVX2>(rule, sizes, args, then));
            });
        }
    }

    fn with(&self, args: &[Operand<'_>], operand: Operand<'_>, then: &mut dyn FnMut(&mut Vec<Operand<'_>>)) {
        // One task may take long: it looks at the clock itself.
        if self.clock.ended().is_none() {
            let mut more = args.to_vec();
            more.push(operand);
            then(&mut more);
        }
    }

    /// The values of a type and size, in pieces: stored ones as they lie, others made again.
    fn each<const AVX2: bool>(&self, kind: Type, size: usize, visit: &mut dyn FnMut(Operand<'_>)) {
        if size < self.stored[kind as usize] {
            let level = self.levels.of(kind, size);
            for start in level.clone().step_by(PIECE) {
                let mut room = Vec::new();
                let range = start..(start + PIECE).min(level.end);
                visit(Operand::stored::<AVX2>(self.world, kind, &range, &mut room));
            }
            return;
        }
        for (number, rule) in self.world.grammar.of(kind) {
            for sizes in splits(rule, size) {
                self.fill::<AVX2>(number, sizes, &mut vec![], &mut |args| {
                    self.remade::<AVX2>(number, args, false, visit);
                });
            }
        }
    }

    /// What a rule makes of arguments, without what is stored already, in pieces.
    fn remade<const AVX2: bool>(
        &self,
        number: u32,
        args: &[Operand<'_>],
        triangle: bool,
        visit: &mut dyn FnMut(Operand<'_>),
    ) {
        let rule = &self.world.grammar.rules[number as usize];
        let known = &self.world.banks.of(rule.result).keys;
        let words = self.world.words(rule.result);
        let mut own = HashSet::new();
        let mut made = Again { rule: number, args, words, values: vec![], numbers: vec![] };
        let mut batch = Batch::new(words);
        cross::<AVX2>(self.world.kernels, rule, args, triangle, &mut batch, &mut |batch| {
            if self.clock.halt.load(Ordering::Relaxed) {
                return;
            }
            for at in 0..batch.len {
                let key = key(rule.result, batch.value(at));
                if !known.contains(key) && own.insert(key) {
                    made.values.extend_from_slice(batch.value(at));
                    made.numbers.push(batch.numbers[at]);
                }
            }
            if made.numbers.len() >= PIECE {
                visit(Operand::Again(&made));
                made.values.clear();
                made.numbers.clear();
                own.clear();
            }
        });
        if !made.numbers.is_empty() {
            visit(Operand::Again(&made));
        }
    }

    /// Counts the errors of what a rule of the start type makes of its arguments.
    #[inline(always)]
    fn check<const AVX2: bool>(
        &self,
        number: u32,
        args: &[Operand<'_>],
        triangle: bool,
        k: usize,
        found: &mut Checked,
    ) {
        let rule = &self.world.grammar.rules[number as usize];
        let mut batch = Batch::new(self.world.words(rule.result));
        cross::<AVX2>(self.world.kernels, rule, args, triangle, &mut batch, &mut |batch| {
            for at in 0..batch.len {
                let errors = self.wanted.errors(batch.value(at));
                let keep = if errors == 0 { found.exact < k } else { errors < self.unwanted };
                if keep {
                    let key = key(rule.result, batch.value(at));
                    if errors == 0 {
                        found.exact += 1;
                    } else if self.world.banks.of(rule.result).keys.contains(key) || !found.keys.insert(key) {
                        continue;
                    }
                    let expr = self.world.expr(number, args, batch.numbers[at]);
                    found.offers.push(Offer { errors, key, expr });
                }
            }
        });
        found.seen += batch.seen;
    }
}
