//! Values of flags and integers are not stored, only how they were made: over 100 rows they are some hundred bytes each, their
//! origins 16, and they are made again from the slices and conditions, which are stored. So a bank holds many times as many.

use std::ops::Range;

use crate::cross::World;
use crate::grammar::Make;
use crate::op::Op;
use crate::types::Type;

/// Whether the values of a type are made again whenever they are needed.
pub(crate) fn lean(kind: Type) -> bool {
    matches!(kind, Type::Flags | Type::Int)
}

/// A value, with its type and number.
type Last = (Option<(Type, u32)>, Vec<u64>);

/// Makes stored values again. Neighbours in a bank share arguments, so what was made last is kept at each depth.
pub(crate) struct Maker<'a> {
    world: &'a World<'a>,
    /// What was made last, by depth and argument.
    known: Vec<[Last; 3]>,
    /// Where each symbol stands in the slice of this number.
    planes: (Option<u32>, Vec<(i64, Vec<u64>)>),
}

impl<'a> Maker<'a> {
    pub(crate) fn new(world: &'a World<'a>) -> Self {
        Self { world, known: vec![], planes: (None, vec![]) }
    }

    /// The values of a range of a bank, one after the other.
    #[inline(always)]
    pub(crate) fn values<const AVX2: bool>(&mut self, kind: Type, range: &Range<usize>) -> Vec<u64> {
        let words = self.world.words(kind);
        let mut values = vec![0; range.len() * words];
        for (at, out) in range.clone().zip(values.chunks_exact_mut(words)) {
            self.value::<AVX2>(kind, at as u32, out, 0);
        }
        values
    }

    /// It calls itself, so it is not inlined into what was compiled for the processor's instructions.
    fn value<const AVX2: bool>(&mut self, kind: Type, number: u32, out: &mut [u64], depth: usize) {
        #[cfg(target_arch = "x86_64")]
        if AVX2 {
            // SAFETY: whoever sets AVX2 has asked the processor.
            return unsafe { self.value_avx2(kind, number, out, depth) };
        }
        self.value_with::<AVX2>(kind, number, out, depth);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
    unsafe fn value_avx2(&mut self, kind: Type, number: u32, out: &mut [u64], depth: usize) {
        self.value_with::<true>(kind, number, out, depth);
    }

    #[inline(always)]
    fn value_with<const AVX2: bool>(&mut self, kind: Type, number: u32, out: &mut [u64], depth: usize) {
        let world = self.world;
        let origin = world.banks.of(kind).origin(number as usize);
        let rule = &world.grammar.rules[origin.rule as usize];
        if self.known.len() == depth {
            self.known.push(Default::default());
        }
        for (slot, (&arg, number)) in rule.args.iter().zip(origin.args).enumerate() {
            if lean(arg) && self.known[depth][slot].0 != Some((arg, number)) {
                let mut value = std::mem::take(&mut self.known[depth][slot].1);
                value.resize(world.words(arg), 0);
                self.value::<AVX2>(arg, number, &mut value, depth + 1);
                self.known[depth][slot] = (Some((arg, number)), value);
            }
        }
        let arg = |slot: usize| match rule.args.get(slot) {
            Some(&kind) if lean(kind) => &self.known[depth][slot].1[..],
            Some(&kind) => world.banks.of(kind).value(origin.args[slot] as usize),
            None => &[],
        };
        let args = [arg(0), arg(1), arg(2)];
        let kernels = world.kernels;
        let defined = match &rule.make {
            Make::Op(Op::Match) => {
                let len = rule.choices.word.unwrap_or(0);
                let word = crate::bank::word(&kernels.layout, args[0], origin.args[2], len);
                if self.planes.0 != Some(origin.args[0]) {
                    self.planes = (Some(origin.args[0]), kernels.planes::<AVX2>(args[0], kernels.symbols()));
                }
                kernels.matches(args[0], &self.planes.1, &word, out);
                true
            }
            Make::Op(op) => {
                let constants = rule.choices.tried.get(origin.args[2] as usize).map_or(&[][..], |list| &list[..]);
                kernels.eval::<AVX2>(*op, constants, &args[..rule.args.len()], out)
            }
            Make::Body(body) => body.eval(kernels, &args[..rule.args.len()]).is_some_and(|value| {
                out.copy_from_slice(&value);
                true
            }),
            Make::Feature(values, _) => kernels.given(kind, values, out),
        };
        debug_assert!(defined, "what was stored was defined");
    }
}
