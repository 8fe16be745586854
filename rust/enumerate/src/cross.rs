//! A rule over many arguments: every combination is evaluated, in batches.

use std::ops::Range;

use crate::bank::{Bank, Banks, Origin, made};
use crate::expr::Expr;
use crate::grammar::{Grammar, Make, Rule};
use crate::kernels::{Kernels, pairs};
use crate::op::Op;
use crate::remake::{Maker, lean};
use crate::types::Type;

/// Values of a batch: enough to have many reads of the set of keys under way.
pub(crate) const BATCH: usize = 64;

/// Where the values of one argument come from.
#[derive(Clone, Copy)]
pub(crate) enum Operand<'a> {
    /// Stored ones.
    Stored(&'a Bank, usize, usize),
    /// Stored ones that had to be made: the type, the number of the first, and the values.
    Remade(Type, usize, &'a [u64], usize),
    /// Ones that were made again.
    Again(&'a Again<'a>),
}

/// Values that are not stored, with what made them.
pub(crate) struct Again<'a> {
    pub(crate) rule: u32,
    pub(crate) args: &'a [Operand<'a>],
    pub(crate) words: usize,
    pub(crate) values: Vec<u64>,
    pub(crate) numbers: Vec<[u32; 3]>,
}

impl<'a> Operand<'a> {
    /// The stored values of a range; `room` holds them where they have to be made.
    #[inline(always)]
    pub(crate) fn stored<const AVX2: bool>(
        world: &'a World<'_>,
        kind: Type,
        range: &Range<usize>,
        room: &'a mut Vec<u64>,
    ) -> Self {
        if !lean(kind) {
            return Self::Stored(world.banks.of(kind), range.start, range.end);
        }
        *room = Maker::new(world).values::<AVX2>(kind, range);
        Self::Remade(kind, range.start, room, world.words(kind))
    }

    fn len(&self) -> usize {
        match self {
            Self::Stored(_, start, end) => end - start,
            Self::Remade(.., values, words) => values.len() / words,
            Self::Again(again) => again.numbers.len(),
        }
    }

    #[inline(always)]
    fn value(&self, at: usize) -> &'a [u64] {
        match self {
            Self::Stored(bank, start, _) => bank.value(start + at),
            Self::Remade(.., values, words) => &values[at * words..][..*words],
            Self::Again(again) => &again.values[at * again.words..][..again.words],
        }
    }

    /// Values from `at` on that lie in one piece, and how many.
    #[inline(always)]
    fn piece(&self, at: usize) -> (&'a [u64], usize) {
        match self {
            Self::Stored(bank, start, end) => bank.piece(start + at, *end),
            Self::Remade(.., values, words) => (&values[at * words..], values.len() / words - at),
            Self::Again(again) => (&again.values[at * again.words..], again.numbers.len() - at),
        }
    }

    #[inline(always)]
    fn number(&self, at: usize) -> u32 {
        match self {
            Self::Stored(_, start, _) | Self::Remade(_, start, ..) => (start + at) as u32,
            Self::Again(_) => at as u32,
        }
    }

    /// The value of a number that `number` gave.
    fn numbered(&self, number: u32) -> &'a [u64] {
        match self {
            Self::Stored(bank, ..) => bank.value(number as usize),
            Self::Remade(_, start, values, words) => &values[(number as usize - start) * words..][..*words],
            Self::Again(again) => &again.values[number as usize * again.words..][..again.words],
        }
    }

    fn expr(&self, world: &World<'_>, number: u32) -> Expr {
        match self {
            Self::Stored(Bank { kind, .. }, ..) | Self::Remade(kind, ..) => {
                world.banks.expr(world.grammar, &world.kernels.layout, *kind, number as usize)
            }
            Self::Again(again) => world.expr(again.rule, again.args, again.numbers[number as usize]),
        }
    }
}

/// What every worker reads and none writes.
pub(crate) struct World<'a> {
    pub(crate) grammar: &'a Grammar,
    pub(crate) kernels: &'a Kernels,
    pub(crate) banks: &'a Banks,
}

