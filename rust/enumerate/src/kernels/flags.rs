//! Lists of flags: neighbours, prefixes, joins, and what holds of any or all.

use super::Kernels;

impl Kernels {
    /// A rule of three neighbours, zeros beyond both ends.
    #[inline(always)]
    pub(super) fn window(&self, f: &[u64], rule: i64, out: &mut [u64]) -> bool {
        let (shape, words) = (self.shapes.of(f), self.layout.words);
        let cells = shape.longest * words;
        let chosen: [u64; 8] = std::array::from_fn(|pattern| 0u64.wrapping_sub((rule >> pattern & 1) as u64));
        let made = |left: u64, centre: u64, right: u64| {
            let pick = |at: usize| (chosen[at] & !right) | (chosen[at + 1] & right);
            let low = (pick(0) & !centre) | (pick(2) & centre);
            let high = (pick(4) & !centre) | (pick(6) & centre);
            (low & !left) | (high & left)
        };
        out[0] = f[0];
        out[1 + cells..].fill(0);
        let (f, out) = (&f[1..], &mut out[1..]);
        let at = |cell: Option<usize>| cell.filter(|&cell| cell < cells).map_or(0, |cell| f[cell]);
        for cell in (0..cells.min(words)).chain(cells.saturating_sub(words).max(words)..cells) {
            out[cell] = made(at(cell.checked_sub(words)), f[cell], at(Some(cell + words)));
        }
        if cells > 2 * words {
            let inner = &mut out[words..cells - words];
            let sides = f[..cells - 2 * words].iter().zip(&f[words..cells - words]).zip(&f[2 * words..cells]);
            for (to, ((&left, &centre), &right)) in inner.iter_mut().zip(sides) {
                *to = made(left, centre, right);
            }
        }
        out[..cells].iter_mut().zip(&shape.valid).for_each(|(flags, valid)| *flags &= valid);
        true
    }

    /// Parities of the prefixes.
    #[inline(always)]
    pub(super) fn scan(&self, f: &[u64], out: &mut [u64]) -> bool {
        let (shape, words) = (self.shapes.of(f), self.layout.words);
        let cells = shape.longest * words;
        out[0] = f[0];
        out[1 + cells..].fill(0);
        out[1..=cells].copy_from_slice(&f[1..=cells]);
        for cell in 1 + words..=cells {
            out[cell] ^= out[cell - words];
        }
        out[1..=cells].iter_mut().zip(&shape.valid).for_each(|(flags, valid)| *flags &= valid);
        true
    }

    /// Two lists of the same lengths, joined flag by flag.
    #[inline(always)]
    pub(super) fn joined(&self, f: &[u64], g: &[u64], out: &mut [u64], join: impl Fn(u64, u64) -> u64) -> bool {
        if f[0] != g[0] {
            return false;
        }
        out[0] = f[0];
        for ((to, &a), &b) in out[1..].iter_mut().zip(&f[1..]).zip(&g[1..]) {
            *to = join(a, b);
        }
        true
    }

    #[inline(always)]
    pub(super) fn any(&self, f: &[u64], out: &mut [u64]) -> bool {
        out.fill(0);
        for flags in f[1..].chunks_exact(self.layout.words) {
            out.iter_mut().zip(flags).for_each(|(any, flags)| *any |= flags);
        }
        true
    }

    #[inline(always)]
    pub(super) fn all(&self, f: &[u64], out: &mut [u64]) -> bool {
        let valid = &self.shapes.of(f).valid;
        for (at, word) in out.iter_mut().enumerate() {
            *word = self.layout.mask(at);
        }
        for (flags, valid) in f[1..].chunks_exact(self.layout.words).zip(valid.chunks_exact(self.layout.words)) {
            for ((all, &flags), &valid) in out.iter_mut().zip(flags).zip(valid) {
                *all &= flags | !valid;
            }
        }
        true
    }
}
