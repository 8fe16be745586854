//! Integers: folds of slices, arithmetic, comparisons. An integer outside 32 bits on any row is undefined.

use super::Kernels;
use crate::types::{ints, ints_mut};

impl Kernels {
    /// An integer a row; undefined where `value` gives None or does not fit.
    #[inline(always)]
    pub(super) fn per_row(&self, out: &mut [u64], value: impl Fn(usize) -> Option<i64>) -> bool {
        let lanes = ints_mut(out);
        for (row, lane) in lanes.iter_mut().enumerate().take(self.layout.rows) {
            let Some(Ok(made)) = value(row).map(i32::try_from) else { return false };
            *lane = made;
        }
        self.clear_rest(out);
        true
    }

    /// What fills up the last eight is 0, since values are compared whole.
    #[inline(always)]
    pub(super) fn clear_rest(&self, out: &mut [u64]) {
        ints_mut(out)[self.layout.rows..].fill(0);
    }

    pub(super) fn fill(&self, out: &mut [u64], value: i64) -> bool {
        self.per_row(out, |_| Some(value))
    }

    #[inline(always)]
    pub(super) fn folded(&self, s: &[u64], row: usize, start: i64, fold: impl Fn(i64, i64) -> i64) -> Option<i64> {
        (0..usize::from(self.shapes.of(s).lens[row]))
            .try_fold(start, |sum, at| Some(fold(sum, i64::from(self.number(self.layout.item(s, row, at))?))))
    }

    #[inline(always)]
    pub(super) fn extreme(&self, s: &[u64], row: usize, pick: impl Fn(i64, i64) -> i64) -> Option<i64> {
        if self.shapes.of(s).lens[row] == 0 {
            return None;
        }
        let first = self.number(self.layout.item(s, row, 0))?;
        self.folded(s, row, i64::from(first), pick)
    }

    /// Where rows have one length, each position has one weight, and nothing need be reduced before the end.
    #[inline(always)]
    pub(super) fn value_mod(&self, s: &[u64], m: i64, out: &mut [u64]) -> bool {
        let shape = self.shapes.of(s);
        if !self.text || shape.lens.contains(&0) {
            return false;
        }
        let greatest = self.symbols.iter().map(|&code| code - 48).max().unwrap_or(0);
        let digits = self.symbols.iter().all(|code| (48..58).contains(code));
        if !shape.uniform || !digits || shape.longest as i64 * greatest * m > i64::from(i32::MAX) {
            return self.per_row(out, |row| self.folded(s, row, 0, |value, digit| (value * self.base + digit) % m));
        }
        out.fill(0);
        let mut weight = 1;
        for at in (0..shape.longest).rev() {
            for (sum, &item) in ints_mut(out).iter_mut().zip(self.layout.items(s, at)) {
                *sum += (item - 48) * weight;
            }
            weight = (i64::from(weight) * self.base % m) as i32;
        }
        let m = m as f64;
        for sum in ints_mut(out) {
            let left = f64::from(*sum) - (f64::from(*sum) / m).floor() * m;
            // SAFETY: 0 <= left < m <= 2^31 - 1.
            *sum = unsafe { left.to_int_unchecked() };
        }
        self.clear_rest(out);
        true
    }

    /// The item at a position of the row itself, from the end if negative.
    pub(super) fn at(&self, at: i64, out: &mut [u64]) -> bool {
        self.per_row(out, |row| self.item(at, row).and_then(|item| self.number(item)).map(i64::from))
    }

    #[inline(always)]
    pub(super) fn symbol<const AVX2: bool>(&self, at: i64, code: i64, out: &mut [u64]) -> bool {
        let mut defined = true;
        self.truth(out, |row| {
            self.item(at, row).map_or_else(
                || {
                    defined = false;
                    false
                },
                |item| i64::from(item) == code,
            )
        });
        defined
    }

    fn item(&self, at: i64, row: usize) -> Option<i32> {
        let len = i64::from(self.shapes.of(&self.row).lens[row]);
        let place = if at < 0 { at + len } else { at };
        (0..len).contains(&place).then(|| self.layout.item(&self.row, row, place as usize))
    }

    #[inline(always)]
    pub(super) fn product(&self, a: &[u64], b: &[u64], out: &mut [u64]) -> bool {
        let mut wrong = false;
        for ((to, &a), &b) in ints_mut(out).iter_mut().zip(ints(a)).zip(ints(b)) {
            let made = i64::from(a) * i64::from(b);
            *to = made as i32;
            wrong |= i64::from(*to) != made;
        }
        !wrong
    }

    #[inline(always)]
    pub(super) fn arithmetic(
        &self,
        a: &[u64],
        b: &[u64],
        out: &mut [u64],
        apply: impl Fn(i32, i32) -> (i32, bool),
    ) -> bool {
        let mut wrong = 0u8;
        for ((to, &a), &b) in ints_mut(out).iter_mut().zip(ints(a)).zip(ints(b)) {
            let (made, overflow) = apply(a, b);
            *to = made;
            wrong |= u8::from(overflow);
        }
        wrong == 0
    }

