//! Rows as the host holds them: borrowed, packed, checked once.

use std::ops::Range;

pub use llmerm_pycompile::InputType;

use crate::bits::Bits;
use crate::error::Error;

/// Rows of no more bytes than this need no look at how long they are: room for so much is made anyway.
pub(crate) const SHORT: usize = 128 << 10;

/// Rows of varying length laid end to end: row `i` is `data[offsets[i]..offsets[i + 1]]`.
#[derive(Clone, Copy, Debug)]
pub struct Ragged<'a, T> {
    data: &'a [T],
    offsets: &'a [i64],
    longest: usize,
}

impl<'a, T: Copy> Ragged<'a, T> {
    /// Checks that the offsets start at 0 or later, never decrease and end inside the data.
    ///
    /// # Errors
    /// `Error::Usage` if they do not.
    pub fn new(data: &'a [T], offsets: &'a [i64]) -> Result<Self, Error> {
        // Both in one pass without branches: there may be millions.
        let (ordered, longest) = offsets.windows(2).fold((true, 0), |(ordered, longest), pair| {
            (ordered & (pair[0] <= pair[1]), pair[1].wrapping_sub(pair[0]).max(longest))
        });
        let bounded = match (offsets.first(), offsets.last()) {
            (Some(&first), Some(&last)) => first >= 0 && usize::try_from(last).is_ok_and(|last| last <= data.len()),
            _ => false,
        };
        if ordered && bounded {
            Ok(Self { data, offsets, longest: longest as usize })
        } else {
            Err(Error::Usage("row offsets must start at 0, never decrease and end inside the data".into()))
        }
    }

    /// Offsets that `new` accepted before, when it found this longest row: they are not looked at again.
    ///
    /// # Errors
    /// `Error::Usage` if they end outside the data.
    pub fn known(data: &'a [T], offsets: &'a [i64], longest: usize) -> Result<Self, Error> {
        match (offsets.first(), offsets.last()) {
            (Some(0..), Some(&last)) if usize::try_from(last).is_ok_and(|last| last <= data.len()) => {
                Ok(Self { data, offsets, longest })
            }
            _ => Err(Error::Usage("row offsets must start at 0 and end inside the data".into())),
        }
    }

    /// The width of all rows, if they have one.
    pub(crate) fn width(&self) -> Option<usize> {
        let total = self.offsets[self.len()] - self.offsets[0];
        (self.longest.checked_mul(self.len()) == Some(total as usize)).then_some(self.longest)
    }

    /// One a row and one for the end, in elements.
    pub(crate) fn offsets(&self) -> &'a [i64] {
        self.offsets
    }

    /// Elements of the longest row.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Row `index`, a slice of elements.
    #[must_use]
    pub fn row(&self, index: usize) -> &'a [T] {
        self.span(index..index + 1)
    }

    /// All elements of the rows `rows`.
    #[must_use]
    pub fn span(&self, rows: Range<usize>) -> &'a [T] {
        // The offsets were checked: they are within usize and the data.
        &self.data[self.offsets[rows.start] as usize..self.offsets[rows.end] as usize]
    }

    /// The rows `rows`. Their longest row is not looked for where all are short, since then nothing depends on it.
    fn slice(&self, rows: Range<usize>) -> Self {
        let offsets = &self.offsets[rows.start..=rows.end];
        let longest = if self.longest * size_of::<T>() <= SHORT {
            self.longest
        } else {
            offsets.windows(2).map(|pair| (pair[1] - pair[0]) as usize).max().unwrap_or(0)
        };
        Self { data: self.data, offsets, longest }
    }

    fn gather(&self, indices: &[usize]) -> (Vec<T>, Vec<i64>) {
        let mut data = Vec::new();
        let mut offsets = vec![0];
        for &index in indices {
            data.extend_from_slice(self.row(index));
            offsets.push(data.len() as i64);
        }
        (data, offsets)
    }
}

