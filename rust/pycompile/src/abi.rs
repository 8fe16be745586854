//! What a compiled candidate exports (docs/fast-tier.md): `init`, `rows`, and for ABI 1 `f` and `alloc`, written in the intermediate
//! representation around the program's own functions.

mod wrappers;

use crate::ir::{Function, Global, Module, Ty};
use crate::registry::FnType;

/// A module with its exports: what is emitted.
pub(crate) struct Program<'a> {
    module: &'a Module,
    /// The functions that are exported; their places follow those of the module's.
    wrappers: Vec<Function>,
    exports: Vec<(&'static str, usize)>,
    globals: Vec<Ty>,
}

impl<'a> Program<'a> {
    /// For the verifier: `init` and `rows`.
    pub(crate) fn new(module: &'a Module) -> Program<'a> {
        let globals = module.globals.iter().copied().chain([Ty::I32]).collect();
        let mut program = Program { module, wrappers: Vec::new(), exports: Vec::new(), globals };
        program.export("init", wrappers::init(module));
        program.export("rows", wrappers::rows(module, program.statuses()));
        program
    }

    /// `f` and `alloc` of ABI 1 too.
    pub(crate) fn standalone(module: &'a Module) -> Program<'a> {
        let mut program = Program::new(module);
        program.export("f", wrappers::one_row(module));
        program.export("alloc", wrappers::alloc());
        program
    }

    fn export(&mut self, name: &'static str, function: Function) {
        self.exports.push((name, self.module.functions.len() + self.wrappers.len()));
        self.wrappers.push(function);
    }

    /// All functions, by place.
    pub(crate) fn functions(&self) -> impl Iterator<Item = &Function> + Clone {
        self.module.functions.iter().chain(&self.wrappers)
    }

    /// The function at a place.
    pub(crate) fn function(&self, place: usize) -> &Function {
        let own = self.module.functions.len();
        if place < own { &self.module.functions[place] } else { &self.wrappers[place - own] }
    }

    /// The machine type of the function at a place.
    pub(crate) fn machine_type(&self, place: usize, function: &Function) -> FnType {
        let result = (("init", place) != self.exports[0]).then_some(function.result);
        FnType { params: function.locals[..function.params as usize].to_vec(), result }
    }

    /// Types of all globals.
    pub(crate) fn globals(&self) -> &[Ty] {
        &self.globals
    }

    /// Names and places of the exported functions.
    pub(crate) fn exports(&self) -> &[(&'static str, usize)] {
        &self.exports
    }

    /// Constant bytes that `init` copies from a data segment.
    pub(crate) fn segment(&self) -> Option<&[u8]> {
        Some(&*self.module.data).filter(|data| wrappers::copied(data))
    }

    /// The global in which `rows` gathers what it returns.
    fn statuses(&self) -> Global {
        Global(self.module.globals.len() as u32)
    }
}
