//! Expressions, by Python's grammar.

use ruff_python_ast::{self as ast, BoolOp, ConversionFlag, Expr as Ast, Number};

use super::code::*;
use super::function::start;
use super::types::Type;
use super::value::{More, Val};
use super::{DEPTH, Lower, R, WORK};
use crate::ir::{Expr, Stmt, Ty};

impl<'a> Lower<'a> {
    pub(crate) fn expr(&mut self, e: &'a Ast) -> R<Val> {
        self.offset = start(e);
        self.work += 1;
        self.depth += 1;
        if self.work > WORK || self.depth > DEPTH {
            return self.decline("a program that takes long to compile");
        }
        let v = self.expr_by_kind(e);
        self.depth -= 1;
        v
    }

    fn expr_by_kind(&mut self, e: &'a Ast) -> R<Val> {
        match e {
            Ast::Name(name) => {
                let v = self.read_name(name)?;
                if super::lazy::is_kept(&v.ty) { self.decline("a lazy iterator that is passed on") } else { Ok(v) }
            }
            Ast::NumberLiteral(number) => self.number(&number.value),
            Ast::StringLiteral(text) => {
                let text = text.value.to_str();
                if !text.is_ascii() {
                    return self.decline("text beyond ASCII");
                }
                Ok(self.text(text.as_bytes()))
            }
            Ast::BytesLiteral(bytes) => {
                let bytes: Vec<u8> = bytes.value.bytes().collect();
                let at = self.data(&bytes);
                let e = self.raw_temp("bytes_box", vec![Expr::Packed(at, bytes.len() as u32)], false, Ty::I64);
                Ok(Val::new(Type::Object("bytes"), e))
            }
            Ast::BooleanLiteral(b) => Ok(Val::bool(i32(i32::from(b.value)))),
            Ast::NoneLiteral(_) => {
                let none = self.none();
                Ok(Val::new(Type::None, none))
            }
            Ast::FString(f) => self.fstring(f),
            Ast::BinOp(e) => {
                let a = self.expr(&e.left)?;
                let b = self.expr(&e.right)?;
                self.offset = start(e);
                self.binary(e.op, a, b)
            }
            Ast::UnaryOp(e) => {
                let v = self.expr(&e.operand)?;
                self.unary(e.op, v)
            }
            Ast::BoolOp(e) => self.boolean(e.op, &e.values),
            Ast::Compare(e) => self.comparison(e),
            Ast::If(e) => {
                let test = self.test(&e.test)?;
                self.choose(test, |s| s.expr(&e.body), |s| s.expr(&e.orelse))
            }
            Ast::Named(e) => {
                let v = self.expr(&e.value)?;
                let v = self.made(v);
                let v = self.hold(v);
                self.write_name(start(&*e.target), v.clone())?;
                Ok(v)
            }
            Ast::Tuple(e) => {
                if let Some(v) = self.starred_tuple(&e.elts)? {
                    return Ok(v);
                }
                let items = e.elts.iter().map(|item| {
                    let v = self.expr(item)?;
                    Ok(self.hold(v))
                });
                let items: Vec<Val> = items.collect::<R<_>>()?;
                self.parts(items)
            }
            Ast::List(e) => self.list_literal(start(e), &e.elts),
            Ast::Set(e) => self.set_literal(&e.elts),
            Ast::Dict(e) => self.dict_literal(start(e), &e.items),
            Ast::ListComp(e) => self.list_comprehension(start(e), &e.elt, &e.generators),
            Ast::SetComp(e) => self.set_comprehension(&e.elt, &e.generators),
            Ast::DictComp(e) => self.dict_comprehension(start(e), &e.key, &e.value, &e.generators),
            Ast::Generator(_) => self.decline("a generator expression that is kept or passed on"),
            Ast::Lambda(e) => self.define(start(e), e.parameters.as_deref()),
            Ast::Call(call) => self.call(e, call),
            Ast::Attribute(e) => self.attribute(e),
            Ast::Subscript(e) => self.subscript(e),
            Ast::Starred(_) => self.decline("a starred expression here"),
            Ast::Slice(_) => self.decline("a slice object"),
            Ast::Await(_) | Ast::Yield(_) | Ast::YieldFrom(_) => self.decline("a generator or coroutine"),
            Ast::EllipsisLiteral(_) => self.decline("..."),
            Ast::TString(_) => self.decline("a template string"),
            Ast::IpyEscapeCommand(_) => self.decline("an IPython command"),
        }
    }