/// The rows of one dataset, by input type. Labels are not here: they never go near a candidate.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'a> {
    /// UTF-8 text; `ascii` says that every byte is below 128.
    Text {
        /// The bytes of all rows.
        bytes: Ragged<'a, u8>,
        /// Whether compiled candidates, which see bytes, may take them.
        ascii: bool,
    },
    /// Text of '0' and '1', packed.
    Bits(Bits<'a>),
    /// Lists of 64-bit integers.
    Ints(Ragged<'a, i64>),
    /// Lists of doubles.
    Floats(Ragged<'a, f64>),
    /// Rows of named columns.
    Record {
        /// Each row as a Python dict in marshal format 2, for the Python runtime.
        encoded: Ragged<'a, u8>,
        /// The columns as doubles, when all are numeric, for compiled candidates.
        matrix: Option<Ragged<'a, f64>>,
    },
}

impl<'a> Rows<'a> {
    /// Text rows; scans them once for bytes beyond ASCII.
    #[must_use]
    pub fn text(bytes: Ragged<'a, u8>) -> Self {
        Self::Text { bytes, ascii: bytes.span(0..bytes.len()).is_ascii() }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text { bytes, .. } => bytes.len(),
            Self::Bits(bits) => bits.len(),
            Self::Ints(rows) => rows.len(),
            Self::Floats(rows) => rows.len(),
            Self::Record { encoded, .. } => encoded.len(),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The input type.
    #[must_use]
    pub fn input_type(&self) -> InputType {
        match self {
            Self::Text { .. } | Self::Bits(_) => InputType::Text,
            Self::Ints(_) => InputType::Ints,
            Self::Floats(_) => InputType::Floats,
            Self::Record { .. } => InputType::Record,
        }
    }

    /// The rows `range` alone.
    pub(crate) fn slice(&self, range: Range<usize>) -> Self {
        match self {
            Self::Text { bytes, ascii } => Self::Text { bytes: bytes.slice(range), ascii: *ascii },
            Self::Bits(bits) => Self::Bits(bits.slice(range)),
            Self::Ints(rows) => Self::Ints(rows.slice(range)),
            Self::Floats(rows) => Self::Floats(rows.slice(range)),
            Self::Record { encoded, matrix } => {
                Self::Record { encoded: encoded.slice(range.clone()), matrix: matrix.map(|matrix| matrix.slice(range)) }
            }
        }
    }

    /// How many rows from the start of `range` are of characters that are bytes.
    pub(crate) fn ascii(&self, range: Range<usize>) -> usize {
        match self {
            Self::Text { bytes, ascii: false } => range.take_while(|&row| bytes.row(row).is_ascii()).count(),
            _ => range.len(),
        }
    }

    /// A copy of some rows, in the order given.
    pub(crate) fn gather(&self, indices: &[usize]) -> Gathered {
        match self {
            Self::Text { bytes, .. } => Gathered::Text(bytes.gather(indices)),
            Self::Bits(bits) => {
                let (mut text, mut row) = (Vec::new(), Vec::new());
                for &index in indices {
                    bits.unpack(index..index + 1, &mut row);
                    text.extend_from_slice(&row);
                }
                Gathered::Text((text, (0..=indices.len()).map(|row| (row * bits.width()) as i64).collect()))
            }
            Self::Ints(rows) => Gathered::Ints(rows.gather(indices)),
            Self::Floats(rows) => Gathered::Floats(rows.gather(indices)),
            Self::Record { encoded, matrix } => {
                Gathered::Record(encoded.gather(indices), matrix.map(|matrix| matrix.gather(indices)))
            }
        }
    }
}

/// Rows copied out of a dataset.
pub(crate) enum Gathered {
    Text((Vec<u8>, Vec<i64>)),
    Ints((Vec<i64>, Vec<i64>)),
    Floats((Vec<f64>, Vec<i64>)),
    Record((Vec<u8>, Vec<i64>), Option<(Vec<f64>, Vec<i64>)>),
}

impl Gathered {
    pub(crate) fn view(&self) -> Rows<'_> {
        fn ragged<T: Copy>((data, offsets): &(Vec<T>, Vec<i64>)) -> Ragged<'_, T> {
            Ragged::new(data, offsets).expect("offsets that were just made")
        }
        match self {
            Self::Text(text) => Rows::text(ragged(text)),
            Self::Ints(ints) => Rows::Ints(ragged(ints)),
            Self::Floats(floats) => Rows::Floats(ragged(floats)),
            Self::Record(encoded, matrix) => {
                Rows::Record { encoded: ragged(encoded), matrix: matrix.as_ref().map(ragged) }
            }
        }
    }
}
