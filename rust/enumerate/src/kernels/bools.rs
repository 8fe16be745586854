//! Conditions: a bit a row.

use super::Kernels;
use crate::op::Op;

impl Kernels {
    /// A condition a row.
    #[inline(always)]
    pub(super) fn truth(&self, out: &mut [u64], mut test: impl FnMut(usize) -> bool) -> bool {
        for (at, word) in out.iter_mut().enumerate() {
            let mut bits = 0;
            for place in 0..(self.layout.rows - at * 64).min(64) {
                bits |= u64::from(test(at * 64 + place)) << place;
            }
            *word = bits;
        }
        true
    }

    #[inline(always)]
    pub(super) fn not(&self, p: &[u64], out: &mut [u64]) -> bool {
        for (at, (to, &word)) in out.iter_mut().zip(p).enumerate() {
            *to = !word & self.layout.mask(at);
        }
        true
    }

    /// A stack automaton; `constants` are the width, the kinds, and the pairs of opening and closing tokens.
    pub(super) fn balanced(&self, s: &[u64], constants: &[i64], out: &mut [u64]) -> bool {
        let width = constants[0] as usize;
        let pairs: Vec<(&[i64], &[i64])> =
            constants[2..].chunks_exact(2 * width).map(|pair| pair.split_at(width)).collect();
        let lens = &self.shapes.of(s).lens;
        let mut stack = Vec::new();
        self.truth(out, |row| {
            let len = usize::from(lens[row]);
            if len % width != 0 {
                return false;
            }
            stack.clear();
            let is = |at: usize, token: &[i64]| {
                token.iter().enumerate().all(|(place, &code)| i64::from(self.layout.item(s, row, at + place)) == code)
            };
            for token in (0..len).step_by(width) {
                if let Some(kind) = pairs.iter().position(|pair| is(token, pair.0)) {
                    stack.push(kind);
                } else if let Some(kind) = pairs.iter().position(|pair| is(token, pair.1))
                    && stack.pop() != Some(kind)
                {
                    return false;
                }
            }
            stack.is_empty()
        })
    }
}

/// One value joined with each of many: `many` and `out` hold whole values of `a.len()` words.
#[inline(always)]
pub(crate) fn pairs(op: Op, a: &[u64], many: &[u64], out: &mut [u64]) {
    match op {
        Op::And => with_each(a, many, out, |a, b| a & b),
        Op::Or => with_each(a, many, out, |a, b| a | b),
        _ => with_each(a, many, out, |a, b| a ^ b),
    }
}

#[inline(always)]
fn with_each(a: &[u64], many: &[u64], out: &mut [u64], join: impl Fn(u64, u64) -> u64) {
    match *a {
        [a] => out.iter_mut().zip(many).for_each(|(to, &b)| *to = join(a, b)),
        [low, high] => {
            for (to, b) in out.chunks_exact_mut(2).zip(many.chunks_exact(2)) {
                to[0] = join(low, b[0]);
                to[1] = join(high, b[1]);
            }
        }
        _ => {
            for (to, b) in out.chunks_exact_mut(a.len()).zip(many.chunks_exact(a.len())) {
                for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
                    *to = join(a, b);
                }
            }
        }
    }
}
