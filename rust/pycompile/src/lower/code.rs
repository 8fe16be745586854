//! Shorthand for building expressions.

use wasm_encoder::{Instruction as I, MemArg};

use crate::ir::{Expr, Local};

pub(crate) fn get(local: Local) -> Expr {
    Expr::Get(local)
}

pub(crate) fn op(instruction: I<'static>, operands: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Op(instruction, operands.into_iter().collect())
}

macro_rules! binary {
    ($($name:ident $instruction:ident)*) => { $(
        pub(crate) fn $name(a: Expr, b: Expr) -> Expr { op(I::$instruction, [a, b]) }
    )* };
}
binary! {
    add I64Add sub I64Sub mul I64Mul and I64And or I64Or xor I64Xor shl I64Shl shr I64ShrS shr_u I64ShrU
    eq I64Eq ne I64Ne lt I64LtS le I64LeS gt I64GtS ge I64GeS lt_u I64LtU ge_u I64GeU
    add32 I32Add sub32 I32Sub and32 I32And or32 I32Or xor32 I32Xor shl32 I32Shl
    eq32 I32Eq ne32 I32Ne lt32 I32LtS ge32 I32GeS lt32_u I32LtU
    addf F64Add subf F64Sub mulf F64Mul divf F64Div eqf F64Eq nef F64Ne ltf F64Lt lef F64Le gtf F64Gt gef F64Ge
}

pub(crate) fn not(a: Expr) -> Expr {
    op(I::I32Eqz, [a])
}

pub(crate) fn zero(a: Expr) -> Expr {
    op(I::I64Eqz, [a])
}

/// i64 to i32.
pub(crate) fn wrap(a: Expr) -> Expr {
    match a {
        Expr::I64(value) => Expr::I32(value as i32),
        Expr::Op(I::I64ExtendI32U, mut operands) => operands.remove(0),
        other => op(I::I32WrapI64, [other]),
    }
}

/// i32 without sign to i64.
pub(crate) fn extend(a: Expr) -> Expr {
    match a {
        Expr::I32(value) if value >= 0 => Expr::I64(i64::from(value)),
        other => op(I::I64ExtendI32U, [other]),
    }
}

pub(crate) fn select(then: Expr, otherwise: Expr, cond: Expr) -> Expr {
    op(I::Select, [then, otherwise, cond])
}

pub(crate) fn i64(value: i64) -> Expr {
    Expr::I64(value)
}

pub(crate) fn i32(value: i32) -> Expr {
    Expr::I32(value)
}

fn place(offset: u64, align: u32) -> MemArg {
    MemArg { offset, align, memory_index: 0 }
}

pub(crate) fn load8(address: Expr, offset: u64) -> Expr {
    op(I::I32Load8U(place(offset, 0)), [address])
}

pub(crate) fn load32(address: Expr, offset: u64) -> Expr {
    op(I::I32Load(place(offset, 2)), [address])
}

/// A u32 as i64.
pub(crate) fn load32_wide(address: Expr, offset: u64) -> Expr {
    op(I::I64Load32U(place(offset, 2)), [address])
}

pub(crate) fn load64(address: Expr, offset: u64) -> Expr {
    op(I::I64Load(place(offset, 3)), [address])
}

pub(crate) fn load_float(address: Expr, offset: u64) -> Expr {
    op(I::F64Load(place(offset, 3)), [address])
}

pub(crate) fn store32(address: Expr, offset: u64, value: Expr) -> Expr {
    op(I::I32Store(place(offset, 2)), [address, value])
}

pub(crate) fn store64(address: Expr, offset: u64, value: Expr) -> Expr {
    op(I::I64Store(place(offset, 3)), [address, value])
}

/// Length of a packed string, as i64.
pub(crate) fn packed_len(packed: Expr) -> Expr {
    shr_u(packed, i64(32))
}

/// Address of a packed string's bytes, as i32.
pub(crate) fn packed_data(packed: Expr) -> Expr {
    wrap(packed)
}

/// Whether evaluating it again costs nothing and gives the same.
pub(crate) fn is_simple(e: &Expr) -> bool {
    matches!(e, Expr::I32(_) | Expr::I64(_) | Expr::F64(_) | Expr::Get(_))
}
