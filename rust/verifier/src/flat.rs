//! Rows as they lie in a guest's memory: the elements of many rows end to end, copied at once, and offsets that cut them.

use std::ops::Range;

use crate::bits::Bits;
use crate::rows::{Ragged, Rows};

/// Rows that can be copied as they are.
#[derive(Clone, Copy)]
pub(crate) enum Flat<'a> {
    Bytes(Ragged<'a, u8>),
    Bits(Bits<'a>),
    Ints(Ragged<'a, i64>),
    Floats(Ragged<'a, f64>),
}

/// Where rows start, in elements.
enum Starts<'a> {
    /// One a row and one for the end.
    Offsets(&'a [i64]),
    /// All rows have one width: no offsets are read.
    Even { first: i64, width: usize },
}

impl<'a> Starts<'a> {
    fn of<T: Copy>(rows: &Ragged<'a, T>) -> Self {
        match rows.width() {
            Some(width) => Self::Even { first: rows.offsets()[0], width },
            None => Self::Offsets(rows.offsets()),
        }
    }
}

impl<'a> Flat<'a> {
    /// For compiled candidates (docs/abi.md), or why there is no such form.
    pub(crate) fn numbers(rows: &Rows<'a>) -> Result<Self, &'static str> {
        match *rows {
            Rows::Text { ascii: false, .. } => Err("text beyond ASCII"),
            Rows::Text { bytes, .. } => Ok(Self::Bytes(bytes)),
            Rows::Bits(bits) => Ok(Self::Bits(bits)),
            Rows::Ints(ints) => Ok(Self::Ints(ints)),
            Rows::Floats(floats) | Rows::Record { matrix: Some(floats), .. } => Ok(Self::Floats(floats)),
            Rows::Record { matrix: None, .. } => Err("columns that are not numbers"),
        }
    }

    /// For the fast tier: records are marshalled dicts. Of text, only rows in ASCII may be run.
    pub(crate) fn objects(rows: &Rows<'a>) -> Self {
        match *rows {
            Rows::Text { bytes, .. } => Self::Bytes(bytes),
            Rows::Bits(bits) => Self::Bits(bits),
            Rows::Ints(ints) => Self::Ints(ints),
            Rows::Floats(floats) => Self::Floats(floats),
            Rows::Record { encoded, .. } => Self::Bytes(encoded),
        }
    }

    /// Where rows start.
    fn starts(&self) -> Starts<'a> {
        match self {
            Self::Bytes(rows) => Starts::of(rows),
            Self::Ints(rows) => Starts::of(rows),
            Self::Floats(rows) => Starts::of(rows),
            Self::Bits(bits) => Starts::Even { first: 0, width: bits.width() },
        }
    }

    /// The base-2 logarithm of an element's bytes.
    pub(crate) fn shift(&self) -> u32 {
        match self {
            Self::Bytes(_) | Self::Bits(_) => 0,
            Self::Ints(_) | Self::Floats(_) => 3,
        }
    }

    /// Bytes of the longest row.
    pub(crate) fn longest(&self) -> usize {
        match self {
            Self::Bytes(rows) => rows.longest(),
            Self::Bits(bits) => bits.width(),
            Self::Ints(rows) => rows.longest() * 8,
            Self::Floats(rows) => rows.longest() * 8,
        }
    }

    /// Where row `row` starts, in elements.
    pub(crate) fn start(&self, row: usize) -> i64 {
        match self.starts() {
            Starts::Offsets(offsets) => offsets[row],
            Starts::Even { first, width } => first + (row * width) as i64,
        }
    }

    /// How many rows from the start of `range` fit into `room` bytes.
    pub(crate) fn fitting(&self, range: Range<usize>, room: usize) -> usize {
        let offsets = match self.starts() {
            Starts::Offsets(offsets) => &offsets[range.start..=range.end],
            Starts::Even { width, .. } => {
                return range.len().min((room >> self.shift()).checked_div(width).unwrap_or(usize::MAX));
            }
        };
        let end = offsets[0].saturating_add((room >> self.shift()) as i64);
        if offsets[range.len()] <= end { range.len() } else { offsets.partition_point(|&offset| offset <= end) - 1 }
    }

    /// Bytes of the rows `range`.
    pub(crate) fn size(&self, range: Range<usize>) -> usize {
        ((self.start(range.end) - self.start(range.start)) as usize) << self.shift()
    }

    /// Writes the elements of the rows `range` to `target`, which has their size.
    pub(crate) fn copy(&self, range: Range<usize>, target: &mut [u8]) {
        match self {
            Self::Bytes(rows) => target.copy_from_slice(rows.span(range)),
            Self::Bits(bits) => bits.copy(range, target),
            Self::Ints(rows) => words(rows.span(range), target, i64::to_le_bytes),
            Self::Floats(rows) => words(rows.span(range), target, f64::to_le_bytes),
        }
    }

    /// Writes the offsets of the rows `range`, and that of their end, to `target`.
    pub(crate) fn copy_offsets(&self, range: Range<usize>, target: &mut [u8]) {
        match self.starts() {
            Starts::Offsets(offsets) => words(&offsets[range.start..=range.end], target, i64::to_le_bytes),
            Starts::Even { first, width } => {
                for (slot, row) in target.as_chunks_mut::<8>().0.iter_mut().zip(range.start..=range.end) {
                    *slot = (first + (row * width) as i64).to_le_bytes();
                }
            }
        }
    }
}

/// A plain copy where bytes are in WebAssembly's order.
fn words<T: Copy>(from: &[T], to: &mut [u8], bytes: fn(T) -> [u8; 8]) {
    for (slot, &value) in to.as_chunks_mut::<8>().0.iter_mut().zip(from) {
        *slot = bytes(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_rows_as_fit() {
        let data = [0_i64; 10];
        let rows = Rows::Ints(Ragged::new(&data, &[1, 1, 3, 6, 6, 10]).expect("offsets"));
        let flat = Flat::numbers(&rows).expect("numbers");
        for (room, from_start, from_second) in [(0, 1, 0), (15, 1, 0), (16, 2, 1), (40, 4, 3), (71, 4, 3), (72, 5, 4)] {
            assert_eq!((flat.fitting(0..5, room), flat.fitting(1..5, room)), (from_start, from_second), "{room}");
        }
        assert_eq!((flat.fitting(0..3, usize::MAX), flat.size(1..3), flat.longest()), (3, 40, 32));
    }

    #[test]
    fn rows_of_one_width_are_as_their_offsets_say() {
        let data: Vec<i64> = (0..40).collect();
        let (even, one) = ([3, 7, 11, 15, 19], [3, 7]);
        let other = [0, 4, 8, 12, 13];
        for (offsets, width) in [(&even[..], Some(4)), (&one, Some(4)), (&other, None), (&[5], Some(0))] {
            let rows = Ragged::new(&data, offsets).expect("offsets");
            assert_eq!(rows.width(), width);
            let known = Ragged::known(&data, offsets, rows.longest()).expect("offsets");
            let (flat, all) = (Flat::Ints(known), 0..offsets.len() - 1);
            let mut table = vec![0; 8 * offsets.len()];
            flat.copy_offsets(all.clone(), &mut table);
            let expected: Vec<u8> = offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect();
            assert_eq!(table, expected);
            assert!(offsets.iter().enumerate().all(|(row, &offset)| flat.start(row) == offset));
            let whole = flat.size(all.clone());
            assert_eq!((flat.fitting(all.clone(), whole), whole), (all.len(), 8 * rows.span(all.clone()).len()));
            if all.len() > 1 {
                assert_eq!(flat.fitting(all.clone(), whole - 1), all.len() - 1);
            }
        }
        assert!(Ragged::known(&data, &[0, 41], 41).is_err() && Ragged::known(&data, &[-1, 2], 3).is_err());
    }
}