    /// Floor division by a constant: f64 holds any quotient of 32 bits exactly enough for its floor.
    #[inline(always)]
    pub(super) fn divided(&self, a: &[u64], m: i64, out: &mut [u64], pick: impl Fn(i32, i32) -> i32) -> bool {
        let divisor = m as f64;
        for (to, &a) in ints_mut(out).iter_mut().zip(ints(a)) {
            let quotient = (f64::from(a) / divisor).floor();
            let remainder = f64::from(a) - quotient * divisor;
            // SAFETY: |quotient| <= 2^30, since m is at least 2, and 0 <= remainder < m <= 2^31 - 1.
            let (quotient, remainder) = unsafe { (quotient.to_int_unchecked(), remainder.to_int_unchecked()) };
            *to = pick(quotient, remainder);
        }
        true
    }

    #[inline(always)]
    pub(super) fn remainder<const AVX2: bool>(&self, a: &[u64], m: i64, r: i64, out: &mut [u64]) -> bool {
        let (divisor, r) = (m as f64, r as i32);
        if m & (m - 1) == 0 {
            let low = (m - 1) as i32;
            self.left_is::<AVX2>(a, r, out, |a| a & low);
        } else {
            self.left_is::<AVX2>(a, r, out, |a| {
                let left = f64::from(a) - (f64::from(a) / divisor).floor() * divisor;
                // SAFETY: 0 <= left < m <= 2^31 - 1.
                unsafe { left.to_int_unchecked() }
            });
        }
        true
    }

    /// Where what is left of an integer is `r`.
    #[inline(always)]
    fn left_is<const AVX2: bool>(&self, a: &[u64], r: i32, out: &mut [u64], left_of: impl Fn(i32) -> i32) {
        const PIECE: usize = 64;
        for (at, (word, lanes)) in out.iter_mut().zip(ints(a).chunks(PIECE)).enumerate() {
            let mut left = [0; PIECE];
            for (left, &a) in left.iter_mut().zip(lanes) {
                *left = left_of(a);
            }
            let mut one = [0];
            equal::<AVX2>(&left, &[r; PIECE], &mut one);
            *word = one[0] & self.layout.mask(at);
        }
    }

    /// `a == b` or `a < b`.
    #[inline(always)]
    pub(super) fn compare<const AVX2: bool, const EQUAL: bool>(&self, a: &[i32], b: &[i32], out: &mut [u64]) {
        if EQUAL {
            equal::<AVX2>(a, b, out);
        } else {
            compared::<AVX2, false>(a, b, out);
        }
        for (at, word) in out.iter_mut().enumerate() {
            *word &= self.layout.mask(at);
        }
    }

    #[inline(always)]
    pub(super) fn choose(&self, c: &[u64], a: &[u64], b: &[u64], out: &mut [u64]) -> bool {
        let (a, b, out) = (ints(a), ints(b), ints_mut(out));
        out.fill(0);
        for row in 0..self.layout.rows {
            out[row] = if c[row / 64] >> (row % 64) & 1 == 1 { a[row] } else { b[row] };
        }
        true
    }
}

#[inline(always)]
fn equal<const AVX2: bool>(a: &[i32], b: &[i32], out: &mut [u64]) {
    compared::<AVX2, true>(a, b, out);
}

/// A bit for each pair: equal, or rising.
#[inline(always)]
fn compared<const AVX2: bool, const EQUAL: bool>(a: &[i32], b: &[i32], out: &mut [u64]) {
    #[cfg(target_arch = "x86_64")]
    if AVX2 {
        // SAFETY: whoever sets AVX2 has asked the processor.
        return unsafe { compared_avx2::<EQUAL>(a, b, out) };
    }
    for ((word, a), b) in out.iter_mut().zip(a.chunks(64)).zip(b.chunks(64)) {
        let bits = a.iter().zip(b).map(|(a, b)| if EQUAL { a == b } else { a < b });
        *word = bits.enumerate().fold(0, |word, (at, bit)| word | u64::from(bit) << at);
    }
}

/// Eight at a time: there is always a multiple of eight.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn compared_avx2<const EQUAL: bool>(a: &[i32], b: &[i32], out: &mut [u64]) {
    use std::arch::x86_64::{
        _mm256_castsi256_ps, _mm256_cmpeq_epi32, _mm256_cmpgt_epi32, _mm256_loadu_si256, _mm256_movemask_ps,
    };
    out.fill(0);
    for (at, (a, b)) in a.chunks_exact(8).zip(b.chunks_exact(8)).enumerate() {
        // SAFETY: both chunks hold eight integers, and the loads need no alignment.
        let (a, b) = unsafe { (_mm256_loadu_si256(a.as_ptr().cast()), _mm256_loadu_si256(b.as_ptr().cast())) };
        let test = if EQUAL { _mm256_cmpeq_epi32(a, b) } else { _mm256_cmpgt_epi32(b, a) };
        let bits = _mm256_movemask_ps(_mm256_castsi256_ps(test)) as u8;
        out[at / 8] |= u64::from(bits) << (at % 8 * 8);
    }
}
