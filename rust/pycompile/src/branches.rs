//! Branches that only choose a value become selects: on random rows a branch is mispredicted half the time, which costs more than evaluating
//! both sides.
//!
//! ```text
//! block l { .. break l if c; rest }      ->  if not c { rest }
//! if c { v = a } else { v = b }          ->  v = a if c else b, where a and b are cheap and cannot trap
//! ```

use wasm_encoder::Instruction as I;

use crate::ir::{Expr, Label, Local, Module, Stmt};

/// Instructions on the side that would not have been taken, at most.
const CHEAP: usize = 8;
/// Variables that one branch may choose.
const CHOSEN: usize = 2;

/// Rewrites every function of a module.
pub(crate) fn straighten(module: &mut Module) {
    for function in &mut module.functions {
        let temporary: Vec<bool> = function.names.iter().map(String::is_empty).collect();
        body(&mut function.body, &temporary);
    }
}

fn body(stmts: &mut Vec<Stmt>, temporary: &[bool]) {
    let mut at = 0;
    while at < stmts.len() {
        inside(&mut stmts[at], temporary);
        if let Some(flat) = flattened(&mut stmts[at], temporary) {
            stmts.splice(at..=at, flat);
            continue; // the `if` that a block became is looked at again
        }
        if let Some(straight) = selected(&stmts[at], temporary) {
            let count = straight.len();
            stmts.splice(at..=at, straight);
            at += count;
            continue;
        }
        at += 1;
    }
}

fn inside(stmt: &mut Stmt, temporary: &[bool]) {
    match stmt {
        Stmt::If { then, otherwise, .. } => {
            body(then, temporary);
            body(otherwise, temporary);
        }
        Stmt::Block { body: stmts, .. } | Stmt::Loop { body: stmts, .. } => body(stmts, temporary),
        Stmt::Try { body: stmts, handler } => {
            body(stmts, temporary);
            body(handler, temporary);
        }
        Stmt::Set(_, e) | Stmt::SetGlobal(_, e) | Stmt::Eval(e) | Stmt::Return(e) | Stmt::BreakIf(_, e) => {
            nested(e, temporary);
        }
        Stmt::Break(_) | Stmt::Fail(_) | Stmt::Rethrow => {}
    }
}

fn nested(e: &mut Expr, temporary: &[bool]) {
    match e {
        Expr::Do(stmts, value) => {
            body(stmts, temporary);
            nested(value, temporary);
        }
        Expr::Never(_, stmts) => body(stmts, temporary),
        Expr::Op(_, operands) => operands.iter_mut().for_each(|e| nested(e, temporary)),
        Expr::Call { args, .. } => args.iter_mut().for_each(|e| nested(e, temporary)),
        Expr::If { cond, then, otherwise, .. } => {
            [cond, then, otherwise].into_iter().for_each(|e| nested(e, temporary));
        }
        Expr::Tee(_, e) => nested(e, temporary),
        _ => {}
    }
}

/// A block that is left at one place at its top level only, or not at all: without the block.
fn flattened(stmt: &mut Stmt, temporary: &[bool]) -> Option<Vec<Stmt>> {
    let Stmt::Block { label, body } = stmt else { return None };
    let label = *label;
    let first = body.iter().position(|stmt| breaks(stmt, label));
    let Some(first) = first else {
        return Some(std::mem::take(body));
    };
    let rest_breaks = body[first + 1..].iter().any(|stmt| breaks(stmt, label));
    match &body[first] {
        // The last statement may just end there.
        Stmt::Break(_) if !rest_breaks && first + 1 == body.len() => {
            let mut stmts = std::mem::take(body);
            stmts.pop();
            Some(stmts)
        }
        Stmt::BreakIf(..) => {
            let mut stmts = std::mem::take(body);
            let mut rest = stmts.split_off(first);
            let Stmt::BreakIf(_, cond) = rest.remove(0) else { unreachable!("matched above") };
            if rest.is_empty() {
                stmts.push(Stmt::Eval(cond));
                return Some(stmts);
            }
            // What follows may leave the block again: it stays one, inside.
            let then = if rest_breaks { vec![Stmt::Block { label, body: rest }] } else { rest };
            let mut then = then;
            self::body(&mut then, temporary);
            stmts.push(Stmt::If { cond: Expr::Op(I::I32Eqz, vec![cond]), then, otherwise: vec![] });
            Some(stmts)
        }
        _ => None,
    }
}

