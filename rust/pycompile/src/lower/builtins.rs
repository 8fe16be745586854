//! Builtins and library functions that are compiled here: those that work on words, take functions, or consume a loop.
//! All others are the runtime's, by their signatures.

use ruff_python_ast::{self as ast, CmpOp, Expr as Ast, Operator};

use super::code::*;
use super::function::start;
use super::types::{Range, Type};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Ty};
use crate::{exceptions, registry};

/// Builtins without a function in the runtime.
const COMPILED: &[&str] = &[
    "map",
    "filter",
    "isinstance",
    "sorted",
    "int",
    "bool",
    "set",
    "frozenset",
    "tuple",
    "list",
    "dict",
    "type",
    "object",
    "callable",
    "hash",
];

/// Builtins that run a function for each item, when that is asked for.
pub(crate) const LAZY: &[&str] = &[
    "map",
    "filter",
    "itertools.takewhile",
    "itertools.dropwhile",
    "itertools.starmap",
    "itertools.filterfalse",
    "itertools.accumulate",
];

/// Functions that change a list that they are given.
fn changes_arguments(name: &str) -> bool {
    name.starts_with("heapq.heap") || name.starts_with("bisect.insort") || name == "random.shuffle"
}

impl<'a> Lower<'a> {
    pub(crate) fn is_builtin(&self, name: &str) -> bool {
        registry::builtin(name).is_some() || COMPILED.contains(&name) || exceptions::number(name).is_some()
    }

    /// A call of something of Python's by its full name.
    pub(crate) fn call_known(&mut self, name: &str, whole: &'a Ast, call: &'a ast::ExprCall) -> R<Val> {
        let args = &call.arguments.args;
        let plain = call.arguments.keywords.is_empty() && !args.iter().any(Ast::is_starred_expr);
        if let Some(pattern) = name.strip_prefix("re.Pattern:") {
            return self.pattern_call(pattern, call);
        }
        if name.starts_with("re.") && name != "re.escape" {
            return self.re_call(name, call);
        }
        if let ("len" | "bool", [Ast::Call(inner)]) = (name, &args[..])
            && plain
            && let Some(v) = self.re_shortcut(name, inner)?
        {
            return Ok(v);
        }
        if let Some(v) = self.consumer(name, call)? {
            return Ok(v);
        }
        if let Some(v) = self.functional(name, call)? {
            return Ok(v);
        }
        match name {
            "isinstance" if plain && args.len() == 2 => return self.isinstance(&args[0], &args[1]),
            "callable" if plain && args.len() == 1 => {
                let v = self.expr(&args[0])?;
                self.discard(v.e);
                if v.ty == Type::Any {
                    return self.decline("callable of this");
                }
                return Ok(Val::bool(i32(i32::from(v.ty.is_callable()))));
            }
            "operator.itemgetter" | "functools.partial" if plain && !args.is_empty() => {
                let mut values = Vec::new();
                for e in args {
                    let v = self.expr(e)?;
                    let v = self.made(v);
                    values.push(self.hold(v));
                }
                if name == "operator.itemgetter" {
                    return Ok(Val { more: More::Getter(values.into()), ..Val::known("bound method") });
                }
                let function = values.remove(0);
                if !function.ty.is_callable() {
                    return self.decline("functools.partial of this");
                }
                return Ok(Val {
                    more: More::Partial(Box::new(function), values.into()),
                    ..Val::known("bound method")
                });
            }
            "dict" if !call.arguments.keywords.is_empty() => return self.dict_with_keywords(call),
            "type" => {
                let [object] = &args[..] else { return self.decline("type of several arguments") };
                let v = self.expr(object)?;
                self.discard(v.e);
                return match v.ty.class() {
                    Some(class) if !["NoneType", "matches", "iter", "match", "hash"].contains(&class) => {
                        Ok(Val::known(class))
                    }
                    _ => self.decline("type of this"),
                };
            }
            "collections.defaultdict" => return self.defaultdict(call),
            "print" => {
                for e in args {
                    let e = if let Ast::Starred(s) = e { &*s.value } else { e };
                    let v = self.expr(e)?;
                    self.discard(v.e);
                }
                if !call.arguments.keywords.is_empty() {
                    return self.decline("print with keywords");
                }
                let none = self.none();
                return Ok(Val::new(Type::None, none));
            }
            _ if LAZY.contains(&name) => return self.kept_elsewhere(whole),
            _ if exceptions::number(name).is_some() => return self.decline("an exception kept as a value"),
            _ => {}
        }
        if plain && !args.iter().any(|e| e.is_generator_expr()) {
            // Evaluated once; what is not compiled here goes on to the runtime with the same values.
            let mut lazy = false;
            for e in args {
                lazy |= self.is_lazy(e)?;
            }
            if !lazy {
                let mut values = Vec::new();
                for e in args {
                    let v = self.expr(e)?;
                    values.push(if v.text().is_some() { v } else { self.hold(v) });
                }
                self.offset = start(call);
                if values.iter().any(|v| v.ty == Type::Never) {
                    return Ok(Val::never());
                }
                return self.apply_known(name, values);
            }
        }
        let (owner, short) = name.rsplit_once('.').unwrap_or(("", name));
        let Some(id) = registry::module_function(owner, short) else {
            return self.decline(format!("{name} with these arguments"));
        };
        if changes_arguments(name) {
            return self.decline(format!("{name} with these arguments"));
        }
        match self.runtime_arguments(id, None, call)? {
            Some(args) => self.runtime_function(id, args),
            None => Ok(self.fail("TypeError")),
        }
    }

