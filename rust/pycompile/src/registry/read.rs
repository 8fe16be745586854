//! Reads the exports of the runtime's module.

use std::collections::HashMap;

use wasmparser::{ExternalKind, Operator, Parser, Payload, ValType};

use super::{Entry, FnType, Signature};
use crate::ir::Ty;

pub(super) struct Exports {
    pub(super) functions: Vec<Entry>,
    pub(super) addresses: HashMap<&'static str, i32>,
}

/// The module is made by `build.rs`, so what is wrong with it is a bug of the build.
pub(super) fn exports(wasm: &'static [u8]) -> Exports {
    read(wasm).unwrap_or_else(|error| panic!("the fast tier's runtime: {error}"))
}

fn read(wasm: &'static [u8]) -> wasmparser::Result<Exports> {
    let mut types = Vec::new();
    let mut functions = Vec::new();
    let mut globals = Vec::new();
    let mut exports = Exports { functions: Vec::new(), addresses: HashMap::new() };
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => {
                types = section.into_iter_err_on_gc_types().collect::<wasmparser::Result<_>>()?;
            }
            Payload::FunctionSection(section) => functions = section.into_iter().collect::<wasmparser::Result<_>>()?,
            Payload::GlobalSection(section) => {
                for global in section {
                    globals.push(match global?.init_expr.get_operators_reader().read()? {
                        Operator::I32Const { value } => value,
                        _ => 0,
                    });
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    match export.kind {
                        ExternalKind::Func => exports.functions.push(Entry {
                            name: export.name,
                            ty: machine(&types[functions[export.index as usize] as usize]),
                            index: export.index,
                            signature: Signature::parse(export.name),
                        }),
                        ExternalKind::Global => {
                            exports.addresses.insert(export.name, globals[export.index as usize]);
                        }
                        _ => {}
                    }
                }
                break; // the code follows, which is most of the module
            }
            _ => {}
        }
    }
    Ok(exports)
}

fn machine(ty: &wasmparser::FuncType) -> FnType {
    let machine = |ty: &ValType| match ty {
        ValType::I32 => Ty::I32,
        ValType::I64 => Ty::I64,
        ValType::F64 => Ty::F64,
        other => panic!("a function of the runtime's interface has a {other}"),
    };
    FnType { params: ty.params().iter().map(machine).collect(), result: ty.results().first().map(machine) }
}
