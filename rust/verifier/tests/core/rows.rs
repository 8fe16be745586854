//! Every input type, in every shape, reaches the candidate as it is.

use llmerm_verifier::{Error, Judged, Limits, Options, Ragged, Rows, Tally, Verdict};

use crate::helpers::{Packed, judged, limits, module, named, options, predicted, python, rejection, tally, wat};

/// Adds up the row's elements of `bytes` bytes each, loaded by `load`.
fn sum(load: &str, bytes: usize) -> llmerm_verifier::Program {
    module(&format!(
        r#"(module (memory (export "memory") 1)
          (func (export "f") (param $x i32) (param $len i32) (result i64) (local $sum i64)
            (block $done (loop $next
              (br_if $done (i32.eqz (local.get $len)))
              (local.set $sum (i64.add (local.get $sum) ({load} (local.get $x))))
              (local.set $x (i32.add (local.get $x) (i32.const {bytes})))
              (local.set $len (i32.sub (local.get $len) (i32.const 1)))
              (br $next)))
            (local.get $sum)))"#
    ))
}

#[test]
fn offsets_are_checked() {
    for (data, offsets) in [
        (3, &[][..]),
        (3, &[-1, 2]),
        (3, &[0, 2, 1]),
        (3, &[0, 4]),
        (0, &[0, 1]),
        (3, &[0, i64::MAX]),
        (3, &[i64::MIN, 0]),
    ] {
        let given = Ragged::new(&[0_u8; 3][..data], offsets).map(drop);
        assert!(matches!(given, Err(Error::Usage(_))), "{offsets:?}");
    }
    let ragged = Ragged::new(b"abc", &[1, 1, 3]).expect("a part of the data will do");
    assert_eq!((ragged.row(0), ragged.row(1), ragged.span(0..2)), (&b""[..], &b"bc"[..], &b"bc"[..]));
}

#[test]
fn no_rows_and_no_programs() {
    let none = Packed::new(Vec::<&str>::new());
    assert!(none.text().is_empty());
    let options = Options { audit_rows: 32, ..options(&limits()) };
    let (counts, pure) = tally(&sum("i64.load8_u", 1), &none.text(), &[], &options);
    assert_eq!((counts, pure), (Tally::default(), None));
    assert_eq!(tally(&python("def f(x): return 1"), &none.text(), &[], &options).1, None);
    assert_eq!(rejection(&python("def f(x: return 1"), &none.text(), &options).0, "load");
    let rows = Packed::new(["01"]);
    assert!(judged(&[], &rows.text(), &[1], &options).expect("it runs").is_empty());
}

#[test]
fn more_rows_and_longer_rows_than_a_chunk_holds() {
    // 20,000 short rows; one far over the 256 KiB of a chunk; empty ones around it.
    let lengths = (0..20_000).map(|row| match row {
        12_345 => 700_000,
        12_344 | 12_346 | 0 => 0,
        row => row % 61,
    });
    let packed = Packed::new(lengths.clone().map(|length| vec![1_u8; length]));
    let labels: Vec<i64> = lengths.map(|length| length as i64).collect();
    let options = Options { audit_rows: 100, ..options(&Limits::default()) };
    let (counts, pure) = tally(&sum("i64.load8_u", 1), &packed.text(), &labels, &options);
    assert_eq!((counts.correct, pure), (20_000, Some(true)));
    let (counts, pure) = tally(&python("f = len"), &packed.text(), &labels, &options);
    assert_eq!((counts.exception, pure), (0, Some(true)));
    assert_eq!(counts.correct, 20_000);
}

#[test]
fn integers_of_every_width() {
    let rows = [
        vec![],
        vec![0, 1, -1],
        vec![i64::from(i32::MAX), i64::from(i32::MIN), i64::from(i32::MAX) + 1, i64::from(i32::MIN) - 1],
        vec![i64::MAX],
        vec![i64::MIN],
        vec![1 << 15, 1 << 30, 1 << 45, 1 << 60, -(1 << 45)],
    ];
    let packed = Packed::new(&rows);
    let labels: Vec<i64> = rows.iter().map(|row| row.iter().sum()).collect();
    for program in [sum("i64.load", 8), python("f = sum")] {
        let given = predicted(&program, &packed.ints(), &options(&limits()));
        assert_eq!((named(&given), &given.labels), (vec!["label"; 6], &labels));
    }
}

