//! min and max of a loop, and its first item.

use super::code::*;
use super::function::start;
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Expr, Stmt, Ty};
use ruff_python_ast::{CmpOp, Expr as Ast};

impl<'a> Lower<'a> {
    /// min and max of an iterable.
    pub(crate) fn extreme(
        &mut self,
        greatest: bool,
        e: &'a Ast,
        key: Option<&Val>,
        default: Option<&'a Ast>,
    ) -> R<Val> {
        let default = match default {
            Some(e) => Some(self.early(e)?),
            None => None,
        };
        let at = (self.frame.instance, start(e), 1);
        let (best_ty, rank_ty) = self.extremes.get(&at).cloned().unwrap_or((Type::Never, Type::Never));
        let best = self.new_local(best_ty.word(), "_best");
        let rank = self.new_local(rank_ty.word(), "_rank");
        let any = self.cursor(i32(0), Ty::I32);
        let mut seen = (best_ty.clone(), rank_ty.clone());
        let has_key = key.is_some();
        self.leaving(|s, done| {
            s.each_of_all(e, done, &mut |s, item| {
                let item = s.made(item);
                let item = s.hold(item);
                let ranked = match key {
                    Some(key) => {
                        let ranked = s.apply(key.clone(), vec![item.clone()])?;
                        let ranked = s.made(ranked);
                        s.hold(ranked)
                    }
                    None => item.clone(),
                };
                seen.0 = s.widen(&seen.0, &item.ty, 3)?;
                seen.1 = s.widen(&seen.1, &ranked.ty, 3)?;
                let old = Val::new(rank_ty.clone(), get(rank));
                let (better, ()) = {
                    let mut better = i32(0);
                    let (code, ()) = s.block(|s| {
                        let order = if greatest { CmpOp::Gt } else { CmpOp::Lt };
                        better = s.compare(ranked.clone(), order, old)?.e;
                        Ok(())
                    })?;
                    (Expr::Do(code, Box::new(better)), ())
                };
                let first_or_better = Expr::If {
                    ty: Ty::I32,
                    cond: Box::new(get(any)),
                    then: Box::new(better),
                    otherwise: Box::new(i32(1)),
                };
                let take = s.temp(first_or_better, Ty::I32);
                s.when(get(take), |s| {
                    let word = s.coerce(item, &best_ty);
                    s.set(best, word);
                    if has_key {
                        let word = s.coerce(ranked, &rank_ty);
                        s.set(rank, word);
                    } else {
                        s.set(rank, get(best));
                    }
                    s.set(any, i32(1));
                    Ok(())
                })
            })
        })?;
        if seen != (best_ty.clone(), rank_ty) {
            self.extremes.insert(at, seen);
            self.changed = true;
        }
        let held = Val::new(best_ty.clone(), get(best));
        match default {
            Some(default) => self.choose(get(any), |_| Ok(held), |_| Ok(default)),
            None => {
                let error = self.exception("ValueError");
                self.require(get(any), error);
                Ok(if best_ty == Type::Never { Val::never() } else { self.hold(held) })
            }
        }
    }

    pub(crate) fn extreme_of_values(&mut self, greatest: bool, values: Vec<Val>, key: &Val) -> R<Val> {
        let mut best: Option<(Val, Val)> = None;
        for item in values {
            let ranked = self.apply(key.clone(), vec![item.clone()])?;
            let ranked = self.hold(ranked);
            best = Some(match best {
                None => (item, ranked),
                Some((old, rank)) => {
                    let order = if greatest { CmpOp::Gt } else { CmpOp::Lt };
                    let better = self.compare(ranked.clone(), order, rank.clone())?.e;
                    let better = get(self.temp(better, Ty::I32));
                    let item = self.choose(better.clone(), |_| Ok(item), |_| Ok(old))?;
                    let rank = self.choose(better, |_| Ok(ranked), |_| Ok(rank))?;
                    (self.hold(item), self.hold(rank))
                }
            });
        }
        Ok(best.map_or_else(Val::never, |(item, _)| item))
    }

    /// next of a generator expression: its first item.
    pub(crate) fn first_of(&mut self, e: &'a Ast, default: Option<&'a Ast>) -> R<Val> {
        let default = match default {
            Some(e) => Some(self.early(e)?),
            None => None,
        };
        let at = (self.frame.instance, start(e), 2);
        let (ty, _) = self.extremes.get(&at).cloned().unwrap_or((Type::Never, Type::Never));
        let first = self.new_local(ty.word(), "_first");
        let any = self.cursor(i32(0), Ty::I32);
        let mut seen = ty.clone();
        self.leaving(|s, done| {
            s.each(e, done, &mut |s, item| {
                let item = s.made(item);
                seen = s.widen(&seen, &item.ty, 3)?;
                let word = s.coerce(item, &ty);
                s.set(first, word);
                s.set(any, i32(1));
                s.emit(Stmt::Break(done));
                Ok(())
            })
        })?;
        if seen != ty {
            self.extremes.insert(at, (seen, Type::Never));
            self.changed = true;
        }
        let held = Val::new(ty.clone(), get(first));
        match default {
            Some(default) => self.choose(get(any), |_| Ok(held), |_| Ok(default)),
            None => {
                let error = self.exception("StopIteration");
                self.require(get(any), error);
                Ok(if ty == Type::Never { Val::never() } else { self.hold(held) })
            }
        }
    }
}
