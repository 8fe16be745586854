//! What consumes a loop: comprehensions, and sum, any, all, min, max, join and their like, without a list in between.

use ruff_python_ast::{self as ast, Expr as Ast, Operator};

use super::code::*;
use super::source::{Each, Source};
use super::types::{CAP, Range, Site, TICK, Type};
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Expr, Label, Stmt, Ty};

impl<'a> Lower<'a> {
    /// A new list that `fill` fills.
    pub(crate) fn collected(&mut self, at: u32, fill: impl FnOnce(&mut Self, &Val, Site) -> R<()>) -> R<Val> {
        let site = self.site(at, 5);
        let e = self.raw_temp("new_list", vec![i32(0), i32(8)], false, Ty::I64);
        let list = Val::new(Type::List(site), e);
        fill(self, &list, site)?;
        Ok(Val::new(Type::List(self.find(site)), list.e))
    }

    /// A list filled through a cursor of its own: nothing else sees it before it is whole.
    pub(crate) fn built(
        &mut self,
        at: u32,
        fill: impl FnOnce(&mut Self, &mut dyn FnMut(&mut Self, Val) -> R<()>) -> R<()>,
    ) -> R<Val> {
        let site = self.site(at, 5);
        let list = self.raw_temp("new_list", vec![i32(0), i32(16)], false, Ty::I64);
        let object = wrap(list.clone());
        let next = self.cursor(load32(object.clone(), 12), Ty::I32);
        let end = self.cursor(add32(get(next), i32(8 * 16)), Ty::I32);
        let length =
            |next: Expr| op(wasm_encoder::Instruction::I32ShrU, [sub32(next, load32(wrap(list.clone()), 12)), i32(3)]);
        let mut put = |s: &mut Self, v: Val| {
            let v = s.made(v);
            s.put_in_site(site, &v.ty)?;
            let word = s.item_word(site, v);
            let word = if is_simple(&word) { word } else { get(s.temp(word, Ty::I64)) };
            let full = eq32(get(next), get(end));
            s.when(full, |s| {
                s.emit(Stmt::Eval(store32(wrap(list.clone()), 4, length(get(next)))));
                let grow = s.raw("list_grow", vec![list.clone()], false);
                s.emit(Stmt::Eval(grow));
                let object = wrap(list.clone());
                let data = s.temp(load32(object.clone(), 12), Ty::I32);
                s.set(next, add32(get(data), shl32(load32(object.clone(), 4), i32(3))));
                s.set(end, add32(get(data), shl32(load32(object, 8), i32(3))));
                Ok(())
            })?;
            s.emit(Stmt::Eval(store64(get(next), 0, word)));
            s.set(next, add32(get(next), i32(8)));
            Ok(())
        };
        fill(self, &mut put)?;
        self.emit(Stmt::Eval(store32(object, 4, length(get(next)))));
        Ok(Val::new(Type::List(self.find(site)), list))
    }

    pub(crate) fn list_comprehension(&mut self, at: u32, elt: &'a Ast, generators: &'a [ast::Comprehension]) -> R<Val> {
        self.built(at, |s, put| {
            s.leaving(|s, done| {
                s.each_comprehended(generators, done, &mut |s| {
                    let v = s.expr(elt)?;
                    put(s, v)
                })
            })
        })
    }

    pub(crate) fn set_comprehension(&mut self, elt: &'a Ast, generators: &'a [ast::Comprehension]) -> R<Val> {
        let set = self.raw_temp("new_set", vec![], false, Ty::I64);
        if self.set_from_set(&set, elt, generators)? {
            return Ok(Val::new(Type::Object("set"), set));
        }
        self.leaving(|s, done| {
            s.each_comprehended(generators, done, &mut |s| {
                let v = s.expr(elt)?;
                let word = s.escaped(v)?;
                let call = s.raw("set_put", vec![set.clone(), word], true);
                s.emit(Stmt::Eval(call));
                Ok(())
            })
        })?;
        Ok(Val::new(Type::Object("set"), set))
    }