impl World<'_> {
    /// The expression that a rule makes of its arguments with these numbers.
    pub(crate) fn expr(&self, rule: u32, args: &[Operand<'_>], numbers: [u32; 3]) -> Expr {
        let inner = args.iter().zip(numbers).map(|(arg, number)| arg.expr(self, number)).collect();
        let first = args.first().map(|arg| arg.numbered(numbers[0]));
        made(self.grammar, &self.kernels.layout, Origin { rule, args: numbers }, inner, first)
    }

    pub(crate) fn words(&self, kind: Type) -> usize {
        self.kernels.layout.size(kind)
    }
}

/// Some evaluated expressions of one rule.
pub(crate) struct Batch {
    pub(crate) len: usize,
    pub(crate) words: usize,
    values: Vec<u64>,
    pub(crate) numbers: [[u32; 3]; BATCH],
    /// Expressions evaluated, with those that are undefined.
    pub(crate) seen: u64,
}

impl Batch {
    pub(crate) fn new(words: usize) -> Self {
        Self { len: 0, words, values: vec![0; words * BATCH], numbers: [[0; 3]; BATCH], seen: 0 }
    }

    #[inline(always)]
    pub(crate) fn value(&self, at: usize) -> &[u64] {
        &self.values[at * self.words..][..self.words]
    }
}

/// Evaluates a rule on every combination of its arguments and hands the values on in batches, in a fixed order.
#[inline(always)]
pub(crate) fn cross<const AVX2: bool>(
    kernels: &Kernels,
    rule: &Rule,
    args: &[Operand<'_>],
    triangle: bool,
    batch: &mut Batch,
    sink: &mut impl FnMut(&Batch),
) {
    let mut run = Run::<AVX2> { kernels, rule, batch };
    match args {
        [] => run.tries(&[], [0; 3], sink),
        [a] => {
            for i in 0..a.len() {
                run.tries(&[a.value(i)], [a.number(i), 0, 0], sink);
            }
        }
        [a, b] => {
            for i in 0..a.len() {
                let from = if triangle { (a.number(i).max(b.number(0)) - b.number(0)) as usize } else { 0 };
                if let Make::Op(op @ (Op::And | Op::Or | Op::Xor)) = rule.make {
                    run.conditions(op, a, i, b, from, sink);
                } else {
                    for j in from..b.len() {
                        run.tries(&[a.value(i), b.value(j)], [a.number(i), b.number(j), 0], sink);
                    }
                }
            }
        }
        [a, b, c, ..] => {
            for i in 0..a.len() {
                for j in 0..b.len() {
                    for l in 0..c.len() {
                        let values = [a.value(i), b.value(j), c.value(l)];
                        run.tries(&values, [a.number(i), b.number(j), c.number(l)], sink);
                    }
                }
            }
        }
    }
    run.flush(sink);
}

struct Run<'a, const AVX2: bool> {
    kernels: &'a Kernels,
    rule: &'a Rule,
    batch: &'a mut Batch,
}

