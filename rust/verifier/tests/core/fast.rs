//! The fast tier beside CPython: the same outcomes, whatever it leaves to CPython, on any number of threads.

use llmerm_verifier::{Choice, Judged, Limits, Options, Program, Rejected, Rows, Stage, Tally, Tier, Verdict};

use crate::helpers::{Packed, judged, limits, on_tier, options};

fn verdict(program: &Program, rows: &Rows<'_>, labels: &[i64], options: &Options) -> Verdict<Tally> {
    let mut verdicts = judged(std::slice::from_ref(program), rows, labels, options).expect("it runs");
    verdicts.pop().expect("one program, one verdict")
}

/// The counts, without the fuel.
fn counts(verdict: &Verdict<Tally>) -> (Tally, Option<bool>) {
    match &verdict.judged {
        Judged::Ran { kept, pure } => (Tally { fuel: 0, ..kept.clone() }, *pure),
        other => panic!("{other:?}"),
    }
}

fn rejected(verdict: Verdict<Tally>) -> Rejected {
    match verdict.judged {
        Judged::Rejected(rejected) => rejected,
        other => panic!("{other:?}"),
    }
}

fn packed(rows: usize) -> (Packed<u8>, Vec<i64>) {
    (Packed::new((0..rows).map(|row| "01".repeat(row % 9))), (0..rows).map(|row| row as i64 % 3).collect())
}

#[test]
fn the_tier_does_not_show_in_the_counts() {
    let (packed, labels) = packed(900);
    // A label, a fault of every kind, rows of which some or all are CPython's, and programs that are.
    for (source, tier, deopts) in [
        ("def f(x): return len(x) // 2 % 3", Tier::Fast, 0),
        ("def f(x): return 6 // (len(x) - 4)", Tier::Fast, 0),
        ("def f(x): return {2: None, 4: 'a', 6: '7'}.get(len(x), 1)", Tier::Fast, 0),
        ("def f(x): return len(x + chr(233)) % 3", Tier::Fast, 900),
        ("def f(x): return len(x + chr(233)) % 3 if len(x) == 4 else 1 // len(x)", Tier::Fast, 100),
        ("def f(x):\n    if len(x) == 6:\n        while True: pass\n    return 1", Tier::Fast, 0),
        ("def f(x): return f(x + '1')", Tier::Fast, 900),
        ("seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen) % 3", Tier::CPython, 0),
        ("def f(x):\n    if len(x) == 16: seen.append(x)\n    return 1\nseen = []", Tier::CPython, 0),
    ] {
        let limits = Limits { fuel_per_row: 1_500_000, ..limits() };
        for isolate_rows in [false, true] {
            let (rows, labels) = if isolate_rows { (&packed_few(), &labels[..40]) } else { (&packed, &labels[..]) };
            let options = Options { isolate_rows, audit_rows: 8, ..options(&limits) };
            let fast = verdict(&on_tier(source, Choice::Auto), &rows.text(), labels, &options);
            let slow = verdict(&on_tier(source, Choice::CPython), &rows.text(), labels, &options);
            assert_eq!(counts(&fast), counts(&slow), "{source}");
            assert_eq!((fast.tier, slow.tier, slow.deopts), (tier, Tier::CPython, 0), "{source}");
            if !isolate_rows {
                assert_eq!(fast.deopts, deopts, "{source}");
            }
            for threads in [1, 3] {
                let again = verdict(
                    &on_tier(source, Choice::Auto),
                    &rows.text(),
                    labels,
                    &Options { threads, ..options.clone() },
                );
                assert_eq!(format!("{again:?}"), format!("{fast:?}"), "{source}");
            }
        }
    }
}

fn packed_few() -> Packed<u8> {
    packed(40).0
}

#[test]
fn what_comes_late_in_the_rows_is_seen_in_row_order() {
    let mut rows = vec!["0"; 200_000];
    rows[150_000] = "1";
    let (packed, labels) = (Packed::new(&rows), vec![1; rows.len()]);
    let program = on_tier("seen = []\ndef f(x):\n    if x == '1': seen.append(x)\n    return 1", Choice::Auto);
    // The candidate's fuel ends before that row, or does not.
    for (fuel_per_candidate, tier) in [(1_000_000, Tier::Fast), (u64::MAX, Tier::CPython)] {
        let limits = Limits { fuel_per_candidate, ..limits() };
        let all: Vec<String> = (1..=3)
            .map(|threads| {
                let options = Options { threads, ..options(&limits) };
                let found = verdict(&program, &packed.text(), &labels, &options);
                assert_eq!(found.tier, tier);
                format!("{found:?}")
            })
            .collect();
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
    }
}

#[test]
fn a_program_may_be_for_the_fast_tier_only() {
    let (packed, labels) = packed(20);
    for (source, stage, expected) in [
        ("def f(x:", Stage::Compile, "line 1: "),
        ("x = 1 // 0\ndef f(x): return 1", Stage::Load, "ZeroDivisionError"),
        ("seen = []\ndef f(x):\n    seen.append(x)\n    return 1", Stage::Load, "module level"),
    ] {
        let turned_away = verdict(&on_tier(source, Choice::Fast), &packed.text(), &labels, &options(&limits()));
        assert_eq!(turned_away.tier, Tier::Fast);
        let reason = rejected(turned_away);
        assert!(reason.stage == stage && reason.reason.contains(expected), "{source}\n{reason:?}");
    }
}

#[test]
fn rows_beyond_ascii_are_cpythons() {
    let rows = Packed::new((0..300).map(|row| ["é1", "10", "日本", "0"][row % 4]));
    let labels: Vec<i64> = (0..300).map(|row| [2, 2, 2, 1][row % 4]).collect();
    let options = Options { audit_rows: 10, ..options(&limits()) };
    for choice in [Choice::Auto, Choice::Fast] {
        let found = verdict(&on_tier("def f(x): return len(x)", choice), &rows.text(), &labels, &options);
        assert_eq!((counts(&found).0.correct, found.tier, found.deopts), (300, Tier::Fast, 150));
    }
}
