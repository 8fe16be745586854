//! What takes functions: sorted and list.sort with a key, reduce, decorators, and itertools' like.

use ruff_python_ast::{self as ast, Expr as Ast};

use super::code::*;
use super::function::start;
use super::types::{Site, Type};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Local, Stmt, Ty};
use crate::webs::FunctionId;

impl<'a> Lower<'a> {
    pub(crate) fn functional(&mut self, name: &str, call: &'a ast::ExprCall) -> R<Option<Val>> {
        let args = &call.arguments.args;
        if args.iter().any(Ast::is_starred_expr) {
            return Ok(None);
        }
        let keywords = call.arguments.keywords.len();
        match (name, &args[..]) {
            ("sorted", [iterable]) => self.sorted(iterable, call).map(Some),
            ("functools.reduce", [function, iterable]) if keywords == 0 => {
                self.reduce(call, function, iterable, None).map(Some)
            }
            ("functools.reduce", [function, iterable, first]) if keywords == 0 => {
                self.reduce(call, function, iterable, Some(first)).map(Some)
            }
            ("itertools.groupby", [iterable, key]) if keywords == 0 => self.groupby(call, iterable, key).map(Some),
            ("itertools.groupby", [iterable]) if keywords == 1 => match Self::keyword(call, "key") {
                Some(key) => self.groupby(call, iterable, key).map(Some),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// The items of a tuple, known by its type.
    pub(crate) fn parts_of(&mut self, v: Val) -> R<Vec<Val>> {
        match v.ty.clone() {
            Type::Tuple(types) => {
                let v = self.hold(v);
                (0..types.len()).map(|at| self.get_item(v.clone(), Val::int(at as i64))).collect()
            }
            Type::Never => Ok(vec![Val::never()]),
            _ => self.decline("a call with these items as arguments"),
        }
    }

    fn sorted(&mut self, iterable: &'a Ast, call: &'a ast::ExprCall) -> R<Val> {
        let key = Self::keyword(call, "key").filter(|e| !e.is_none_literal_expr());
        let reverse = Self::keyword(call, "reverse");
        if call.arguments.keywords.iter().any(|k| !matches!(k.arg.as_deref(), Some("key" | "reverse"))) {
            return self.decline("sorted with these keywords");
        }
        let list = if self.is_loop(iterable)? {
            self.listed(iterable)?
        } else {
            let v = self.expr(iterable)?;
            self.offset = start(call);
            let v = self.made(v);
            self.copied(v)?
        };
        self.offset = start(call);
        let key = match key {
            Some(e) => Some(self.expr(e)?),
            None => None,
        };
        let reverse = match reverse {
            Some(e) => self.test(e)?,
            None => i32(0),
        };
        let Type::List(site) = list.ty else { return Ok(Val::never()) };
        self.sort_list(site, &list, key, reverse)?;
        Ok(list)
    }

    /// sorted of a value.
    pub(crate) fn sorted_value(&mut self, v: Val, reverse: Expr) -> R<Val> {
        let v = self.made(v);
        let list = self.copied(v)?;
        let Type::List(site) = list.ty else { return Ok(Val::never()) };
        self.sort_list(site, &list, None, reverse)?;
        Ok(list)
    }

    /// A new list of a value's items, whose order does not matter (a set's is not seen).
    fn copied(&mut self, v: Val) -> R<Val> {
        match &v.ty {
            Type::List(_) => {
                let e = self.raw_temp("list_copy", vec![v.e], false, Ty::I64);
                Ok(Val::new(v.ty, e))
            }
            Type::Str | Type::Char | Type::Dict(_) | Type::Tuple(_) => self.list_from_value(v),
            Type::Never => Ok(v),
            _ => {
                let word = self.boxed_for_reading(v)?;
                self.runtime_call("", "sorted", vec![word])
            }
        }
    }

    /// list(v).
    pub(crate) fn list_from_value(&mut self, v: Val) -> R<Val> {
        let v = if let super::value::More::Nothing = v.more { v } else { self.hold(v) };
        match &v.ty {
            Type::List(_) => {
                let e = self.raw_temp("list_copy", vec![v.e], false, Ty::I64);
                Ok(Val::new(v.ty, e))
            }
            Type::Str | Type::Char | Type::Dict(_) => {
                let at = self.offset;
                let mut source = self.open_value(v)?;
                self.built(at, |s, put| s.leaving(|s, done| s.drain(&mut source, done, &mut |s, item| put(s, item))))
            }
            Type::Tuple(types) => {
                let types = types.clone();
                let at = self.offset;
                let v = self.hold(v);
                self.collected(at, |s, list, site| {
                    for at in 0..types.len() {
                        let item = s.get_item(v.clone(), Val::int(at as i64))?;
                        s.append(site, list, item)?;
                    }
                    Ok(())
                })
            }
            Type::Never => Ok(Val::never()),
            _ => {
                let word = self.boxed_for_reading(v)?;
                self.runtime_call("", "list", vec![word])
            }
        }
    }

    /// list.sort with keywords.
    pub(crate) fn sort_method(&mut self, site: Site, list: &Val, call: &'a ast::ExprCall) -> R<Val> {
        if !call.arguments.args.is_empty()
            || call.arguments.keywords.iter().any(|k| !matches!(k.arg.as_deref(), Some("key" | "reverse")))
        {
            return Ok(self.fail("TypeError"));
        }
        let key = match Self::keyword(call, "key").filter(|e| !e.is_none_literal_expr()) {
            Some(e) => Some(self.expr(e)?),
            None => None,
        };
        let reverse = match Self::keyword(call, "reverse") {
            Some(e) => self.test(e)?,
            None => i32(0),
        };
        self.site_changes(site);
        self.barrier(site, &list.e);
        match key {
            Some(key) if self.may_see_lists(&key) => {
                let reverse = if is_simple(&reverse) { reverse } else { get(self.temp(reverse, Ty::I32)) };
                let keys = self.hidden(list, |s, items| s.keys_of(items, &key))?;
                self.sort_by_keys(list, keys, reverse);
            }
            key => self.sort_list(site, list, key, reverse)?,
        }
        let none = self.none();
        Ok(Val::new(Type::None, none))
    }

    fn sort_list(&mut self, site: Site, list: &Val, key: Option<Val>, reverse: Expr) -> R<()> {
        let reverse = if is_simple(&reverse) { reverse } else { get(self.temp(reverse, Ty::I32)) };
        let Some(key) = key else {
            self.sort_in_place(site, &list.e, reverse);
            return Ok(());
        };
        let keys = self.keys_of(list, &key)?;
        self.sort_by_keys(list, keys, reverse);
        Ok(())
    }

    fn sort_by_keys(&mut self, list: &Val, keys: Expr, reverse: Expr) {
        let call = self.raw("sort_by", vec![list.e.clone(), keys, reverse], true);
        self.emit(Stmt::Eval(call));
    }

    /// Whether a function may come upon a list otherwise than by its argument.
    fn may_see_lists(&self, function: &Val) -> bool {
        let number = match (&function.ty, &function.more) {
            (_, More::Bound(..)) => return true,
            (Type::Function(number), _) => *number,
            (Type::Closure(closure), _) => closure.function,
            _ => return false,
        };
        self.frame.instance == 0 || !self.webs.function(FunctionId(number as u32)).captures.is_empty()
    }

    /// `run` with a list's items, while the list itself is empty, as Python has it during a sort. One that has changed then is CPython's.
    fn hidden<T>(&mut self, list: &Val, run: impl FnOnce(&mut Self, &Val) -> R<T>) -> R<T> {
        let items = self.raw_temp("new_list", vec![i32(0), i32(0)], false, Ty::I64);
        let items = Val::new(list.ty.clone(), items);
        let moved = |from: &Val, to: &Val| {
            let word = |at| Stmt::Eval(store32(wrap(to.e.clone()), at, load32(wrap(from.e.clone()), at)));
            [word(4), word(8), word(12)]
        };
        let emptied = [4, 8].map(|at| Stmt::Eval(store32(wrap(list.e.clone()), at, i32(0))));
        moved(list, &items).into_iter().chain(emptied).for_each(|stmt| self.emit(stmt));
        self.frame.tries += 1;
        let built = self.block(|s| run(s, &items));
        self.frame.tries -= 1;
        let (mut body, value) = built?;
        let untouched = not(load32(wrap(list.e.clone()), 8));
        body.push(Stmt::If {
            cond: untouched,
            then: moved(&items, list).to_vec(),
            otherwise: vec![Stmt::Fail(crate::runtime::status::DEOPT)],
        });
        let mut handler = moved(&items, list).to_vec();
        handler.push(Stmt::Rethrow);
        self.emit(Stmt::Try { body, handler });
        Ok(value)
    }

    /// A list of the keys of a list's items, as values.
    fn keys_of(&mut self, list: &Val, key: &Val) -> R<Expr> {
        let keys_site = self.site(self.offset, 8);
        let keys = self.raw_temp("new_list", vec![i32(0), i32(8)], false, Ty::I64);
        let keys = Val::new(Type::List(keys_site), keys);
        let mut source = self.open_value(list.clone())?;
        self.leaving(|s, done| {
            s.drain(&mut source, done, &mut |s, item| {
                let item = s.hold(item);
                let v = s.apply(key.clone(), vec![item])?;
                s.append(keys_site, &keys, v)
            })
        })?;
        self.boxed_for_reading(keys)
    }

    fn reduce(
        &mut self,
        call: &'a ast::ExprCall,
        function: &'a Ast,
        iterable: &'a Ast,
        first: Option<&'a Ast>,
    ) -> R<Val> {
        let function = self.expr(function)?;
        let function = self.hold(function);
        if !function.ty.is_callable() {
            return self.decline("reduce by a function that is not known while compiling");
        }
        let at = (self.frame.instance, start(call), 3);
        let (known, _) = self.extremes.get(&at).cloned().unwrap_or((Type::Never, Type::Never));
        // Python evaluates the iterable's expression before the first value's.
        let mut source = self.open(iterable)?;
        let begin = match first {
            Some(e) => {
                let v = self.expr(e)?;
                let v = self.made(v);
                Some(self.hold(v))
            }
            None => None,
        };
        let mut seen = known.clone();
        let times = self.sum_times.get(&(at.0, at.1)).copied().unwrap_or(0);
        if let Some(begin) = &begin {
            seen = self.widen(&seen, &begin.ty, times)?;
        }
        let total = self.new_local(known.word(), "_total");
        let any = self.cursor(i32(i32::from(begin.is_some())), Ty::I32);
        if let Some(begin) = &begin {
            let word = self.coerce(begin.clone(), &known);
            self.set(total, word);
        }
        let has_begin = begin.is_some();
        self.leaving(|s, done| {
            s.drain(&mut source, done, &mut |s, item| {
                let item = s.made(item);
                let item = s.hold(item);
                if !has_begin {
                    seen = s.widen(&seen, &item.ty, times)?;
                }
                let (step, ()) = s.block(|s| {
                    let so_far = Val::new(known.clone(), get(total));
                    let so_far = s.hold(so_far);
                    let v = s.apply(function.clone(), vec![so_far, item.clone()])?;
                    let v = s.made(v);
                    seen = s.widen(&seen, &v.ty, times)?;
                    let word = s.coerce(v, &known);
                    s.set(total, word);
                    Ok(())
                })?;
                if has_begin {
                    s.splice(step);
                    return Ok(());
                }
                let (begin, ()) = s.block(|s| {
                    let word = s.coerce(item, &known);
                    s.set(total, word);
                    s.set(any, i32(1));
                    Ok(())
                })?;
                s.emit(Stmt::If { cond: get(any), then: step, otherwise: begin });
                Ok(())
            })
        })?;
        if seen != known {
            *self.sum_times.entry((at.0, at.1)).or_insert(0) += 1;
            self.extremes.insert(at, (seen, Type::Never));
            self.changed = true;
        }
        if !has_begin {
            let error = self.exception("TypeError");
            self.require(get(any), error);
        }
        Ok(if known == Type::Never { Val::never() } else { self.hold(Val::new(known, get(total))) })
    }

    /// The type of the totals of the `accumulate` at a place, as far as is known.
    pub(crate) fn accumulated(&self, at: u32) -> Type {
        self.extremes.get(&(self.frame.instance, at, 3)).map_or(Type::Never, |(ty, _)| ty.clone())
    }

    pub(crate) fn note_accumulated(&mut self, at: u32, known: &Type, seen: Type) {
        if seen != *known {
            *self.sum_times.entry((self.frame.instance, at)).or_insert(0) += 1;
            self.extremes.insert((self.frame.instance, at, 3), (seen, Type::Never));
            self.changed = true;
        }
    }

    /// The total of an `accumulate` becomes `v`.
    pub(crate) fn put_total(&mut self, known: &Type, seen: &mut Type, total: Local, v: Val) -> R<()> {
        let times = self.sum_times.get(&(self.frame.instance, self.offset)).copied().unwrap_or(3);
        let v = self.made(v);
        *seen = self.widen(seen, &v.ty, times)?;
        let word = self.coerce(v, known);
        self.set(total, word);
        Ok(())
    }

    pub(crate) fn add_to_total(
        &mut self,
        function: Option<&Val>,
        known: &Type,
        seen: &mut Type,
        total: Local,
        item: Val,
    ) -> R<()> {
        let so_far = Val::new(known.clone(), get(total));
        let so_far = self.hold(so_far);
        let v = match function {
            Some(function) => self.apply(function.clone(), vec![so_far, item])?,
            None => self.binary(ast::Operator::Add, so_far, item)?,
        };
        self.put_total(known, seen, total, v)
    }

    fn groupby(&mut self, call: &'a ast::ExprCall, iterable: &'a Ast, key: &'a Ast) -> R<Val> {
        let _ = (call, iterable, key);
        self.decline("itertools.groupby with a key")
    }
}
