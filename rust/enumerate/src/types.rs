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

/// Where things lie in the words of a value. One value holds the results of an expression on all rows:
///
/// * bool: a bit a row;
/// * int: an `i32` a row, filled up to a multiple of 8 with zeros;
/// * flags: the `u16` lengths, then `flag_words` words a row, a bit a position, zero beyond the length;
/// * seq: the `u16` lengths, then `longest` `i32` a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) rows: usize,
    /// Items of the longest row, at least 1.
    pub(crate) longest: usize,
    /// Words of the lengths in a seq or flags value.
    pub(crate) len_words: usize,
    /// Words of one row in a flags value.
    pub(crate) flag_words: usize,
    pub(crate) bool_words: usize,
    pub(crate) int_words: usize,
}

impl Layout {
    pub(crate) fn of(rows: &Rows) -> Self {
        let count = rows.count();
        let longest = rows.longest.max(1);
        Self {
            rows: count,
            longest,
            len_words: count.div_ceil(4),
            flag_words: longest.div_ceil(64),
            bool_words: count.div_ceil(64),
            int_words: count.div_ceil(8) * 4,
        }
    }

    /// Words of a value.
    pub(crate) fn words(&self, kind: Type) -> usize {
        match kind {
            Type::Seq => self.len_words + (self.rows * self.longest).div_ceil(2),
            Type::Flags => self.len_words + self.rows * self.flag_words,
            Type::Int => self.int_words,
            Type::Bool => self.bool_words,
        }
    }

    /// Bits of the rows in one word of a bool value.
    pub(crate) fn mask(&self, word: usize) -> u64 {
        match self.rows - word * 64 {
            64.. => u64::MAX,
            rows => (1 << rows) - 1,
        }
    }

    /// Length of one row's list in a seq or flags value.
    #[inline(always)]
    pub(crate) fn len(&self, value: &[u64], row: usize) -> usize {
        usize::from(bytemuck::cast_slice::<u64, u16>(&value[..self.len_words])[row])
    }

    #[inline(always)]
    pub(crate) fn set_len(&self, value: &mut [u64], row: usize, len: usize) {
        bytemuck::cast_slice_mut::<u64, u16>(&mut value[..self.len_words])[row] = len as u16;
    }

    /// The items of one row in a seq value.
    #[inline(always)]
    pub(crate) fn items<'a>(&self, value: &'a [u64], row: usize) -> &'a [i32] {
        let all = bytemuck::cast_slice::<u64, i32>(&value[self.len_words..]);
        &all[row * self.longest..][..self.len(value, row)]
    }

    /// The bits of one row in a flags value.
    #[inline(always)]
    pub(crate) fn bits<'a>(&self, value: &'a [u64], row: usize) -> &'a [u64] {
        &value[self.len_words + row * self.flag_words..][..self.flag_words]
    }

    #[inline(always)]
    pub(crate) fn bits_mut<'a>(&self, value: &'a mut [u64], row: usize) -> &'a mut [u64] {
        &mut value[self.len_words + row * self.flag_words..][..self.flag_words]
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
