//! What is stored: of each type the distinct values, in order of size, and how each was made. Of flags and integers only the
//! latter; see `remake`.

use crate::body::Body;
use crate::expr::Expr;
use crate::grammar::{Grammar, Make};
use crate::keys::KeySet;
use crate::remake::lean;
use crate::types::{Layout, Type};

/// How a value was made: the number of the rule, and the numbers of its arguments in their banks. Where the rule has a
/// constant, the last number is that of the constant, or the place where a word begins in the argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) rule: u32,
    pub(crate) args: [u32; 3],
}

/// Bytes of one block of values; blocks are never moved, so that growing needs no second copy.
const BLOCK_BYTES: usize = 1 << 20;

/// The distinct values of one type.
#[derive(Debug)]
pub(crate) struct Bank {
    pub(crate) kind: Type,
    /// Words of a stored value; 0 where values are made again.
    words: usize,
    per_block: usize,
    blocks: Vec<Vec<u64>>,
    origins: Vec<Vec<Origin>>,
    len: usize,
    /// `starts[s]` is the number of the first value of size s; the last is that of the size being made.
    starts: Vec<usize>,
    pub(crate) keys: KeySet,
    /// Keys of the size being made, so that it can be forgotten.
    open_keys: Vec<u128>,
}

impl Bank {
    fn new(kind: Type, layout: &Layout) -> Self {
        let words = if lean(kind) { 0 } else { layout.size(kind) };
        let per_block = (BLOCK_BYTES / (8 * words + size_of::<Origin>())).max(64);
        Self {
            kind,
            words,
            per_block,
            blocks: vec![],
            origins: vec![],
            len: 0,
            starts: vec![0, 0],
            keys: KeySet::new(),
            open_keys: vec![],
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn value(&self, at: usize) -> &[u64] {
        &self.blocks[at / self.per_block][at % self.per_block * self.words..][..self.words]
    }

    pub(crate) fn origin(&self, at: usize) -> Origin {
        self.origins[at / self.per_block][at % self.per_block]
    }

    /// The values from `at` on that lie in one piece, at most up to `end`.
    #[inline(always)]
    pub(crate) fn piece(&self, at: usize, end: usize) -> (&[u64], usize) {
        let within = at % self.per_block;
        let count = (self.per_block - within).min(end - at);
        (&self.blocks[at / self.per_block][within * self.words..][..count * self.words], count)
    }

    /// Stores a value, or, where values are made again, only its origin.
    pub(crate) fn push(&mut self, key: u128, value: &[u64], origin: Origin) {
        if self.len == self.blocks.len() * self.per_block {
            self.blocks.push(Vec::with_capacity(self.per_block * self.words));
            self.origins.push(Vec::with_capacity(self.per_block));
        }
        let last = self.blocks.len() - 1;
        self.blocks[last].extend_from_slice(&value[..self.words]);
        self.origins[last].push(origin);
        self.open_keys.push(key);
        self.len += 1;
    }

    /// How many values of the size being made there are.
    pub(crate) fn open(&self) -> usize {
        self.len - self.starts.last().unwrap_or(&0)
    }

    /// The size being made is finished.
    pub(crate) fn close(&mut self) {
        self.starts.push(self.len);
        self.open_keys = vec![];
    }

    /// Forgets the values of the size that is being made, and whatever room they took.
    pub(crate) fn forget_open(&mut self) {
        let start = *self.starts.last().unwrap_or(&0);
        self.len = start;
        self.blocks.truncate(start.div_ceil(self.per_block));
        self.origins.truncate(start.div_ceil(self.per_block));
        let left = start - start.saturating_sub(1) / self.per_block * self.per_block;
        if let (Some(block), Some(origins)) = (self.blocks.last_mut(), self.origins.last_mut()) {
            block.truncate(left * self.words);
            origins.truncate(left);
        }
        self.keys.remove(std::mem::take(&mut self.open_keys));
    }

    /// Memory in use.
    pub(crate) fn bytes(&self) -> usize {
        self.blocks.len() * self.per_block * (self.words * 8 + size_of::<Origin>())
            + self.keys.bytes()
            + self.open_keys.len() * size_of::<u128>()
    }
}

/// Where the finished sizes of each type stand in its bank.
#[derive(Clone, Debug)]
pub(crate) struct Levels([Vec<usize>; 4]);

impl Levels {
    /// The numbers of the values of a size; none of one that is not finished.
    pub(crate) fn of(&self, kind: Type, size: usize) -> std::ops::Range<usize> {
        match self.0[kind as usize].get(size..=size + 1) {
            Some(&[start, end]) => start..end,
            _ => 0..0,
        }
    }
}

/// The banks of all types.
#[derive(Debug)]
pub(crate) struct Banks(pub(crate) [Bank; 4]);

impl Banks {
    pub(crate) fn new(layout: &Layout) -> Self {
        Self(Type::ALL.map(|kind| Bank::new(kind, layout)))
    }

    #[inline(always)]
    pub(crate) fn of(&self, kind: Type) -> &Bank {
        &self.0[kind as usize]
    }

    pub(crate) fn of_mut(&mut self, kind: Type) -> &mut Bank {
        &mut self.0[kind as usize]
    }

    pub(crate) fn bytes(&self) -> usize {
        self.0.iter().map(Bank::bytes).sum()
    }

    pub(crate) fn levels(&self) -> Levels {
        Levels(std::array::from_fn(|at| self.0[at].starts.clone()))
    }

    /// The expression of a stored value.
    pub(crate) fn expr(&self, grammar: &Grammar, layout: &Layout, kind: Type, at: usize) -> Expr {
        let origin = self.of(kind).origin(at);
        let rule = &grammar.rules[origin.rule as usize];
        let args = rule.args.iter().zip(origin.args);
        let args = args.map(|(&arg, number)| self.expr(grammar, layout, arg, number as usize)).collect();
        let first = rule.choices.word.map(|_| self.of(Type::Seq).value(origin.args[0] as usize));
        made(grammar, layout, origin, args, first)
    }
}

/// The expression that a rule makes of its arguments; `first` is the value of the first, in which a word is found.
pub(crate) fn made(grammar: &Grammar, layout: &Layout, origin: Origin, args: Vec<Expr>, first: Option<&[u64]>) -> Expr {
    let rule = &grammar.rules[origin.rule as usize];
    match &rule.make {
        Make::Feature(_, index) => Expr::Feature(*index),
        Make::Body(body) => Body::filled(body, &args),
        Make::Op(op) => {
            let constants = match (rule.choices.word, first) {
                (Some(len), Some(value)) => word(layout, value, origin.args[2], len),
                _ => rule.choices.tried.get(origin.args[2] as usize).map_or(vec![], |list| list.to_vec()),
            };
            Expr::Call { op: *op, constants, args }
        }
    }
}

/// The word of a length that begins at a place of a seq value (row x longest + position).
pub(crate) fn word(layout: &Layout, value: &[u64], place: u32, len: usize) -> Vec<i64> {
    let (row, start) = (place as usize / layout.longest, place as usize % layout.longest);
    (start..start + len).map(|at| i64::from(layout.item(value, row, at))).collect()
}
