//! The types of values, and how the values of all rows lie in 64-bit words.

use crate::rows::Rows;

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// A slice of the row.
    Seq,
    /// A list of booleans.
    Flags,
    /// An integer of 32 bits.
    Int,
    /// A condition.
    Bool,
}

impl Type {
    /// All types.
    pub const ALL: [Self; 4] = [Self::Seq, Self::Flags, Self::Int, Self::Bool];

    /// The name in grammars and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seq => "seq",
            Self::Flags => "flags",
            Self::Int => "int",
            Self::Bool => "bool",
        }
    }

    /// The type of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.name() == name)
    }
}

/// Where things lie in the words of a value. One value holds the results of an expression on all rows, and what belongs to one
/// position of all rows lies side by side, so that one instruction works on many rows:
///
/// * bool: a bit a row;
/// * int: an `i32` a row, filled up to a multiple of 8 with 0;
/// * flags: the number of the shape, then for each position a bit a row, 0 beyond a row's length;
/// * seq: the number of the shape, then for each position an `i32` a row, 0 beyond a row's length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) rows: usize,
    /// Items of the longest row, at least 1.
    pub(crate) longest: usize,
    /// `i32` of one position, or of an int: the rows, filled up.
    pub(crate) lanes: usize,
    /// Words of a bool, or of one position of flags.
    pub(crate) words: usize,
}

impl Layout {
    pub(crate) fn of(rows: &Rows) -> Self {
        let count = rows.count();
        Self { rows: count, longest: rows.longest.max(1), lanes: count.next_multiple_of(8), words: count.div_ceil(64) }
    }

    /// Words of a value.
    pub(crate) fn size(&self, kind: Type) -> usize {
        match kind {
            Type::Seq => 1 + self.longest * self.lanes / 2,
            Type::Flags => 1 + self.longest * self.words,
            Type::Int => self.lanes / 2,
            Type::Bool => self.words,
        }
    }

    /// Bits of the rows in one word of a bool value.
    #[inline(always)]
    pub(crate) fn mask(&self, word: usize) -> u64 {
        match self.rows - word * 64 {
            64.. => u64::MAX,
            rows => (1 << rows) - 1,
        }
    }

    /// The items at one position of a seq value.
    #[inline(always)]
    pub(crate) fn items<'a>(&self, value: &'a [u64], at: usize) -> &'a [i32] {
        &ints(&value[1..])[at * self.lanes..][..self.lanes]
    }

    #[inline(always)]
    pub(crate) fn items_mut<'a>(&self, value: &'a mut [u64], at: usize) -> &'a mut [i32] {
        &mut ints_mut(&mut value[1..])[at * self.lanes..][..self.lanes]
    }

    /// One item of a seq value.
    #[inline(always)]
    pub(crate) fn item(&self, value: &[u64], row: usize, at: usize) -> i32 {
        ints(&value[1..])[at * self.lanes + row]
    }

    /// The flags at one position of a flags value.
    #[inline(always)]
    pub(crate) fn flags_mut<'a>(&self, value: &'a mut [u64], at: usize) -> &'a mut [u64] {
        &mut value[1 + at * self.words..][..self.words]
    }
}

/// The integers of an int value.
#[inline(always)]
pub(crate) fn ints(value: &[u64]) -> &[i32] {
    bytemuck::cast_slice(value)
}

#[inline(always)]
pub(crate) fn ints_mut(value: &mut [u64]) -> &mut [i32] {
    bytemuck::cast_slice_mut(value)
}
