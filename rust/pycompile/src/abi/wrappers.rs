//! The functions around the program's own.

use wasm_encoder::{Instruction as I, MemArg};

use crate::ir::{Callee, Expr, Function, Global, InputType, Label, Local, Module, Stmt, Ty};
use crate::registry;
use crate::runtime::{CONSTANTS_MAX, state, status};

/// Constants up to this size are stored word by word: cheaper to compile than the trampoline that `memory.init` needs.
const STORED_MAX: usize = 256;

/// Whether constants come from a data segment.
pub(super) fn copied(data: &[u8]) -> bool {
    (STORED_MAX + 1..=CONSTANTS_MAX).contains(&data.len())
}

/// `init ()`. Its type has no result, so what it returns is dropped.
pub(super) fn init(module: &Module) -> Function {
    let mut body = load_module(module);
    body.push(Stmt::Return(Expr::I32(0)));
    function("init", &[], &[], body, Ty::I32)
}

/// Puts the constants into memory and runs the module level. What then lies in the arena stays.
fn load_module(module: &Module) -> Vec<Stmt> {
    if module.data.len() > CONSTANTS_MAX {
        return vec![store(state::ERROR, Expr::I32(status::DEOPT))];
    }
    let mut body = constants(&module.data);
    body.push(Stmt::Eval(call(module.init, vec![])));
    body.push(when(op(I::I32Eqz, [load(state::ERROR)]), vec![store(state::BASE, load(state::TOP))]));
    body
}

fn constants(data: &[u8]) -> Vec<Stmt> {
    if copied(data) {
        let whole = [Expr::Data(0), Expr::I32(0), Expr::I32(data.len() as i32)];
        return vec![Stmt::Eval(op(I::MemoryInit { mem: 0, data_index: 0 }, whole))];
    }
    let word = |(place, bytes): (usize, &[u8])| {
        let word = bytes.iter().rev().fold(0, |word, &byte| word << 8 | i64::from(byte));
        Stmt::Eval(op(I::I64Store(at(0, 3)), [Expr::Data(8 * place as u32), Expr::I64(word)]))
    };
    data.chunks(8).enumerate().map(word).collect()
}

/// `rows (data, offsets, count, out) -> i32`. The program's call clobbers all registers, so what changes from row to row is one
/// number: eight times the row's.
pub(super) fn rows(module: &Module, statuses: Global) -> Function {
    let [data, offsets, count, out, row, from, label] = std::array::from_fn(|place| Local(place as u32));
    let next = Label(0);
    let bytes = |elements| match module.input {
        InputType::Text | InputType::Record => elements,
        InputType::Ints | InputType::Floats => op(I::I32Shl, [elements, Expr::I32(3)]),
    };
    // The lower half of an int64.
    let offset = |place: u64| op(I::I32Load(at(8 * place, 2)), [add(get(offsets), get(row))]);

    let address = add(get(data), bytes(Expr::Tee(from, Box::new(offset(0)))));
    let len = op(I::I32Sub, [offset(1), get(from)]);
    let status_at = add(add(get(out), get(count)), op(I::I32ShrU, [get(row), Expr::I32(3)]));
    let mut each = fresh(module);
    each.extend([
        Stmt::Set(label, call(module.entry, vec![address, len])),
        Stmt::Eval(op(I::I64Store(at(0, 3)), [add(get(out), get(row)), get(label)])),
        Stmt::Eval(op(I::I32Store8(at(0, 0)), [status_at, load(state::ERROR)])),
        when(
            load(state::ERROR),
            vec![Stmt::SetGlobal(statuses, op(I::I32Or, [Expr::Global(statuses), load(state::ERROR)]))],
        ),
        Stmt::Set(row, add(get(row), Expr::I32(8))),
        Stmt::BreakIf(next, op(I::I32Ne, [get(row), get(count)])),
    ]);
    let body = vec![
        Stmt::SetGlobal(statuses, Expr::I32(0)),
        when(op(I::I32Eqz, [get(count)]), vec![Stmt::Return(Expr::I32(0))]),
        Stmt::Set(count, op(I::I32Shl, [get(count), Expr::I32(3)])),
        Stmt::Set(data, op(I::I32Sub, [get(data), bytes(offset(0))])),
        Stmt::Loop { label: next, body: each },
        Stmt::Return(Expr::Global(statuses)),
    ];
    let mut rows = function("rows", &[Ty::I32; 4], &[Ty::I32, Ty::I32, Ty::I64], body, Ty::I32);
    rows.names = ["data", "offsets", "count", "out", "row", "from", "label"].map(String::from).to_vec();
    rows
}

