//! One function's body.

use wasm_encoder::{BlockType, BranchHint, Function as Body, Instruction, InstructionSink, MemArg};

use super::gives::has_value;
use super::{Layout, scan, val_type};
use crate::ir::{Expr, Function, Label, Stmt, Ty};
use crate::runtime::state;

/// The body, and hints about its branches.
pub(super) fn emit(function: &Function, layout: &Layout) -> (Body, Vec<BranchHint>) {
    let locals = function.locals[function.params as usize..].iter().copied().map(val_type);
    let body = Body::new_with_locals_types(locals);
    let mut emitter = Emitter { body, layout, depth: 0, labels: Vec::new(), handler: 0, hints: Vec::new() };
    if scan::can_fail(&function.body) {
        // An error that nothing here handles leaves the function with a zero, and the caller looks at it.
        emitter.block(|this| this.handled(&function.body));
        emitter.zero(function.result);
    } else {
        emitter.stmts(&function.body);
        if !scan::leaves(&function.body) {
            emitter.code().unreachable();
        }
    }
    emitter.code().end();
    (emitter.body, emitter.hints)
}

struct Emitter<'a> {
    body: Body,
    layout: &'a Layout,
    /// Blocks that are open. A branch to the block that was opened at depth d goes `depth - d` blocks outwards, after it was counted.
    depth: u32,
    /// The depths at which what has a label was opened, the innermost last.
    labels: Vec<(Label, u32)>,
    /// The depth at which the block was opened behind which the nearest handler stands.
    handler: u32,
    hints: Vec<BranchHint>,
}

