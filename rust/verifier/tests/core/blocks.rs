//! Blocks: the same verdicts from memory, from a stream, on any number of threads, and in parts that are added up.

use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;

use llmerm_verifier::{
    BLOCK, Bounds, Choice, Error, Judged, Limits, Next, Options, Program, Ragged, Rows, Rule, Slab, Source, Stop,
    Tallies, Tally, Tier, Verdict, Whole, Why, run,
};

use crate::helpers::{Packed, judged, module, on_tier, options, python, spinner, wat};

/// Two blocks and a bit.
const ROWS: usize = 2 * BLOCK + 5000;

struct Owned {
    data: Vec<i64>,
    offsets: Vec<i64>,
    labels: Vec<i64>,
}

impl Slab for Owned {
    fn rows(&self) -> Rows<'_> {
        Rows::Ints(Ragged::new(&self.data, &self.offsets).expect("offsets"))
    }

    fn labels(&self) -> &[i64] {
        &self.labels
    }

    fn bytes(&self) -> usize {
        8 * (self.data.len() + self.offsets.len() + self.labels.len())
    }
}

/// Rows of one number a slab at a time, each late by one question.
struct Stream {
    slabs: VecDeque<Owned>,
    late: bool,
}

impl<'a> Source<'a> for Stream {
    fn next(&mut self) -> Result<Next<'a>, Error> {
        self.late = !self.late;
        Ok(match self.late {
            true => Next::Later,
            false => self.slabs.pop_front().map_or(Next::End, |slab| Next::Slab(Box::new(slab))),
        })
    }
}

fn stream(values: &[i64], labels: &[i64], blocks: usize) -> Stream {
    let slabs = values.chunks(blocks * BLOCK).zip(labels.chunks(blocks * BLOCK)).map(|(values, labels)| Owned {
        data: values.to_vec(),
        offsets: (0..=values.len() as i64).collect(),
        labels: labels.to_vec(),
    });
    Stream { slabs: slabs.collect(), late: false }
}

fn verdicts(
    programs: &[Program],
    source: &mut dyn Source<'_>,
    options: &Options,
    rule: Option<&dyn Rule>,
) -> Vec<Verdict<Tally>> {
    let ran = run(programs, source, &Tallies, options, rule, &Stop::default(), &AtomicU64::new(0)).expect("it runs");
    assert!(!ran.interrupted);
    ran.verdicts
}

/// As text: everything in a verdict.
fn shown(verdicts: &[Verdict<Tally>]) -> Vec<String> {
    verdicts.iter().map(|verdict| format!("{verdict:?}")).collect()
}

fn values() -> (Vec<i64>, Vec<i64>) {
    let values: Vec<i64> = (0..ROWS as i64).map(|row| (row * 7919) % 1000).collect();
    let labels = values.iter().map(|value| value % 3).collect();
    (values, labels)
}

fn programs() -> Vec<Program> {
    vec![
        module(&wat("(i64.rem_s (i64.load (local.get $x)) (i64.const 3))")),
        spinner(),
        python("def f(x): return x[0] % 3 if x[0] != 999 else 1 // 0"),
        // Impure, seen in the second block only: the fast tier leaves that block.
        python("seen = []\ndef f(x):\n    if x[0] == 70000: seen.append(1)\n    return x[0] % 3"),
        on_tier("def f(x): return x[0] % 3 + (x[0] == 998)", Choice::CPython),
        module(&wat("(if (i64.eq (i64.load (local.get $x)) (i64.const 997)) (then unreachable)) (i64.const 1)")),
        python("def f(x: return 1"),
    ]
}

#[test]
fn memory_and_streams_and_threads_agree() {
    let (mut values, labels) = values();
    values[BLOCK + 4321] = 70000;
    let packed = Packed::new(values.iter().map(|value| [*value]));
    let programs = programs();
    let base = Options { audit_rows: 16, threads: 1, ..options(&Limits::default()) };
    let whole = shown(&judged(&programs, &packed.ints(), &labels, &base).expect("it runs"));
    assert_eq!(whole.iter().filter(|shown| shown.contains("Ran")).count(), 6, "{whole:?}");
    for threads in [1, 2, 3] {
        for (blocks, window) in [(1, 1), (2, 1 << 20), (1, 1 << 30)] {
            let options = Options { threads, window, ..base.clone() };
            let streamed = verdicts(&programs, &mut stream(&values, &labels, blocks), &options, None);
            assert_eq!(shown(&streamed), whole, "{threads} threads, {blocks} blocks a slab, {window}");
        }
    }
    let tiers: Vec<Tier> = judged(&programs[2..4], &packed.ints(), &labels, &base)
        .expect("it runs")
        .iter()
        .map(|verdict| verdict.tier)
        .collect();
    assert_eq!(tiers, [Tier::Fast, Tier::CPython]);
}