/// Whether a statement may break to a label.
fn breaks(stmt: &Stmt, label: Label) -> bool {
    let any = |stmts: &[Stmt]| stmts.iter().any(|stmt| breaks(stmt, label));
    match stmt {
        Stmt::Break(to) => *to == label,
        Stmt::BreakIf(to, e) => *to == label || breaks_in(e, label),
        Stmt::If { cond, then, otherwise } => breaks_in(cond, label) || any(then) || any(otherwise),
        Stmt::Block { body, .. } | Stmt::Loop { body, .. } => any(body),
        Stmt::Try { body, handler } => any(body) || any(handler),
        Stmt::Set(_, e) | Stmt::SetGlobal(_, e) | Stmt::Eval(e) | Stmt::Return(e) => breaks_in(e, label),
        Stmt::Fail(_) | Stmt::Rethrow => false,
    }
}

fn breaks_in(e: &Expr, label: Label) -> bool {
    match e {
        Expr::Do(stmts, value) => stmts.iter().any(|stmt| breaks(stmt, label)) || breaks_in(value, label),
        Expr::Never(_, stmts) => stmts.iter().any(|stmt| breaks(stmt, label)),
        Expr::Op(_, operands) => operands.iter().any(|e| breaks_in(e, label)),
        Expr::Call { args, .. } => args.iter().any(|e| breaks_in(e, label)),
        Expr::If { cond, then, otherwise, .. } => [cond, then, otherwise].iter().any(|e| breaks_in(e, label)),
        Expr::Tee(_, e) => breaks_in(e, label),
        _ => false,
    }
}

/// What a branch assigns, if it does nothing else.
struct Assignments<'s> {
    sets: Vec<(Local, &'s Expr)>,
    cost: usize,
}

fn assignments(stmts: &[Stmt]) -> Option<Assignments<'_>> {
    let mut found = Assignments { sets: Vec::new(), cost: 0 };
    for stmt in stmts {
        let Stmt::Set(local, e) = stmt else { return None };
        found.cost += price(e)?;
        if found.sets.iter().any(|(known, _)| known == local) {
            return None;
        }
        found.sets.push((*local, e));
    }
    Some(found)
}

/// An `if` as selects. Temporaries that only one branch sets are set in any case, before: nothing else reads them.
fn selected(stmt: &Stmt, temporary: &[bool]) -> Option<Vec<Stmt>> {
    let Stmt::If { cond, then, otherwise } = stmt else { return None };
    if then.is_empty() && otherwise.is_empty() {
        return None;
    }
    let (yes, no) = (assignments(then)?, assignments(otherwise)?);
    let in_both = |local: Local| [&yes, &no].iter().all(|side| side.sets.iter().any(|(known, _)| *known == local));
    let is_before = |local: Local| temporary.get(local.0 as usize) == Some(&true) && !in_both(local);
    let (mut before, mut chosen) = (Vec::new(), Vec::new());
    for &(local, e) in yes.sets.iter().chain(&no.sets) {
        if is_before(local) {
            before.push(Stmt::Set(local, e.clone()));
        } else if !chosen.contains(&local) {
            chosen.push(local);
        }
    }
    if yes.cost + no.cost > CHEAP || chosen.len() > CHOSEN || chosen.is_empty() {
        return None;
    }
    // What is chosen may not be read by what is set after it: another choice, or the condition evaluated again.
    let all = || yes.sets.iter().chain(&no.sets);
    let read_elsewhere = |local: Local| all().any(|(other, e)| *other != local && reads(e, local));
    if chosen.iter().any(|&local| read_elsewhere(local)) {
        return None;
    }
    let simple = price(cond).is_some();
    if chosen.len() > 1 && (!simple || chosen.iter().any(|&local| reads(cond, local))) {
        return None;
    }
    // The condition is evaluated last: it may not change what the values read.
    if !simple && all().any(|(local, _)| assigns(cond, *local)) {
        return None;
    }
    let value = |side: &Assignments<'_>, local: Local| {
        side.sets.iter().find(|(known, _)| *known == local).map_or(Expr::Get(local), |(_, e)| (*e).clone())
    };
    let mut straight = before;
    for local in chosen {
        let select = Expr::Op(I::Select, vec![value(&yes, local), value(&no, local), cond.clone()]);
        straight.push(Stmt::Set(local, select));
    }
    Some(straight)
}