    fn number(&mut self, number: &Number) -> R<Val> {
        match number {
            Number::Int(int) => match int.as_i64().filter(|v| (-(1 << 62)..1 << 62).contains(v)) {
                Some(value) => Ok(Val::int(value)),
                None => {
                    let text = int.to_string();
                    let at = self.data(text.as_bytes());
                    let digits = Expr::Packed(at, text.len() as u32);
                    let e = self.raw_temp("int_parse_packed", vec![digits, i32(0)], true, Ty::I64);
                    Ok(Val::new(Type::Big, e))
                }
            },
            Number::Float(value) => Ok(Val::new(Type::Float, Expr::F64(*value))),
            Number::Complex { .. } => self.decline("a complex number"),
        }
    }

    /// Whether an expression is true, as i32.
    pub(crate) fn test(&mut self, e: &'a Ast) -> R<Expr> {
        match e {
            Ast::BoolOp(b) => {
                let v = self.conditions(b.op, &b.values)?;
                Ok(v.e)
            }
            Ast::UnaryOp(u) if u.op == ast::UnaryOp::Not => Ok(not(self.test(&u.operand)?)),
            Ast::Call(call) => {
                if let Some(v) = self.re_shortcut("bool", call)? {
                    return Ok(v.e);
                }
                let v = self.expr(e)?;
                self.truth(v)
            }
            _ => {
                let v = self.expr(e)?;
                self.truth(v)
            }
        }
    }

    /// `and` and `or` of which only the truth is wanted.
    fn conditions(&mut self, op: BoolOp, values: &'a [Ast]) -> R<Val> {
        let first = self.test(&values[0])?;
        let mut all = Val::bool(first);
        for value in &values[1..] {
            let so_far = all.e;
            all = match op {
                BoolOp::And => self.choose(so_far, |s| Ok(Val::bool(s.test(value)?)), |_| Ok(Val::bool(i32(0))))?,
                BoolOp::Or => self.choose(so_far, |_| Ok(Val::bool(i32(1))), |s| Ok(Val::bool(s.test(value)?)))?,
            };
        }
        Ok(all)
    }

    /// `and` and `or`: the value that decides.
    fn boolean(&mut self, op: BoolOp, values: &'a [Ast]) -> R<Val> {
        let first = self.expr(&values[0])?;
        let mut result = self.made(first);
        for value in &values[1..] {
            let held = self.hold(result);
            let truth = self.truth(held.clone())?;
            result = match op {
                BoolOp::And => self.choose(truth, |s| s.expr(value), |_| Ok(held))?,
                BoolOp::Or => self.choose(truth, |_| Ok(held), |s| s.expr(value))?,
            };
        }
        Ok(result)
    }

    /// The value of one of two branches.
    pub(crate) fn choose(
        &mut self,
        cond: Expr,
        then: impl FnOnce(&mut Self) -> R<Val>,
        otherwise: impl FnOnce(&mut Self) -> R<Val>,
    ) -> R<Val> {
        match cond {
            Expr::I32(0) => return otherwise(self),
            Expr::I32(_) => return then(self),
            _ => {}
        }
        let cond = if is_simple(&cond) { cond } else { get(self.temp(cond, Ty::I32)) };
        let (then_code, a) = self.block(then)?;
        let (otherwise_code, b) = self.block(otherwise)?;
        let plain = |v: &Val| matches!(v.more, More::Nothing | More::Text(_));
        if then_code.is_empty() && otherwise_code.is_empty() && plain(&a) && plain(&b) {
            match (&a.ty, &b.ty) {
                (Type::Bool, Type::Bool) => {
                    return Ok(Val::bool(match (a.e, b.e) {
                        (Expr::I32(1), Expr::I32(0)) => cond,
                        (Expr::I32(0), Expr::I32(1)) => not(cond),
                        (x, Expr::I32(0)) => and32(cond, x),
                        (Expr::I32(1), y) => or32(cond, y),
                        (x, y) => select(x, y, cond),
                    }));
                }
                (Type::Int(x), Type::Int(y)) if cheap(&a.e) && cheap(&b.e) => {
                    return Ok(Val::new(Type::Int(x.join(*y)), select(a.e, b.e, cond)));
                }
                (Type::Char, Type::Char) if cheap(&a.e) && cheap(&b.e) => {
                    return Ok(Val::new(Type::Char, select(a.e, b.e, cond)));
                }
                _ => {}
            }
        }
        let ty = self.join(&a.ty, &b.ty)?;
        if ty.is_static() || ty == Type::Never {
            self.emit(Stmt::If { cond, then: then_code, otherwise: otherwise_code });
            return Ok(Val::new(ty, i64(0)));
        }
        let result = self.new_local(ty.word(), "");
        let then_code = self.ending(then_code, a, result, &ty);
        let otherwise_code = self.ending(otherwise_code, b, result, &ty);
        self.emit(Stmt::If { cond, then: then_code, otherwise: otherwise_code });
        Ok(Val::new(ty, get(result)))
    }

