//! What holds of a value that may come from several places: joins of types, and values that anybody may hold.

use super::types::{CAP, Range, Type, WORD};
use super::value::Val;
use super::{Lower, R};
use crate::ir::Expr;

impl<'a> Lower<'a> {
    /// The join of two types; sites are united.
    pub(crate) fn join(&mut self, a: &Type, b: &Type) -> R<Type> {
        use Type::*;
        if a == b {
            return Ok(a.clone());
        }
        Ok(match (a, b) {
            (Never, t) | (t, Never) => t.clone(),
            (Int(x), Int(y)) => Int(x.join(*y)),
            (Int(_) | Big, Int(_) | Big) => Big,
            (Char | Str, Char | Str) => Str,
            (None | MaybeChar, Char) | (Char, None | MaybeChar) | (MaybeChar, None) | (None, MaybeChar) => MaybeChar,
            (None | MaybeStr | MaybeChar, Str) | (Str, None | MaybeStr | MaybeChar) => MaybeStr,
            (MaybeStr, None | Char | MaybeChar) | (None | Char | MaybeChar, MaybeStr) => MaybeStr,
            (List(x), List(y)) => {
                self.unite(*x, *y)?;
                List(self.find(*x))
            }
            (Dict(x), Dict(y)) => {
                self.unite(*x, *y)?;
                Dict(self.find(*x))
            }
            (Tuple(x), Tuple(y)) if x.len() == y.len() => {
                Tuple(x.iter().zip(y).map(|(x, y)| self.join(x, y)).collect::<R<_>>()?)
            }
            (Closure(x), Closure(y)) => self.join_closures(x, y)?,
            (Function(_) | Known(_) | Closure(_), _) | (_, Function(_) | Known(_) | Closure(_)) => {
                return self.decline("a variable that holds a function or module, and something else");
            }
            _ => {
                self.escape(a)?;
                self.escape(b)?;
                Any
            }
        })
    }

    /// Whoever holds such a value from now on knows nothing of its type: what it contains may become anything.
    pub(crate) fn escape(&mut self, ty: &Type) -> R<()> {
        match ty {
            Type::List(site) | Type::Dict(site) => self.escape_site(*site)?,
            Type::Tuple(items) => {
                for item in items {
                    self.escape(item)?;
                }
            }
            Type::Function(_) | Type::Known(_) | Type::Closure(_) => {
                return self.decline("a function or module used as a value");
            }
            _ => {}
        }
        Ok(())
    }

    /// As a value that the runtime, or code that knows no types, may do anything with.
    pub(crate) fn escaped(&mut self, v: Val) -> R<Expr> {
        self.escape(&v.ty)?;
        Ok(self.boxed(v))
    }

    /// A type for a variable that was seen with `old` and now gets `new`: the join, with ranges widened so that this ends.
    pub(crate) fn widen(&mut self, old: &Type, new: &Type, times: u32) -> R<Type> {
        let joined = self.join(old, new)?;
        Ok(match (old, &joined) {
            (Type::Int(was), Type::Int(now)) if times > 1 => {
                let lo = match now.lo {
                    lo if lo >= was.lo => lo,
                    0.. => 0,
                    -1 => -1,
                    lo if lo >= CAP.lo => CAP.lo,
                    _ => WORD.lo,
                };
                let hi = if now.hi > was.hi { if now.hi <= CAP.hi { CAP.hi } else { WORD.hi } } else { now.hi };
                if Range::of(lo, hi).within(CAP) { Type::Int(Range::of(lo, hi)) } else { Type::Big }
            }
            (Type::Tuple(was), Type::Tuple(now)) if was.len() == now.len() => {
                let widened = was.iter().zip(now).map(|(was, now)| self.widen(was, now, times));
                Type::Tuple(widened.collect::<R<_>>()?)
            }
            _ => joined,
        })
    }
}
