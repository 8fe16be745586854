//! Machine code: of the runtime, once a machine, and of one candidate, whose imports are places in the runtime.

use std::sync::Arc;

use llmerm_pycompile as pycompile;
use wasmtime::{Extern, Module, ModuleExport, Store};

use crate::engine::{self, Host, Keyed};
use crate::error::Error;
use crate::fork::{Gated, PerProcess};
use crate::kept::{Kept, MACHINE_CODE, weight};
use crate::{abi, cache};

/// The runtime's module, and the places of what the host uses of it.
#[derive(Clone)]
pub(super) struct Runtime(Arc<Places>);

pub(super) struct Places {
    pub(super) module: Module,
    pub(super) memory: ModuleExport,
    pub(super) alloc: ModuleExport,
    pub(super) set_classes: ModuleExport,
    /// The address of the C struct whose first word is the error.
    pub(super) state: ModuleExport,
}

impl Runtime {
    /// The runtime for a stack size; compiled at most once a machine, loaded at most once a process.
    fn get(stack: usize) -> Result<Self, Error> {
        static RUNTIMES: Keyed<Runtime> = PerProcess::new();
        engine::keyed(&RUNTIMES, stack, |stack| {
            let module = cache::module(&engine::modules(stack)?, pycompile::runtime())?;
            let place = |name: &str| {
                module
                    .get_export_index(name)
                    .ok_or_else(|| Error::Internal(format!("the fast tier's runtime does not export {name}")))
            };
            let (memory, alloc) = (place("memory")?, place("alloc")?);
            let (set_classes, state) = (place("raw.set_classes")?, place("rt")?);
            Ok(Self(Arc::new(Places { module, memory, alloc, set_classes, state })))
        })
    }

    pub(super) fn places(&self) -> &Places {
        &self.0
    }
}

/// A candidate for one stack size.
pub(crate) struct Code {
    pub(super) runtime: Runtime,
    pub(super) module: Gated<Module>,
    /// Its imports, in order.
    imports: Vec<ModuleExport>,
}

/// Machine code, or why the candidate is CPython's.
pub(crate) type Made = Result<Code, String>;

impl Code {
    /// The machine code of a compiled candidate for a stack size, made unless it is kept. The error is our failure.
    pub(crate) fn get(artifact: &pycompile::Artifact, stack: usize) -> Result<Arc<Made>, Error> {
        static CODES: Kept<(usize, [u8; 32]), Made> = Kept::new(MACHINE_CODE);
        let wasm = &artifact.module;
        CODES.get(&(stack, *blake3::hash(wasm).as_bytes()), || {
            let made = Self::new(wasm, stack)?;
            let bytes = made.as_ref().map_or(0, |code| weight(&code.module));
            Ok((made, bytes))
        })
    }

    fn new(wasm: &[u8], stack: usize) -> Result<Made, Error> {
        let runtime = Runtime::get(stack)?;
        let module = match engine::module(&engine::modules(stack)?, wasm) {
            Ok(module) => module,
            Err(error) => return Ok(Err(format!("its module is not valid: {}", abi::first_lines(&error)))),
        };
        let mut imports = Vec::with_capacity(module.imports().len());
        for import in module.imports() {
            match runtime.places().module.get_export_index(import.name()) {
                Some(place) if import.module() == "rt" => imports.push(place),
                _ => return Ok(Err(format!("the runtime has no {}.{}", import.module(), import.name()))),
            }
        }
        Ok(Ok(Self { runtime, module, imports }))
    }

    /// What the module imports, from an instance of the runtime.
    pub(super) fn linked(&self, store: &mut Store<Host>, runtime: &wasmtime::Instance) -> Option<Vec<Extern>> {
        self.imports.iter().map(|place| runtime.get_module_export(&mut *store, place)).collect()
    }
}
