//! Small modules written by hand, run in WebAssembly.

#![allow(missing_docs, clippy::unwrap_used)]

mod machine;

use llmerm_pycompile::ir::{Callee, Expr, Global, InputType, Label, Local, Module, Stmt, Ty};
use llmerm_pycompile::runtime::{CONSTANTS_MAX, state, status};
use llmerm_pycompile::{emit, link, print, registry};
use machine::{ADDRESS, LENGTH, Machine, ROW, at, engine, function, get, module, op, outcomes, store_error};
use wasm_encoder::Instruction as I;

const SUM: Local = Local(2);

/// Adds up the elements with a loop that is left by a break from inside a block.
fn sum(input: InputType) -> Module {
    let (done, next) = (Label(7), Label(3));
    let (step, element) = match input {
        InputType::Text | InputType::Record => (1, op(I::I64Load8U(at(0)), [get(ADDRESS)])),
        InputType::Ints => (8, op(I::I64Load(at(0)), [get(ADDRESS)])),
        InputType::Floats => (8, op(I::I64TruncSatF64S, [op(I::F64Load(at(0)), [get(ADDRESS)])])),
    };
    let each = vec![
        Stmt::BreakIf(done, op(I::I32Eqz, [get(LENGTH)])),
        Stmt::Set(SUM, op(I::I64Add, [get(SUM), element])),
        Stmt::Set(ADDRESS, op(I::I32Add, [get(ADDRESS), Expr::I32(step)])),
        Stmt::Set(LENGTH, op(I::I32Sub, [get(LENGTH), Expr::I32(1)])),
        Stmt::Break(next),
    ];
    let body =
        vec![Stmt::Block { label: done, body: vec![Stmt::Loop { label: next, body: each }] }, Stmt::Return(get(SUM))];
    module(input, vec![function("f", &ROW, &[Ty::I64], body)])
}

fn bytes_of<T: Copy, const N: usize>(values: &[T], bytes: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    values.iter().flat_map(|&value| bytes(value)).collect()
}

#[test]
fn rows_of_every_type() {
    let text: [&[u8]; 4] = [b"abc", b"", b"\x01", b"zz"];
    assert_eq!(outcomes(&sum(InputType::Text), &text, 1), (vec![294, 0, 1, 244], vec![0; 4], 0));
    assert_eq!(outcomes(&sum(InputType::Text), &[], 1), (vec![], vec![], 0));

    let ints = bytes_of(&[i64::MAX, 1, -5], i64::to_le_bytes);
    let rows: [&[u8]; 3] = [&ints, &[], &ints[16..]];
    assert_eq!(outcomes(&sum(InputType::Ints), &rows, 8).0, [i64::MIN.wrapping_sub(5), 0, -5]);

    let floats = bytes_of(&[1.5, -7.0], f64::to_le_bytes);
    assert_eq!(outcomes(&sum(InputType::Floats), &[&floats[..8], &floats[8..]], 8).0, [1, -7]);
}

/// The entry calls a function that fails with its argument, the row's length, unless that is 0.
fn failing(catch: impl Fn(Expr) -> Vec<Stmt>) -> Module {
    let checked = |n: i32| Stmt::If {
        cond: op(I::I32Eq, [get(Local(0)), Expr::I32(n)]),
        then: vec![Stmt::Fail(n)],
        otherwise: vec![],
    };
    let fails =
        function("fails", &[Ty::I32], &[], vec![checked(1), checked(2), checked(20), Stmt::Return(Expr::I64(9))]);
    let call = Expr::Call { callee: Callee::Function(1), args: vec![get(LENGTH)], fallible: true };
    module(InputType::Text, vec![function("f", &ROW, &[], catch(call)), fails])
}

#[test]
fn errors_leave_functions_and_become_statuses() {
    // The call stands among operands, which a branch has to drop.
    let ir = failing(|call| vec![Stmt::Return(op(I::I64Add, [Expr::I64(1), op(I::I64Mul, [Expr::I64(3), call])]))]);
    let rows: [&[u8]; 5] = [b"", b"1", b"", b"22", &[0; 20]];
    assert_eq!(outcomes(&ir, &rows, 1), (vec![28, 0, 28, 0, 0], vec![0, 1, 0, 2, 20], 1 | 2 | 20));
}

