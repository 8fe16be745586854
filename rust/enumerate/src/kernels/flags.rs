//! Lists of flags: neighbours, prefixes, joins, and folds to integers.

use super::Kernels;

impl Kernels {
    /// A rule of three neighbours, zeros beyond both ends. Position i is bit i, so the left neighbour is one bit lower.
    #[inline(always)]
    pub(super) fn window(&self, f: &[u64], rule: i64, out: &mut [u64]) -> bool {
        self.copy_lens(f, out);
        for row in 0..self.layout.rows {
            let len = self.layout.len(f, row);
            let (from, to) = (self.layout.bits(f, row), self.layout.bits_mut(out, row));
            for at in 0..from.len() {
                let centre = from[at];
                let left = centre << 1 | if at > 0 { from[at - 1] >> 63 } else { 0 };
                let right = centre >> 1 | from.get(at + 1).map_or(0, |next| next << 63);
                let mut made = 0;
                for pattern in 0..8 {
                    let chosen = 0u64.wrapping_sub((rule >> pattern & 1) as u64);
                    let pick = |bits: u64, wanted: i32| if wanted != 0 { bits } else { !bits };
                    made |= chosen & pick(left, pattern & 4) & pick(centre, pattern & 2) & pick(right, pattern & 1);
                }
                to[at] = made & below(len, at);
            }
        }
        true
    }

    /// Parities of the prefixes.
    #[inline(always)]
    pub(super) fn scan(&self, f: &[u64], out: &mut [u64]) -> bool {
        self.copy_lens(f, out);
        for row in 0..self.layout.rows {
            let len = self.layout.len(f, row);
            let mut carry = 0u64;
            for at in 0..self.layout.flag_words {
                let mut bits = self.layout.bits(f, row)[at];
                for shift in [1, 2, 4, 8, 16, 32] {
                    bits ^= bits << shift;
                }
                bits ^= carry;
                carry = 0u64.wrapping_sub(bits >> 63);
                self.layout.bits_mut(out, row)[at] = bits & below(len, at);
            }
        }
        true
    }

    /// Two lists of the same lengths, joined bit by bit.
    #[inline(always)]
    pub(super) fn joined(&self, f: &[u64], g: &[u64], out: &mut [u64], join: impl Fn(u64, u64) -> u64) -> bool {
        if !self.same_lens(f, g) {
            return false;
        }
        self.copy_lens(f, out);
        let head = self.layout.len_words;
        for ((to, &a), &b) in out[head..].iter_mut().zip(&f[head..]).zip(&g[head..]) {
            *to = join(a, b);
        }
        true
    }

    #[inline(always)]
    pub(super) fn find(&self, f: &[u64], row: usize) -> i64 {
        let words = self.layout.bits(f, row).iter().enumerate();
        words
            .filter(|(_, word)| **word != 0)
            .map(|(at, word)| at as i64 * 64 + i64::from(word.trailing_zeros()))
            .next()
            .unwrap_or(-1)
    }

    #[inline(always)]
    pub(super) fn longest_run(&self, f: &[u64], row: usize) -> i64 {
        if let [word] = self.layout.bits(f, row) {
            let (mut left, mut run) = (*word, 0);
            while left != 0 {
                left &= left << 1;
                run += 1;
            }
            return run;
        }
        let (mut longest, mut run) = (0, 0);
        self.walk(f, row, |flag| {
            run = if flag { run + 1 } else { 0 };
            longest = longest.max(run);
        });
        longest
    }

    #[inline(always)]
    pub(super) fn lowest(&self, f: &[u64], row: usize) -> i64 {
        let (mut least, mut sum) = (0, 0);
        self.walk(f, row, |flag| {
            sum += if flag { 1 } else { -1 };
            least = least.min(sum);
        });
        least
    }

    #[inline(always)]
    pub(super) fn automaton(&self, f: &[u64], table: &[i64], out: &mut [u64]) -> bool {
        let mut cells = [0u8; 8];
        for (cell, &state) in cells.iter_mut().zip(table) {
            *cell = state as u8;
        }
        self.per_row(out, |row| {
            let mut state = 0u8;
            self.walk(f, row, |flag| state = cells[usize::from(2 * state + u8::from(flag)) & 7]);
            Some(i64::from(state))
        })
    }

    /// Each flag of a row, in order.
    #[inline(always)]
    fn walk(&self, f: &[u64], row: usize, mut step: impl FnMut(bool)) {
        let len = self.layout.len(f, row);
        for (at, &word) in self.layout.bits(f, row).iter().enumerate() {
            for place in 0..len.saturating_sub(at * 64).min(64) {
                step(word >> place & 1 == 1);
            }
        }
    }
}

/// The bits of word `at` that are positions of a list of this length.
#[inline(always)]
fn below(len: usize, at: usize) -> u64 {
    match len.saturating_sub(at * 64) {
        64.. => u64::MAX,
        bits => (1 << bits) - 1,
    }
}
