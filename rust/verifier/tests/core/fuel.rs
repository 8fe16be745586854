//! Fuel decides: what a row may use depends on nothing but the row, and a candidate's is spent in row order.

use llmerm_verifier::{Limits, Predicted};

use crate::helpers::{Packed, module, named, options, predicted, python, spinner, tally, wat};

fn single(turns: i64, limits: &Limits) -> Predicted {
    predicted(&spinner(), &Packed::new([[turns]]).ints(), &options(limits))
}

#[test]
fn fuel_counts_operations() {
    let used =
        |body: &str| predicted(&module(&wat(body)), &Packed::new(["0"]).text(), &options(&Limits::default())).fuel;
    let base = used("(i64.const 1)");
    assert!((1..100).contains(&base), "{base}");
    assert_eq!(used("(i64.add (i64.const 1) (i64.const 1))"), base + 2);
    assert_eq!(used("(nop) (block) (i64.const 1)"), base);
    assert_eq!(used("(local.set $i (i32.const 0)) (i64.const 1)"), base + 2);
}

#[test]
fn fuel_of_a_loop_is_linear_in_its_turns() {
    let fuel = |turns| single(turns, &Limits::default()).fuel;
    let (none, one) = (fuel(0), fuel(1));
    // br_if, eqz, get; set, sub, get, const; br
    assert_eq!(one - none, 8);
    assert_eq!(fuel(1_000_000), none + 8_000_000);
}

#[test]
fn a_row_on_its_budget_to_the_operation() {
    let needed = single(1000, &Limits::default()).fuel;
    let outcome = |fuel_per_row| named(&single(1000, &Limits { fuel_per_row, ..Limits::default() }))[0];
    // Fuel is looked at on the way into a loop's turn, so the very last operations are free.
    let least = (needed - 100..=needed + 1).find(|&limit| outcome(limit) == "label").expect("the limit is near");
    assert!((least..least + 200).all(|limit| outcome(limit) == "label"));
    assert!((least - 200..least).all(|limit| outcome(limit) == "out_of_fuel"));
}

#[test]
fn a_row_ends_the_same_alone_and_among_others() {
    // Rows of very different cost, the dear ones first, last, together and apart.
    let mut turns: Vec<i64> = (0..600).map(|row| (row * 7919) % 50).collect();
    for row in [0, 1, 77, 300, 301, 302, 450, 599] {
        turns[row] = 990 + row as i64 % 20;
    }
    let packed = Packed::new(turns.iter().map(|&turns| [turns]));
    let needed = single(1000, &Limits::default()).fuel;
    for change in [-100, -40, -16, -9, -8, -7, -1, 0, 1, 7, 8, 40, 100] {
        let limits = Limits { fuel_per_row: needed.saturating_add_signed(change), ..Limits::default() };
        let among = named(&predicted(&spinner(), &packed.ints(), &options(&limits)));
        for turn in 985..1015 {
            let alone = named(&single(turn, &limits))[0];
            for row in turns.iter().enumerate().filter(|(_, other)| **other == turn).map(|(row, _)| row) {
                assert_eq!(among[row], alone, "row {row} of {turn} turns, {change}");
            }
        }
        assert_eq!(among.iter().filter(|name| **name == "out_of_fuel").count() > 0, change < 79, "{change}");
        assert!(turns.iter().zip(&among).all(|(turns, name)| *turns > 50 || *name == "label"), "{change}");
    }
}

#[test]
fn a_candidates_fuel_is_spent_in_row_order_on_any_number_of_threads() {
    let turns: Vec<i64> = (0..1500).map(|row| if row % 97 == 5 { 1_000_000 } else { 60_000 }).collect();
    let packed = Packed::new(turns.iter().map(|&turns| [turns]));
    // Little more than the dearest row: what is overdrawn is less than this.
    let limits = Limits { fuel_per_row: 9_000_000, ..Limits::default() };
    let whole = predicted(&spinner(), &packed.ints(), &options(&limits));
    assert_eq!(named(&whole), ["label"; 1500]);
    let mut ends = vec![];
    // In the first shard, in a later one, and just enough.
    for fuel_per_candidate in [1, whole.fuel / 10, whole.fuel / 2, whole.fuel - 1, whole.fuel] {
        let limits = Limits { fuel_per_candidate, ..limits.clone() };
        let runs: Vec<Predicted> = (1..=4)
            .map(|threads| {
                predicted(&spinner(), &packed.ints(), &llmerm_verifier::Options { threads, ..options(&limits) })
            })
            .collect();
        let outcomes = named(&runs[0]);
        let end = outcomes.iter().position(|name| *name == "out_of_fuel").unwrap_or(turns.len());
        assert!(outcomes[end..].iter().all(|name| *name == "out_of_fuel"));
        assert!(outcomes[..end].iter().all(|name| *name == "label"));
        // The row that crosses the line is kept, and no more than one row's budget is overdrawn.
        assert!(runs[0].fuel <= fuel_per_candidate + limits.fuel_per_row);
        for run in &runs[1..] {
            assert_eq!((&run.outcomes, &run.labels, run.fuel), (&runs[0].outcomes, &runs[0].labels, runs[0].fuel));
        }
        ends.push(end);
    }
    assert!(ends.is_sorted() && ends[0] > 0 && ends[1] < 256 && ends[2] > 256 && ends[4] == 1500, "{ends:?}");
    assert!(ends[2] < 1500, "{ends:?}");
}

#[test]
fn pythons_fuel_is_the_same_on_any_number_of_threads() {
    let program = python("def f(x):\n    return sum(i % 3 for i in range(40 * len(x)))");
    let packed = Packed::new((0..900).map(|row| vec![b'1'; row % 100]));
    let limits = Limits::default();
    let run = |threads| {
        tally(&program, &packed.text(), &[0; 900], &llmerm_verifier::Options { threads, ..options(&limits) }).0
    };
    let one = run(1);
    assert!(one.fuel > 900 * 10_000 && one.correct > 0 && one.wrong > 0, "{one:?}");
    for threads in 2..=4 {
        assert_eq!(run(threads), one);
    }
}
