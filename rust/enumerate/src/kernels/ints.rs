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
        lanes[self.layout.rows..].fill(0);
        true
    }

    pub(super) fn fill(&self, out: &mut [u64], value: i64) -> bool {
        self.per_row(out, |_| Some(value))
    }

    #[inline(always)]
    pub(super) fn folded(&self, s: &[u64], row: usize, start: i64, fold: impl Fn(i64, i64) -> i64) -> Option<i64> {
        let items = self.layout.items(s, row).iter();
        items.map(|&item| self.number(item).map(i64::from)).try_fold(start, |sum, item| Some(fold(sum, item?)))
    }

    #[inline(always)]
    pub(super) fn extreme(&self, s: &[u64], row: usize, pick: impl Fn(i64, i64) -> i64) -> Option<i64> {
        let first = self.number(*self.layout.items(s, row).first()?)?;
        self.folded(s, row, i64::from(first), pick)
    }

    #[inline(always)]
    pub(super) fn value_mod(&self, s: &[u64], row: usize, m: i64) -> Option<i64> {
        if self.layout.len(s, row) == 0 || !self.text {
            return None;
        }
        self.folded(s, row, 0, |value, digit| (value * self.base + digit) % m)
    }

    /// The item at a position of the row itself, from the end if negative.
    pub(super) fn at(&self, at: i64, out: &mut [u64]) -> bool {
        self.per_row(out, |row| self.item(at, row).and_then(|item| self.number(item)).map(i64::from))
    }

    pub(super) fn symbol(&self, at: i64, code: i64, out: &mut [u64]) -> bool {
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
        let items = self.layout.items(&self.row, row);
        let place = if at < 0 { at + items.len() as i64 } else { at };
        items.get(usize::try_from(place).ok()?).copied()
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
    pub(super) fn remainder(&self, a: &[u64], m: i64, r: i64, out: &mut [u64]) -> bool {
        if m == 2 {
            let r = r as i32;
            return self.test(out, ints(a), |a| a & 1 == r);
        }
        let (m, r) = (m as i32, r as i32);
        self.test(out, ints(a), |a| a.rem_euclid(m) == r)
    }

    #[inline(always)]
    fn test(&self, out: &mut [u64], lanes: &[i32], test: impl Fn(i32) -> bool) -> bool {
        self.truth(out, |row| test(lanes[row]));
        true
    }

    /// `a == b` or `a < b`.
    #[inline(always)]
    pub(super) fn compare<const AVX2: bool, const EQUAL: bool>(&self, a: &[u64], b: &[u64], out: &mut [u64]) -> bool {
        let (a, b) = (ints(a), ints(b));
        #[cfg(target_arch = "x86_64")]
        if AVX2 {
            // SAFETY: the caller says that the processor has AVX2.
            unsafe { compare_avx2::<EQUAL>(a, b, out) };
            for (at, word) in out.iter_mut().enumerate() {
                *word &= self.layout.mask(at);
            }
            return true;
        }
        self.truth(out, |row| if EQUAL { a[row] == b[row] } else { a[row] < b[row] })
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

/// Eight rows at a time: lanes come in multiples of eight.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn compare_avx2<const EQUAL: bool>(a: &[i32], b: &[i32], out: &mut [u64]) {
    use std::arch::x86_64::{
        _mm256_castsi256_ps, _mm256_cmpeq_epi32, _mm256_cmpgt_epi32, _mm256_loadu_si256, _mm256_movemask_ps,
    };
    out.fill(0);
    for (at, (a, b)) in a.chunks_exact(8).zip(b.chunks_exact(8)).enumerate() {
        // SAFETY: both chunks hold eight lanes, and the loads need no alignment.
        let (a, b) = unsafe { (_mm256_loadu_si256(a.as_ptr().cast()), _mm256_loadu_si256(b.as_ptr().cast())) };
        let test = if EQUAL { _mm256_cmpeq_epi32(a, b) } else { _mm256_cmpgt_epi32(b, a) };
        let bits = _mm256_movemask_ps(_mm256_castsi256_ps(test)) as u8;
        out[at / 8] |= u64::from(bits) << (at % 8 * 8);
    }
}