/// How many instructions an expression has; None if evaluating it needlessly could trap or have an effect.
fn price(e: &Expr) -> Option<usize> {
    Some(match e {
        Expr::I32(_) | Expr::I64(_) | Expr::F64(_) | Expr::Get(_) | Expr::Data(_) | Expr::Packed(..) => 0,
        Expr::Op(instruction, operands) if pure(instruction) => {
            operands.iter().map(price).try_fold(1, |sum, price| Some(sum + price?))?
        }
        _ => return None,
    })
}

fn pure(instruction: &I<'_>) -> bool {
    matches!(
        instruction,
        I::I64Add
            | I::I64Sub
            | I::I64Mul
            | I::I64And
            | I::I64Or
            | I::I64Xor
            | I::I64Shl
            | I::I64ShrS
            | I::I64ShrU
            | I::I64Eqz
            | I::I64Eq
            | I::I64Ne
            | I::I64LtS
            | I::I64LeS
            | I::I64GtS
            | I::I64GeS
            | I::I64LtU
            | I::I64LeU
            | I::I64GtU
            | I::I64GeU
            | I::I32Add
            | I::I32Sub
            | I::I32And
            | I::I32Or
            | I::I32Xor
            | I::I32Shl
            | I::I32Eqz
            | I::I32Eq
            | I::I32Ne
            | I::I32LtS
            | I::I32GeS
            | I::I32LtU
            | I::I32GeU
            | I::I32GtU
            | I::I64ExtendI32U
            | I::I64ExtendI32S
            | I::I32WrapI64
            | I::Select
    )
}

fn reads(e: &Expr, local: Local) -> bool {
    match e {
        Expr::Get(read) => *read == local,
        Expr::Op(_, operands) => operands.iter().any(|e| reads(e, local)),
        Expr::I32(_) | Expr::I64(_) | Expr::F64(_) | Expr::Data(_) | Expr::Packed(..) | Expr::Global(_) => false,
        _ => true,
    }
}

/// Whether evaluating an expression may assign a local: only plain ones surely do not.
fn assigns(e: &Expr, local: Local) -> bool {
    match e {
        Expr::Op(_, operands) => operands.iter().any(|e| assigns(e, local)),
        Expr::Tee(set, e) => *set == local || assigns(e, local),
        Expr::Do(..) | Expr::If { .. } | Expr::Never(..) => true,
        Expr::Call { args, .. } => args.iter().any(|e| assigns(e, local)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(local: u32, e: Expr) -> Stmt {
        Stmt::Set(Local(local), e)
    }

    #[test]
    fn a_choice_of_a_value_is_a_select() {
        let cond = Expr::Get(Local(0));
        let mut stmts =
            vec![Stmt::If { cond, then: vec![set(1, Expr::I64(1))], otherwise: vec![set(1, Expr::I64(2))] }];
        body(&mut stmts, &[]);
        assert!(matches!(&stmts[..], [Stmt::Set(Local(1), Expr::Op(I::Select, _))]), "{stmts:?}");
    }

    #[test]
    fn a_load_is_not_speculated() {
        let load =
            Expr::Op(I::I64Load(wasm_encoder::MemArg { offset: 0, align: 3, memory_index: 0 }), vec![Expr::I32(0)]);
        let mut stmts = vec![Stmt::If { cond: Expr::Get(Local(0)), then: vec![set(1, load)], otherwise: vec![] }];
        body(&mut stmts, &[]);
        assert!(matches!(&stmts[..], [Stmt::If { .. }]), "{stmts:?}");
    }

    #[test]
    fn a_skipped_rest_is_an_if_and_then_a_select() {
        let label = Label(1);
        let rest = set(1, Expr::Op(I::I64Add, vec![Expr::Get(Local(1)), Expr::I64(1)]));
        let mut stmts = vec![Stmt::Block { label, body: vec![Stmt::BreakIf(label, Expr::Get(Local(0))), rest] }];
        body(&mut stmts, &[]);
        assert!(matches!(&stmts[..], [Stmt::Set(Local(1), Expr::Op(I::Select, _))]), "{stmts:?}");
    }
}