    /// A branch's code, with its value put into `result` at the end.
    fn ending(&mut self, code: Vec<Stmt>, v: Val, result: crate::ir::Local, ty: &Type) -> Vec<Stmt> {
        if v.ty == Type::Never {
            return code; // it does not come to its end
        }
        self.frame.blocks.push(code);
        let e = self.coerce(v, ty);
        self.set(result, e);
        self.frame.blocks.pop().unwrap_or_default()
    }

    fn fstring(&mut self, f: &'a ast::ExprFString) -> R<Val> {
        let mut parts: Vec<Expr> = Vec::new();
        for part in f.value.as_slice() {
            match part {
                ast::FStringPart::Literal(literal) => self.literal_part(&literal.value, &mut parts)?,
                ast::FStringPart::FString(f) => self.interpolated(&f.elements, &mut parts)?,
            }
        }
        self.joined(parts)
    }

    fn joined(&mut self, parts: Vec<Expr>) -> R<Val> {
        let count = parts.len();
        let list = self.raw_temp("new_tuple", vec![i32(count as i32)], false, Ty::I64);
        for (at, part) in parts.into_iter().enumerate() {
            self.emit(Stmt::Eval(store64(wrap(list.clone()), 8 + 8 * at as u64, part)));
        }
        let address = add32(wrap(list), i32(8));
        let e = self.raw_temp("str_join_parts", vec![address, i32(count as i32)], true, Ty::I64);
        Ok(self.unboxed(e, &Type::Str))
    }

    fn literal_part(&mut self, text: &str, parts: &mut Vec<Expr>) -> R<()> {
        if !text.is_ascii() {
            return self.decline("text beyond ASCII");
        }
        let v = self.text(text.as_bytes());
        let e = self.boxed(v);
        parts.push(e);
        Ok(())
    }

    fn interpolated(&mut self, elements: &'a ast::InterpolatedStringElements, parts: &mut Vec<Expr>) -> R<()> {
        for element in elements.iter() {
            match element {
                ast::InterpolatedStringElement::Literal(literal) => self.literal_part(&literal.value, parts)?,
                ast::InterpolatedStringElement::Interpolation(i) => {
                    if i.debug_text.is_some() {
                        return self.decline("an f-string with =");
                    }
                    let v = self.expr(&i.expression)?;
                    let mut word = self.boxed_for_reading(v)?;
                    let conversion = match i.conversion {
                        ConversionFlag::None => None,
                        ConversionFlag::Str => Some("str"),
                        ConversionFlag::Repr => Some("repr"),
                        ConversionFlag::Ascii => Some("ascii"),
                    };
                    if let Some(name) = conversion {
                        let args = if name == "str" { vec![word, i64(0), i64(0)] } else { vec![word] };
                        let text = self.runtime_call("", name, args)?;
                        word = self.boxed(text);
                    }
                    let spec = match &i.format_spec {
                        Some(spec) => {
                            let mut inner = Vec::new();
                            self.interpolated(&spec.elements, &mut inner)?;
                            let spec = self.joined(inner)?;
                            self.boxed(spec)
                        }
                        None => i64(0),
                    };
                    let text = self.runtime_call("", "format", vec![word, spec])?;
                    let text = self.boxed(text);
                    parts.push(text);
                }
            }
        }
        Ok(())
    }
}

/// Whether both branches may be evaluated for a select.
fn cheap(e: &Expr) -> bool {
    match e {
        Expr::Op(_, operands) => operands.iter().all(is_simple),
        e => is_simple(e),
    }
}