    /// A builtin on values, where there is a way without the runtime's objects.
    pub(crate) fn builtin_on_values(&mut self, name: &str, args: &[Val]) -> R<Option<Val>> {
        if changes_arguments(name) {
            for v in args {
                self.escape(&v.ty.clone())?;
            }
        }
        if let Some(v) = self.operator_function(name, args)? {
            return Ok(Some(v));
        }
        Ok(match (name, args) {
            ("len", [v]) => self.length(v.clone())?,
            ("int", [v]) => self.int_of(v.clone())?,
            ("int", [text, base]) if text.ty.is_text() && matches!(base.ty, Type::Int(_)) => {
                let bad = self.exception("ValueError");
                let good = base.constant().is_some_and(|b| b == 0 || (2..=36).contains(&b));
                if let (Type::Char, Some(b @ 2..=10)) = (&text.ty, base.constant()) {
                    return Ok(Some(self.digit(text.e.clone(), b)));
                }
                if !good {
                    let within = or32(eq(base.e.clone(), i64(0)), lt_u(sub(base.e.clone(), i64(2)), i64(35)));
                    self.require(within, bad);
                }
                let s = self.packed(text.clone());
                let e = self.raw_temp("int_parse_packed", vec![s, wrap(base.e.clone())], true, Ty::I64);
                Some(Val::new(Type::Big, e))
            }
            ("int", []) => Some(Val::int(0)),
            ("bool", [v]) => Some(Val::bool(self.truth(v.clone())?)),
            ("float", [v]) => self.float_of(v).map(|e| Val::new(Type::Float, e)),
            ("str", [v]) if v.ty.is_text() => Some(self.made(v.clone())),
            ("str", [v]) => match v.ty {
                Type::Int(Range { lo: 0, hi: ..=9 }) => Some(Val::new(Type::Char, add32(wrap(v.e.clone()), i32(48)))),
                _ => None,
            },
            ("ord", [v]) => match v.ty {
                Type::Char => Some(Val::new(Type::Int(Range::of(0, 127)), extend(v.e.clone()))),
                Type::Str => {
                    let s = self.made(v.clone());
                    let s = self.simple(s).e;
                    let error = self.exception("TypeError");
                    self.require(eq(packed_len(s.clone()), i64(1)), error);
                    let c = self.temp(load8(packed_data(s), 0), Ty::I32);
                    Some(Val::new(Type::Int(Range::of(0, 127)), extend(get(c))))
                }
                _ => None,
            },
            ("chr", [v]) => match v.ty {
                Type::Int(Range { lo: 0.., hi: ..=127 }) => Some(Val::new(Type::Char, wrap(v.e.clone()))),
                Type::Int(_) => {
                    let at = self.simple(v.clone()).e;
                    let error = self.exception("ValueError");
                    self.require(lt_u(at.clone(), i64(0x11_0000)), error);
                    self.expect(lt_u(at.clone(), i64(128)));
                    Some(Val::new(Type::Char, wrap(at)))
                }
                _ => None,
            },
            ("abs" | "operator.abs" | "math.fabs", [v]) => match (&v.ty, name) {
                (Type::Float, _) => Some(Val::new(Type::Float, op(wasm_encoder::Instruction::F64Abs, [v.e.clone()]))),
                (Type::Int(_) | Type::Bool, "abs" | "operator.abs") => {
                    let Some((e, range)) = self.word_of(v) else { return Ok(None) };
                    if range.lo >= 0 {
                        return Ok(Some(Val::new(Type::Int(range), e)));
                    }
                    let Some(reach) = Range::word(0, i128::from(range.hi.max(-range.lo))) else { return Ok(None) };
                    let e = if is_simple(&e) { e } else { get(self.temp(e, Ty::I64)) };
                    Some(Val::new(Type::Int(reach), select(sub(i64(0), e.clone()), e.clone(), lt(e, i64(0)))))
                }
                _ => None,
            },
            ("min" | "max", [_, _, ..]) => self.least(args.to_vec(), name == "max")?,
            ("divmod", [a, b]) if a.ty.is_int() && b.ty.is_int() => {
                let quotient = self.binary(Operator::FloorDiv, a.clone(), b.clone())?;
                let quotient = self.hold(quotient);
                let rest = self.binary(Operator::Mod, a.clone(), b.clone())?;
                let rest = self.hold(rest);
                Some(Val::parts(vec![quotient, rest]))
            }
            ("pow", [a, b]) => Some(self.binary(Operator::Pow, a.clone(), b.clone())?),
            ("pow", [a, b, m]) if [a, b, m].iter().all(|v| v.ty.is_int()) => {
                let words = [a, b, m].map(|v| self.boxed(v.clone()));
                let v = self.runtime_call("", "pow", words.to_vec())?;
                let modulus = m.range().filter(|r| r.lo > 0);
                Some(match modulus {
                    Some(r) => self.unboxed(v.e, &Type::Int(Range::of(0, r.hi - 1))),
                    None => Val::new(Type::Big, v.e),
                })
            }
            ("round", [v]) if matches!(v.ty, Type::Int(_)) => Some(v.clone()),
            ("range", [_, ..]) => None,
            ("list", []) => {
                let site = self.site(self.offset, 4);
                let e = self.raw_temp("new_list", vec![i32(0), i32(4)], false, Ty::I64);
                Some(Val::new(Type::List(site), e))
            }
            ("list", [v]) => Some(self.list_from_value(v.clone())?),
            ("tuple", [v]) if matches!(v.ty, Type::Tuple(_)) => Some(v.clone()),
            ("tuple", []) => Some(Val::parts(vec![])),
            ("dict", []) => Some(self.new_dict(self.offset)?),
            ("sorted", [v]) => Some(self.sorted_value(v.clone(), i32(0))?),
            ("sum", [v]) => self.sum_of(v.clone())?,
            ("any" | "all", [v]) if matches!(v.ty, Type::Str | Type::Char) => {
                // Every character is true.
                let s = self.packed(v.clone());
                Some(Val::bool(if name == "any" { ne(packed_len(s), i64(0)) } else { i32(1) }))
            }
            ("math.prod", [v]) => self.product_of(v.clone())?,
            ("math.sqrt", [v]) => match self.float_of(v) {
                Some(e) => {
                    let e = if is_simple(&e) { e } else { get(self.temp(e, Ty::F64)) };
                    let error = self.exception("ValueError");
                    self.require(not(ltf(e.clone(), Expr::F64(0.0))), error);
                    Some(Val::new(Type::Float, op(wasm_encoder::Instruction::F64Sqrt, [e])))
                }
                None => None,
            },
            _ => None,
        })
    }

