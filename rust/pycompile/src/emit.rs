//! The intermediate representation as WebAssembly: a walk, since Python's meaning was spelt out before.
//!
//! A candidate's module is emitted in one of two places: by itself, importing from the runtime (`emit`), or behind the runtime's own
//! sections (`link`). `Layout` is the difference.

mod expr;
mod function;
mod gives;
mod layout;
mod scan;
mod stmt;

use wasm_encoder::{
    BranchHints, CodeSection, ConstExpr, DataCountSection, DataSection, ExportKind, ExportSection, FunctionSection,
    GlobalSection, GlobalType, ImportSection, MemoryType, TypeSection, ValType,
};

use crate::abi;
use crate::ir::{Module, Ty};
pub use gives::gives;
pub(crate) use layout::{Layout, Types};
pub(crate) use scan::can_fail;

/// The module under which the runtime is imported.
pub const RUNTIME_MODULE: &str = "rt";

/// The sections of a module, in the order of the format.
pub(crate) struct Sections {
    pub(crate) types: TypeSection,
    pub(crate) imports: ImportSection,
    pub(crate) functions: FunctionSection,
    pub(crate) globals: GlobalSection,
    pub(crate) exports: ExportSection,
    pub(crate) data_count: DataCountSection,
    pub(crate) hints: BranchHints,
    pub(crate) code: CodeSection,
    pub(crate) data: DataSection,
}

/// A module that imports the runtime, and exports `init` and `rows` (docs/fast-tier.md).
#[must_use]
pub fn emit(module: &Module) -> Vec<u8> {
    let program = abi::Program::new(module);
    let mut types = Types::new(0);
    let mut imports = ImportSection::new();
    imports.import(RUNTIME_MODULE, "memory", any_memory());
    let layout = Layout::importing(&program, &mut types, &mut imports);
    let sections = sections(&program, &layout, types, imports);
    let mut out = wasm_encoder::Module::new();
    out.section(&sections.types)
        .section(&sections.imports)
        .section(&sections.functions)
        .section(&sections.globals)
        .section(&sections.exports)
        .section(&sections.data_count)
        .section(&sections.hints)
        .section(&sections.code)
        .section(&sections.data);
    out.finish()
}

/// Emits all functions of a program as the layout says.
pub(crate) fn sections(program: &abi::Program, layout: &Layout, mut types: Types, imports: ImportSection) -> Sections {
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    let mut hints = BranchHints::new();
    for (place, function) in program.functions().enumerate().filter(|&(place, _)| !layout.is_in_place(place)) {
        functions.function(types.index(&program.machine_type(place, function)));
        let (body, branches) = function::emit(function, program, layout);
        code.function(&body);
        if !branches.is_empty() {
            hints.function_hints(layout.function(place), branches);
        }
    }
    let mut globals = GlobalSection::new();
    for ty in program.globals() {
        let zero = match ty {
            Ty::I32 => ConstExpr::i32_const(0),
            Ty::I64 => ConstExpr::i64_const(0),
            Ty::F64 => ConstExpr::f64_const(0.0.into()),
        };
        globals.global(GlobalType { val_type: val_type(*ty), mutable: true, shared: false }, &zero);
    }
    let mut exports = ExportSection::new();
    for &(name, place) in program.exports() {
        exports.export(name, ExportKind::Func, layout.function(place));
    }
    let mut data = DataSection::new();
    if let Some(segment) = program.segment() {
        data.passive(segment.iter().copied());
    }
    let data_count = DataCountSection { count: layout.data + data.len() };
    Sections { types: types.section, imports, functions, globals, exports, data_count, hints, code, data }
}

pub(crate) fn val_type(ty: Ty) -> ValType {
    match ty {
        Ty::I32 => ValType::I32,
        Ty::I64 => ValType::I64,
        Ty::F64 => ValType::F64,
    }
}

fn any_memory() -> MemoryType {
    MemoryType { memory64: false, shared: false, minimum: 0, maximum: None, page_size_log2: None }
}
