//! How long things take: `cargo test --release -p llmerm-pycompile --test measure -- --ignored --nocapture`.

#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code, reason = "shared with other tests")]
mod machine;

use std::hint::black_box;
use std::time::{Duration, Instant};

use llmerm_pycompile::ir::{Callee, Expr, InputType, Module as Ir, Stmt, Ty};
use llmerm_pycompile::{emit, link, registry, runtime};
use machine::{LENGTH, Machine, ROW, at, engine, function, get, module, op};
use wasm_encoder::Instruction as I;
use wasmtime::Module;

/// The shortest of some runs.
fn best<T>(runs: u32, mut run: impl FnMut() -> T) -> Duration {
    let timed = |_| {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    };
    (0..runs).map(timed).min().unwrap()
}

/// About `size` bytes of code as the compiler makes it: checked arithmetic, branches, and calls that may fail.
fn sample(size: usize) -> Ir {
    use llmerm_pycompile::ir::Local;
    let sum = Local(2);
    let call = |arg| Expr::Call { callee: Callee::Function(1), args: vec![arg], fallible: true };
    let part = |k: i64| {
        [
            Stmt::Set(sum, op(I::I64Add, [get(sum), op(I::I64Mul, [get(sum), Expr::I64(k)])])),
            Stmt::If {
                cond: op(I::I64GtU, [get(sum), Expr::I64(1 << 40)]),
                then: vec![Stmt::Fail(1)],
                otherwise: vec![],
            },
            Stmt::Set(sum, op(I::I64Xor, [get(sum), op(I::I64Load8U(at(0)), [get(Local(0))])])),
            Stmt::Set(sum, call(get(sum))),
            Stmt::If {
                cond: op(I::I64LtS, [get(sum), Expr::I64(k)]),
                then: vec![Stmt::Set(sum, op(I::I64Add, [get(sum), Expr::I64(1)]))],
                otherwise: vec![Stmt::Set(Local(3), op(I::I64Sub, [get(Local(3)), get(sum)]))],
            },
        ]
    };
    let mut body: Vec<Stmt> = (0..size as i64 / 83).flat_map(part).collect();
    body.push(Stmt::Return(op(I::I64Add, [get(sum), get(Local(3))])));
    let same = function("same", &[Ty::I64], &[], vec![Stmt::Return(get(Local(0)))]);
    module(InputType::Text, vec![function("f", &ROW, &[Ty::I64; 2], body), same])
}

#[test]
#[ignore = "a measurement"]
fn compile_times() {
    let engine = engine();
    for size in [100, 1000, 4000] {
        let ir = sample(size);
        let wasm = emit::emit(&ir);
        let emitting = best(50, || emit::emit(&ir));
        let compiling = best(20, || Module::new(&engine, &wasm).unwrap());
        println!("{} bytes of wasm: emitted in {emitting:?}, compiled in {compiling:?}", wasm.len());
    }
    let compiling = best(1, || Module::new(&engine, runtime::WASM).unwrap());
    let (bytes, functions) = (runtime::WASM.len(), registry::entries().len());
    println!("runtime, {bytes} bytes, {functions} functions: compiled in {compiling:?}");
    println!("standalone: linked in {:?}", best(20, || link::standalone(&sample(1000))));
}

#[test]
#[ignore = "a measurement"]
fn instances_and_rows() {
    const ROWS: u32 = 100_000;
    let engine = engine();
    let runtime = Module::new(&engine, runtime::WASM).unwrap();
    let length = vec![Stmt::Return(op(I::I64ExtendI32U, [get(LENGTH)]))];
    let candidate = module(InputType::Text, vec![function("f", &ROW, &[], length)]);
    let candidate = Module::new(&engine, emit::emit(&candidate)).unwrap();
    println!("both instances: {:?}", best(20, || Machine::new(&engine, &runtime, &candidate)));
    let mut machine = Machine::new(&engine, &runtime, &candidate);
    let offsets: Vec<u8> = (0..=i64::from(ROWS)).flat_map(|row| (8 * row).to_le_bytes()).collect();
    let (data, offsets, out) =
        (machine.alloc(8 * ROWS as usize), machine.put(&offsets), machine.alloc(9 * ROWS as usize));
    assert_eq!(machine.init(), 0);
    let all = best(20, || machine.rows(data, offsets, ROWS, out));
    println!("a row that does nothing: {:.2} ns", all.as_secs_f64() * 1e9 / f64::from(ROWS));
}

#[test]
#[ignore = "a measurement"]
fn reading_the_registry() {
    let start = Instant::now();
    let functions = registry::entries().len();
    println!("{functions} functions of the runtime read in {:?}", start.elapsed());
}