impl<const AVX2: bool> Run<'_, AVX2> {
    /// One combination of arguments with each constant.
    #[inline(always)]
    fn tries(&mut self, args: &[&[u64]], numbers: [u32; 3], sink: &mut impl FnMut(&Batch)) {
        if let Some(len) = self.rule.choices.word {
            self.words(args[0], len, numbers[0], sink);
        } else if let Make::Op(Op::Balanced) = self.rule.make {
            self.brackets(args[0], numbers[0], sink);
        } else if self.rule.choices.is_none() {
            self.one(&[], args, numbers, sink);
        } else {
            for (at, constants) in self.rule.choices.tried.iter().enumerate() {
                self.one(constants, args, [numbers[0], numbers[1], at as u32], sink);
            }
        }
    }

    /// Each set of brackets over the same tokens.
    fn brackets(&mut self, value: &[u64], number: u32, sink: &mut impl FnMut(&Batch)) {
        let tried = &self.rule.choices.tried;
        let Some(first) = tried.first() else { return };
        let tokens = self.kernels.tokens(value, first[0] as usize);
        for (at, constants) in tried.iter().enumerate() {
            let (filled, words) = (self.batch.len, self.batch.words);
            self.kernels.balanced(&tokens, constants, &mut self.batch.values[filled * words..][..words]);
            self.batch.seen += 1;
            self.kept([number, 0, at as u32], sink);
        }
    }

    /// Where each word of a length begins, of those that occur.
    #[inline(always)]
    fn words(&mut self, value: &[u64], len: usize, number: u32, sink: &mut impl FnMut(&Batch)) {
        let found = words(self.kernels, value, len);
        let symbols: Vec<i64> = found.iter().flat_map(|(_, word)| word.iter().copied()).collect();
        let planes = self.kernels.planes::<AVX2>(value, &symbols);
        for (place, word) in found {
            let (at, words) = (self.batch.len, self.batch.words);
            self.kernels.matches(value, &planes, &word, &mut self.batch.values[at * words..][..words]);
            self.batch.seen += 1;
            self.kept([number, 0, place], sink);
        }
    }

    #[inline(always)]
    fn one(&mut self, constants: &[i64], args: &[&[u64]], numbers: [u32; 3], sink: &mut impl FnMut(&Batch)) {
        let (at, words) = (self.batch.len, self.batch.words);
        let out = &mut self.batch.values[at * words..][..words];
        self.batch.seen += 1;
        let defined = match &self.rule.make {
            Make::Op(op) => self.kernels.eval::<AVX2>(*op, constants, args, out),
            Make::Body(body) => body.eval(self.kernels, args).is_some_and(|value| {
                out.copy_from_slice(&value);
                true
            }),
            Make::Feature(values, _) => self.kernels.given(self.rule.result, values, out),
        };
        if defined {
            self.kept(numbers, sink);
        }
    }

    #[inline(always)]
    fn kept(&mut self, numbers: [u32; 3], sink: &mut impl FnMut(&Batch)) {
        self.batch.numbers[self.batch.len] = numbers;
        self.batch.len += 1;
        if self.batch.len == BATCH {
            self.flush(sink);
        }
    }

    /// A condition joined with many: no call, no branch per expression.
    #[inline(always)]
    fn conditions(
        &mut self,
        op: Op,
        a: &Operand<'_>,
        i: usize,
        b: &Operand<'_>,
        from: usize,
        sink: &mut impl FnMut(&Batch),
    ) {
        let (value, number) = (a.value(i), a.number(i));
        let mut at = from;
        while at < b.len() {
            let (piece, left) = b.piece(at);
            let (filled, words) = (self.batch.len, self.batch.words);
            let count = left.min(BATCH - filled);
            pairs(op, value, &piece[..count * words], &mut self.batch.values[filled * words..][..count * words]);
            let first = b.number(at);
            for (numbers, other) in self.batch.numbers[filled..filled + count].iter_mut().zip(first..) {
                *numbers = [number, other, 0];
            }
            self.batch.len += count;
            self.batch.seen += count as u64;
            at += count;
            if self.batch.len == BATCH {
                self.flush(sink);
            }
        }
    }

    #[inline(always)]
    fn flush(&mut self, sink: &mut impl FnMut(&Batch)) {
        if self.batch.len > 0 {
            sink(self.batch);
            self.batch.len = 0;
        }
    }
}

/// The distinct words of a length in a seq value, each with the first place where it stands.
fn words(kernels: &Kernels, value: &[u64], len: usize) -> Vec<(u32, Vec<i64>)> {
    let layout = &kernels.layout;
    let lens = &kernels.shapes.of(value).lens;
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::new();
    let mut row_items = Vec::new();
    for (row, &row_len) in lens.iter().enumerate() {
        row_items.clear();
        row_items.extend((0..usize::from(row_len)).map(|at| i64::from(layout.item(value, row, at))));
        for (at, word) in row_items.windows(len).enumerate() {
            if !seen.contains(word) {
                seen.insert(word.to_vec());
                found.push(((row * layout.longest + at) as u32, word.to_vec()));
            }
        }
    }
    // The greatest first: where 0 and 1 do the same on rows of an even length, 1 is what a person would write.
    found.sort_unstable_by(|(_, a), (_, b)| b.cmp(a));
    found
}
