//! A table of modules: what is turned away, where and why; and what each fault looks like.

use llmerm_verifier::{InputType, Limits, Program, Tier};

use crate::helpers::{Packed, accept, limits, module, named, options, predicted, rejection, wat};

const F: &str = r#"(func (export "f") (param i32 i32) (result i64) (i64.const 1))"#;
const MEMORY: &str = r#"(memory (export "memory") 1)"#;

fn refused(fields: &str) -> String {
    match accept(&format!("(module {fields})"), &limits()) {
        Ok(_) => panic!("accepted: {fields}"),
        Err(rejected) => {
            assert_eq!(rejected.stage.name(), "compile", "{fields}");
            rejected.reason
        }
    }
}

#[test]
fn what_a_module_may_not_be() {
    let table = [
        (format!(r#"(import "env" "puts" (func)) {MEMORY} {F}"#), "it imports env.puts"),
        (format!(r#"(import "env" "memory" (memory 1)) {F}"#), "it imports env.memory"),
        (format!(r#"(import "a" "t" (table 1 funcref)) {MEMORY} {F}"#), "it imports a.t"),
        (format!(r#"(import "a" "g" (global i32)) {MEMORY} {F}"#), "it imports a.g"),
        (format!("{MEMORY} {F} (func $init) (start $init)"), "a start function"),
        (MEMORY.to_owned(), "it exports no function f"),
        (F.to_owned(), "it exports no memory"),
        (format!(r#"{F} (memory 1)"#), "it exports no memory"),
        (format!(r#"{F} (global (export "memory") i32 (i32.const 0))"#), "it exports no memory"),
        (format!(r#"{MEMORY} (global (export "f") i32 (i32.const 0))"#), "its export f is not a function"),
        (format!(r#"{MEMORY} (func (export "f") (param i32) (result i64) (i64.const 1))"#), "f has another signature"),
        (
            format!(r#"{MEMORY} (func (export "f") (param i32 i32) (result i32) (i32.const 1))"#),
            "f has another signature",
        ),
        (
            format!(r#"{MEMORY} (func (export "f") (param i32 i64) (result i64) (i64.const 1))"#),
            "f has another signature",
        ),
        (
            format!(r#"{MEMORY} (func (export "f") (param i32 i32) (result i64 i64) (i64.const 1) (i64.const 1))"#),
            "f has another signature",
        ),
        (format!(r#"{MEMORY} (func (export "f") (param i32 i32))"#), "f has another signature"),
        (format!(r#"{MEMORY} {F} (func (export "alloc") (result i32) (i32.const 8))"#), "alloc has another signature"),
        (format!(r#"{MEMORY} {F} (memory (export "alloc") 1)"#), "valid module"), // two memories
        (format!(r#"{MEMORY} {F} (global (export "alloc") i32 (i32.const 8))"#), "alloc is not a function"),
        (
            format!(r#"{F} (memory (export "memory") 5000)"#),
            "its memory starts at 327680000 bytes; the limit is 268435456",
        ),
        (format!(r#"{F} (memory (export "memory") i64 1)"#), "valid module"),
        (format!(r#"{F} (memory (export "memory") 1 1 shared)"#), "valid module"),
        (format!(r#"{MEMORY} (func (export "f") (param i32 i32) (result i64) (i32.const 1))"#), "valid module"),
        ("(nonsense".to_owned(), "not WebAssembly text"),
    ];
    for (fields, reason) in &table {
        let given = refused(fields);
        assert!(given.contains(reason), "{fields}\n{given}");
        assert!(given.len() < 500 && !given.contains('\n'), "{given}");
    }
}

#[test]
fn sizes_are_bounded_to_the_byte() {
    let text = wat("(i64.const 1)");
    let source = |bytes| accept(&text, &Limits { source_bytes: bytes, ..limits() });
    assert!(source(text.len()).is_ok());
    let expected = format!("the source has {} bytes; the limit is {}", text.len(), text.len() - 1);
    assert_eq!(source(text.len() - 1).err().expect("too large").reason, expected);
    let binary = module(&text).module_bytes().expect("a module").to_vec();
    for given in [text.as_bytes(), &binary] {
        let sized = |bytes| Program::module(given, &Limits { module_bytes: bytes, ..limits() }).expect("the engine");
        assert!(sized(binary.len()).is_ok());
        let reason = sized(binary.len() - 1).err().expect("too large").reason;
        assert!(reason.starts_with("the module has "), "{reason}");
    }
}

#[test]
fn what_is_neither_text_nor_a_module() {
    let reason =
        |bytes: &[u8]| Program::module(bytes, &limits()).expect("the engine").err().expect("not a module").reason;
    assert_eq!(reason(b""), "the source is empty");
    assert!(reason(b"\xff\xfe").contains("nor text in UTF-8"));
    assert!(reason(b"\0asm\x0d\0\x01\0").contains("not a valid module"));
    // Without names: the section that holds them is one that a module can lose.
    let binary = module(&format!("(module {MEMORY} {F})")).module_bytes().expect("a module").to_vec();
    for end in 4..binary.len() {
        assert!(Program::module(&binary[..end], &limits()).expect("the engine").is_err(), "cut at {end}");
    }
    let whole = Program::module(&binary, &limits()).expect("the engine").expect("accepted");
    assert_eq!((whole.tier(InputType::Text), whole.module_bytes()), (Tier::Compiled, Some(&binary[..])));
}

#[test]
fn what_is_turned_away_when_it_is_loaded() {
    let packed = Packed::new(["01", "1"]);
    let alloc = |body: &str| format!(r#"{MEMORY} {F} (func (export "alloc") (param i32) (result i32) {body})"#);
    let table = [
        (alloc("unreachable"), "its alloc failed"),
        (alloc("(loop $l (br $l)) unreachable"), "its alloc failed"),
        (alloc("(i32.const 4)"), "its alloc gave 4"),         // not aligned
        (alloc("(i32.const 65536)"), "its alloc gave 65536"), // behind the memory's end
        (alloc("(i32.const -8)"), "its alloc gave 4294967288"), // an address, not an offset from the end
        (alloc("(i32.const 0)"), "its alloc gave 0"),         // the memory is smaller than what was asked for
        (format!(r#"{MEMORY} {F} (data (i32.const 65536) "x")"#), "it cannot be instantiated"),
        (format!(r#"{F} (memory (export "memory") 1 1)"#), "no room for rows"),
        (
            format!(r#"{F} (memory (export "memory") 1 1) (global (export "__heap_base") i32 (i32.const 65536))"#),
            "no room for rows",
        ),
    ];
    for (fields, reason) in &table {
        let (stage, given) = rejection(&module(&format!("(module {fields})")), &packed.text(), &options(&limits()));
        assert_eq!(stage, "load", "{fields}");
        assert!(given.contains(reason), "{fields}\n{given}");
    }
}

#[test]
fn every_place_that_rows_can_be_put() {
    // The predicted label is the first byte, so a row that is not where `f` is told would be seen.
    let f = r#"(func (export "f") (param i32 i32) (result i64) (i64.load8_u (local.get 0)))"#;
    let table = [
        r#"(memory (export "memory") 1)"#,
        r#"(memory (export "memory") 0)"#,
        r#"(memory (export "memory") 1 1) (global (export "__heap_base") i32 (i32.const 1001))"#,
        r#"(memory (export "memory") 8 8) (func (export "alloc") (param i32) (result i32) (i32.const 8))"#,
        r#"(memory (export "memory") 1) (func (export "alloc") (param i32) (result i32)
             (i32.mul (memory.grow (i32.const 5)) (i32.const 65536)))"#,
    ];
    let packed = Packed::new(["abc", "", "d", "e"]);
    let labels = [97, 0, 100, 101];
    for memory in table {
        let given = predicted(&module(&format!("(module {memory} {f})")), &packed.text(), &options(&limits()));
        assert_eq!(named(&given), ["label"; 4], "{memory}");
        for (row, label) in labels.iter().enumerate() {
            assert!(row == 1 || given.labels[row] == *label, "{memory}: {:?}", given.labels); // "" has no first byte
        }
    }
}

#[test]
fn a_row_longer_than_the_room_beside_a_heap_is_out_of_memory() {
    let memory = r#"(memory (export "memory") 1 1) (global (export "__heap_base") i32 (i32.const 65000))"#;
    let program = module(&format!("(module {memory} {F})"));
    let packed = Packed::new(["0".repeat(10), "0".repeat(537), "0".repeat(536), "0".repeat(3)]);
    let given = predicted(&program, &packed.text(), &options(&limits()));
    assert_eq!(named(&given), ["label", "out_of_memory", "label", "label"]);
}

#[test]
fn every_fault_of_a_compiled_row() {
    let table = [
        ("unreachable", "trap"),
        ("(i64.div_s (i64.const 1) (i64.const 0))", "trap"),
        ("(i64.load (i32.const -8))", "trap"),
        ("(call 0 (local.get $x) (local.get $len))", "trap"), // the end of the stack
        ("(loop $l (br $l)) unreachable", "out_of_fuel"),
        // refused memory, and ended for want of it; without the refusal it would be a trap
        ("(drop (memory.grow (i32.const 60000))) unreachable", "out_of_memory"),
        ("(i64.extend_i32_s (memory.grow (i32.const 60000)))", "label"),
        ("(i64.const -9223372036854775808)", "label"),
    ];
    let packed = Packed::new(["0", "1", "0"]);
    for (body, outcome) in table {
        let given = predicted(&module(&wat(body)), &packed.text(), &options(&limits()));
        assert_eq!(named(&given), [outcome; 3], "{body}");
    }
    let refusal = predicted(
        &module(&wat("(i64.extend_i32_s (memory.grow (i32.const 60000)))")),
        &packed.text(),
        &options(&limits()),
    );
    assert_eq!(refusal.labels, [-1; 3]);
}

#[test]
fn memory_grows_exactly_to_its_limit() {
    // A page of its own, 2 pages for rows: 5 more make 8.
    let program = module(&wat("(i64.extend_i32_s (memory.grow (i32.const 5)))"));
    let packed = Packed::new(["0"]);
    let grown = |pages: usize| {
        predicted(&program, &packed.text(), &options(&Limits { memory: pages * 65536, ..limits() })).labels
    };
    assert_eq!((grown(8), grown(7)), (vec![3], vec![-1]));
}

#[test]
fn the_stack_limit_decides_how_deep_calls_go() {
    // Calls itself as often as the row is long.
    let program = module(&wat("(if (result i64) (i32.eqz (local.get $len))
        (then (i64.const 1))
        (else (i64.add (i64.const 1) (call 0 (local.get $x) (i32.sub (local.get $len) (i32.const 1))))))"));
    let packed = Packed::new(["0".repeat(10), "0".repeat(20_000)]);
    let outcomes = |stack| named(&predicted(&program, &packed.text(), &options(&Limits { stack, ..limits() })));
    assert_eq!(outcomes(64 << 10), ["label", "trap"]);
    assert_eq!(outcomes(8 << 20), ["label", "label"]);
}

#[test]
fn simd_and_wide_arithmetic_are_there() {
    let packed = Packed::new(["0"]);
    for (body, label) in [
        ("(i64.add (i64.mul_wide_u (i64.const -1) (i64.const 2)))", -1), // 2^65 - 2: the halves are -2 and 1
        ("(i64x2.extract_lane 1 (i64x2.add (v128.const i64x2 1 2) (v128.const i64x2 3 4)))", 6),
        ("(memory.fill (i32.const 0) (i32.const 1) (i32.const 8)) (i64.load (i32.const 0))", 0x0101_0101_0101_0101),
    ] {
        assert_eq!(predicted(&module(&wat(body)), &packed.text(), &options(&limits())).labels, [label], "{body}");
    }
}