#[test]
fn parts_add_up_to_the_whole() {
    let (mut values, labels) = values();
    values[BLOCK + 4321] = 70000;
    let programs = &programs()[..6];
    let base = Options { audit_rows: 16, ..options(&Limits::default()) };
    let whole = verdicts(programs, &mut stream(&values, &labels, 1), &base, None);
    let mut sums: Vec<(Tally, u64, Option<bool>)> = vec![Default::default(); programs.len()];
    for block in 0..3 {
        let rows = block * BLOCK..((block + 1) * BLOCK).min(ROWS);
        let options = Options { first_block: block, ..base.clone() };
        let part = verdicts(programs, &mut stream(&values[rows.clone()], &labels[rows], 1), &options, None);
        for (sum, verdict) in sums.iter_mut().zip(part) {
            let Judged::Ran { kept, pure } = verdict.judged else { panic!("{verdict:?}") };
            sum.0.add(&kept);
            sum.1 += verdict.deopts;
            sum.2 = if sum.2 == Some(false) || pure == Some(false) { Some(false) } else { sum.2.or(pure) };
        }
    }
    for (sum, verdict) in sums.iter().zip(&whole) {
        let Judged::Ran { kept, pure } = &verdict.judged else { panic!("{verdict:?}") };
        assert_eq!(sum, &(kept.clone(), verdict.deopts, *pure));
    }
}

#[test]
fn the_candidates_fuel_ends_in_a_later_block() {
    let (values, labels) = values();
    let all = Options { threads: 2, ..options(&Limits::default()) };
    let whole = verdicts(&[spinner()], &mut stream(&values, &labels, 1), &all, None);
    let Judged::Ran { kept, .. } = &whole[0].judged else { panic!("{whole:?}") };
    for share in [0.3, 0.6, 0.9] {
        let fuel = (kept.fuel as f64 * share) as u64;
        let limits = Limits { fuel_per_candidate: fuel, ..Limits::default() };
        let verdict = |threads| {
            let options = Options { threads, ..options(&limits) };
            shown(&verdicts(&[spinner(), spinner()], &mut stream(&values, &labels, 1), &options, None))
        };
        let one = verdict(1);
        assert!(one[0].contains("out_of_fuel") && one[0] == one[1], "{one:?}");
        assert!((2..4).all(|threads| verdict(threads) == one), "{share}");
        // The same when another process ran the first block and says what was spent.
        let first = &whole_block(&values, &labels, 0, &[], &limits)[0];
        let Judged::Ran { kept: before, .. } = &first.judged else { panic!("{first:?}") };
        let mut sum = before.clone();
        let mut spent = before.fuel;
        for block in 1..3 {
            let next = &whole_block(&values, &labels, block, &[spent], &limits)[0];
            let Judged::Ran { kept, .. } = &next.judged else { panic!("{next:?}") };
            spent += kept.fuel;
            sum.add(kept);
        }
        let options = Options { threads: 2, ..options(&limits) };
        let together = verdicts(&[spinner()], &mut stream(&values, &labels, 1), &options, None);
        let Judged::Ran { kept, .. } = &together[0].judged else { panic!("{together:?}") };
        assert_eq!(&sum, kept);
        assert!(kept.out_of_fuel > 0 && kept.rows == ROWS as u64);
    }
}

fn whole_block(values: &[i64], labels: &[i64], block: usize, spent: &[u64], limits: &Limits) -> Vec<Verdict<Tally>> {
    let rows = block * BLOCK..((block + 1) * BLOCK).min(ROWS);
    let options = Options { first_block: block, spent: spent.to_vec(), ..options(limits) };
    verdicts(&[spinner()], &mut stream(&values[rows.clone()], &labels[rows], 1), &options, None)
}

#[test]
fn a_rejection_in_a_later_block_is_the_verdict() {
    let mut lines = vec!["01"; ROWS];
    lines[2 * BLOCK + 17] = "é";
    let packed = Packed::new(&lines);
    let program = [module(&wat("(i64.const 1)")), python("def f(x): return 1")];
    let base = options(&Limits::default());
    let found = judged(&program, &packed.text(), &vec![1; ROWS], &base).expect("it runs");
    assert!(matches!(&found[0].judged, Judged::Rejected(rejected) if rejected.reason.contains("ASCII")), "{found:?}");
    let Judged::Ran { kept, .. } = &found[1].judged else { panic!("{found:?}") };
    assert_eq!((kept.correct, found[1].deopts), (ROWS as u64, 1));
}

/// Ends a program at a number of rows.
struct At(u64);

impl Rule for At {
    fn settled(&self, program: usize, rows: u64, _: u64) -> Option<Why> {
        (program == 0 && rows >= self.0).then_some(Why::Holds)
    }
}

