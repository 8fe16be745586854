//! Python candidates beside compiled ones: the same verdicts on any number of threads, and in any company.

use llmerm_verifier::{Choice, Ended, Limits, Options, Program, Session, Stop, runtime_hash};

use crate::helpers::{Packed, judged, limits, module, options, python, rejection, tally, wat};

/// Programs of every kind: right, wrong, faulty on some rows, stateful, turned away.
fn mixed() -> Vec<Program> {
    let ones = "def f(x): return x.count('1') % 2";
    [
        python(ones),
        module(&wat("(i64.const 1)")),
        python("def f(x):\n    if x[0] == '1': raise ValueError(x)\n    return int(x, 2) % 7"),
        python("seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"),
        module(&wat("(if (i32.eq (i32.load8_u (local.get $x)) (i32.const 49)) (then unreachable)) (i64.const 0)")),
        python("def f(x):\n    while x[:2] == '11': pass\n    return 0"),
        module(&wat(
            "(if (i32.eq (i32.load8_u (local.get $x)) (i32.const 49)) (then (loop $l (br $l)))) (i64.const 1)",
        )),
        python("import nowhere"),
        python("def f(x): return None if x[1] == '1' else [] if x[0] == '1' else 'x'"),
        python(ones),
    ]
    .into()
}

fn packed(rows: u32) -> (Packed<u8>, Vec<i64>) {
    let numbers = (0..rows).map(|row| row.wrapping_mul(2_654_435_761));
    let packed = Packed::new(numbers.clone().map(|number| format!("{number:032b}")));
    (packed, numbers.map(|number| i64::from(number.count_ones() % 2)).collect())
}

#[test]
fn verdicts_do_not_depend_on_threads() {
    let (rows, labels) = packed(700);
    let limits = Limits { fuel_per_row: 200_000, ..limits() };
    let run = |threads| {
        let options = Options { threads, audit_rows: 16, ..options(&limits) };
        let verdicts = judged(&mixed(), &rows.text(), &labels, &options).expect("it runs");
        verdicts.iter().map(|verdict| format!("{verdict:?}")).collect::<Vec<_>>()
    };
    let one = run(1);
    assert!(one[0].contains("correct: 700") && one[0] == one[9], "{}", one[0]);
    assert!(one[3].contains("pure: Some(false)"), "{}", one[3]);
    assert!(one[7].contains("ModuleNotFoundError"), "{}", one[7]);
    for threads in 2..=4 {
        assert_eq!(run(threads), one, "{threads} threads");
    }
}

#[test]
fn a_verdict_does_not_depend_on_the_company() {
    let (rows, labels) = packed(300);
    let limits = Limits { fuel_per_row: 200_000, ..limits() };
    let together = judged(&mixed(), &rows.text(), &labels, &options(&limits)).expect("it runs");
    for (program, together) in mixed().iter().zip(&together) {
        let alone = judged(std::slice::from_ref(program), &rows.text(), &labels, &options(&limits));
        assert_eq!(format!("{:?}", alone.expect("it runs")[0]), format!("{together:?}"));
    }
}

#[test]
fn counts_to_the_row() {
    let packed = Packed::new(["00", "01", "10", "11", "0", "1"]);
    let labels = [0, 1, 0, 1, 0, 1];
    let table = [
        ("def f(x): return x[1] == '1'", "correct: 4, wrong: 0", "exception: 2", r#"{"IndexError": 2}"#),
        ("def f(x): return {'0': None, '1': 'abc'}.get(x, 1.0)", "correct: 2, wrong: 2", "bad_output: 2", "{}"),
        ("def f(x): return bytearray(1 << 30) if x > '01' else 0", "correct: 2, wrong: 1", "out_of_memory: 3", "{}"),
        ("import os\ndef f(x): os._exit(0) if x > '1' else None; return 1", "correct: 2, wrong: 2", "trap: 2", "{}"),
        ("def f(x):\n    while x > '1': pass\n    return 0", "correct: 2, wrong: 2", "out_of_fuel: 2", "{}"),
        ("import sys\ndef f(x): sys.exit()", "correct: 0, wrong: 0", "exception: 6", r#"{"SystemExit": 6}"#),
    ];
    for (source, counts, fault, exceptions) in table {
        let (tally, _) = tally(&python(source), &packed.text(), &labels, &options(&limits()));
        let shown = format!("{tally:?}");
        assert!(shown.contains(counts) && shown.contains(fault) && shown.contains(exceptions), "{source}\n{shown}");
    }
}

#[test]
fn class_labels() {
    let packed = Packed::new(["0", "1", "2", "3"]);
    let classes = vec!["no".to_owned(), "yes".to_owned(), "1".to_owned()];
    let options = Options { classes, ..options(&limits()) };
    // A name, a code, a name that reads as another's code, and a string that is no class.
    let program = python("def f(x): return {'0': 'yes', '1': 1, '2': '1', '3': 'maybe'}[x]");
    let (counts, _) = tally(&program, &packed.text(), &[1, 1, 2, 0], &options);
    assert_eq!((counts.correct, counts.wrong, counts.bad_output), (3, 1, 0));
}

#[test]
fn a_source_is_checked_before_it_runs() {
    let reason = |source: &[u8]| {
        let rejected = Program::python(source, &Limits { source_bytes: 100, ..limits() }, Choice::Auto)
            .err()
            .expect("turned away");
        assert_eq!(rejected.stage.name(), "compile");
        rejected.reason
    };
    assert_eq!(reason(b" \n"), "the source is empty");
    assert_eq!(reason(b"ab\xff"), "the source is not UTF-8: byte 2 is wrong");
    assert_eq!(reason(&[b'#'; 101]), "the source has 101 bytes; the limit is 100");
}

#[test]
fn load_errors_name_their_reason() {
    let packed = Packed::new(["0"]);
    for (source, expected) in [
        ("def f(x:", "SyntaxError: '(' was never closed"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("while True: pass", "out of fuel while loading it"),
        ("import os\nos._exit(1)", "trapped while loading it"),
        ("x = 1", "the source defines no function"),
        ("f = 3", "`f` is int, not a function"),
        ("def g(x): return 1\ndef h(x): return 1", "g, h"),
    ] {
        let limits = Limits { fuel_per_load: 100_000_000, ..limits() };
        let (stage, reason) = rejection(&python(source), &packed.text(), &options(&limits));
        assert!(stage == "load" && reason.contains(expected), "{source}\n{reason}");
    }
}

#[test]
fn the_runtime_has_a_hash() {
    assert_eq!(runtime_hash().len(), 64);
    assert!(runtime_hash().bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[test]
fn a_syntax_error_in_a_tree_is_an_exception() {
    // CPython would look for the line in a file, which would be a system call.
    let mut session = Session::new(limits(), b"{0".to_vec());
    for code in
        ["return 1", "await 1", "def f():\n    nonlocal x", "compile(__import__('ast').parse('return'), 'a', 'exec')"]
    {
        let (ended, output) = session.run(code, 1000, &Stop::default()).expect("it runs");
        assert!(ended == Ended::Exception && output.contains("SyntaxError"), "{code}: {ended:?} {output}");
    }
    let packed = Packed::new(["0"]);
    let source = "import ast\ndef f(x):\n    try: compile(ast.parse('return'), 'a', 'exec')\n    except SyntaxError as e: return e.filename == 'a'";
    assert_eq!(tally(&python(source), &packed.text(), &[1], &options(&limits())).0.correct, 1);
}
