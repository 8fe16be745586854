//! Expressions.

use wasm_encoder::{BlockType, Encode, Instruction, MemArg};

use super::function::Emitter;
use super::{scan, val_type};
use crate::ir::{Callee, Expr};
use crate::runtime::state;

impl Emitter<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::I32(value) => {
                self.sink().i32_const(*value);
            }
            Expr::I64(value) => {
                self.sink().i64_const(*value);
            }
            Expr::F64(value) => {
                self.sink().f64_const((*value).into());
            }
            Expr::Data(offset) => {
                let at = self.layout.constants + offset;
                self.sink().i32_const(at.cast_signed());
            }
            Expr::Packed(offset, len) => {
                let at = self.layout.constants + offset;
                self.sink().i64_const(i64::from(*len) << 32 | i64::from(at));
            }
            Expr::Get(local) => {
                let local = self.local(*local);
                self.sink().local_get(local);
            }
            Expr::Global(global) => {
                let global = self.layout.global(*global);
                self.sink().global_get(global);
            }
            Expr::Tee(local, value) => {
                self.expr(value);
                let local = self.local(*local);
                match **value {
                    // Two words: the local takes the upper one, the lower is the value.
                    Expr::Op(ref wide, _) if is_wide(wide) => self.sink().local_set(local),
                    _ => self.sink().local_tee(local),
                };
            }
            Expr::Op(instruction, args) => {
                self.exprs(args);
                match *instruction {
                    Instruction::MemoryInit { mem, data_index } => {
                        let data_index = self.layout.data + data_index;
                        self.sink().memory_init(mem, data_index);
                    }
                    _ => instruction.encode(&mut self.code),
                }
            }
            Expr::Call { callee, args, fallible } => {
                self.exprs(args);
                self.call(*callee, *fallible);
            }
            Expr::If { ty, cond, then, otherwise } => {
                self.expr(cond);
                let never = |branch: &Expr| matches!(branch, Expr::Never(..));
                self.hint_unless_even(never(then), never(otherwise));
                self.sink().if_(BlockType::Result(val_type(*ty)));
                self.nest(|this| {
                    this.expr(then);
                    this.sink().else_();
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
                    self.sink().unreachable();
                }
            }
        }
    }

    fn exprs(&mut self, exprs: &[Expr]) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn call(&mut self, callee: Callee, fallible: bool) {
        if let Callee::Function(place) = callee
            && self.layout.is_in_place(place)
        {
            // Its errors branch to the handler from where they happen, so there is nothing to look at behind it.
            return self.function_in_place(self.program.function(place), fallible);
        }
        let callee = self.layout.callee(callee);
        self.sink().call(callee);
        if fallible {
            let at = self.error();
            self.sink().i32_const(0).i32_load(at);
            self.unlikely_rethrow();
        }
    }

    pub(super) fn error(&self) -> MemArg {
        MemArg { offset: u64::from(self.layout.state + state::ERROR), align: 2, memory_index: 0 }
    }
}

fn is_wide(instruction: &Instruction) -> bool {
    matches!(
        instruction,
        Instruction::I64Add128 | Instruction::I64Sub128 | Instruction::I64MulWideS | Instruction::I64MulWideU
    )
}