    /// `{f(v) for v in values}`, where `values` may be a set: its order is not seen if `f` only calculates, nothing fails, and
    /// equal items are surely alike.
    pub(crate) fn set_from_set(&mut self, set: &Expr, elt: &'a Ast, generators: &'a [ast::Comprehension]) -> R<bool> {
        let [only] = generators else { return Ok(false) };
        if !only.iter.is_name_expr()
            || self.is_kept_name(&only.iter)?
            || !only.ifs.iter().chain([elt]).all(only_calculates)
        {
            return Ok(false);
        }
        let (code, v) = self.block(|s| s.expr(&only.iter))?;
        if !matches!(v.ty, Type::Any | Type::Object("set" | "frozenset")) {
            return Ok(false);
        }
        self.splice(code);
        let iterator = self.raw_temp("iter_unordered", vec![v.e], true, Ty::I64);
        let iterator = self.temp(iterator, Ty::I64);
        let mut source = Source::Values { iterator, item: Type::Any };
        let (body, ()) = self.block(|s| {
            s.leaving(|s, done| {
                s.drain(&mut source, done, &mut |s, item| {
                    s.leaving(|s, skip| {
                        s.assign_to(&only.target, item)?;
                        for test in &only.ifs {
                            let test = s.test(test)?;
                            s.emit(Stmt::BreakIf(skip, not(test)));
                        }
                        let v = s.expr(elt)?;
                        let word = s.escaped(v)?;
                        let word = get(s.temp(word, Ty::I64));
                        let tag = s.raw_temp("value_tag", vec![word.clone()], false, Ty::I32);
                        s.expect(or32(eq32(tag.clone(), i32(3)), eq32(tag, i32(5)))); // an int or a string
                        let call = s.raw("set_put", vec![set.clone(), word], true);
                        s.emit(Stmt::Eval(call));
                        Ok(())
                    })
                })
            })
        })?;
        self.emit(Stmt::Try { body, handler: vec![Stmt::Fail(crate::runtime::status::DEOPT)] });
        Ok(true)
    }

    pub(crate) fn dict_comprehension(
        &mut self,
        at: u32,
        key: &'a Ast,
        value: &'a Ast,
        generators: &'a [ast::Comprehension],
    ) -> R<Val> {
        let dict = self.new_dict(at)?;
        self.leaving(|s, done| {
            s.each_comprehended(generators, done, &mut |s| {
                let key = s.expr(key)?;
                let key = s.hold(key);
                let v = s.expr(value)?;
                let Type::Dict(site) = dict.ty else { return Ok(()) };
                s.set_dict_item(site, dict.clone(), key, v)
            })
        })?;
        let Type::Dict(site) = dict.ty else { return Ok(dict) };
        Ok(Val::new(Type::Dict(self.find(site)), dict.e))
    }

