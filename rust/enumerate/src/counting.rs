//! How many programs of each size the grammar has: exactly, from the grammar alone.

use crate::grammar::Grammar;
use crate::types::Type;

/// N(s) for each type and size, as f64 (sizes whose count passes 10^308 are of no use to anybody).
pub(crate) struct Counts {
    of: [Vec<f64>; 4],
}

impl Counts {
    /// Counts up to and with a size.
    pub(crate) fn new(grammar: &Grammar, most: usize) -> Self {
        let mut counts = Self { of: [const { Vec::new() }; 4] };
        for size in 0..=most {
            let made = Type::ALL.map(|kind| {
                let rules = grammar.of(kind).filter(|(_, rule)| rule.size <= size);
                rules.map(|(_, rule)| rule.choices.count * counts.fillings(&rule.args, size - rule.size)).sum()
            });
            for (counts, made) in counts.of.iter_mut().zip(made) {
                counts.push(made);
            }
        }
        counts
    }

    /// Ways to choose arguments of these types whose sizes sum to a total. Sizes are at least 1.
    fn fillings(&self, args: &[Type], total: usize) -> f64 {
        match args {
            [] => f64::from(u8::from(total == 0)),
            [one] => self.count(*one, total),
            [first, rest @ ..] => {
                (1..total).map(|size| self.count(*first, size) * self.fillings(rest, total - size)).sum()
            }
        }
    }

    fn count(&self, kind: Type, size: usize) -> f64 {
        self.of[kind as usize].get(size).copied().unwrap_or(0.0)
    }

    /// log2 N(s) of a type for s = 0, 1, ...; -1 where there is no program.
    pub(crate) fn log2(&self, kind: Type) -> Vec<f64> {
        self.of[kind as usize].iter().map(|&count| if count > 0.0 { count.log2() } else { -1.0 }).collect()
    }
}
