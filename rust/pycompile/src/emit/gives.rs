//! Whether an expression has a value, and of what type.

use wasm_encoder::{Encode, Instruction};

use crate::ir::{Callee, Expr, Ty};
use crate::registry;

/// Whether an expression leaves a value.
pub(super) fn has_value(expr: &Expr) -> bool {
    match expr {
        Expr::Op(Instruction::Select, _) => true,
        Expr::Op(instruction, _) => gives(instruction).is_some(),
        Expr::Call { callee: Callee::Runtime(id), .. } => registry::entry(*id).ty.result.is_some(),
        Expr::Do(_, value) => has_value(value),
        _ => true,
    }
}

/// The type of an instruction's result; none if it has none (a store), or one that follows its operands (`select`), or one that no local
/// can hold (f32, v128). Read from the opcode: the binary format groups them by type.
#[must_use]
pub fn gives(instruction: &Instruction) -> Option<Ty> {
    let mut code = Vec::with_capacity(16);
    instruction.encode(&mut code);
    match code[..] {
        // loads
        [0x28 | 0x2c..=0x2f, ..] => Some(Ty::I32),
        [0x29 | 0x30..=0x35, ..] => Some(Ty::I64),
        [0x2b, ..] => Some(Ty::F64),
        // memory.size, memory.grow
        [0x3f | 0x40, ..] => Some(Ty::I32),
        // constants
        [0x41, ..] => Some(Ty::I32),
        [0x42, ..] => Some(Ty::I64),
        [0x44, ..] => Some(Ty::F64),
        // comparisons, arithmetic
        [0x45..=0x78, ..] => Some(Ty::I32),
        [0x79..=0x8a, ..] => Some(Ty::I64),
        [0x99..=0xa6, ..] => Some(Ty::F64),
        // conversions, reinterpretations, sign extensions
        [0xa7..=0xab | 0xbc | 0xc0 | 0xc1, ..] => Some(Ty::I32),
        [0xac..=0xb1 | 0xbd | 0xc2..=0xc4, ..] => Some(Ty::I64),
        [0xb7..=0xbb | 0xbf, ..] => Some(Ty::F64),
        // saturating truncations; of wide arithmetic, the lower word (`Expr::Tee` takes the upper one)
        [0xfc, 0..=3, ..] => Some(Ty::I32),
        [0xfc, 4..=7 | 19..=22, ..] => Some(Ty::I64),
        // lanes, and questions to vectors
        [0xfd, 0x15 | 0x16 | 0x18 | 0x19 | 0x1b | 0x53 | 0x63 | 0x64, ..] => Some(Ty::I32),
        [0xfd, 0x83 | 0x84 | 0xa3 | 0xa4 | 0xc3 | 0xc4, 1, ..] => Some(Ty::I32),
        [0xfd, 0x1d, ..] => Some(Ty::I64),
        [0xfd, 0x21, ..] => Some(Ty::F64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{Instruction, MemArg};

    use super::gives;
    use crate::ir::Ty;

    #[test]
    fn results() {
        let at = MemArg { offset: 300, align: 0, memory_index: 0 };
        let i32s = [
            Instruction::I32Load8U(at),
            Instruction::F64Lt,
            Instruction::I64Eqz,
            Instruction::I32WrapI64,
            Instruction::I32Extend8S,
            Instruction::MemorySize(0),
            Instruction::I32TruncSatF64S,
            Instruction::I8x16Bitmask,
            Instruction::I32x4Bitmask,
            Instruction::I64x2AllTrue,
            Instruction::I8x16ExtractLaneU(3),
        ];
        let i64s = [
            Instruction::I64Load32U(at),
            Instruction::I64Rotr,
            Instruction::I64ExtendI32U,
            Instruction::I64ReinterpretF64,
            Instruction::I64TruncF64S,
            Instruction::I64Extend32S,
            Instruction::I64MulWideS,
            Instruction::I64TruncSatF64S,
            Instruction::I64x2ExtractLane(1),
        ];
        let f64s = [
            Instruction::F64Load(at),
            Instruction::F64Abs,
            Instruction::F64Copysign,
            Instruction::F64ConvertI64S,
            Instruction::F64PromoteF32,
            Instruction::F64ReinterpretI64,
        ];
        let none = [
            Instruction::I64Store(at),
            Instruction::F64Store(at),
            Instruction::MemoryFill(0),
            Instruction::Unreachable,
        ];
        assert!(i32s.iter().all(|instruction| gives(instruction) == Some(Ty::I32)));
        assert!(i64s.iter().all(|instruction| gives(instruction) == Some(Ty::I64)));
        assert!(f64s.iter().all(|instruction| gives(instruction) == Some(Ty::F64)));
        assert!(none.iter().all(|instruction| gives(instruction).is_none()));
    }
}
