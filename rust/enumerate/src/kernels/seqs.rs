//! Slices of the rows, and what compares their items.

use super::Kernels;

impl Kernels {
    /// Slices: of a list of some length, from where, by what step (wrapping: backwards is the largest), and how many items.
    #[inline(always)]
    pub(super) fn sliced(&self, s: &[u64], out: &mut [u64], slice: impl Fn(usize) -> (usize, usize, usize)) -> bool {
        let shape = self.shapes.of(s);
        let lens = shape.lens.iter().map(|&len| slice(usize::from(len)).2 as u16).collect();
        let Some(number) = self.shapes.number(lens) else { return false };
        out.fill(0);
        out[0] = number;
        if shape.uniform {
            let (start, step, len) = slice(shape.longest);
            for at in 0..len {
                let from = start.wrapping_add(step.wrapping_mul(at));
                self.layout.items_mut(out, at).copy_from_slice(self.layout.items(s, from));
            }
            return true;
        }
        for (row, &len) in shape.lens.iter().enumerate() {
            let (start, step, len) = slice(usize::from(len));
            for at in 0..len {
                let from = start.wrapping_add(step.wrapping_mul(at));
                self.layout.items_mut(out, at)[row] = self.layout.item(s, row, from);
            }
        }
        true
    }

    /// Flags over the positions of `s`, as `test` sets those of one position; 0 beyond the rows' lengths.
    #[inline(always)]
    fn flagged(&self, s: &[u64], out: &mut [u64], mut test: impl FnMut(usize, &mut [u64])) {
        let shape = self.shapes.of(s);
        out[0] = s[0];
        for at in 0..shape.longest {
            let flags = self.layout.flags_mut(out, at);
            test(at, flags);
            if !shape.uniform {
                let valid = &shape.valid[at * self.layout.words..];
                flags.iter_mut().zip(valid).for_each(|(flags, valid)| *flags &= valid);
            }
        }
        out[1 + shape.longest * self.layout.words..].fill(0);
    }

    /// Items equal to, or below, a constant.
    #[inline(always)]
    pub(super) fn against<const AVX2: bool, const EQUAL: bool>(&self, s: &[u64], k: i64, out: &mut [u64]) -> bool {
        let constant = vec![k as i32; self.layout.lanes];
        self.flagged(s, out, |at, flags| self.compare::<AVX2, EQUAL>(self.layout.items(s, at), &constant, flags));
        true
    }

    pub(super) fn residue(&self, s: &[u64], m: i64, r: i64, out: &mut [u64]) -> bool {
        let shape = self.shapes.of(s);
        let digits = (0..self.layout.rows)
            .all(|row| (0..usize::from(shape.lens[row])).all(|at| self.number(self.layout.item(s, row, at)).is_some()));
        if !digits {
            return false;
        }
        self.flagged(s, out, |at, flags| {
            let items = self.layout.items(s, at);
            self.truth(flags, |row| self.number(items[row]).is_some_and(|number| i64::from(number).rem_euclid(m) == r));
        });
        true
    }

    /// Items of two lists side by side, equal or rising; undefined unless the lists are equally long.
    #[inline(always)]
    pub(super) fn zipped<const AVX2: bool, const EQUAL: bool>(&self, s: &[u64], t: &[u64], out: &mut [u64]) -> bool {
        if s[0] != t[0] {
            return false;
        }
        self.flagged(s, out, |at, flags| {
            self.compare::<AVX2, EQUAL>(self.layout.items(s, at), self.layout.items(t, at), flags);
        });
        true
    }

    /// For each of some symbols, where it stands.
    #[inline(always)]
    pub(crate) fn planes<const AVX2: bool>(&self, s: &[u64], symbols: &[i64]) -> Vec<(i64, Vec<u64>)> {
        let mut distinct = symbols.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let plane = |code: i64| {
            let mut flags = vec![0; self.layout.size(crate::types::Type::Flags)];
            self.against::<AVX2, true>(s, code, &mut flags);
            (code, flags)
        };
        distinct.into_iter().map(plane).collect()
    }

    /// Where a word begins: its first symbol stands there, its second one further on, ...
    #[inline(always)]
    pub(crate) fn matches(&self, s: &[u64], planes: &[(i64, Vec<u64>)], word: &[i64], out: &mut [u64]) {
        let words = self.layout.words;
        let starts = (self.shapes.of(s).longest + 1).saturating_sub(word.len()) * words;
        let none = vec![0; out.len()];
        let plane =
            |code: &i64| planes.iter().find(|(known, _)| known == code).map_or(&none[..], |(_, plane)| &plane[..]);
        out[0] = s[0];
        out[1 + starts..].fill(0);
        out[1..=starts].copy_from_slice(&plane(&word[0])[1..=starts]);
        for (at, code) in word.iter().enumerate().skip(1) {
            let later = &plane(code)[1 + at * words..];
            out[1..=starts].iter_mut().zip(later).for_each(|(flags, later)| *flags &= later);
        }
    }
}
