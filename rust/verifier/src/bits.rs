//! Rows of '0' and '1' at one bit a symbol, unpacked where they are needed.

use std::ops::Range;

use crate::error::Error;

/// Rows of one width; each starts at a byte, its first symbol in that byte's highest bit (as `numpy.packbits` has it).
#[derive(Clone, Copy, Debug)]
pub struct Bits<'a> {
    data: &'a [u8],
    rows: usize,
    width: usize,
}

/// The eight characters of a byte.
static CHARACTERS: [[u8; 8]; 256] = {
    let mut table = [[b'0'; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            table[byte][bit] += (byte >> (7 - bit)) as u8 & 1;
            bit += 1;
        }
        byte += 1;
    }
    table
};

impl<'a> Bits<'a> {
    /// `rows` rows of `width` symbols.
    ///
    /// # Errors
    /// `Error::Usage` if `data` has not their size.
    pub fn new(data: &'a [u8], rows: usize, width: usize) -> Result<Self, Error> {
        match width.div_ceil(8).checked_mul(rows) {
            Some(size) if size == data.len() => Ok(Self { data, rows, width }),
            _ => Err(Error::Usage(format!("{rows} rows of {width} bits do not take {} bytes", data.len()))),
        }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Symbols of a row.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn slice(&self, rows: Range<usize>) -> Self {
        let stride = self.width.div_ceil(8);
        Self { data: &self.data[rows.start * stride..rows.end * stride], rows: rows.len(), width: self.width }
    }

    /// Replaces what `out` holds by the characters of some rows.
    pub(crate) fn unpack(&self, rows: Range<usize>, out: &mut Vec<u8>) {
        out.resize(rows.len() * self.width, 0);
        self.copy(rows, out);
    }

    /// Writes the characters of some rows to `target`, which has their size.
    pub(crate) fn copy(&self, rows: Range<usize>, target: &mut [u8]) {
        if self.width == 0 {
            return;
        }
        let stride = self.width.div_ceil(8);
        let packed = &self.data[rows.start * stride..rows.end * stride];
        for (bytes, row) in packed.chunks_exact(stride).zip(target.chunks_exact_mut(self.width)) {
            let (eights, rest) = row.as_chunks_mut::<8>();
            for (eight, &byte) in eights.iter_mut().zip(bytes) {
                *eight = CHARACTERS[usize::from(byte)];
            }
            if let Some(&last) = bytes.last().filter(|_| !rest.is_empty()) {
                rest.copy_from_slice(&CHARACTERS[usize::from(last)][..rest.len()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_every_width() {
        for width in 0..40 {
            let stride = usize::div_ceil(width, 8);
            let data: Vec<u8> = (0..5 * stride).map(|index| (index * 37 + 11) as u8).collect();
            let bits = Bits::new(&data, 5, width).expect("the size fits");
            let mut out = vec![7];
            bits.slice(1..5).unpack(0..3, &mut out);
            let expected: Vec<u8> = (1..4)
                .flat_map(|row| (0..width).map(move |at| (row, at)))
                .map(|(row, at)| b'0' + (data[row * stride + at / 8] >> (7 - at % 8) & 1))
                .collect();
            assert_eq!(out, expected, "{width}");
        }
        assert!(Bits::new(&[0; 3], 2, 9).is_err() && Bits::new(&[], usize::MAX, 9).is_err());
    }
}
