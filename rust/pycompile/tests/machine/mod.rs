//! Runs modules of the intermediate representation as the verifier does: the runtime and the candidate as two instances on one memory.

#![allow(clippy::unwrap_used, unreachable_pub, reason = "a part of tests")]

use std::sync::OnceLock;

use llmerm_pycompile::ir::{Expr, Function, InputType, Local, Module as Ir, Stmt, Ty};
use llmerm_pycompile::{emit, registry, runtime};
use wasm_encoder::{Instruction as I, MemArg};
use wasmtime::{Config, Engine, Instance, Linker, Memory, Module, OptLevel, Store};

pub fn engine() -> Engine {
    let mut config = Config::new();
    config.consume_fuel(true).cranelift_opt_level(OptLevel::Speed).cranelift_nan_canonicalization(true);
    config.wasm_wide_arithmetic(true).wasm_branch_hinting(true).generate_address_map(false);
    Engine::new(&config).unwrap()
}

pub struct Machine {
    pub store: Store<()>,
    pub memory: Memory,
    runtime: Instance,
    candidate: Instance,
}

impl Machine {
    pub fn new(engine: &Engine, runtime: &Module, candidate: &Module) -> Machine {
        let mut store = Store::new(engine, ());
        store.set_fuel(u64::MAX / 2).unwrap();
        let mut linker = Linker::new(engine);
        let runtime = linker.instantiate(&mut store, runtime).unwrap();
        linker.instance(&mut store, emit::RUNTIME_MODULE, runtime).unwrap();
        let candidate = linker.instantiate(&mut store, candidate).unwrap();
        let memory = runtime.get_memory(&mut store, "memory").unwrap();
        Machine { store, memory, runtime, candidate }
    }

    pub fn load(ir: &Ir) -> Machine {
        static RUNTIME: OnceLock<(Engine, Module)> = OnceLock::new();
        let (engine, runtime) = RUNTIME.get_or_init(|| {
            let engine = engine();
            let runtime = Module::new(&engine, runtime::WASM).unwrap();
            (engine, runtime)
        });
        let candidate = Module::new(engine, emit::emit(ir)).unwrap();
        Machine::new(engine, runtime, &candidate)
    }

    pub fn alloc(&mut self, bytes: usize) -> u32 {
        let alloc = self.runtime.get_typed_func::<u32, u32>(&mut self.store, "alloc").unwrap();
        alloc.call(&mut self.store, bytes as u32).unwrap()
    }

    pub fn put(&mut self, bytes: &[u8]) -> u32 {
        let at = self.alloc(bytes.len());
        self.memory.write(&mut self.store, at as usize, bytes).unwrap();
        at
    }

    pub fn init(&mut self) -> u32 {
        let init = self.candidate.get_typed_func::<(), ()>(&mut self.store, "init").unwrap();
        init.call(&mut self.store, ()).unwrap();
        self.state(runtime::state::ERROR)
    }

    pub fn rows(&mut self, data: u32, offsets: u32, count: u32, out: u32) -> i32 {
        let rows = self.candidate.get_typed_func::<(u32, u32, u32, u32), i32>(&mut self.store, "rows").unwrap();
        rows.call(&mut self.store, (data, offsets, count, out)).unwrap()
    }

    pub fn word(&mut self, at: u32) -> i64 {
        let mut bytes = [0; 8];
        self.memory.read(&self.store, at as usize, &mut bytes).unwrap();
        i64::from_le_bytes(bytes)
    }

    /// A field of the runtime's state.
    pub fn state(&mut self, field: u32) -> u32 {
        self.word(registry::address("rt").cast_unsigned() + field) as u32
    }
}

/// What a module makes of rows whose elements have `size` bytes: labels, statuses, and what `rows` returned.
pub fn outcomes(ir: &Ir, rows: &[&[u8]], size: usize) -> (Vec<i64>, Vec<u8>, i32) {
    let mut machine = Machine::load(ir);
    let data = machine.put(&rows.concat());
    // The first offset is not 0: rows may be a slice of a larger set.
    let mut offsets = vec![1000_i64];
    for row in rows {
        offsets.push(offsets.last().unwrap() + (row.len() / size) as i64);
    }
    let offsets: Vec<u8> = offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect();
    let offsets = machine.put(&offsets);
    let out = machine.put(&vec![0xee; 9 * rows.len()]);
    assert_eq!(machine.init(), 0);
    let seen = machine.rows(data, offsets, rows.len() as u32, out);
    let labels = (0..rows.len()).map(|row| machine.word(out + 8 * row as u32)).collect();
    let mut statuses = vec![0; rows.len()];
    machine.memory.read(&machine.store, out as usize + 8 * rows.len(), &mut statuses).unwrap();
    (labels, statuses, seen)
}

pub fn function(name: &str, params: &[Ty], locals: &[Ty], body: Vec<Stmt>) -> Function {
    let params_len = params.len() as u32;
    let locals = [params, locals].concat();
    Function { name: name.into(), params: params_len, locals, names: vec![], result: Ty::I64, body }
}

/// A module whose function 0 is the entry; its module level does nothing.
pub fn module(input: InputType, mut functions: Vec<Function>) -> Ir {
    functions.push(function("<module>", &[], &[], vec![Stmt::Return(Expr::I64(0))]));
    let init = functions.len() - 1;
    Ir { input, functions, globals: vec![], init, entry: 0, reset: vec![], data: vec![] }
}

/// The entry's parameters.
pub const ROW: [Ty; 2] = [Ty::I32, Ty::I32];
pub const ADDRESS: Local = Local(0);
pub const LENGTH: Local = Local(1);

pub fn get(local: Local) -> Expr {
    Expr::Get(local)
}

pub fn op<const N: usize>(instruction: I<'static>, operands: [Expr; N]) -> Expr {
    Expr::Op(instruction, operands.into())
}

pub fn at(offset: u64) -> MemArg {
    MemArg { offset, align: 0, memory_index: 0 }
}

/// `rt.error`, which is cleared by `store_error(0)`.
pub fn store_error(error: i32) -> Stmt {
    let at = at(u64::from(registry::address("rt").cast_unsigned() + runtime::state::ERROR));
    Stmt::Eval(op(I::I32Store(at), [Expr::I32(0), Expr::I32(error)]))
}
