//! What the operations compute, on all rows at once.

mod bools;
mod flags;
mod ints;
mod seqs;

use crate::op::Op;
use crate::rows::Rows;
use crate::types::{Layout, Type};

pub(crate) use bools::pairs;

/// The rows, and how values over them lie in memory.
pub(crate) struct Kernels {
    pub(crate) layout: Layout,
    text: bool,
    base: i64,
    /// The value of `x`.
    row: Vec<u64>,
}

impl Kernels {
    pub(crate) fn new(rows: &Rows, base: i64) -> Self {
        let layout = Layout::of(rows);
        let mut row = vec![0; layout.words(Type::Seq)];
        for (at, &len) in rows.lens.iter().enumerate() {
            layout.set_len(&mut row, at, usize::from(len));
        }
        let items: &mut [i32] = bytemuck::cast_slice_mut(&mut row[layout.len_words..]);
        for at in 0..rows.count() {
            items[at * layout.longest..][..usize::from(rows.lens[at])].copy_from_slice(rows.row(at));
        }
        Self { layout, text: rows.text, base, row }
    }

    /// Puts the value into `out`, which has the words of the result; whether it is defined on every row. `out` may hold
    /// anything before. `AVX2` says that the processor has it.
    #[inline(always)]
    pub(crate) fn eval<const AVX2: bool>(&self, op: Op, constants: &[i64], args: &[&[u64]], out: &mut [u64]) -> bool {
        match op {
            Op::X => {
                out.copy_from_slice(&self.row);
                true
            }
            Op::Reversed => self.reversed(args[0], out),
            Op::FirstHalf => self.sliced(args[0], out, |len| (0, len / 2)),
            Op::SecondHalf => self.sliced(args[0], out, |len| (len / 2, len)),
            Op::Every => self.every(args[0], constants[0] as usize, constants[1] as usize, out),
            Op::Drop => self.sliced(args[0], out, |len| (len.min(constants[0] as usize), len)),
            Op::DropLast => self.sliced(args[0], out, |len| (0, len.saturating_sub(constants[0] as usize))),
            Op::Take => self.sliced(args[0], out, |len| (0, len.min(constants[0] as usize))),
            Op::TakeLast => self.sliced(args[0], out, |len| (len.saturating_sub(constants[0] as usize), len)),
            Op::Match => self.matches(args[0], constants, out),
            Op::Below => self.each(args[0], out, |item| Some(i64::from(item) < constants[0])),
            Op::Equals => self.each(args[0], out, |item| Some(i64::from(item) == constants[0])),
            Op::Residue => self.each(args[0], out, |item| {
                Some(i64::from(self.number(item)?).rem_euclid(constants[0]) == constants[1])
            }),
            Op::Same => self.zipped(args[0], args[1], out, |a, b| a == b),
            Op::Less => self.zipped(args[0], args[1], out, |a, b| a < b),
            Op::Window => self.window(args[0], constants[0], out),
            Op::Scan => self.scan(args[0], out),
            Op::Both => self.joined(args[0], args[1], out, |a, b| a & b),
            Op::Either => self.joined(args[0], args[1], out, |a, b| a | b),
            Op::Differ => self.joined(args[0], args[1], out, |a, b| a ^ b),
            Op::Number => self.fill(out, constants[0]),
            Op::Length => self.per_row(out, |row| Some(self.layout.len(args[0], row) as i64)),
            Op::Count => self.per_row(out, |row| {
                Some(self.layout.bits(args[0], row).iter().map(|w| i64::from(w.count_ones())).sum())
            }),
            Op::Total => self.per_row(out, |row| self.folded(args[0], row, 0, |sum, item| sum + item)),
            Op::Largest => self.per_row(out, |row| self.extreme(args[0], row, i64::max)),
            Op::Smallest => self.per_row(out, |row| self.extreme(args[0], row, i64::min)),
            Op::ValueMod => self.per_row(out, |row| self.value_mod(args[0], row, constants[0])),
            Op::At => self.at(constants[0], out),
            Op::Find => self.per_row(out, |row| Some(self.find(args[0], row))),
            Op::Longest => self.per_row(out, |row| Some(self.longest_run(args[0], row))),
            Op::Lowest => self.per_row(out, |row| Some(self.lowest(args[0], row))),
            Op::Automaton => self.automaton(args[0], constants, out),
            Op::Add => self.arithmetic(args[0], args[1], out, i32::overflowing_add),
            Op::Sub => self.arithmetic(args[0], args[1], out, i32::overflowing_sub),
            Op::Mul => self.arithmetic(args[0], args[1], out, i32::overflowing_mul),
            Op::Min => self.arithmetic(args[0], args[1], out, |a, b| (a.min(b), false)),
            Op::Max => self.arithmetic(args[0], args[1], out, |a, b| (a.max(b), false)),
            Op::Abs => self.arithmetic(args[0], args[0], out, |a, _| a.overflowing_abs()),
            Op::Mod => self.divided(args[0], constants[0], out, |_, remainder| remainder),
            Op::Div => self.divided(args[0], constants[0], out, |quotient, _| quotient),
            Op::Choose => self.choose(args[0], args[1], args[2], out),
            Op::Any => self.truth(out, |row| self.layout.bits(args[0], row).iter().any(|&word| word != 0)),
            Op::All => self.truth(out, |row| {
                let ones: u32 = self.layout.bits(args[0], row).iter().map(|word| word.count_ones()).sum();
                ones as usize == self.layout.len(args[0], row)
            }),
            Op::Symbol => self.symbol(constants[0], constants[1], out),
            Op::Remainder => self.remainder(args[0], constants[0], constants[1], out),
            Op::Equal => self.compare::<AVX2, true>(args[0], args[1], out),
            Op::Lt => self.compare::<AVX2, false>(args[0], args[1], out),
            Op::Not => self.not(args[0], out),
            Op::And | Op::Or | Op::Xor => {
                pairs(op, args[0], args[1], out);
                true
            }
            Op::Balanced => self.balanced(args[0], constants, out),
        }
    }

    /// The number that a digit stands for, or the integer itself.
    #[inline(always)]
    fn number(&self, item: i32) -> Option<i32> {
        if !self.text {
            Some(item)
        } else if (48..58).contains(&item) {
            Some(item - 48)
        } else {
            None
        }
    }

    /// The value of a feature, which is the same for all programs.
    pub(crate) fn given(&self, kind: Type, values: &[i64], out: &mut [u64]) -> bool {
        match kind {
            Type::Bool => self.truth(out, |row| values[row] != 0),
            _ => self.per_row(out, |row| Some(values[row])),
        }
    }
}
