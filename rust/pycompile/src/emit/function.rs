//! One function's body: the blocks of structured control, and the functions that are emitted in the place of their only call.

use std::mem::replace;

use wasm_encoder::{BlockType, BranchHint, Function as Body, InstructionSink};

use super::{Layout, scan, val_type};
use crate::abi::Program;
use crate::ir::{Expr, Function, Label, Local, Stmt, Ty};

/// The body, and hints about its branches.
pub(super) fn emit(function: &Function, program: &Program, layout: &Layout) -> (Body, Vec<BranchHint>) {
    let mut emitter = Emitter {
        program,
        layout,
        code: Vec::new(),
        locals: function.locals.clone(),
        first_local: 0,
        depth: 0,
        loops: 0,
        labels: Vec::new(),
        handler: 0,
        exit: None,
        hints: Vec::new(),
    };
    emitter.function(function, false);
    emitter.sink().end();
    let locals = emitter.locals[function.params as usize..].iter().copied().map(val_type);
    let mut body = Body::new_with_locals_types(locals);
    let start = body.byte_len() as u32;
    for hint in &mut emitter.hints {
        hint.branch_func_offset += start;
    }
    body.raw(emitter.code);
    (body, emitter.hints)
}

pub(super) struct Emitter<'a> {
    pub(super) program: &'a Program<'a>,
    pub(super) layout: &'a Layout,
    pub(super) code: Vec<u8>,
    /// Types of all locals; those of functions that were emitted in place follow the function's own.
    locals: Vec<Ty>,
    /// Where the locals of the function at hand start among them.
    first_local: u32,
    /// Blocks that are open. A branch goes outwards by the blocks that were opened since the one it leaves: its depth is counted with
    /// itself.
    depth: u32,
    /// How many of them are loops.
    loops: u32,
    /// The depths of what has a label, the innermost last.
    labels: Vec<(Label, u32)>,
    /// The depth of the block behind which the nearest handler stands.
    handler: u32,
    /// The depth of the block that is a function in place; none: `return` leaves the function.
    exit: Option<u32>,
    hints: Vec<BranchHint>,
}

impl Emitter<'_> {
    pub(super) fn sink(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(&mut self.code)
    }

    /// Leaves the result. `fallible`: errors go to the handler that is there, else they leave the function with a zero.
    fn function(&mut self, function: &Function, fallible: bool) {
        if !fallible && scan::can_fail(&function.body) {
            self.block(|this| this.handled(&function.body));
            self.zero(function.result);
        } else {
            self.stmts(&function.body);
            if !scan::leaves(&function.body) {
                self.sink().unreachable();
            }
        }
    }

    /// A call of a function that is called nowhere else; the arguments are on the stack.
    pub(super) fn function_in_place(&mut self, function: &Function, fallible: bool) {
        let outer = replace(&mut self.first_local, self.locals.len() as u32);
        self.locals.extend(&function.locals);
        for param in (0..function.params).rev() {
            self.set(Local(param));
        }
        if self.loops > 0 {
            for (place, &ty) in function.locals.iter().enumerate().skip(function.params as usize) {
                self.zero(ty);
                self.set(Local(place as u32));
            }
        }
        self.sink().block(BlockType::Result(val_type(function.result)));
        self.nest(|this| {
            let exit = this.exit.replace(this.depth);
            this.function(function, fallible);
            this.exit = exit;
        });
        self.first_local = outer;
    }

    pub(super) fn block(&mut self, inside: impl FnOnce(&mut Self)) {
        self.sink().block(BlockType::Empty);
        self.nest(inside);
    }

    /// What stands in a block, loop or if that was just opened.
    pub(super) fn nest(&mut self, inside: impl FnOnce(&mut Self)) {
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.sink().end();
    }

    pub(super) fn labelled(&mut self, label: Label, body: &[Stmt]) {
        self.nest(|this| {
            this.labels.push((label, this.depth));
            this.stmts(body);
            this.labels.pop();
        });
    }

    pub(super) fn looped(&mut self, label: Label, body: &[Stmt]) {
        self.sink().loop_(BlockType::Empty);
        self.loops += 1;
        self.labelled(label, body);
        self.loops -= 1;
    }

    /// In a block that was just opened: statements whose errors go behind it.
    pub(super) fn handled(&mut self, body: &[Stmt]) {
        let outer = replace(&mut self.handler, self.depth);
        self.stmts(body);
        self.handler = outer;
    }

    pub(super) fn to_handler(&self) -> u32 {
        self.depth - self.handler
    }

    pub(super) fn to_label(&self, label: Label) -> u32 {
        let (_, opened) = self.labels.iter().rev().find(|known| known.0 == label).expect("a break is inside its block");
        self.depth - opened
    }

    pub(super) fn leave(&mut self) {
        match self.exit {
            Some(opened) => {
                let depth = self.depth - opened;
                self.sink().br(depth);
            }
            None => {
                self.sink().return_();
            }
        }
    }

    pub(super) fn local(&self, local: Local) -> u32 {
        self.first_local + local.0
    }

    pub(super) fn set(&mut self, local: Local) {
        let local = self.local(local);
        self.sink().local_set(local);
    }

    pub(super) fn zero(&mut self, ty: Ty) {
        self.expr(&match ty {
            Ty::I32 => Expr::I32(0),
            Ty::I64 => Expr::I64(0),
            Ty::F64 => Expr::F64(0.0),
        });
    }

    /// About the branch that is emitted next: an error is not likely.
    pub(super) fn hint(&mut self, taken: bool) {
        let branch_func_offset = self.code.len() as u32;
        self.hints.push(BranchHint { branch_func_offset, branch_hint_value: u32::from(taken) });
    }

    pub(super) fn hint_unless_even(&mut self, then_fails: bool, otherwise_fails: bool) {
        if then_fails != otherwise_fails {
            self.hint(otherwise_fails);
        }
    }
}
