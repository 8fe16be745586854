//! The training rows and their labels, as the search reads them.

use crate::Error;

/// Training rows of one kind. Text is ASCII; an item is a character's code, or an integer of the row.
#[derive(Clone, Debug)]
pub struct Rows {
    pub(crate) text: bool,
    pub(crate) lens: Vec<u16>,
    pub(crate) longest: usize,
    /// (rows, longest), padded with 0.
    pub(crate) items: Vec<i32>,
}

impl Rows {
    /// Rows of ASCII text; row i is `data[offsets[i]..offsets[i + 1]]`.
    ///
    /// # Errors
    /// When there is no row, a character is beyond ASCII, or a row is longer than 65,535.
    pub fn text(data: &[u8], offsets: &[i64]) -> Result<Self, Error> {
        if !data.is_ascii() {
            return Err(Error::Usage("text beyond ASCII cannot be enumerated over".into()));
        }
        Self::new(true, data, offsets, |&code| Ok(i32::from(code)))
    }

    /// Rows of integers.
    ///
    /// # Errors
    /// When there is no row, an integer does not fit 32 bits, or a row is longer than 65,535.
    pub fn ints(data: &[i64], offsets: &[i64]) -> Result<Self, Error> {
        Self::new(false, data, offsets, |&item| {
            i32::try_from(item).map_err(|_| {
                Error::Usage(format!("{item} is outside -2^31 .. 2^31 - 1, which is what enumeration can hold"))
            })
        })
    }

    fn new<T>(text: bool, data: &[T], offsets: &[i64], item: impl Fn(&T) -> Result<i32, Error>) -> Result<Self, Error> {
        if offsets.len() < 2 {
            return Err(Error::Usage("enumeration needs at least one training row".into()));
        }
        let bounds: Vec<usize> = offsets.iter().map(|&offset| usize::try_from(offset).unwrap_or(usize::MAX)).collect();
        if bounds.windows(2).any(|pair| pair[0] > pair[1]) || *bounds.last().unwrap_or(&0) > data.len() {
            return Err(Error::Usage("the offsets of the rows do not fit their data".into()));
        }
        let longest = bounds.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
        if longest > usize::from(u16::MAX) {
            return Err(Error::Usage(format!(
                "a row of {longest} items is too long to enumerate over; 65,535 are the most"
            )));
        }
        let mut items = vec![0; longest * (bounds.len() - 1)];
        let mut lens = Vec::with_capacity(bounds.len() - 1);
        for (row, pair) in bounds.windows(2).enumerate() {
            for (at, value) in data[pair[0]..pair[1]].iter().enumerate() {
                items[row * longest + at] = item(value)?;
            }
            lens.push((pair[1] - pair[0]) as u16);
        }
        Ok(Self { text, lens, longest, items })
    }

    pub(crate) fn count(&self) -> usize {
        self.lens.len()
    }

    /// Whether all rows have one length, which then is part of what is known of the domain.
    pub(crate) fn of_one_length(&self) -> bool {
        self.lens.iter().all(|&len| usize::from(len) == self.longest)
    }

    pub(crate) fn row(&self, row: usize) -> &[i32] {
        &self.items[row * self.longest..][..usize::from(self.lens[row])]
    }

    /// The distinct items, ascending.
    pub(crate) fn alphabet(&self) -> Vec<i32> {
        let mut seen: Vec<i32> = (0..self.count()).flat_map(|row| self.row(row).iter().copied()).collect();
        seen.sort_unstable();
        seen.dedup();
        seen
    }
}

/// What programs are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One of two labels: the first for False, the second for True.
    Bool {
        /// Labels of False and True.
        labels: [i64; 2],
        /// Whether each row has the second.
        truth: Vec<bool>,
    },
    /// Integers.
    Int(Vec<i32>),
}

impl Target {
    /// Two labels (or 0 and 1, of which one may be missing) ask for a condition, more for an integer.
    ///
    /// # Errors
    /// When a label of more than two does not fit 32 bits.
    pub fn of(labels: &[i64]) -> Result<Self, Error> {
        let mut distinct = labels.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let pair = match distinct[..] {
            [0 | 1] | [0, 1] => Some([0, 1]),
            [low, high] => Some([low, high]),
            _ => None,
        };
        if let Some(pair) = pair {
            return Ok(Self::Bool { labels: pair, truth: labels.iter().map(|&label| label == pair[1]).collect() });
        }
        let narrow: Result<_, _> = labels.iter().map(|&label| i32::try_from(label)).collect();
        narrow.map(Self::Int).map_err(|_| {
            Error::Usage("a label is outside -2^31 .. 2^31 - 1, which is what enumeration can hold".into())
        })
    }
}