    /// Builtins that consume one iterable. None: not here, or not with these arguments.
    pub(crate) fn consumer(&mut self, name: &str, call: &'a ast::ExprCall) -> R<Option<Val>> {
        let args = &call.arguments.args;
        let keywords = call.arguments.keywords.len();
        let Some(first) = args.first().filter(|e| !e.is_starred_expr()) else { return Ok(None) };
        if keywords == 0 && args.len() == 1 {
            match name {
                "any" | "all" => return Ok(Some(self.any_all(name == "any", first)?)),
                "sum" if self.is_loop(first)? => {
                    return Ok(Some(self.summed(Val::int(0), |s, done, each| s.each_of_all(first, done, each))?));
                }
                "len" if matches!(first, Ast::ListComp(_)) => {
                    let Ast::ListComp(e) = first else { return Ok(None) };
                    let count = self.cursor(i64(0), Ty::I64);
                    self.leaving(|s, done| {
                        s.each_comprehended(&e.generators, done, &mut |s| {
                            let v = s.expr(&e.elt)?;
                            let v = s.made(v);
                            s.discard(v.e);
                            s.set(count, add(get(count), i64(1)));
                            Ok(())
                        })
                    })?;
                    let held = self.temp(get(count), Ty::I64);
                    return Ok(Some(Val::index(get(held))));
                }
                "min" | "max" if self.is_loop(first)? => {
                    return Ok(Some(self.extreme(name == "max", first, None, None)?));
                }
                "list" if self.is_loop(first)? => return Ok(Some(self.listed(first)?)),
                "tuple"
                | "set"
                | "frozenset"
                | "collections.Counter"
                | "collections.deque"
                | "dict"
                | "math.prod"
                | "math.fsum"
                    if self.is_loop(first)? =>
                {
                    let list = self.listed_for(name, first)?;
                    return Ok(Some(self.apply_known(name, vec![list])?));
                }
                "len" if self.is_lazy(first)? => {
                    self.open(first)?;
                    return Ok(Some(self.fail("TypeError")));
                }
                "next" if self.is_lazy(first)? => return Ok(Some(self.first_of(first, None)?)),
                _ => {}
            }
        }
        match (name, &args[..]) {
            ("sum", [_, begin]) if keywords == 0 && self.is_loop(first)? => {
                let begin = self.early(begin)?;
                Ok(Some(self.summed(begin, |s, done, each| s.each_of_all(first, done, each))?))
            }
            ("next", [_, default]) if keywords == 0 && self.is_lazy(first)? => {
                Ok(Some(self.first_of(first, Some(default))?))
            }
            ("min" | "max", [_]) if keywords > 0 => {
                let key = Self::keyword(call, "key").filter(|e| !e.is_none_literal_expr());
                let default = Self::keyword(call, "default");
                if usize::from(key.is_some()) + usize::from(default.is_some()) != keywords {
                    return Ok(None);
                }
                let key = match key {
                    Some(e) => Some(self.early(e)?),
                    None => None,
                };
                Ok(Some(self.extreme(name == "max", first, key.as_ref(), default)?))
            }
            ("min" | "max", [_, _, ..]) if keywords == 1 && Self::keyword(call, "key").is_some() => {
                let Some(key) = Self::keyword(call, "key") else { return Ok(None) };
                let key = self.expr(key)?;
                let mut values = Vec::new();
                for e in args {
                    let v = self.expr(e)?;
                    values.push(self.hold(v));
                }
                Ok(Some(self.extreme_of_values(name == "max", values, &key)?))
            }
            _ => Ok(None),
        }
    }

    /// Whether an expression is looped over without a list: a generator expression, or a builtin that is a source.
    pub(crate) fn is_loop(&mut self, e: &'a Ast) -> R<bool> {
        Ok(match e {
            Ast::Generator(_) | Ast::ListComp(_) => true,
            Ast::Name(_) => self.is_kept_name(e)?,
            Ast::Call(call) => self.known_callee(&call.func)?.is_some_and(|name| {
                super::builtins::LAZY.contains(&name.as_str())
                    || matches!(name.as_str(), "zip" | "enumerate" | "range" | "reversed")
            }),
            _ => false,
        })
    }

    pub(crate) fn any_all(&mut self, any: bool, e: &'a Ast) -> R<Val> {
        let found = self.cursor(i32(i32::from(!any)), Ty::I32);
        self.leaving(|s, done| {
            let test = |s: &mut Self, truth: Expr| {
                let hit = if any { truth } else { not(truth) };
                s.when(hit, |s| {
                    s.set(found, i32(i32::from(any)));
                    s.emit(Stmt::Break(done));
                    Ok(())
                })
            };
            match e {
                // Only the truth of the element is wanted.
                Ast::Generator(ast::ExprGenerator { elt, generators, .. })
                | Ast::ListComp(ast::ExprListComp { elt, generators, .. })
                    if e.is_generator_expr() =>
                {
                    s.each_comprehended(generators, done, &mut |s| {
                        let truth = s.test(elt)?;
                        test(s, truth)
                    })
                }
                e => s.each(e, done, &mut |s, item| {
                    let truth = s.truth(item)?;
                    test(s, truth)
                }),
            }
        })?;
        let held = self.temp(get(found), Ty::I32);
        Ok(Val::bool(get(held)))
    }

