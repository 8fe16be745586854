//! Rows in CPython's marshal format: the interpreter builds its lists and strings from it in C, with no code of ours.
//!
//! Source: `Python/marshal.c`. Only codes that every version since 3.4 reads are written.

use std::ops::Range;

use crate::rows::{Ragged, Rows};

/// Writes the rows `range` as a marshalled list, replacing what `out` holds.
pub(crate) fn encode(rows: &Rows<'_>, range: Range<usize>, out: &mut Vec<u8>) {
    out.clear();
    list(range.len(), out);
    match rows {
        Rows::Text { bytes, ascii: true } => range.for_each(|row| ascii(bytes.row(row), out)),
        // Row by row, so that a row costs the same fuel whatever stands beside it.
        Rows::Text { bytes, ascii: false } => range.for_each(|row| match bytes.row(row) {
            text if text.is_ascii() => ascii(text, out),
            text => unicode(text, out),
        }),
        Rows::Bits(bits) => {
            let mut text = Vec::new();
            for row in range {
                bits.unpack(row..row + 1, &mut text);
                ascii(&text, out);
            }
        }
        Rows::Ints(rows) => nested(rows, range, out, integer),
        Rows::Floats(rows) => nested(rows, range, out, float),
        Rows::Record { encoded, .. } => out.extend_from_slice(encoded.span(range)),
    }
}

fn nested<T: Copy>(rows: &Ragged<'_, T>, range: Range<usize>, out: &mut Vec<u8>, item: fn(T, &mut Vec<u8>)) {
    for row in range {
        let values = rows.row(row);
        list(values.len(), out);
        values.iter().for_each(|&value| item(value, out));
    }
}

fn list(len: usize, out: &mut Vec<u8>) {
    out.push(b'[');
    out.extend_from_slice(&(len as u32).to_le_bytes());
}

fn ascii(text: &[u8], out: &mut Vec<u8>) {
    if let Ok(len) = u8::try_from(text.len()) {
        out.extend_from_slice(&[b'z', len]);
    } else {
        out.push(b'a');
        out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    }
    out.extend_from_slice(text);
}

fn unicode(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'u');
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text);
}

fn integer(value: i64, out: &mut Vec<u8>) {
    if let Ok(small) = i32::try_from(value) {
        out.push(b'i');
        out.extend_from_slice(&small.to_le_bytes());
        return;
    }
    // A long is its sign times its number of 15-bit digits, then the digits, least significant first.
    let mut rest = value.unsigned_abs();
    let mut digits: Vec<u16> = Vec::with_capacity(5);
    while rest > 0 {
        digits.push((rest & 0x7fff) as u16);
        rest >>= 15;
    }
    let count = digits.len() as i32 * if value < 0 { -1 } else { 1 };
    out.push(b'l');
    out.extend_from_slice(&count.to_le_bytes());
    digits.iter().for_each(|digit| out.extend_from_slice(&digit.to_le_bytes()));
}

fn float(value: f64, out: &mut Vec<u8>) {
    out.push(b'g');
    out.extend_from_slice(&value.to_le_bytes());
}

/// A marshalled list of integers, floats or strings is covered by the Python tests, with CPython as the reader.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_every_width() {
        let mut out = Vec::new();
        integer(-1, &mut out);
        assert_eq!(out, [b'i', 255, 255, 255, 255]);
        out.clear();
        integer(-(1 << 40), &mut out); // python: marshal.dumps(-(1 << 40), 2) == b'l\xfd\xff\xff\xff\0\0\0\0\0\4'
        assert_eq!(out, [b'l', 0xfd, 255, 255, 255, 0, 0, 0, 0, 0, 4]);
    }

    #[test]
    fn short_and_long_text() {
        let data = [b'1'; 300];
        let rows = Rows::text(Ragged::new(&data, &[0, 2, 300]).expect("offsets"));
        let mut out = Vec::new();
        encode(&rows, 0..2, &mut out);
        assert_eq!(&out[..12], [b'[', 2, 0, 0, 0, b'z', 2, b'1', b'1', b'a', 42, 1]);
        assert_eq!(out.len(), 5 + 4 + 5 + 298);
    }
}
