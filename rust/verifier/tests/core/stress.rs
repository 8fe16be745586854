//! Chance programs, slabs, windows, threads, rules and limits: the verdicts of one thread in memory, always.

use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;

use llmerm_verifier::{
    BLOCK, Bounds, Choice, Error, Limits, Next, Options, Program, Ragged, Rows, Rule, Slab, Source, Stop, Tallies,
    Tally, Verdict, Whole, Why, run,
};

use crate::helpers::{Packed, module, on_tier, options, python, wat};

/// Numbers that look like chance (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }
}

/// Rows from and to a block, with their own data.
struct Owned {
    packed: Packed<u8>,
    labels: Vec<i64>,
}

impl Slab for Owned {
    fn rows(&self) -> Rows<'_> {
        Rows::text(Ragged::new(&self.packed.data, &self.packed.offsets).expect("offsets"))
    }

    fn labels(&self) -> &[i64] {
        &self.labels
    }

    fn bytes(&self) -> usize {
        self.packed.data.len()
    }
}

/// Slabs, and questions that are answered with "later" before each.
struct Stream(VecDeque<(usize, Owned)>);

impl<'a> Source<'a> for Stream {
    fn next(&mut self) -> Result<Next<'a>, Error> {
        match self.0.front_mut() {
            Some((late, _)) if *late > 0 => {
                *late -= 1;
                Ok(Next::Later)
            }
            _ => Ok(self.0.pop_front().map_or(Next::End, |(_, slab)| Next::Slab(Box::new(slab)))),
        }
    }
}

fn stream(lines: &[String], labels: &[i64], chance: &mut Chance) -> Stream {
    let (mut slabs, mut at) = (VecDeque::new(), 0);
    while at < lines.len() {
        let end = (at + (1 + chance.below(3)) * BLOCK).min(lines.len());
        let slab = Owned { packed: Packed::new(&lines[at..end]), labels: labels[at..end].to_vec() };
        slabs.push_back((chance.below(3), slab));
        at = end;
    }
    Stream(slabs)
}

/// Good, faulty, impure, rejected late, falling back late, slow.
fn programs() -> Vec<Program> {
    let spin = "(local.set $i (i32.const 200)) (block $done (loop $next
        (br_if $done (i32.eqz (local.get $i))) (local.set $i (i32.sub (local.get $i) (i32.const 1))) (br $next)))
        (i64.extend_i32_u (i32.and (i32.load8_u (local.get $x)) (i32.const 1)))";
    vec![
        module(&wat(spin)),
        module(&wat("(i64.const 1)")),
        module(&wat("(if (i32.eq (i32.load8_u (local.get $x)) (i32.const 57)) (then unreachable)) (i64.const 1)")),
        python("def f(x): return ord(x[0]) % 2"),
        python("def f(x): return ord(x[0]) % 2 if x[1] != '7' else 1 // 0"),
        python("seen = []\ndef f(x):\n    if x[0] == '!': seen.append(1)\n    return len(seen) % 2"),
        on_tier("seen = []\ndef f(x):\n    if x[0] == '!': seen.append(1)\n    return 1", Choice::Fast),
        on_tier("seen = []\ndef f(x):\n    seen.append(1)\n    return len(seen) // 40000 % 2", Choice::CPython),
        python("def f(x: return 1"),
    ]
}

/// Ends a program at a number of rows, another one at a number of errors.
struct Either(u64, u64);

impl Rule for Either {
    fn settled(&self, program: usize, rows: u64, errors: u64) -> Option<Why> {
        match program % 2 {
            0 => (rows >= self.0).then_some(Why::Holds),
            _ => (errors > self.1).then_some(Why::Fails),
        }
    }
}

fn shown(programs: &[Program], source: &mut dyn Source<'_>, options: &Options, rule: Option<&dyn Rule>) -> Vec<String> {
    let ran = run(programs, source, &Tallies, options, rule, &Stop::default(), &AtomicU64::new(0)).expect("it runs");
    assert!(!ran.interrupted);
    let text = |verdict: &Verdict<Tally>| format!("{verdict:?}");
    ran.verdicts.iter().map(text).collect()
}

#[test]
fn whatever_chance_brings() {
    let every = programs();
    let seed = std::env::var("LLMERM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0x9e37_79b9);
    let rounds = std::env::var("LLMERM_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(6);
    let mut chance = Chance(seed);
    for round in 0..rounds {
        let rows = 1 + chance.below(3 * BLOCK);
        let mut lines: Vec<String> = (0..rows).map(|row| format!("{:02}", row * 7919 % 100)).collect();
        let labels: Vec<i64> = lines.iter().map(|line| i64::from(line.as_bytes()[0] % 2)).collect();
        for odd in ["!!", "é"] {
            if chance.below(2) == 0 {
                lines[chance.below(rows)] = odd.into();
            }
        }
        let chosen: Vec<Program> = (0..1 + chance.below(6)).map(|_| every[chance.below(every.len())].clone()).collect();
        let packed = Packed::new(&lines);
        let bounds = Bounds(chosen.iter().map(|_| chance.below(rows) as u64 / 2).collect());
        let either = Either(chance.below(rows) as u64, chance.below(rows) as u64 / 2);
        let rule: Option<&dyn Rule> = [None, Some(&bounds as &dyn Rule), Some(&either)][chance.below(3)];
        let fuel = [u64::MAX, 1 + chance.below(rows * 2000) as u64, rows as u64 * 50][chance.below(3)];
        let limits = Limits { fuel_per_candidate: fuel, ..Limits::default() };
        let base = Options { audit_rows: chance.below(9), threads: 1, ..options(&limits) };
        let expected = shown(&chosen, &mut Whole::new(packed.text(), &labels), &base, rule);
        for _ in 0..3 {
            let window = [0, 1 << 10, 1 << 19, 1 << 30][chance.below(4)];
            let options = Options { threads: 1 + chance.below(8), window, ..base.clone() };
            let found = match chance.below(3) {
                0 => shown(&chosen, &mut Whole::new(packed.text(), &labels), &options, rule),
                _ => shown(&chosen, &mut stream(&lines, &labels, &mut chance), &options, rule),
            };
            assert_eq!(found, expected, "round {round}, {} threads, window {window}, fuel {fuel}", options.threads);
        }
    }
}