    /// The sum of what `run` gives. Ints add up in a word as long as their ranges are known to be small; anything else is added as
    /// Python adds it. Floats are CPython's to add: it does so with compensation, in the runtime.
    pub(crate) fn summed(&mut self, begin: Val, run: impl FnOnce(&mut Self, Label, Each<'_, 'a>) -> R<()>) -> R<Val> {
        let key = (self.frame.instance, self.offset);
        let known = self.sums.get(&key).cloned().unwrap_or(Type::Never);
        let item_type = self.join(&known, &Type::Never)?;
        let words = matches!((&item_type, begin.range()), (Type::Never | Type::Int(_) | Type::Bool, Some(_)));
        let mut seen = item_type.clone();
        let total;
        if words {
            let (begin_word, begin_range) = match self.word_of(&begin) {
                Some(word) => word,
                None => return Ok(Val::never()),
            };
            let step = match item_type {
                Type::Int(range) => range,
                _ => Range::of(0, 1),
            };
            let tick = step.within(TICK) && begin_range.within(CAP);
            let capped = step.within(super::types::STEP) && begin_range.within(CAP);
            let sum = self.cursor(begin_word, Ty::I64);
            self.leaving(|s, done| {
                run(s, done, &mut |s, item| {
                    let item = s.made(item);
                    let ty = match item.ty {
                        Type::Bool => Type::BIT,
                        ref ty => ty.clone(),
                    };
                    seen = s.join(&seen, &ty)?;
                    if let Some((word, _)) = s.word_of(&item) {
                        s.set(sum, add(get(sum), word));
                        if !tick {
                            s.expect(lt_u(add(get(sum), i64(CAP.hi)), i64(2 * CAP.hi + 1)));
                        }
                    }
                    Ok(())
                })
            })?;
            if !capped && item_type != Type::Never {
                seen = Type::Big;
            }
            let lo = if step.lo >= 0 { begin_range.lo } else { CAP.lo.min(begin_range.lo) };
            total = Val::new(Type::Int(Range::of(lo, CAP.hi.max(begin_range.hi))), get(self.temp(get(sum), Ty::I64)));
        } else if matches!(item_type, Type::Big | Type::Int(_) | Type::Bool)
            && (begin.ty.is_int() || begin.ty == Type::Bool)
        {
            let begin = self.binary(Operator::Add, begin, Val::int(0))?;
            let first = self.coerce(begin, &Type::Big);
            let sum = self.cursor(first, Ty::I64);
            self.leaving(|s, done| {
                run(s, done, &mut |s, item| {
                    let item = s.made(item);
                    seen = s.join(&seen, &item.ty)?;
                    let next = s.binary(Operator::Add, Val::new(Type::Big, get(sum)), item)?;
                    let word = s.boxed(next);
                    s.set(sum, word);
                    Ok(())
                })
            })?;
            total = Val::new(Type::Big, get(self.temp(get(sum), Ty::I64)));
        } else {
            let site = self.site(self.offset, 6);
            let list = self.raw_temp("new_list", vec![i32(0), i32(8)], false, Ty::I64);
            let list = Val::new(Type::List(site), list);
            self.leaving(|s, done| {
                run(s, done, &mut |s, item| {
                    let item = s.made(item);
                    seen = s.join(&seen, &item.ty)?;
                    s.append(site, &list, item)
                })
            })?;
            let (list, begin) = (self.boxed_for_reading(list)?, self.escaped(begin)?);
            let v = self.runtime_call("", "sum", vec![list, begin])?;
            total = if item_type == Type::Float { self.sum_of_floats(v) } else { v };
        }
        if seen != item_type {
            let widened = match (&item_type, &seen) {
                (Type::Int(old), Type::Int(new)) if self.sums.contains_key(&key) && old != new => {
                    let times = self.sum_times.entry(key).or_insert(0);
                    *times += 1;
                    if *times > 2 { Type::Big } else { seen.clone() }
                }
                _ => seen.clone(),
            };
            let widened = if widened.is_value() && widened != Type::Big { Type::Any } else { widened };
            if widened != item_type {
                self.sums.insert(key, widened);
                self.changed = true;
            }
        }
        Ok(total)
    }

    /// The sum of floats may be the int 0 where there were none.
    pub(crate) fn sum_of_floats(&mut self, v: Val) -> Val {
        v
    }
}

/// Whether an expression has no effects whatever its values are.
fn only_calculates(e: &Ast) -> bool {
    match e {
        Ast::BinOp(e) => only_calculates(&e.left) && only_calculates(&e.right),
        Ast::UnaryOp(e) => only_calculates(&e.operand),
        Ast::BoolOp(e) => e.values.iter().all(only_calculates),
        Ast::Compare(e) => only_calculates(&e.left) && e.comparators.iter().all(only_calculates),
        Ast::If(e) => only_calculates(&e.test) && only_calculates(&e.body) && only_calculates(&e.orelse),
        e => e.is_name_expr() || e.is_literal_expr(),
    }
}
