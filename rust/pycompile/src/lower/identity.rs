//! `is`, and classes: `type(x) is int`, `type(x) == type(y)`, `isinstance`.

use ruff_python_ast::{CmpOp, Expr as Ast};

use super::code::*;
use super::compare::kind;
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Expr, Ty};

/// Ints of which CPython has one object each.
const SINGLE: (i64, i64) = (-5, 256);

impl<'a> Lower<'a> {
    /// a is b, as i32. Where it depends on how CPython came by the objects, the row is CPython's.
    pub(crate) fn same(&mut self, a: Val, b: Val) -> R<Expr> {
        let (a, b) = if a.ty == Type::None { (b, a) } else { (a, b) };
        let (a, b) = (self.made(a), self.made(b));
        if b.ty == Type::None {
            let none = self.none();
            return Ok(match a.ty {
                Type::None => i32(1),
                Type::MaybeChar => lt32(a.e, i32(0)),
                Type::MaybeStr => zero(a.e),
                Type::Any => eq(a.e, none),
                _ => i32(0),
            });
        }
        if let (Some(x), Some(y)) = (kind(&a.ty), kind(&b.ty))
            && x != y
        {
            return Ok(i32(0));
        }
        match (&a.ty, &b.ty) {
            (Type::Bool, Type::Bool) => Ok(eq32(a.e, b.e)),
            (Type::Any, Type::Bool) | (Type::Bool, Type::Any) => {
                let (x, y) = (self.boxed(a), self.boxed(b));
                Ok(eq(x, y))
            }
            (Type::Bool, Type::Int(_) | Type::Big | Type::Float)
            | (Type::Int(_) | Type::Big | Type::Float, Type::Bool)
            | (Type::Float, Type::Int(_) | Type::Big)
            | (Type::Int(_) | Type::Big, Type::Float) => Ok(i32(0)),
            (Type::Int(_), Type::Int(_)) => {
                let (x, y) = (self.simple(a).e, self.simple(b).e);
                let single = lt_u(sub(x.clone(), i64(SINGLE.0)), i64(SINGLE.1 - SINGLE.0 + 1));
                let equal = get(self.temp(eq(x, y), Ty::I32));
                self.expect(or32(not(equal.clone()), single));
                Ok(equal)
            }
            (x, y) if (x.is_text() && y.is_text()) || (*x == Type::Float && *y == Type::Float) => {
                // Only objects that are not equal (or nans) are surely two.
                let equal = self.equals(a, b)?;
                let equal = get(self.temp(equal, Ty::I32));
                self.expect(not(equal.clone()));
                Ok(equal)
            }
            (x, y) if is_made_once(x) && (is_made_once(y) || *y == Type::Any) || is_made_once(y) && *x == Type::Any => {
                let (x, y) = (self.boxed(a), self.boxed(b));
                Ok(eq(x, y))
            }
            (Type::Known(x), Type::Known(y)) if x != "bound method" && y != "bound method" => {
                Ok(i32(i32::from(x == y)))
            }
            (Type::Known(x), Type::Function(_)) | (Type::Function(_), Type::Known(x)) if x != "bound method" => {
                Ok(i32(0))
            }
            _ => self.decline("`is` between these values"),
        }
    }

    /// A comparison of `type(x)` with a class or another `type(y)`.
    pub(crate) fn compare_classes(&mut self, left: &'a Ast, op: CmpOp, right: &'a Ast) -> R<Option<Val>> {
        let is_type = |s: &mut Self, e: &'a Ast| match e {
            Ast::Call(call) if call.arguments.args.len() == 1 && call.arguments.keywords.is_empty() => {
                Ok(s.known_callee(&call.func)?.as_deref() == Some("type"))
            }
            _ => Ok(false),
        };
        if !is_type(self, left)? && !is_type(self, right)? {
            return Ok(None);
        }
        let negative = matches!(op, CmpOp::IsNot | CmpOp::NotEq | CmpOp::NotIn);
        let tag = self.class_tag(left)?;
        let classes: Vec<&'a Ast> = match (op, right) {
            (CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq, right) => vec![right],
            (CmpOp::In | CmpOp::NotIn, Ast::Tuple(t)) => t.elts.iter().collect(),
            (CmpOp::In | CmpOp::NotIn, Ast::List(l)) => l.elts.iter().collect(),
            (CmpOp::In | CmpOp::NotIn, Ast::Set(s)) => s.elts.iter().collect(),
            _ => return self.decline("a comparison of classes"),
        };
        let mut found = i32(0);
        for class in classes {
            let other = self.class_tag(class)?;
            found = or32(found, eq32(tag.clone(), other));
        }
        let found = get(self.temp(found, Ty::I32));
        Ok(Some(Val::bool(if negative { not(found) } else { found })))
    }

    /// The tag of a class that an expression names or asks for, as i32.
    fn class_tag(&mut self, e: &'a Ast) -> R<Expr> {
        if let Ast::Call(call) = e
            && let [object] = &call.arguments.args[..]
            && self.known_callee(&call.func)?.as_deref() == Some("type")
        {
            let v = self.expr(object)?;
            let v = self.made(v);
            return self.tag(v);
        }
        match self
            .known_callee(e)?
            .as_deref()
            .and_then(|name| exact_tag(name.strip_prefix("collections.").unwrap_or(name)))
        {
            Some(tag) => Ok(i32(tag)),
            None => self.decline("a comparison with this class"),
        }
    }

    /// The runtime's tag of a value.
    pub(crate) fn tag(&mut self, v: Val) -> R<Expr> {
        if v.ty == Type::Never {
            return Ok(i32(0));
        }
        if let Some(tag) = v.ty.class().and_then(exact_tag) {
            return Ok(i32(tag));
        }
        let word = self.boxed_for_reading(v)?;
        Ok(self.raw_temp("value_tag", vec![word], false, Ty::I32))
    }

    /// The classes that the second argument of `isinstance` names.
    pub(crate) fn classes(&mut self, e: &'a Ast, names: &mut Vec<String>) -> R<()> {
        if let Ast::Tuple(tuple) = e {
            return tuple.elts.iter().try_for_each(|e| self.classes(e, names));
        }
        match self.known_callee(e)? {
            Some(name) => names.push(name),
            None => return self.decline("isinstance of this class"),
        }
        Ok(())
    }
}

/// Whether a value of the type is the same word for as long as it is the same object.
fn is_made_once(ty: &Type) -> bool {
    matches!(
        ty,
        Type::List(_)
            | Type::Dict(_)
            | Type::Object("set" | "deque" | "Counter" | "defaultdict" | "OrderedDict" | "dict" | "list")
    )
}

/// The tag of a class's own objects (rt.h).
fn exact_tag(class: &str) -> Option<i32> {
    let classes = [
        "NoneType",
        "bool",
        "int",
        "float",
        "str",
        "bytes",
        "list",
        "tuple",
        "dict",
        "set",
        "frozenset",
        "range",
        "deque",
        "Counter",
        "defaultdict",
    ];
    classes.iter().position(|known| *known == class).map(|at| at as i32 + 1)
}
