//! How much larger than a part a program is at least.

use crate::grammar::Grammar;
use crate::types::Type;

/// By the type of the part: the least sum of the sizes of everything around it in a program of the start type. None where no
/// program has a part of this type. A value of the start type as a whole is no part.
pub(crate) fn lags(grammar: &Grammar, start: Type) -> [Option<usize>; 4] {
    let least = least(grammar);
    // Around a value that may also be the whole program.
    let mut around: [Option<usize>; 4] = [None; 4];
    around[start as usize] = Some(0);
    let mut within = [None; 4];
    // A shortest way passes each type once at most.
    for _ in 0..=Type::ALL.len() {
        for rule in &grammar.rules {
            let (Some(outside), Some(all)) = (around[rule.result as usize], sum(&least, &rule.args)) else { continue };
            for &arg in &rule.args {
                let lag = outside + rule.size + all - least[arg as usize].unwrap_or(0);
                for best in [&mut around[arg as usize], &mut within[arg as usize]] {
                    *best = Some(best.map_or(lag, |known: usize| known.min(lag)));
                }
            }
        }
    }
    within
}

/// The size of a smallest value of each type, if there is any.
fn least(grammar: &Grammar) -> [Option<usize>; 4] {
    let mut least: [Option<usize>; 4] = [None; 4];
    for _ in 0..=Type::ALL.len() {
        for rule in &grammar.rules {
            if let Some(args) = sum(&least, &rule.args) {
                let best = &mut least[rule.result as usize];
                *best = Some(best.map_or(rule.size + args, |known| known.min(rule.size + args)));
            }
        }
    }
    least
}

fn sum(least: &[Option<usize>; 4], args: &[Type]) -> Option<usize> {
    args.iter().map(|&arg| least[arg as usize]).sum()
}
