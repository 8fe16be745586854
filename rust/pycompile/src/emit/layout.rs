//! Where things of a program lie in the module that it is emitted into.

use wasm_encoder::{EntityType, ImportSection, TypeSection};

use super::scan::{self, Calls};
use super::{RUNTIME_MODULE, val_type};
use crate::abi::Program;
use crate::ir::{Callee, Global};
use crate::registry::{self, FnType};

/// Index spaces: where the program's own things start, and where the runtime's functions are.
pub(crate) struct Layout {
    /// Indices of the program's functions by place; none: the function has no index, it is emitted where it is called.
    functions: Vec<Option<u32>>,
    globals: u32,
    /// The index of the program's data segment.
    pub(crate) data: u32,
    /// Where the program's constant bytes are put.
    pub(super) constants: u32,
    /// Function indices by number in the registry.
    runtime: Vec<Option<u32>>,
    /// The address of `rt`.
    pub(crate) state: u32,
}

impl Layout {
    /// For a module that imports `used` functions of the runtime.
    pub(super) fn importing(program: &Program, types: &mut Types, imports: &mut ImportSection) -> Layout {
        let calls = scan::calls(program.functions());
        let mut runtime = vec![None; registry::entries().len()];
        for (index, &id) in (0..).zip(&calls.runtime) {
            let entry = registry::entry(id);
            imports.import(RUNTIME_MODULE, entry.name, EntityType::Function(types.index(&entry.ty)));
            runtime[id] = Some(index);
        }
        Layout { runtime, ..Layout::new(program, &calls, calls.runtime.len() as u32, 0, 0) }
    }

    /// For a module that has the runtime inside, with so many functions, globals and data segments before the program's.
    pub(crate) fn behind(program: &Program, functions: u32, globals: u32, data: u32) -> Layout {
        Layout::new(program, &scan::calls(program.functions()), functions, globals, data)
    }

    fn new(program: &Program, calls: &Calls, first: u32, globals: u32, data: u32) -> Layout {
        let exported = |place| program.exports().iter().any(|export| export.1 == place);
        let mut indices = first..;
        // What is called once is emitted there: Cranelift takes longer for two functions than for one, and calls cost rows time.
        let index = |(place, &calls): (usize, &u32)| if calls > 1 || exported(place) { indices.next() } else { None };
        let functions = calls.functions.iter().enumerate().map(index).collect();
        let runtime = registry::entries().iter().map(|entry| Some(entry.index)).collect();
        let address = |name| registry::address(name).cast_unsigned();
        Layout { functions, globals, data, constants: address("rt_constants"), runtime, state: address("rt") }
    }

    pub(super) fn callee(&self, callee: Callee) -> u32 {
        match callee {
            Callee::Runtime(id) => self.runtime[id].expect("`scan` finds every function that is called"),
            Callee::Function(place) => self.function(place),
        }
    }

    /// Whether a function is emitted where it is called, if it is.
    pub(super) fn is_in_place(&self, place: usize) -> bool {
        self.functions[place].is_none()
    }

    /// The index of a function that is not in place.
    pub(crate) fn function(&self, place: usize) -> u32 {
        self.functions[place].expect("a function that is exported, or called twice")
    }

    pub(super) fn global(&self, global: Global) -> u32 {
        self.globals + global.0
    }
}

/// Function types, each once.
pub(crate) struct Types {
    known: Vec<FnType>,
    first: u32,
    pub(super) section: TypeSection,
}

impl Types {
    /// `first`: how many types stand before these.
    pub(crate) fn new(first: u32) -> Types {
        Types { known: Vec::new(), first, section: TypeSection::new() }
    }

    pub(super) fn index(&mut self, ty: &FnType) -> u32 {
        let place = self.known.iter().position(|known| known == ty).unwrap_or_else(|| {
            let vals = |tys: &[crate::ir::Ty]| tys.iter().copied().map(val_type).collect::<Vec<_>>();
            self.section.ty().function(vals(&ty.params), vals(ty.result.as_slice()));
            self.known.push(ty.clone());
            self.known.len() - 1
        });
        self.first + place as u32
    }
}