#[test]
fn handlers_nest() {
    let is = |n: i32| op(I::I32Eq, [get(LENGTH), Expr::I32(n)]);
    let ir = failing(|call| {
        let inner = Stmt::Try {
            body: vec![Stmt::Eval(call), Stmt::Return(Expr::I64(0))],
            handler: vec![
                // 1: handled here. 2: raised again, to the outer handler. 20: another error, raised in the handler.
                Stmt::If { cond: is(2), then: vec![Stmt::Rethrow], otherwise: vec![] },
                store_error(0),
                Stmt::If { cond: is(20), then: vec![Stmt::Fail(21)], otherwise: vec![] },
            ],
        };
        let outer = Stmt::Try {
            body: vec![inner, Stmt::Return(Expr::I64(100))],
            handler: vec![
                Stmt::If { cond: is(20), then: vec![Stmt::Rethrow], otherwise: vec![] },
                store_error(0),
                Stmt::Return(Expr::I64(200)),
            ],
        };
        vec![outer, Stmt::Return(Expr::I64(300))]
    });
    let rows: [&[u8]; 4] = [b"", b"1", b"22", &[0; 20]];
    assert_eq!(outcomes(&ir, &rows, 1), (vec![0, 100, 200, 0], vec![0, 0, 0, 21], 21));
}

/// A sum over the row of `count(n)`, which counts n down in a local that starts as zero; `extra`: count is called elsewhere too.
fn counting(extra: bool) -> Module {
    let (counted, next, total) = (Local(1), Label(0), Local(2));
    let step = vec![
        Stmt::Set(counted, op(I::I64Add, [get(counted), Expr::I64(1)])),
        Stmt::BreakIf(next, Expr::Tee(Local(0), Box::new(op(I::I32Sub, [get(Local(0)), Expr::I32(1)])))),
    ];
    let ninety_nine =
        Stmt::If { cond: op(I::I32Eq, [get(Local(0)), Expr::I32(99)]), then: vec![Stmt::Fail(1)], otherwise: vec![] };
    let body = vec![ninety_nine, Stmt::Loop { label: next, body: step }, Stmt::Return(get(counted))];
    let count = function("count", &[Ty::I32], &[Ty::I64], body);
    let call = |n| Expr::Call { callee: Callee::Function(1), args: vec![n], fallible: true };
    let step = vec![
        Stmt::Set(total, op(I::I64Add, [get(total), call(op(I::I32Load8U(at(0)), [get(ADDRESS)]))])),
        Stmt::Set(ADDRESS, op(I::I32Add, [get(ADDRESS), Expr::I32(1)])),
        Stmt::BreakIf(next, Expr::Tee(LENGTH, Box::new(op(I::I32Sub, [get(LENGTH), Expr::I32(1)])))),
    ];
    let mut body = vec![Stmt::Loop { label: next, body: step }];
    if extra {
        body.push(Stmt::Set(total, op(I::I64Add, [get(total), call(Expr::I32(1))])));
    }
    body.push(Stmt::Return(get(total)));
    module(InputType::Text, vec![function("f", &ROW, &[Ty::I64], body), count])
}

#[test]
fn a_function_that_is_called_once_is_emitted_there() {
    let rows: [&[u8]; 4] = [b"\x05\x01\x02", b"\x07", b"\x01\x63\x02", b"\x02"];
    assert_eq!(outcomes(&counting(false), &rows, 1), (vec![8, 7, 0, 2], vec![0, 0, 1, 0], 1));
    assert_eq!(outcomes(&counting(true), &rows, 1), (vec![9, 8, 0, 3], vec![0, 0, 1, 0], 1));
    let functions = |ir: &Module| print::wat(&emit::emit(ir)).unwrap().matches("  (func (;").count();
    assert_eq!((functions(&counting(false)), functions(&counting(true))), (2, 3));
}

#[test]
fn recursion() {
    // f(address, n) = 0 if n == 0 else n + f(address, n - 1): called by rows and by itself
    let again = Expr::Call {
        callee: Callee::Function(0),
        args: vec![get(ADDRESS), op(I::I32Sub, [get(LENGTH), Expr::I32(1)])],
        fallible: true,
    };
    let body = vec![
        Stmt::If { cond: op(I::I32Eqz, [get(LENGTH)]), then: vec![Stmt::Return(Expr::I64(0))], otherwise: vec![] },
        Stmt::Return(op(I::I64Add, [op(I::I64ExtendI32U, [get(LENGTH)]), again])),
    ];
    let ir = module(InputType::Text, vec![function("f", &ROW, &[], body)]);
    assert_eq!(outcomes(&ir, &[b"", b"1234"], 1).0, [0, 10]);
}