impl Emitter<'_> {
    fn code(&mut self) -> InstructionSink<'_> {
        self.body.instructions()
    }

    fn block(&mut self, inside: impl FnOnce(&mut Self)) {
        self.code().block(BlockType::Empty);
        self.nest(inside);
    }

    /// What stands in a block, loop or if that was just opened.
    fn nest(&mut self, inside: impl FnOnce(&mut Self)) {
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.code().end();
    }

    /// In a block that was just opened: statements whose errors go behind it.
    fn handled(&mut self, body: &[Stmt]) {
        let outer = std::mem::replace(&mut self.handler, self.depth);
        self.stmts(body);
        self.handler = outer;
    }

    fn labelled(&mut self, label: Label, body: &[Stmt]) {
        self.nest(|this| {
            this.labels.push((label, this.depth));
            this.stmts(body);
            this.labels.pop();
        });
    }

    fn to_handler(&self) -> u32 {
        self.depth - self.handler
    }

    fn to_label(&self, label: Label) -> u32 {
        let (_, opened) = self.labels.iter().rev().find(|known| known.0 == label).expect("a break is inside its block");
        self.depth - opened
    }

    fn stmts(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Set(local, value) => {
                self.expr(value);
                self.code().local_set(local.0);
            }
            Stmt::SetGlobal(global, value) => {
                self.expr(value);
                let global = self.layout.global(*global);
                self.code().global_set(global);
            }
            Stmt::Eval(value) => {
                self.expr(value);
                if has_value(value) {
                    self.code().drop();
                }
            }
            Stmt::If { cond, then, otherwise } => self.branch(cond, then, otherwise),
            Stmt::Block { label, body } => {
                self.code().block(BlockType::Empty);
                self.labelled(*label, body);
            }
            Stmt::Loop { label, body } => {
                self.code().loop_(BlockType::Empty);
                self.labelled(*label, body);
            }
            Stmt::Break(label) => {
                let depth = self.to_label(*label);
                self.code().br(depth);
            }
            Stmt::BreakIf(label, cond) => {
                self.expr(cond);
                let depth = self.to_label(*label);
                self.code().br_if(depth);
            }
            Stmt::Try { body, handler } => self.block(|this| {
                this.block(|this| {
                    this.handled(body);
                    if !scan::leaves(body) {
                        this.code().br(1);
                    }
                });
                this.stmts(handler);
            }),
            Stmt::Return(value) => {
                self.expr(value);
                self.code().return_();
            }
            Stmt::Fail(error) => {
                let at = self.error();
                self.code().i32_const(0).i32_const(*error).i32_store(at);
                self.rethrow();
            }
            Stmt::Rethrow => self.rethrow(),
        }
    }

    fn rethrow(&mut self) {
        let depth = self.to_handler();
        self.code().br(depth);
    }

    fn branch(&mut self, cond: &Expr, then: &[Stmt], otherwise: &[Stmt]) {
        self.expr(cond);
        match (then, otherwise) {
            ([Stmt::Break(label)], []) => {
                let depth = self.to_label(*label);
                self.code().br_if(depth);
            }
            ([Stmt::Rethrow], []) => self.unlikely_rethrow(),
            _ => {
                self.hint_unless_even(scan::fails(then), scan::fails(otherwise));
                self.code().if_(BlockType::Empty);
                self.nest(|this| {
                    this.stmts(then);
                    if !otherwise.is_empty() {
                        this.code().else_();
                        this.stmts(otherwise);
                    }
                });
            }
        }
    }

    /// About the branch that is emitted next: an error is not likely.
    fn hint(&mut self, taken: bool) {
        let branch_func_offset = self.body.byte_len() as u32;
        self.hints.push(BranchHint { branch_func_offset, branch_hint_value: u32::from(taken) });
    }

    fn hint_unless_even(&mut self, then_fails: bool, otherwise_fails: bool) {
        if then_fails != otherwise_fails {
            self.hint(otherwise_fails);
        }
    }

    fn unlikely_rethrow(&mut self) {
        self.hint(false);
        let depth = self.to_handler();
        self.code().br_if(depth);
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::I32(value) => {
                self.code().i32_const(*value);
            }
            Expr::I64(value) => {
                self.code().i64_const(*value);
            }
            Expr::F64(value) => {
                self.code().f64_const((*value).into());
            }
            Expr::Data(offset) => {
                let at = self.layout.constants + offset;
                self.code().i32_const(at.cast_signed());
            }
            Expr::Packed(offset, len) => {
                let at = self.layout.constants + offset;
                self.code().i64_const(i64::from(*len) << 32 | i64::from(at));
            }
            Expr::Get(local) => {
                self.code().local_get(local.0);
            }
            Expr::Global(global) => {
                let global = self.layout.global(*global);
                self.code().global_get(global);
            }
            Expr::Tee(local, value) => {
                self.expr(value);
                match **value {
                    // Two words: the local takes the upper one, the lower is the value.
                    Expr::Op(ref wide, _) if is_wide(wide) => self.code().local_set(local.0),
                    _ => self.code().local_tee(local.0),
                };
            }
            Expr::Op(instruction, args) => {
                self.exprs(args);
                match *instruction {
                    Instruction::MemoryInit { mem, data_index } => {
                        let data_index = self.layout.data + data_index;
                        self.code().memory_init(mem, data_index);
                    }
                    _ => {
                        self.body.instruction(instruction);
                    }
                }
            }
            Expr::Call { callee, args, fallible } => {
                self.exprs(args);
                let callee = self.layout.callee(*callee);
                self.code().call(callee);
                if *fallible {
                    let at = self.error();
                    self.code().i32_const(0).i32_load(at);
                    self.unlikely_rethrow();
                }
            }
            Expr::If { ty, cond, then, otherwise } => {
                self.expr(cond);
                let never = |branch: &Expr| matches!(branch, Expr::Never(..));
                self.hint_unless_even(never(then), never(otherwise));
                self.code().if_(BlockType::Result(val_type(*ty)));
                self.nest(|this| {
                    this.expr(then);
                    this.code().else_();
                    this.expr(otherwise);
                });
            }
            Expr::Do(body, value) => {
                self.stmts(body);
                self.expr(value);
            }
            Expr::Never(_, body) => {
                self.stmts(body);
                if !scan::leaves(body) {
                    self.code().unreachable();
                }
            }
        }
    }

    fn exprs(&mut self, exprs: &[Expr]) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn error(&self) -> MemArg {
        MemArg { offset: u64::from(self.layout.state + state::ERROR), align: 2, memory_index: 0 }
    }

    fn zero(&mut self, ty: Ty) {
        match ty {
            Ty::I32 => self.code().i32_const(0),
            Ty::I64 => self.code().i64_const(0),
            Ty::F64 => self.code().f64_const(0.0.into()),
        };
    }
}

fn is_wide(instruction: &Instruction) -> bool {
    matches!(
        instruction,
        Instruction::I64Add128 | Instruction::I64Sub128 | Instruction::I64MulWideS | Instruction::I64MulWideU
    )
}
