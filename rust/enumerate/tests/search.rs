//! The search from outside. That it misses nothing is tested against a plain enumerator in Python (tests/test_enumeration_*).

use llmerm_enumerate::{
    DefineText, Ended, Error, Found, Grammar, Progress, Rows, RuleText, Settings, Target, Type, search,
};

fn rule(op: &str, size: u32, constants: &[&[i64]]) -> RuleText {
    RuleText { op: op.into(), size, constants: constants.iter().map(|list| list.to_vec()).collect() }
}

fn rules() -> Vec<RuleText> {
    vec![
        rule("x", 1, &[]),
        rule("first_half", 3, &[]),
        rule("match", 1, &[&[3]]),
        rule("count", 1, &[]),
        rule("remainder", 3, &[&[2, 1], &[3, 0]]),
        rule("symbol", 2, &[]),
        rule("any", 2, &[]),
        rule("xor", 3, &[]),
        rule("and", 4, &[]),
    ]
}

fn text(rows: &[&str]) -> Rows {
    let offsets: Vec<i64> = rows.iter().fold(vec![0], |mut ends, row| {
        ends.push(ends[ends.len() - 1] + row.len() as i64);
        ends
    });
    Rows::text(rows.concat().as_bytes(), &offsets).expect("ASCII")
}

/// All rows of eight bits whose number is a multiple of three.
fn rows() -> Vec<String> {
    (0..256).step_by(3).map(|number| format!("{number:08b}")).collect()
}

fn find(label: impl Fn(&str) -> bool, settings: &Settings) -> Found {
    let rows = rows();
    let labels: Vec<i64> = rows.iter().map(|row| i64::from(label(row))).collect();
    let rows = text(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let grammar = Grammar::new("01", &rules(), &[], &[], &rows).expect("a grammar");
    let target = Target::of(&labels).expect("labels");
    search(&rows, &target, &grammar, settings, &|| false, &Progress::default()).expect("a search")
}

#[test]
fn a_rule_is_found_and_written_down() {
    let found = find(|row| row[..4].matches('1').count() % 2 == 1, &Settings { k: 1, ..Settings::default() });
    assert_eq!(found.ended, Ended::Found);
    assert_eq!(found.programs[0].errors, 0);
    assert!(found.programs[0].source.contains("x[:len(x) // 2].count(\"1\") % 2"), "{}", found.programs[0].source);
}

#[test]
fn memory_and_threads_change_no_program() {
    // No program of these sizes fits: which are best decides everything that was looked at.
    let label = |row: &str| row.bytes().map(u32::from).sum::<u32>() * 7 % 5 < 2;
    let settings = Settings { k: 50, max_size: Some(20), threads: 1, ..Settings::default() };
    let all = find(label, &settings);
    assert_eq!((all.ended, all.full_at), (Ended::MaxSize, 0));
    for (memory, threads) in [(2 << 30, 3), (1, 1), (1, 2), (100_000, 2)] {
        let found = find(label, &Settings { memory, threads, ..settings.clone() });
        let ranks = |found: &Found| found.programs.iter().map(|p| (p.errors, p.size)).collect::<Vec<_>>();
        assert_eq!(ranks(&found), ranks(&all), "memory {memory}, {threads} threads");
        assert_eq!(found.full_at > 0, memory < 2 << 30);
    }
}

#[test]
fn it_stops_when_asked_to() {
    let rows = text(&["0110", "1010", "1110"]);
    let grammar = Grammar::new("01", &rules(), &[], &[], &rows).expect("a grammar");
    let target = Target::of(&[0, 1, 0]).expect("labels");
    let found =
        search(&rows, &target, &grammar, &Settings::default(), &|| true, &Progress::default()).expect("a search");
    assert_eq!(found.ended, Ended::Interrupted);
}

#[test]
fn what_makes_no_sense_is_refused_with_its_name() {
    let rows = text(&["0110", "1010"]);
    let usage = |made: Result<Grammar, Error>| made.expect_err("refused").to_string();
    for (bad, said) in [
        (rule("xnor", 1, &[]), "rule \"xnor\": there is no operation"),
        (rule("x", 0, &[]), "size must be 1 to 10,000"),
        (rule("number", 1, &[]), "needs constants"),
        (rule("remainder", 1, &[&[2, 2]]), "0 <= r < m"),
        (rule("match", 1, &[&[65]]), "longest word"),
        (rule("count", 1, &[&[1]]), "takes no constants"),
        (rule("automaton", 1, &[&[9]]), "states"),
    ] {
        let message = usage(Grammar::new("01", &[bad], &[], &[], &rows));
        assert!(message.contains(said), "{message}");
    }
    assert!(usage(Grammar::new("12", &rules(), &[], &[], &rows)).contains("no symbol of the grammar"));
    let define = DefineText { name: "both".into(), size: 2, args: vec![Type::Bool], body: "and(a, b)".into() };
    assert!(usage(Grammar::new("01", &[], &[define], &[], &rows)).contains("there is no argument b"));
    assert!(Rows::text("é".as_bytes(), &[0, 2]).is_err());
    assert!(Rows::text(b"01", &[0]).is_err());
    assert!(Rows::text(b"01", &[0, 5]).is_err());
    assert!(Rows::ints(&[1 << 40], &[0, 1]).is_err());
    assert!(Target::of(&[1, 2, 1 << 40]).is_err());
}