#[test]
fn expressions_with_statements() {
    // f(n) = 5 + (n if n < 2, deopt if n == 2, else a loop's count down from n, in an expression)
    let (next, high) = (Label(0), Local(2));
    let counted = Expr::Do(
        vec![
            Stmt::Set(SUM, Expr::I64(0)),
            Stmt::Loop {
                label: next,
                body: vec![
                    Stmt::Set(SUM, op(I::I64Add, [get(SUM), Expr::I64(10)])),
                    Stmt::BreakIf(next, Expr::Tee(LENGTH, Box::new(op(I::I32Sub, [get(LENGTH), Expr::I32(1)])))),
                ],
            },
        ],
        Box::new(get(high)),
    );
    let either = |cond, then, otherwise| Expr::If {
        ty: Ty::I64,
        cond: Box::new(cond),
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    };
    let value = either(
        op(I::I32LtU, [get(LENGTH), Expr::I32(2)]),
        op(I::I64ExtendI32U, [get(LENGTH)]),
        either(op(I::I32Eq, [get(LENGTH), Expr::I32(2)]), Expr::Never(Ty::I64, vec![Stmt::Fail(1)]), counted),
    );
    let body = vec![Stmt::Return(op(I::I64Add, [Expr::I64(5), value]))];
    let ir = module(InputType::Text, vec![function("f", &ROW, &[Ty::I64], body)]);
    let rows: [&[u8]; 4] = [b"", b"1", b"22", b"333"];
    assert_eq!(outcomes(&ir, &rows, 1), (vec![5, 6, 0, 35], vec![0, 0, 1, 0], 1));
}

#[test]
fn wide_products() {
    // The upper word of x * x.
    let square = op(I::I64MulWideS, [get(SUM), get(SUM)]);
    let body = vec![
        Stmt::Set(SUM, op(I::I64Load(at(0)), [get(ADDRESS)])),
        Stmt::Set(SUM, op(I::I64Xor, [Expr::Tee(Local(3), Box::new(square)), get(Local(3))])),
        Stmt::Return(get(SUM)),
    ];
    let ir = module(InputType::Ints, vec![function("f", &ROW, &[Ty::I64; 2], body)]);
    let product = i128::from(i64::MAX) * i128::from(i64::MAX);
    let expected = (product >> 64) as i64 ^ product as i64;
    assert_eq!(outcomes(&ir, &[&i64::MAX.to_le_bytes()], 8).0, [expected]);
}

/// The module level allocates and sets globals from constants; rows allocate, and count in a global that is reset.
fn stateful() -> Module {
    let alloc = || Expr::Call {
        callee: Callee::Runtime(registry::raw("alloc").unwrap()),
        args: vec![Expr::I32(100)],
        fallible: false,
    };
    let (word, count, kept) = (Global(0), Global(1), Global(2));
    let increment = Stmt::SetGlobal(count, op(I::I64Add, [Expr::Global(count), Expr::I64(1)]));
    let allocated = op(I::I64ExtendI32U, [op(I::I32Sub, [alloc(), Expr::Global(kept)])]);
    // len("world") * 1000000 + "world"[0] * 1000 + count * 100 + (address of the object - address of the module level's)
    let terms = [
        op(I::I64Mul, [op(I::I64ShrU, [Expr::Global(word), Expr::I64(32)]), Expr::I64(1_000_000)]),
        op(I::I64Mul, [op(I::I64Load8U(at(0)), [op(I::I32WrapI64, [Expr::Global(word)])]), Expr::I64(1000)]),
        op(I::I64Mul, [Expr::Global(count), Expr::I64(1000)]),
        allocated,
    ];
    let total = terms.into_iter().reduce(|a, b| op(I::I64Add, [a, b])).unwrap();
    let mut ir = module(InputType::Text, vec![function("f", &ROW, &[], vec![increment, Stmt::Return(total)])]);
    ir.globals = vec![Ty::I64, Ty::I64, Ty::I32];
    ir.reset = vec![count];
    ir.data = b"hello world".to_vec();
    let check = Stmt::If {
        cond: op(I::I32Ne, [op(I::I32Load8U(at(4)), [Expr::Data(4)]), Expr::I32(i32::from(b'r'))]),
        then: vec![Stmt::Fail(17)],
        otherwise: vec![],
    };
    ir.functions[ir.init].body = vec![
        check,
        Stmt::SetGlobal(word, Expr::Packed(6, 5)),
        Stmt::SetGlobal(count, Expr::I64(50)),
        Stmt::SetGlobal(kept, alloc()),
        Stmt::Return(Expr::I64(0)),
    ];
    ir
}