#[test]
fn rules_end_programs_at_the_same_row_on_any_number_of_threads() {
    let (values, labels) = values();
    let programs = programs();
    let errors: Vec<u64> =
        verdicts(&programs[..6], &mut stream(&values, &labels, 1), &options(&Limits::default()), None)
            .iter()
            .map(|verdict| match &verdict.judged {
                Judged::Ran { kept, .. } => kept.rows - kept.correct,
                other => panic!("{other:?}"),
            })
            .collect();
    assert_eq!((errors[0], errors[3]), (0, 0));
    assert!(errors[1] > 100 && errors[2] > 100);
    let bounds = Bounds(vec![0, errors[1] - 1, errors[2], 0, 100, 40_000, 0]);
    let with = |threads, rule: &dyn Rule| {
        let options = Options { threads, ..options(&Limits::default()) };
        verdicts(&programs, &mut stream(&values, &labels, 1), &options, Some(rule))
    };
    let one = with(1, &bounds);
    let stopped: Vec<Option<u64>> = one
        .iter()
        .map(|verdict| match &verdict.judged {
            Judged::Stopped { kept, why: Why::Dropped, .. } => Some(kept.rows),
            _ => None,
        })
        .collect();
    assert_eq!(stopped.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false, false, true, true, false]);
    for (verdict, bound) in one.iter().zip(&bounds.0) {
        if let Judged::Stopped { kept, .. } = &verdict.judged {
            let over = kept.rows - kept.correct - bound;
            assert!((1..=4096).contains(&over), "{verdict:?}");
        }
    }
    assert!(stopped[1] > Some(2 * BLOCK as u64) && stopped[4] < Some(BLOCK as u64 * 2), "{stopped:?}");
    for threads in [2, 3] {
        assert_eq!(shown(&with(threads, &bounds)), shown(&one));
    }
    for at in [1, 300, BLOCK as u64, BLOCK as u64 + 1] {
        let one = with(1, &At(at));
        let Judged::Stopped { kept, pure, why: Why::Holds } = &one[0].judged else { panic!("{one:?}") };
        assert!(kept.rows >= at && kept.rows < at + 4096 && kept.correct == kept.rows, "{kept:?}");
        assert_eq!(*pure, None, "no audit was asked for");
        assert_eq!(shown(&with(3, &At(at))), shown(&one));
    }
}

#[test]
fn a_failing_source_fails_the_run() {
    struct Broken(usize);
    impl<'a> Source<'a> for Broken {
        fn next(&mut self) -> Result<Next<'a>, Error> {
            self.0 += 1;
            match self.0 {
                1 => stream(&[1; BLOCK], &[1; BLOCK], 1)
                    .slabs
                    .pop_front()
                    .map_or(Ok(Next::End), |slab| Ok(Next::Slab(Box::new(slab)))),
                2 => Err(Error::Usage("line 3 is bad".into())),
                _ => panic!("asked after its end"),
            }
        }
    }
    let ran = run(
        &[spinner()],
        &mut Broken(0),
        &Tallies,
        &options(&Limits::default()),
        None,
        &Stop::default(),
        &AtomicU64::new(0),
    );
    assert!(matches!(ran.map(|ran| ran.verdicts), Err(Error::Usage(message)) if message == "line 3 is bad"));
}

#[test]
fn a_slab_that_ends_within_a_block_is_the_last() {
    let (values, labels) = values();
    let mut short = stream(&values[..100], &labels[..100], 1);
    short.slabs.extend(stream(&values[..100], &labels[..100], 1).slabs);
    let ran = run(
        &[spinner()],
        &mut short,
        &Tallies,
        &options(&Limits::default()),
        None,
        &Stop::default(),
        &AtomicU64::new(0),
    );
    assert!(matches!(ran.map(|ran| ran.verdicts), Err(Error::Internal(_))));
}

#[test]
fn packed_bits_are_text() {
    let width = 13;
    let data: Vec<u8> = (0..2 * 3000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let bits = llmerm_verifier::Bits::new(&data, 3000, width).expect("a size");
    assert!(!bits.is_empty());
    let text: Vec<String> = data
        .chunks(2)
        .map(|row| (0..width).map(|at| if row[at / 8] >> (7 - at % 8) & 1 == 1 { '1' } else { '0' }).collect())
        .collect();
    let labels: Vec<i64> = text.iter().map(|row| row.matches('1').count() as i64 % 2).collect();
    let packed = Packed::new(&text);
    let programs = [
        python("def f(x): return x.count('1') % 2"),
        on_tier("def f(x): return x.count('1') % 2 if len(x) == 13 else 2", Choice::CPython),
        module(&wat("(i64.extend_i32_u (i32.and (i32.load8_u offset=12 (local.get $x)) (i32.const 1)))")),
    ];
    let options = Options { audit_rows: 7, ..options(&Limits::default()) };
    let whole = shown(&judged(&programs, &packed.text(), &labels, &options).expect("it runs"));
    let mut source = Whole::new(Rows::Bits(bits), &labels);
    assert_eq!(shown(&verdicts(&programs, &mut source, &options, None)), whole);
    assert!(whole[0].contains("correct: 3000") && whole[1].contains("correct: 3000"), "{whole:?}");
}
