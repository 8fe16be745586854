//! Lists of flags folded to integers, position after position: many rows at a time, in bytes where the lists are short.

use super::Kernels;
use crate::types::ints_mut;

/// A number small enough for what a fold counts.
trait Lane: Copy + Into<i32> {
    const ZERO: Self;
    const ONE: Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn less(self, other: Self) -> Self;
    fn more(self, other: Self) -> Self;
    fn masked(self, mask: Self) -> Self;
}

macro_rules! lane {
    ($number:ty) => {
        impl Lane for $number {
            const ZERO: Self = 0;
            const ONE: Self = 1;
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            #[inline(always)]
            fn less(self, other: Self) -> Self {
                self.min(other)
            }
            #[inline(always)]
            fn more(self, other: Self) -> Self {
                self.max(other)
            }
            #[inline(always)]
            fn masked(self, mask: Self) -> Self {
                self & mask
            }
        }
    };
}

lane!(i8);
lane!(i32);

/// A fold: two numbers a row, and what a flag does to them. `flag` and `valid` (within the row) are 0 or 1.
trait Fold {
    fn start<T: Lane>() -> (T, T);
    fn step<T: Lane>(state: (T, T), flag: T, valid: T) -> (T, T);
    fn end<T: Lane>(state: (T, T)) -> i32;
}

struct Count;
struct Find;
struct Longest;
struct Lowest;

impl Fold for Count {
    #[inline(always)]
    fn start<T: Lane>() -> (T, T) {
        (T::ZERO, T::ZERO)
    }
    #[inline(always)]
    fn step<T: Lane>((sum, other): (T, T), flag: T, _: T) -> (T, T) {
        (sum.plus(flag), other)
    }
    #[inline(always)]
    fn end<T: Lane>((sum, _): (T, T)) -> i32 {
        sum.into()
    }
}

/// The positions before the first True; whether none was there yet.
impl Fold for Find {
    #[inline(always)]
    fn start<T: Lane>() -> (T, T) {
        (T::ZERO, T::ONE)
    }
    #[inline(always)]
    fn step<T: Lane>((before, missing): (T, T), flag: T, _: T) -> (T, T) {
        let missing = missing.masked(T::ONE.minus(flag));
        (before.plus(missing), missing)
    }
    #[inline(always)]
    fn end<T: Lane>((before, missing): (T, T)) -> i32 {
        if missing.into() == 1 { -1 } else { before.into() }
    }
}

/// The longest run of True, and the present one.
impl Fold for Longest {
    #[inline(always)]
    fn start<T: Lane>() -> (T, T) {
        (T::ZERO, T::ZERO)
    }
    #[inline(always)]
    fn step<T: Lane>((longest, run): (T, T), flag: T, _: T) -> (T, T) {
        let run = run.plus(T::ONE).masked(T::ZERO.minus(flag));
        (longest.more(run), run)
    }
    #[inline(always)]
    fn end<T: Lane>((longest, _): (T, T)) -> i32 {
        longest.into()
    }
}

/// The least of 0 and the prefix sums, where True is 1 and False -1, and the sum.
impl Fold for Lowest {
    #[inline(always)]
    fn start<T: Lane>() -> (T, T) {
        (T::ZERO, T::ZERO)
    }
    #[inline(always)]
    fn step<T: Lane>((least, sum): (T, T), flag: T, valid: T) -> (T, T) {
        let sum = sum.plus(flag).plus(flag).minus(valid);
        (least.less(sum), sum)
    }
    #[inline(always)]
    fn end<T: Lane>((least, _): (T, T)) -> i32 {
        least.into()
    }
}

impl Kernels {
    #[inline(always)]
    pub(super) fn count<const AVX2: bool>(&self, f: &[u64], out: &mut [u64]) -> bool {
        self.fold::<AVX2, Count>(f, out)
    }

    #[inline(always)]
    pub(super) fn find<const AVX2: bool>(&self, f: &[u64], out: &mut [u64]) -> bool {
        self.fold::<AVX2, Find>(f, out)
    }

    #[inline(always)]
    pub(super) fn longest_run<const AVX2: bool>(&self, f: &[u64], out: &mut [u64]) -> bool {
        self.fold::<AVX2, Longest>(f, out)
    }

    #[inline(always)]
    pub(super) fn lowest<const AVX2: bool>(&self, f: &[u64], out: &mut [u64]) -> bool {
        self.fold::<AVX2, Lowest>(f, out)
    }

    #[inline(always)]
    fn fold<const AVX2: bool, F: Fold>(&self, f: &[u64], out: &mut [u64]) -> bool {
        if self.shapes.of(f).longest < 128 {
            self.fold_in::<F, i8, 32>(f, out, expanded::<AVX2>);
        } else {
            self.fold_in::<F, i32, 8>(f, out, |bits| std::array::from_fn(|lane| (bits >> lane & 1) as i32));
        }
        self.clear_rest(out);
        true
    }

