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
