//! Sets of ASCII characters, one bit each: all that a class can mean for ASCII text.

pub(super) type Set = u128;

pub(super) const ALL: Set = !0;
pub(super) const NEWLINE: Set = 1 << b'\n';
pub(super) const DIGIT: Set = range(b'0', b'9');
pub(super) const WORD: Set = DIGIT | range(b'a', b'z') | range(b'A', b'Z') | 1 << b'_';
pub(super) const SPACE_ASCII: Set = range(b'\t', b'\r') | 1 << b' ';
/// Without the flag ASCII, `\s` is `str.isspace`, which takes the four separators too.
pub(super) const SPACE: Set = SPACE_ASCII | range(0x1c, 0x1f);

/// The characters from `low` to `high`, both included.
pub(super) const fn range(low: u8, high: u8) -> Set {
    (ALL >> (127 - high)) & (ALL << low)
}

/// With both cases of every letter in it.
pub(super) fn fold(set: Set) -> Set {
    const LOWER: Set = range(b'a', b'z');
    const UPPER: Set = range(b'A', b'Z');
    set | (set & LOWER) >> 32 | (set & UPPER) << 32
}

/// The character, if the set has exactly one.
pub(super) fn single(set: Set) -> Option<u8> {
    (set.count_ones() == 1).then(|| set.trailing_zeros() as u8)
}

pub(super) fn has(set: Set, character: u8) -> bool {
    set >> character & 1 == 1
}

pub(super) fn words(set: Set) -> [u32; 4] {
    [set as u32, (set >> 32) as u32, (set >> 64) as u32, (set >> 96) as u32]
}