#[test]
fn floats_bit_by_bit() {
    let bits =
        [0.0, -0.0, 1.5, f64::MIN_POSITIVE, 5e-324, f64::INFINITY, f64::NEG_INFINITY, f64::MAX].map(f64::to_bits);
    let nan = 0x7ff8_0000_0000_0001_u64; // a quiet NaN with a payload
    let all: Vec<u64> = bits.into_iter().chain([nan]).collect();
    let packed = Packed::new(all.iter().map(|&bits| [f64::from_bits(bits)]));
    let rows = Rows::Floats(packed.ragged());
    let expected: Vec<i64> = all.iter().map(|&bits| bits as i64).collect();
    let compiled = module(&wat("(i64.load (local.get $x))"));
    let interpreted = python("import struct\ndef f(x):\n    return struct.unpack('<q', struct.pack('<d', x[0]))[0]");
    for program in [compiled, interpreted] {
        assert_eq!(predicted(&program, &rows, &options(&limits())).labels, expected);
    }
}

#[test]
fn records_with_and_without_a_matrix() {
    // marshal.dumps({"a": 1, "b": 2.5}, 2) and ({"a": -1, "b": 0.5}, 2)
    let record =
        |a: i32, b: f64| [&b"{u\x01\0\0\0ai"[..], &a.to_le_bytes(), b"u\x01\0\0\0bg", &b.to_le_bytes(), b"0"].concat();
    let encoded = Packed::new([record(1, 2.5), record(-1, 0.5)]);
    let matrix = Packed::new([[1.0, 2.5], [-1.0, 0.5]]);
    let numeric = Rows::Record { encoded: encoded.ragged(), matrix: Some(matrix.ragged()) };
    let compiled = module(&wat("(i64.trunc_f64_s (f64.mul (f64.const 2)
        (f64.add (f64.load (local.get $x)) (f64.load offset=8 (local.get $x)))))"));
    let interpreted =
        python("def f(x):\n    assert type(x) is dict and type(x['a']) is int\n    return 2 * (x['a'] + x['b'])");
    for program in [&compiled, &interpreted] {
        let (counts, _) = tally(program, &numeric, &[7, -1], &options(&limits()));
        assert_eq!(counts.correct, 2, "{counts:?}");
    }
    let gaps = Rows::Record { encoded: encoded.ragged(), matrix: None };
    let (stage, reason) = rejection(&compiled, &gaps, &options(&limits()));
    assert!(stage == "load" && reason.contains("columns that are not numbers"), "{reason}");
    assert_eq!(tally(&interpreted, &gaps, &[7, -1], &options(&limits())).0.correct, 2);
}

#[test]
fn text_beyond_ascii_is_for_python() {
    let packed = Packed::new(["é", "日本語", "", "a"]);
    let (stage, reason) = rejection(&sum("i64.load8_u", 1), &packed.text(), &options(&limits()));
    assert!(stage == "load" && reason.contains("beyond ASCII"), "{reason}");
    let (counts, _) = tally(&python("f = len"), &packed.text(), &[1, 3, 0, 1], &options(&limits()));
    assert_eq!(counts.correct, 4);
}

#[test]
fn isolated_rows_start_afresh() {
    let counter = module(
        r#"(module (memory (export "memory") 1) (global $n (mut i64) (i64.const 0))
          (func (export "f") (param i32 i32) (result i64)
            (global.set $n (i64.add (global.get $n) (i64.const 1))) (global.get $n)))"#,
    );
    let packed = Packed::new(["0"; 5]);
    let shared = Options { audit_rows: 5, ..options(&limits()) };
    let isolated = Options { isolate_rows: true, ..shared.clone() };
    for program in [counter, python("n = 0\ndef f(x):\n    global n\n    n += 1\n    return n")] {
        assert_eq!(predicted(&program, &packed.text(), &shared).labels, [1, 2, 3, 4, 5]);
        assert_eq!(predicted(&program, &packed.text(), &isolated).labels, [1; 5]);
        assert_eq!(tally(&program, &packed.text(), &[1; 5], &shared).1, Some(false));
        assert_eq!(tally(&program, &packed.text(), &[1; 5], &isolated).1, Some(true));
    }
}

#[test]
fn labels_are_compared_outside_and_in_order() {
    let packed = Packed::new((0..5000_i64).map(|row| [row]));
    let labels: Vec<i64> = (0..5000).map(|row| if row % 5 == 0 { -1 } else { row }).collect();
    let verdicts = judged(&[module(&wat("(i64.load (local.get $x))"))], &packed.ints(), &labels, &options(&limits()));
    let Ok([Verdict { judged: Judged::Ran { kept, .. }, .. }]) = verdicts.as_deref() else { panic!("{verdicts:?}") };
    assert_eq!((kept.correct, kept.wrong), (4000, 1000));
}