    #[inline(always)]
    fn fold_in<F: Fold, T: Lane, const LANES: usize>(
        &self,
        f: &[u64],
        out: &mut [u64],
        many: impl Fn(u64) -> [T; LANES],
    ) {
        let (shape, words) = (self.shapes.of(f), self.layout.words);
        let flags = &f[1..=shape.longest * words];
        for (group, to) in ints_mut(out).chunks_mut(LANES).enumerate() {
            let (word, place) = (group * LANES / 64, group * LANES % 64);
            let (state, other) = F::start::<T>();
            let (mut state, mut other) = ([state; LANES], [other; LANES]);
            if shape.uniform {
                for position in flags.chunks_exact(words) {
                    step::<F, T, LANES>(&mut state, &mut other, many(position[word] >> place), [T::ONE; LANES]);
                }
            } else {
                for (position, valid) in flags.chunks_exact(words).zip(shape.valid.chunks_exact(words)) {
                    let (flag, valid) = (many(position[word] >> place), many(valid[word] >> place));
                    step::<F, T, LANES>(&mut state, &mut other, flag, valid);
                }
            }
            for (lane, to) in to.iter_mut().enumerate() {
                *to = F::end((state[lane], other[lane]));
            }
        }
    }

    /// The last state of an automaton over the flags.
    #[inline(always)]
    pub(super) fn automaton(&self, f: &[u64], table: &[i64], out: &mut [u64]) -> bool {
        match table.len() / 2 {
            2 => self.automaton_of::<2>(f, table, out),
            3 => self.automaton_of::<3>(f, table, out),
            _ => self.automaton_of::<4>(f, table, out),
        }
        self.clear_rest(out);
        true
    }

    /// Which rows are in which state, a bit a row.
    #[inline(always)]
    fn automaton_of<const STATES: usize>(&self, f: &[u64], table: &[i64], out: &mut [u64]) {
        let (shape, words) = (self.shapes.of(f), self.layout.words);
        let flags = &f[1..=shape.longest * words];
        // All ones where a state goes to another under 0, and under 1.
        let goes: [[[u64; 2]; STATES]; STATES] = std::array::from_fn(|to| {
            std::array::from_fn(|from| {
                [0, 1].map(|flag| if table[2 * from + flag] == to as i64 { u64::MAX } else { 0 })
            })
        });
        for word in 0..words {
            let mut rows = [0; STATES];
            rows[0] = u64::MAX;
            for (position, valid) in flags.chunks_exact(words).zip(shape.valid.chunks_exact(words)) {
                let (flag, valid) = (position[word], valid[word]);
                let moved: [u64; STATES] = std::array::from_fn(|to| {
                    let mut come = 0;
                    for from in 0..STATES {
                        let [zero, one] = goes[to][from];
                        come |= rows[from] & ((zero & !flag) | (one & flag));
                    }
                    come
                });
                for state in 0..STATES {
                    rows[state] = (moved[state] & valid) | (rows[state] & !valid);
                }
            }
            let lanes = &mut ints_mut(out)[word * 64..];
            for (row, lane) in lanes.iter_mut().enumerate().take(64) {
                *lane = (1..STATES).map(|state| state as i32 * (rows[state] >> row & 1) as i32).sum();
            }
        }
    }
}

/// One step of many rows. A function, since a closure that is called twice is not inlined.
#[inline(always)]
fn step<F: Fold, T: Lane, const LANES: usize>(
    state: &mut [T; LANES],
    other: &mut [T; LANES],
    flag: [T; LANES],
    valid: [T; LANES],
) {
    for lane in 0..LANES {
        (state[lane], other[lane]) = F::step((state[lane], other[lane]), flag[lane], valid[lane]);
    }
}

/// The lowest 32 bits, a byte each.
#[inline(always)]
fn expanded<const AVX2: bool>(bits: u64) -> [i8; 32] {
    #[cfg(target_arch = "x86_64")]
    if AVX2 {
        // SAFETY: whoever sets AVX2 has asked the processor.
        return unsafe { expanded_avx2(bits as i32) };
    }
    std::array::from_fn(|lane| (bits >> lane & 1) as i8)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn expanded_avx2(bits: i32) -> [i8; 32] {
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_set1_epi8, _mm256_set1_epi32, _mm256_set1_epi64x,
        _mm256_setr_epi64x, _mm256_shuffle_epi8,
    };
    const EACH: i64 = 0x0101_0101_0101_0101;
    // Byte i / 8 of the bits comes to lane i, where bit i % 8 of it is looked at.
    let spread = _mm256_shuffle_epi8(_mm256_set1_epi32(bits), _mm256_setr_epi64x(0, EACH, 2 * EACH, 3 * EACH));
    let bit = _mm256_set1_epi64x(0x8040_2010_0804_0201_u64 as i64);
    let set: __m256i = _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_and_si256(spread, bit), bit), _mm256_set1_epi8(1));
    // SAFETY: both are 32 bytes of plain numbers.
    unsafe { std::mem::transmute(set) }
}