const STATEFUL: i64 = 5_000_000 + 119 * 1000 + 1000 + 104;

#[test]
fn rows_do_not_see_each_other() {
    let (labels, statuses, _) = outcomes(&stateful(), &[b"a", b"b", b"c"], 1);
    assert_eq!((labels, statuses), (vec![STATEFUL; 3], vec![0; 3]));
}

#[test]
fn constants_of_every_size() {
    for size in [1, 7, 8, 255, 256, 257, 300_000, CONSTANTS_MAX] {
        let [first, last] = [0, size as u32 - 1].map(|place| op(I::I64Load8U(at(0)), [Expr::Data(place)]));
        let body = vec![Stmt::Return(op(I::I64Sub, [last, first]))];
        let mut ir = module(InputType::Text, vec![function("f", &ROW, &[], body)]);
        ir.data = vec![200; size];
        ir.data[0] = 3;
        assert_eq!(outcomes(&ir, &[b""], 1).0, [if size == 1 { 0 } else { 197 }], "{size}");
    }
    let mut ir = stateful();
    ir.data = vec![0; CONSTANTS_MAX + 1];
    assert_eq!(Machine::load(&ir).init(), status::DEOPT.cast_unsigned());
}

#[test]
fn a_module_level_that_fails() {
    let mut ir = stateful();
    ir.data[8] = b'x';
    let mut machine = Machine::load(&ir);
    assert_eq!((machine.init(), machine.state(state::BASE)), (17, 0));
    let mut machine = Machine::load(&stateful());
    assert_eq!(machine.init(), 0);
    assert_eq!(machine.state(state::BASE), machine.state(state::TOP));
}

#[test]
fn standalone_modules() {
    let wasm = link::standalone(&stateful());
    let engine = engine();
    let module = wasmtime::Module::new(&engine, &wasm).unwrap();
    assert_eq!(module.imports().len(), 0);
    let mut store = wasmtime::Store::new(&engine, ());
    store.set_fuel(1_000_000).unwrap();
    let instance = wasmtime::Instance::new(&mut store, &module, &[]).unwrap();
    let f = instance.get_typed_func::<(u32, u32), i64>(&mut store, "f").unwrap();
    let alloc = instance.get_typed_func::<u32, u32>(&mut store, "alloc").unwrap();
    let row = alloc.call(&mut store, 10).unwrap();
    assert_eq!(f.call(&mut store, (row, 3)).unwrap(), STATEFUL);
    let another = alloc.call(&mut store, 10).unwrap();
    assert!(another > row);
    // The memory that was asked for lies between the module level's objects and the row's.
    assert_eq!(f.call(&mut store, (another, 3)).unwrap(), STATEFUL + 16);

    let failing = failing(|call| vec![Stmt::Return(call)]);
    let module = wasmtime::Module::new(&engine, link::standalone(&failing)).unwrap();
    let instance = wasmtime::Instance::new(&mut store, &module, &[]).unwrap();
    let f = instance.get_typed_func::<(u32, u32), i64>(&mut store, "f").unwrap();
    assert_eq!(f.call(&mut store, (0, 0)).unwrap(), 9);
    assert!(f.call(&mut store, (0, 20)).is_err());
    assert_eq!(f.call(&mut store, (0, 0)).unwrap(), 9);
}

#[test]
fn printed() {
    let text = print::text(&failing(|call| vec![Stmt::Return(op(I::I64Add, [Expr::I64(1), call]))]));
    assert!(text.contains("    return I64Add(1L, fails(_.1)?)\n"), "{text}");
    assert!(text.contains("    if I32Eq(_.0, 1)\n        fail deopt\n"), "{text}");
    assert!(print::wat(&link::standalone(&stateful())).unwrap().contains("(export \"rows\""));
}
