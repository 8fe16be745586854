//! What the operations compute, on all rows at once.

mod bools;
mod brackets;
mod flags;
mod folds;
mod ints;
mod seqs;

use crate::op::Op;
use crate::rows::Rows;
use crate::shapes::Shapes;
use crate::types::{Layout, Type};

pub(crate) use bools::pairs;

/// The rows, and how values over them lie in memory.
pub(crate) struct Kernels {
    pub(crate) layout: Layout,
    pub(crate) shapes: Shapes,
    text: bool,
    base: i64,
    /// The value of `x`, and its distinct items.
    row: Vec<u64>,
    symbols: Vec<i64>,
}

impl Kernels {
    pub(crate) fn new(rows: &Rows, base: i64) -> Self {
        let layout = Layout::of(rows);
        let shapes = Shapes::new(layout);
        let mut row = vec![0; layout.size(Type::Seq)];
        row[0] = shapes.number(rows.lens.clone()).unwrap_or(0);
        for at in 0..rows.count() {
            for (position, &item) in rows.row(at).iter().enumerate() {
                layout.items_mut(&mut row, position)[at] = item;
            }
        }
        let symbols = rows.alphabet().into_iter().map(i64::from).collect();
        Self { layout, shapes, text: rows.text, base, row, symbols }
    }

    /// The distinct items of the rows.
    pub(crate) fn symbols(&self) -> &[i64] {
        &self.symbols
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
            Op::Reversed => self.sliced(args[0], out, |len| (len.wrapping_sub(1), usize::MAX, len)),
            Op::FirstHalf => self.sliced(args[0], out, |len| (0, 1, len / 2)),
            Op::SecondHalf => self.sliced(args[0], out, |len| (len / 2, 1, len - len / 2)),
            Op::Every => {
                let (start, step) = (constants[0] as usize, constants[1] as usize);
                self.sliced(args[0], out, |len| (start, step, len.saturating_sub(start).div_ceil(step)))
            }
            Op::Drop => self.sliced(args[0], out, |len| {
                let start = len.min(constants[0] as usize);
                (start, 1, len - start)
            }),
            Op::DropLast => self.sliced(args[0], out, |len| (0, 1, len.saturating_sub(constants[0] as usize))),
            Op::Take => self.sliced(args[0], out, |len| (0, 1, len.min(constants[0] as usize))),
            Op::TakeLast => self.sliced(args[0], out, |len| {
                let kept = len.min(constants[0] as usize);
                (len - kept, 1, kept)
            }),
            Op::Match => {
                let planes = self.planes::<AVX2>(args[0], constants);
                self.matches(args[0], &planes, constants, out);
                true
            }
            Op::Below => self.against::<AVX2, false>(args[0], constants[0], out),
            Op::Equals => self.against::<AVX2, true>(args[0], constants[0], out),
            Op::Residue => self.residue(args[0], constants[0], constants[1], out),
            Op::Same => self.zipped::<AVX2, true>(args[0], args[1], out),
            Op::Less => self.zipped::<AVX2, false>(args[0], args[1], out),
            Op::Window => self.window(args[0], constants[0], out),
            Op::Scan => self.scan(args[0], out),
            Op::Both => self.joined(args[0], args[1], out, |a, b| a & b),
            Op::Either => self.joined(args[0], args[1], out, |a, b| a | b),
            Op::Differ => self.joined(args[0], args[1], out, |a, b| a ^ b),
            Op::Number => self.fill(out, constants[0]),
            Op::Length => {
                let lens = &self.shapes.of(args[0]).lens;
                self.per_row(out, |row| Some(i64::from(lens[row])))
            }
            Op::Count => self.count::<AVX2>(args[0], out),
            Op::Total => self.per_row(out, |row| self.folded(args[0], row, 0, |sum, item| sum + item)),
            Op::Largest => self.per_row(out, |row| self.extreme(args[0], row, i64::max)),
            Op::Smallest => self.per_row(out, |row| self.extreme(args[0], row, i64::min)),
            Op::ValueMod => self.value_mod(args[0], constants[0], out),
            Op::At => self.at(constants[0], out),
            Op::Find => self.find::<AVX2>(args[0], out),
            Op::Longest => self.longest_run::<AVX2>(args[0], out),
            Op::Lowest => self.lowest::<AVX2>(args[0], out),
            Op::Automaton => self.automaton(args[0], constants, out),
            Op::Add => self.arithmetic(args[0], args[1], out, i32::overflowing_add),
            Op::Sub => self.arithmetic(args[0], args[1], out, i32::overflowing_sub),
            Op::Mul => self.product(args[0], args[1], out),
            Op::Min => self.arithmetic(args[0], args[1], out, |a, b| (a.min(b), false)),
            Op::Max => self.arithmetic(args[0], args[1], out, |a, b| (a.max(b), false)),
            Op::Abs => self.arithmetic(args[0], args[0], out, |a, _| a.overflowing_abs()),
            Op::Mod => self.divided(args[0], constants[0], out, |_, remainder| remainder),
            Op::Div => self.divided(args[0], constants[0], out, |quotient, _| quotient),
            Op::Choose => self.choose(args[0], args[1], args[2], out),
            Op::Any => self.any(args[0], out),
            Op::All => self.all(args[0], out),
            Op::Symbol => self.symbol::<AVX2>(constants[0], constants[1], out),
            Op::Remainder => self.remainder::<AVX2>(args[0], constants[0], constants[1], out),
            Op::Equal => {
                self.compare::<AVX2, true>(ints(args[0]), ints(args[1]), out);
                true
            }
            Op::Lt => {
                self.compare::<AVX2, false>(ints(args[0]), ints(args[1]), out);
                true
            }
            Op::Not => self.not(args[0], out),
            Op::And | Op::Or | Op::Xor => {
                pairs(op, args[0], args[1], out);
                true
            }
            Op::Balanced => {
                let tokens = self.tokens(args[0], constants[0] as usize);
                self.balanced(&tokens, constants, out);
                true
            }
        }
    }

    /// The value of a feature, which is the same for all programs.
    pub(crate) fn given(&self, kind: Type, values: &[i64], out: &mut [u64]) -> bool {
        match kind {
            Type::Bool => self.truth(out, |row| values[row] != 0),
            _ => self.per_row(out, |row| Some(values[row])),
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
}

use crate::types::ints;
