//! Searches without Python, for a profiler: `cargo run --release --example rates -- ROWS LENGTH SECONDS [THREADS]`.
//!
//! Random rows of bits with random labels, which no program fits, so the time goes into the search alone.

use std::time::Duration;

use llmerm_enumerate::{Grammar, Progress, Rows, RuleText, Settings, Target, search};

fn main() -> Result<(), llmerm_enumerate::Error> {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let [rows, length, seconds, rest @ ..] = &numbers[..] else {
        eprintln!("usage: rates ROWS LENGTH SECONDS [THREADS]");
        std::process::exit(2);
    };
    let mut state = 1u64;
    let mut bit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 62 & 1) as u8
    };
    let data: Vec<u8> = (0..rows * length).map(|_| b'0' + bit()).collect();
    let labels: Vec<i64> = (0..*rows).map(|_| i64::from(bit())).collect();
    let offsets: Vec<i64> = (0..=*rows).map(|row| (row * length) as i64).collect();
    let rows = Rows::text(&data, &offsets)?;
    let grammar = Grammar::new("01", &rules(), &[], &[], &rows)?;
    let threads = rest.first().copied().unwrap_or(1);
    let settings = Settings { time: Some(Duration::from_secs(*seconds as u64)), threads, ..Settings::default() };
    let found = search(&rows, &Target::of(&labels)?, &grammar, &settings, &|| false, &Progress::default())?;
    let mut before = 0.0;
    for level in &found.levels {
        let rate = level.programs as f64 / (level.seconds - before).max(1e-9) / 1e6;
        println!(
            "size {:2} {:>12} programs {:?} {:.2} s {rate:.1} M/s",
            level.size, level.programs, level.distinct, level.seconds
        );
        before = level.seconds;
    }
    Ok(())
}

/// The grammar of bits, as `python/llmerm/grammars/bits.toml` has it.
fn rules() -> Vec<RuleText> {
    let one = |values: &[i64]| values.iter().map(|&value| vec![value]).collect::<Vec<_>>();
    let below = |least, most| one(&(least..most).collect::<Vec<i64>>());
    let residues = |m: i64| (0..m).map(move |r| vec![m, r]);
    let plain = "x 1 reversed 3 first_half 3 second_half 4 same 3 less 6 window 2 scan 5 both 5 either 5 differ 5 length 4 count 1 \
                 find 5 longest 5 lowest 5 add 4 sub 4 mul 6 min 6 max 6 abs 6 choose 6 any 3 all 3 symbol 2 equal 4 lt 4 not 4 \
                 and 4 or 4 xor 3";
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut rules = Vec::new();
    let mut with = |op: &str, size, constants| rules.push(RuleText { op: op.into(), size, constants });
    for pair in words.chunks_exact(2) {
        with(pair[0], pair[1].parse().unwrap_or(1), vec![]);
    }
    with("every", 3, vec![vec![0, 2], vec![1, 2], vec![0, 3], vec![1, 3]]);
    for op in ["drop", "drop_last"] {
        with(op, 5, one(&[1, 2]));
    }
    for op in ["take", "take_last"] {
        with(op, 5, one(&[1, 2, 3, 4, 6, 8, 12, 16]));
    }
    with("match", 1, one(&[12]));
    with("number", 3, below(0, 16));
    with("value_mod", 6, one(&[3, 5, 6, 7, 9, 10, 11, 13]));
    with("automaton", 6, one(&[3]));
    with("mod", 4, below(2, 6));
    with("div", 6, below(2, 6));
    with("remainder", 3, vec![vec![2, 1]]);
    with("remainder", 4, (3..6).flat_map(residues).collect());
    with("balanced", 6, vec![vec![1, 1], vec![2, 1], vec![2, 2], vec![3, 1], vec![3, 2]]);
    rules
}