    pub(crate) fn operator_function(&mut self, name: &str, args: &[Val]) -> R<Option<Val>> {
        let Some(name) = name.strip_prefix("operator.") else { return Ok(None) };
        Ok(Some(match (name, args) {
            (_, [a, b]) => {
                let op = match name {
                    "add" | "concat" => Operator::Add,
                    "sub" => Operator::Sub,
                    "mul" => Operator::Mult,
                    "truediv" => Operator::Div,
                    "floordiv" => Operator::FloorDiv,
                    "mod" => Operator::Mod,
                    "xor" => Operator::BitXor,
                    "and_" => Operator::BitAnd,
                    "or_" => Operator::BitOr,
                    "lshift" => Operator::LShift,
                    "rshift" => Operator::RShift,
                    "pow" => Operator::Pow,
                    "getitem" => return Ok(Some(self.get_item(a.clone(), b.clone())?)),
                    _ => {
                        let op = match name {
                            "eq" => CmpOp::Eq,
                            "ne" => CmpOp::NotEq,
                            "lt" => CmpOp::Lt,
                            "le" => CmpOp::LtE,
                            "gt" => CmpOp::Gt,
                            "ge" => CmpOp::GtE,
                            "contains" => return Ok(Some(Val::bool(self.contained(b.clone(), a.clone())?))),
                            _ => return Ok(None),
                        };
                        return Ok(Some(self.compare(a.clone(), op, b.clone())?));
                    }
                };
                self.binary(op, a.clone(), b.clone())?
            }
            ("not_", [a]) => self.unary(ast::UnaryOp::Not, a.clone())?,
            ("neg", [a]) => self.unary(ast::UnaryOp::USub, a.clone())?,
            ("inv" | "invert", [a]) => self.unary(ast::UnaryOp::Invert, a.clone())?,
            ("truth", [a]) => Val::bool(self.truth(a.clone())?),
            _ => return Ok(None),
        }))
    }