/// `f (ptr, len) -> i64`: one row; runs the module level first if it has not run. No label is a trap.
pub(super) fn one_row(module: &Module) -> Function {
    let (ptr, len, label) = (Local(0), Local(1), Local(2));
    let trap = || vec![Stmt::Eval(op(I::Unreachable, []))];
    // The first allocation of all sets the arena up.
    let mut first = vec![Stmt::Eval(runtime("alloc", vec![Expr::I32(8)]))];
    first.extend(load_module(module));
    first.push(when(load(state::ERROR), trap()));
    let mut body = vec![when(op(I::I32Eqz, [load(state::BASE)]), first)];
    body.extend(fresh(module));
    body.extend([
        Stmt::Set(label, call(module.entry, vec![get(ptr), get(len)])),
        when(load(state::ERROR), trap()),
        Stmt::Return(get(label)),
    ]);
    function("f", &[Ty::I32; 2], &[Ty::I64], body, Ty::I64)
}

/// `alloc (bytes) -> i32`: memory that outlives rows, also once the module level has run.
pub(super) fn alloc() -> Function {
    let (bytes, place) = (Local(0), Local(1));
    let body = vec![
        when(load(state::BASE), vec![store(state::TOP, load(state::BASE))]),
        Stmt::Set(place, runtime("alloc", vec![get(bytes)])),
        when(load(state::BASE), vec![store(state::BASE, load(state::TOP))]),
        Stmt::Return(get(place)),
    ];
    function("alloc", &[Ty::I32], &[Ty::I32], body, Ty::I32)
}

/// Empties the arena and forgets what the last row left.
fn fresh(module: &Module) -> Vec<Stmt> {
    // The error and the depth, which is next to it.
    let clear = op(I::I64Store(at(u64::from(rt(state::ERROR)), 3)), [Expr::I32(0), Expr::I64(0)]);
    let mut body = vec![Stmt::Eval(clear), store(state::TOP, load(state::BASE))];
    body.extend(module.reset.iter().map(|&global| {
        let zero = match module.globals[global.0 as usize] {
            Ty::I32 => Expr::I32(0),
            Ty::I64 => Expr::I64(0),
            Ty::F64 => Expr::F64(0.0),
        };
        Stmt::SetGlobal(global, zero)
    }));
    body
}

fn function(name: &str, params: &[Ty], locals: &[Ty], body: Vec<Stmt>, result: Ty) -> Function {
    let locals = [params, locals].concat();
    Function { name: name.into(), params: params.len() as u32, names: Vec::new(), locals, result, body }
}

fn get(local: Local) -> Expr {
    Expr::Get(local)
}

fn op<const N: usize>(instruction: I<'static>, operands: [Expr; N]) -> Expr {
    Expr::Op(instruction, operands.into())
}

fn add(a: Expr, b: Expr) -> Expr {
    op(I::I32Add, [a, b])
}

fn when(cond: Expr, then: Vec<Stmt>) -> Stmt {
    Stmt::If { cond, then, otherwise: vec![] }
}

/// A call whose errors are looked at by hand.
fn call(place: usize, args: Vec<Expr>) -> Expr {
    Expr::Call { callee: Callee::Function(place), args, fallible: false }
}

fn runtime(name: &str, args: Vec<Expr>) -> Expr {
    let id = registry::raw(name).expect("memory.c exports it");
    Expr::Call { callee: Callee::Runtime(id), args, fallible: false }
}

fn at(offset: u64, align: u32) -> MemArg {
    MemArg { offset, align, memory_index: 0 }
}

/// The address of a field of the runtime's state.
fn rt(field: u32) -> u32 {
    registry::address("rt").cast_unsigned() + field
}

fn load(field: u32) -> Expr {
    op(I::I32Load(at(u64::from(rt(field)), 2)), [Expr::I32(0)])
}

fn store(field: u32, value: Expr) -> Stmt {
    Stmt::Eval(op(I::I32Store(at(u64::from(rt(field)), 2)), [Expr::I32(0), value]))
}
