//! Slices of the rows, and what compares their items.

use super::Kernels;

impl Kernels {
    /// Each row from one position to another, which depend on its length.
    pub(super) fn sliced(&self, s: &[u64], out: &mut [u64], range: impl Fn(usize) -> (usize, usize)) -> bool {
        self.rebuilt(s, out, |items, made| {
            let (start, end) = range(items.len());
            let part = &items[start.min(end)..end];
            made[..part.len()].copy_from_slice(part);
            part.len()
        })
    }

    pub(super) fn reversed(&self, s: &[u64], out: &mut [u64]) -> bool {
        self.rebuilt(s, out, |items, made| {
            for (to, &item) in made.iter_mut().zip(items.iter().rev()) {
                *to = item;
            }
            items.len()
        })
    }

    pub(super) fn every(&self, s: &[u64], start: usize, step: usize, out: &mut [u64]) -> bool {
        self.rebuilt(s, out, |items, made| {
            let kept = items.iter().skip(start).step_by(step);
            made.iter_mut().zip(kept).map(|(to, &item)| *to = item).count()
        })
    }

    /// A seq whose rows `make` writes, telling their lengths. What lies beyond a row's length is 0: values are compared whole.
    #[inline(always)]
    fn rebuilt(&self, s: &[u64], out: &mut [u64], make: impl Fn(&[i32], &mut [i32]) -> usize) -> bool {
        out.fill(0);
        for row in 0..self.layout.rows {
            let all: &mut [i32] = bytemuck::cast_slice_mut(&mut out[self.layout.len_words..]);
            let len = make(self.layout.items(s, row), &mut all[row * self.layout.longest..][..self.layout.longest]);
            self.layout.set_len(out, row, len);
        }
        true
    }

    /// A flag an item; undefined where `test` gives None.
    #[inline(always)]
    pub(super) fn each(&self, s: &[u64], out: &mut [u64], test: impl Fn(i32) -> Option<bool>) -> bool {
        self.copy_lens(s, out);
        for row in 0..self.layout.rows {
            let mut defined = true;
            let items = self.layout.items(s, row);
            set_bits(self.layout.bits_mut(out, row), items.len(), |at| {
                test(items[at]).unwrap_or_else(|| {
                    defined = false;
                    false
                })
            });
            if !defined {
                return false;
            }
        }
        true
    }

    /// A flag a pair of items side by side; undefined unless the rows are equally long.
    #[inline(always)]
    pub(super) fn zipped(&self, s: &[u64], t: &[u64], out: &mut [u64], test: impl Fn(i32, i32) -> bool) -> bool {
        if !self.same_lens(s, t) {
            return false;
        }
        self.copy_lens(s, out);
        for row in 0..self.layout.rows {
            let (a, b) = (self.layout.items(s, row), self.layout.items(t, row));
            set_bits(self.layout.bits_mut(out, row), a.len(), |at| test(a[at], b[at]));
        }
        true
    }

    /// Where a word begins: the flags of its symbols, each moved to where the word would begin.
    pub(super) fn matches(&self, s: &[u64], word: &[i64], out: &mut [u64]) -> bool {
        self.copy_lens(s, out);
        for row in 0..self.layout.rows {
            let items = self.layout.items(s, row);
            let starts = (items.len() + 1).saturating_sub(word.len());
            set_bits(self.layout.bits_mut(out, row), starts, |at| i64::from(items[at]) == word[0]);
            if word.len() > 1 {
                for cell in self.layout.bits_mut(out, row).iter_mut().enumerate() {
                    let (base, bits) = (cell.0 * 64, cell.1);
                    let mut left = *bits;
                    while left != 0 {
                        let at = base + left.trailing_zeros() as usize;
                        if items[at + 1..at + word.len()].iter().zip(&word[1..]).any(|(&a, &b)| i64::from(a) != b) {
                            *bits &= !(1 << (at - base));
                        }
                        left &= left - 1;
                    }
                }
            }
        }
        true
    }

    #[inline(always)]
    pub(super) fn copy_lens(&self, from: &[u64], out: &mut [u64]) {
        out[..self.layout.len_words].copy_from_slice(&from[..self.layout.len_words]);
    }

    #[inline(always)]
    pub(super) fn same_lens(&self, a: &[u64], b: &[u64]) -> bool {
        a[..self.layout.len_words] == b[..self.layout.len_words]
    }
}

/// Sets the first `len` bits by a test and clears the others.
#[inline(always)]
fn set_bits(words: &mut [u64], len: usize, mut test: impl FnMut(usize) -> bool) {
    for (at, word) in words.iter_mut().enumerate() {
        let mut bits = 0;
        for place in 0..len.saturating_sub(at * 64).min(64) {
            bits |= u64::from(test(at * 64 + place)) << place;
        }
        *word = bits;
    }
}