    pub(crate) fn length(&mut self, v: Val) -> R<Option<Val>> {
        if let More::Stepped { count, .. } = &v.more {
            return Ok(Some(Val::index(count.clone())));
        }
        if let More::Reversed(base) = &v.more {
            return Ok(Some(Val::index(packed_len(base.e.clone()))));
        }
        if let Some(text) = v.text() {
            return Ok(Some(Val::int(text.len() as i64)));
        }
        Ok(match &v.ty {
            Type::Char => Some(Val::int(1)),
            Type::Str => Some(Val::index(packed_len(v.e))),
            Type::List(_) => {
                let len = self.list_len(&v);
                let e = self.temp(len, Ty::I64);
                Some(Val::index(get(e)))
            }
            Type::Tuple(items) => Some(Val::int(items.len() as i64)),
            // Their objects have the length in the same place as lists.
            Type::Object("deque" | "set" | "frozenset" | "Counter" | "defaultdict" | "tuple" | "bytes" | "list") => {
                let e = self.temp(load32_wide(wrap(v.e), 4), Ty::I64);
                Some(Val::index(get(e)))
            }
            _ => None,
        })
    }

    pub(crate) fn isinstance(&mut self, value: &'a Ast, classes: &'a Ast) -> R<Val> {
        let v = self.expr(value)?;
        let v = self.made(v);
        let v = self.hold(v);
        let mut names = Vec::new();
        self.classes(classes, &mut names)?;
        if names.iter().any(|name| name == "object") {
            return Ok(Val::bool(i32(1)));
        }
        let mut tags: Vec<i32> = Vec::new();
        for name in &names {
            let class = name.strip_prefix("collections.").unwrap_or(name);
            match super::methods::tags(if class == "set" { "set!" } else { class }) {
                Some(found) => tags.extend(found),
                None if class == "set" => tags.push(10),
                None => return self.decline(format!("isinstance of {name}")),
            }
        }
        let tag = self.tag(v)?;
        if let Expr::I32(tag) = tag {
            return Ok(Val::bool(i32(i32::from(tags.contains(&tag)))));
        }
        let is = tags.iter().map(|&t| eq32(tag.clone(), i32(t))).reduce(or32).unwrap_or(i32(0));
        Ok(Val::bool(is))
    }

    pub(crate) fn defaultdict(&mut self, call: &'a ast::ExprCall) -> R<Val> {
        let code = match &call.arguments.args[..] {
            [] => 0,
            [factory] => {
                let name = match factory {
                    Ast::NoneLiteral(_) => Some("None".to_owned()),
                    // `lambda: 0` and the like.
                    Ast::Lambda(l) if l.parameters.is_none() => Some(match &*l.body {
                        Ast::NumberLiteral(n) if n.value == ast::Number::Int(ast::Int::ZERO) => "int".to_owned(),
                        Ast::List(l) if l.elts.is_empty() => "list".to_owned(),
                        Ast::Dict(d) if d.items.is_empty() => "dict".to_owned(),
                        Ast::StringLiteral(s) if s.value.is_empty() => "str".to_owned(),
                        Ast::BooleanLiteral(b) if !b.value => "bool".to_owned(),
                        _ => return self.decline("a defaultdict of this function"),
                    }),
                    e => self.known_callee(e)?,
                };
                let names = ["None", "int", "list", "set", "dict", "str", "float", "tuple", "bool"];
                match name.and_then(|name| names.iter().position(|n| *n == name)) {
                    Some(code) => code,
                    None => return self.decline("a defaultdict of this function"),
                }
            }
            _ => return self.decline("a defaultdict with contents"),
        };
        if !call.arguments.keywords.is_empty() {
            return self.decline("a defaultdict with contents");
        }
        let e = self.runtime_call("collections", "defaultdict", vec![i64((code as i64) << 1 | 1)])?;
        Ok(e)
    }

    /// Whether an expression gives its items only as they are asked for, through code of the program's.
    pub(crate) fn is_lazy(&mut self, e: &'a Ast) -> R<bool> {
        Ok(match e {
            Ast::Generator(_) => true,
            Ast::Name(_) => self.is_kept_name(e)?,
            Ast::Call(call) => {
                let name = self.known_callee(&call.func)?;
                name.as_deref().is_some_and(|name| LAZY.contains(&name))
                    || (matches!(name.as_deref(), Some("zip" | "enumerate"))
                        && call.arguments.args.iter().try_fold(false, |lazy, e| Ok(lazy || self.is_lazy(e)?))?)
            }
            _ => false,
        })
    }

    /// A lazy expression's items as a list.
    pub(crate) fn listed(&mut self, e: &'a Ast) -> R<Val> {
        let at = start(e);
        self.built(at, |s, put| s.leaving(|s, done| s.each_of_all(e, done, &mut |s, item| put(s, item))))
    }
}
