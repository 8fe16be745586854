//! Lists of flags folded to integers: position after position, eight rows at a time.

use super::Kernels;
use crate::types::ints_mut;

/// A number for each of eight rows.
type Eight = [i32; 8];

impl Kernels {
    /// Folds the flags of each row: `step(state, flag, valid)` with 0 or 1 for each row, then `end`.
    #[inline(always)]
    fn fold<S: Copy>(
        &self,
        f: &[u64],
        out: &mut [u64],
        start: S,
        step: impl Fn(&mut S, Eight, Eight),
        end: impl Fn(S) -> Eight,
    ) -> bool {
        let (shape, words) = (self.shapes.of(f), self.layout.words);
        let flags = &f[1..=shape.longest * words];
        for (group, to) in ints_mut(out).chunks_exact_mut(8).enumerate() {
            let (word, place) = (group / 8, group % 8 * 8);
            let eight = |bits: u64| -> Eight {
                let bits = (bits >> place) as i32;
                std::array::from_fn(|lane| bits >> lane & 1)
            };
            let mut state = start;
            if shape.uniform {
                for position in flags.chunks_exact(words) {
                    step(&mut state, eight(position[word]), [1; 8]);
                }
            } else {
                for (position, valid) in flags.chunks_exact(words).zip(shape.valid.chunks_exact(words)) {
                    step(&mut state, eight(position[word]), eight(valid[word]));
                }
            }
            to.copy_from_slice(&end(state));
        }
        self.clear_rest(out);
        true
    }

    #[inline(always)]
    pub(super) fn count(&self, f: &[u64], out: &mut [u64]) -> bool {
        self.fold(f, out, [0; 8], |sum: &mut Eight, flag, _| each(|lane| sum[lane] += flag[lane]), |sum| sum)
    }

    /// The positions before the first True, or -1.
    #[inline(always)]
    pub(super) fn find(&self, f: &[u64], out: &mut [u64]) -> bool {
        let step = |(before, missing): &mut (Eight, Eight), flag: Eight, _: Eight| {
            each(|lane| {
                missing[lane] &= 1 - flag[lane];
                before[lane] += missing[lane];
            });
        };
        let end = |(before, missing): (Eight, Eight)| {
            std::array::from_fn(|lane| if missing[lane] == 1 { -1 } else { before[lane] })
        };
        self.fold(f, out, ([0; 8], [1; 8]), step, end)
    }

    #[inline(always)]
    pub(super) fn longest_run(&self, f: &[u64], out: &mut [u64]) -> bool {
        let step = |(longest, run): &mut (Eight, Eight), flag: Eight, _: Eight| {
            each(|lane| {
                run[lane] = (run[lane] + 1) & -flag[lane];
                longest[lane] = longest[lane].max(run[lane]);
            });
        };
        self.fold(f, out, ([0; 8], [0; 8]), step, |(longest, _)| longest)
    }

    /// The least of 0 and the prefix sums, where True is 1 and False -1.
    #[inline(always)]
    pub(super) fn lowest(&self, f: &[u64], out: &mut [u64]) -> bool {
        let step = |(least, sum): &mut (Eight, Eight), flag: Eight, valid: Eight| {
            each(|lane| {
                sum[lane] += 2 * flag[lane] - valid[lane];
                least[lane] = least[lane].min(sum[lane]);
            });
        };
        self.fold(f, out, ([0; 8], [0; 8]), step, |(least, _)| least)
    }

    /// The last state of an automaton over the flags: which rows are in which state, a bit a row.
    #[inline(always)]
    pub(super) fn automaton(&self, f: &[u64], table: &[i64], out: &mut [u64]) -> bool {
        let (shape, words) = (self.shapes.of(f), self.layout.words);
        let flags = &f[1..=shape.longest * words];
        let states = table.len() / 2;
        let mut next = [[0usize; 2]; 4];
        for (state, next) in next.iter_mut().enumerate().take(states) {
            *next = [table[2 * state] as usize & 3, table[2 * state + 1] as usize & 3];
        }
        for word in 0..words {
            let mut rows = [u64::MAX, 0, 0, 0];
            for (position, valid) in flags.chunks_exact(words).zip(shape.valid.chunks_exact(words)) {
                let (flag, over) = (position[word], !valid[word]);
                let mut moved = [0; 4];
                for state in 0..states {
                    moved[next[state][0]] |= rows[state] & !flag;
                    moved[next[state][1]] |= rows[state] & flag;
                }
                for state in 0..states {
                    rows[state] = (moved[state] & !over) | (rows[state] & over);
                }
            }
            let lanes = &mut ints_mut(out)[word * 64..];
            for (row, lane) in lanes.iter_mut().enumerate().take(64) {
                let bit = |state: usize| (rows[state] >> row & 1) as i32;
                *lane = bit(1) + 2 * bit(2) + 3 * bit(3);
            }
        }
        self.clear_rest(out);
        true
    }
}

#[inline(always)]
fn each(mut lane: impl FnMut(usize)) {
    for at in 0..8 {
        lane(at);
    }
}
