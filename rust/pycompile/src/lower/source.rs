//! Loops over anything: sources that give their items one by one, without lists in between.
//!
//! A source is opened (its operands evaluated), then advanced: code that either jumps to `exhausted` or goes on with an
//! item. `zip`, `enumerate`, `map`, `filter`, ranges, strings and generator expressions are sources made of sources.

use ruff_python_ast::{self as ast, Expr as Ast};

use super::builtins::LAZY;
use super::code::*;
use super::function::start;
use super::lazy::Kept;
use super::types::{LENGTH, Range, Type};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Label, Local, Stmt, Ty};

/// What is done with each item.
pub(crate) type Each<'s, 'a> = &'s mut dyn FnMut(&mut Lower<'a>, Val) -> R<()>;

/// Something that gives items.
#[expect(clippy::large_enum_variant, reason = "a few live at a time")]
pub(crate) enum Source<'a> {
    /// From `at` by `step` while it is before `stop`.
    Range {
        at: Local,
        stop: Expr,
        step: Expr,
        range: Range,
        down: Option<bool>,
    },
    /// Characters at `at` by `step`, `left` of them.
    Text {
        at: Local,
        step: Expr,
        left: Local,
    },
    /// Items of a list that may grow meanwhile.
    List {
        list: Val,
        at: Local,
    },
    /// Items of a tuple.
    Tuple {
        tuple: Val,
        len: i64,
        at: Local,
        item: Type,
    },
    /// Items of a list or tuple from the end.
    Backwards {
        list: Val,
        at: Local,
    },
    /// The items of a tuple that was not made, unrolled by `each`; as a source, of a list made of them.
    Enumerate {
        inner: Box<Source<'a>>,
        at: Local,
        range: Range,
    },
    Zip(Vec<Source<'a>>),
    /// `map`; with `spread`, `starmap`: the items are the arguments.
    Map {
        function: Val,
        inner: Vec<Source<'a>>,
        spread: bool,
    },
    /// Items that are true, or not `keep`, under the function.
    Filter {
        function: Option<Val>,
        inner: Box<Source<'a>>,
        keep: bool,
    },
    /// `accumulate`; without a function, by adding.
    Accumulate {
        function: Option<Val>,
        inner: Box<Source<'a>>,
        begin: Option<Val>,
        total: Local,
        started: Local,
        at: u32,
    },
    TakeWhile {
        function: Val,
        inner: Box<Source<'a>>,
    },
    DropWhile {
        function: Val,
        inner: Box<Source<'a>>,
        dropping: Local,
    },
    /// A generator expression with one `for`.
    Generator {
        e: &'a ast::ExprGenerator,
        inner: Box<Source<'a>>,
    },
    /// The runtime's iterator.
    Values {
        iterator: Local,
        item: Type,
    },
    /// What a variable keeps.
    Kept(Kept<'a>),
    /// The entries of a dict.
    Entries {
        dict: Val,
        cursor: Local,
        len: Local,
        changes: Local,
        keys: bool,
        values: bool,
    },
}

impl<'a> Lower<'a> {
    /// Runs `body` for each item; leaves to `exhausted` at the end.
    pub(crate) fn each(&mut self, iterable: &'a Ast, exhausted: Label, body: Each<'_, 'a>) -> R<()> {
        if let Ast::Generator(e) = iterable {
            return self.each_comprehended(&e.generators, exhausted, &mut |s| {
                let v = s.expr(&e.elt)?;
                body(s, v)
            });
        }
        let mut source = self.open(iterable)?;
        self.drain(&mut source, exhausted, body)
    }

    /// The same for a consumer that takes every item and does nothing else meanwhile: a list comprehension needs no list.
    pub(crate) fn each_of_all(&mut self, iterable: &'a Ast, exhausted: Label, body: Each<'_, 'a>) -> R<()> {
        let Ast::ListComp(e) = iterable else { return self.each(iterable, exhausted, body) };
        self.each_comprehended(&e.generators, exhausted, &mut |s| {
            let v = s.expr(&e.elt)?;
            body(s, v)
        })
    }

    pub(crate) fn drain(&mut self, source: &mut Source<'a>, exhausted: Label, body: Each<'_, 'a>) -> R<()> {
        self.forever(|s| {
            let item = s.advance(source, exhausted)?;
            body(s, item)
        })?;
        Ok(())
    }

    /// The `for`s and `if`s of a comprehension around `body`. The first iterable's exhaustion leaves to `exhausted`.
    pub(crate) fn each_comprehended(
        &mut self,
        generators: &'a [ast::Comprehension],
        exhausted: Label,
        body: &mut dyn FnMut(&mut Self) -> R<()>,
    ) -> R<()> {
        let Some((first, rest)) = generators.split_first() else {
            return body(self);
        };
        if first.is_async {
            return self.decline("async for");
        }
        self.each(&first.iter, exhausted, &mut |s, item| {
            s.leaving(|s, skip| {
                s.assign_to(&first.target, item.clone())?;
                for test in &first.ifs {
                    let test = s.test(test)?;
                    s.emit(Stmt::BreakIf(skip, not(test)));
                }
                if rest.is_empty() { body(s) } else { s.each_comprehended(rest, skip, body) }
            })
        })
    }

    /// Opens a source for an iterable expression.
    pub(crate) fn open(&mut self, iterable: &'a Ast) -> R<Source<'a>> {
        if let Ast::Generator(e) = iterable {
            if let [only] = &e.generators[..]
                && !only.is_async
            {
                let inner = Box::new(self.open(&only.iter)?);
                return Ok(Source::Generator { e, inner });
            }
            return self.decline("a generator expression with several `for` here");
        }
        if let Ast::Call(call) = iterable {
            if let Some(source) = self.open_call(call)? {
                return Ok(source);
            }
            if let Some(name) = self.known_callee(&call.func)?.filter(|name| LAZY.contains(&name.as_str())) {
                return self.decline(format!("{name} with these arguments"));
            }
        }
        if let Some(source) = self.open_kept(iterable)? {
            return Ok(source);
        }
        let v = self.expr(iterable)?;
        self.offset = start(iterable);
        self.open_value(v)
    }

    /// Calls of builtins that are sources.
    fn open_call(&mut self, call: &'a ast::ExprCall) -> R<Option<Source<'a>>> {
        let args = &call.arguments.args;
        if args.iter().any(Ast::is_starred_expr) {
            return Ok(None);
        }
        if let Ast::Attribute(attribute) = &*call.func
            && args.is_empty()
            && call.arguments.keywords.is_empty()
            && ["items", "keys", "values"].contains(&attribute.attr.as_str())
        {
            let object = self.expr(&attribute.value)?;
            let wanted = attribute.attr.as_str();
            if let Type::Dict(_) = object.ty {
                return Ok(Some(self.open_dict(object, wanted != "values", wanted != "keys")));
            }
            let v = self.call_method(call, object, attribute.attr.as_str())?;
            return Ok(Some(self.open_value(v)?));
        }
        let Some(name) = self.known_callee(&call.func)? else {
            return Ok(None);
        };
        let keywords = call.arguments.keywords.len();
        Ok(Some(match (name.as_str(), args.len(), keywords) {
            ("range", 1..=3, 0) => match self.open_range(args)? {
                Some(source) => source,
                None => return Ok(None),
            },
            ("enumerate", 1 | 2, 0 | 1) => {
                let first = match (args.get(1), call.arguments.keywords.first()) {
                    (Some(e), None) => Some(e),
                    (None, Some(k)) if k.arg.as_deref() == Some("start") => Some(&k.value),
                    (None, None) => None,
                    _ => return Ok(None),
                };
                let inner = Box::new(self.open(&args[0])?);
                let first = match first {
                    Some(e) => self.expr(e)?,
                    None => Val::int(0),
                };
                let Some((e, range)) = self.word_of(&first) else {
                    return self.decline("enumerate from this");
                };
                let Some(range) = Range::word(i128::from(range.lo), i128::from(range.hi) + i128::from(LENGTH.hi))
                else {
                    return self.decline("enumerate from this");
                };
                let at = self.cursor(e, Ty::I64);
                Source::Enumerate { inner, at, range }
            }
            ("zip", 1.., 0) => Source::Zip(args.iter().map(|e| self.open(e)).collect::<R<_>>()?),
            ("map", 2.., 0) => {
                let function = self.expr(&args[0])?;
                let function = self.hold(function);
                if !function.ty.is_callable() {
                    return self.decline("map of a function that is not known while compiling");
                }
                let inner = args[1..].iter().map(|e| self.open(e)).collect::<R<_>>()?;
                Source::Map { function, inner, spread: false }
            }
            ("filter" | "itertools.filterfalse", 2, 0) => {
                let function = if args[0].is_none_literal_expr() { None } else { Some(self.expr(&args[0])?) };
                let function = function.map(|f| self.hold(f));
                if function.as_ref().is_some_and(|f| !f.ty.is_callable()) {
                    return self.decline("filter by a function that is not known while compiling");
                }
                Source::Filter { function, inner: Box::new(self.open(&args[1])?), keep: name == "filter" }
            }
            ("itertools.takewhile" | "itertools.dropwhile" | "itertools.starmap", 2, 0) => {
                let function = self.expr(&args[0])?;
                let function = self.hold(function);
                let inner = Box::new(self.open(&args[1])?);
                match name.as_str() {
                    "itertools.takewhile" => Source::TakeWhile { function, inner },
                    "itertools.dropwhile" => {
                        Source::DropWhile { function, inner, dropping: self.cursor(i32(1), Ty::I32) }
                    }
                    _ => Source::Map { function, inner: vec![*inner], spread: true },
                }
            }
            ("itertools.accumulate", 1 | 2, 0..=2) => {
                let mut function = args.get(1);
                let mut begin = None;
                let inner = Box::new(self.open(&args[0])?);
                for keyword in &call.arguments.keywords {
                    match keyword.arg.as_deref() {
                        Some("func") if function.is_none() => function = Some(&keyword.value),
                        Some("initial") if begin.is_none() => begin = Some(&keyword.value),
                        _ => return Ok(None),
                    }
                }
                let function = match function.filter(|e| !e.is_none_literal_expr()) {
                    Some(e) => {
                        let function = self.expr(e)?;
                        Some(self.hold(function))
                    }
                    None => None,
                };
                if function.as_ref().is_some_and(|f| !f.ty.is_callable()) {
                    return self.decline("accumulate by a function that is not known while compiling");
                }
                let begin = match begin.filter(|e| !e.is_none_literal_expr()) {
                    Some(e) => {
                        let v = self.expr(e)?;
                        let v = self.made(v);
                        Some(self.hold(v))
                    }
                    None => None,
                };
                let at = start(call);
                let known = self.accumulated(at);
                let total = self.new_local(known.word(), "_total");
                let started = self.cursor(i32(0), Ty::I32);
                Source::Accumulate { function, inner, begin, total, started, at }
            }
            ("reversed", 1, 0) => {
                let v = self.expr(&args[0])?;
                match v.ty {
                    Type::Str | Type::Char => {
                        let s = self.packed(v);
                        let s = get(self.temp(s, Ty::I64));
                        let last = sub32(add32(packed_data(s.clone()), wrap(packed_len(s.clone()))), i32(1));
                        self.open_text(last, i32(-1), wrap(packed_len(s)))
                    }
                    Type::List(_) => {
                        let list = self.hold(v);
                        let at = self.cursor(load32_wide(wrap(list.e.clone()), 4), Ty::I64);
                        Source::Backwards { list, at }
                    }
                    _ => {
                        let word = self.escaped(v)?;
                        let v = self.runtime_call("", "reversed", vec![word])?;
                        self.open_value(v)?
                    }
                }
            }
            _ => return Ok(None),
        }))
    }

    fn open_range(&mut self, args: &'a [Ast]) -> R<Option<Source<'a>>> {
        let mut bounds = Vec::new();
        for e in args {
            let v = self.expr(e)?;
            bounds.push(self.hold(v));
        }
        let words: Option<Vec<(Expr, Range)>> = bounds.iter().map(|v| self.word_of(v)).collect();
        let Some(words) = words else {
            // Large ints, or what is no int at all: the runtime's range says.
            let mut values = Vec::new();
            for v in bounds {
                values.push(self.escaped(v)?);
            }
            values.resize(3, i64(0));
            let v = self.runtime_call("", "range", values)?;
            return Ok(Some(self.open_value(v)?));
        };
        let ((first, from), (stop, to)) = match &words[..] {
            [stop] => ((i64(0), Range::only(0)), stop.clone()),
            [first, stop, ..] => (first.clone(), stop.clone()),
            [] => return Ok(None),
        };
        let (step, by) = words.get(2).cloned().unwrap_or((i64(1), Range::only(1)));
        let down = match (by.lo > 0, by.hi < 0) {
            (true, _) => Some(false),
            (_, true) => Some(true),
            _ => {
                let error = self.exception("ValueError");
                self.require(ne(step.clone(), i64(0)), error);
                None
            }
        };
        let range = match down {
            Some(false) => Range::of(from.lo, (to.hi - 1).max(from.lo)),
            Some(true) => Range::of((to.lo + 1).min(from.hi), from.hi),
            None => Range::of(from.lo.min(to.lo), from.hi.max(to.hi)),
        };
        let at = self.cursor(first, Ty::I64);
        Ok(Some(Source::Range { at, stop, step, range, down }))
    }

    fn open_text(&mut self, first: Expr, step: Expr, count: Expr) -> Source<'a> {
        let at = self.cursor(first, Ty::I32);
        let left = self.cursor(count, Ty::I32);
        Source::Text { at, step, left }
    }

    fn open_dict(&mut self, dict: Val, keys: bool, values: bool) -> Source<'a> {
        if let Type::Dict(site) = dict.ty {
            self.want_dict(site);
        }
        let dict = self.hold(dict);
        let cursor = self.cursor(i32(0), Ty::I32);
        let len = self.raw("dict_size", vec![dict.e.clone()], false);
        let len = self.temp(len, Ty::I32);
        let changes = self.temp(load32(wrap(dict.e.clone()), 12), Ty::I32);
        Source::Entries { dict, cursor, len, changes, keys, values }
    }

    pub(crate) fn open_value(&mut self, v: Val) -> R<Source<'a>> {
        match &v.more {
            More::Reversed(base) => {
                let s = self.hold((**base).clone()).e;
                let last = sub32(add32(packed_data(s.clone()), wrap(packed_len(s.clone()))), i32(1));
                return Ok(self.open_text(last, i32(-1), wrap(packed_len(s))));
            }
            More::Stepped { base, from, step, count } => {
                let (from, step, count) = (from.clone(), step.clone(), count.clone());
                let first = add32(packed_data(base.e.clone()), wrap(from));
                let step = self.hold(Val::new(Type::INDEX, step)).e;
                return Ok(self.open_text(first, wrap(step), wrap(count)));
            }
            _ => {}
        }
        let v = self.made(v);
        Ok(match &v.ty {
            Type::Never => Source::Values { iterator: self.cursor(i64(0), Ty::I64), item: Type::Never },
            Type::Str | Type::Char => {
                let s = self.packed(v);
                let s = get(self.temp(s, Ty::I64));
                self.open_text(packed_data(s.clone()), i32(1), wrap(packed_len(s)))
            }
            Type::List(_) => {
                let list = self.hold(v);
                let at = self.cursor(i64(0), Ty::I64);
                Source::List { list, at }
            }
            Type::Dict(_) => self.open_dict(v, true, false),
            Type::Int(_) | Type::Bool | Type::Float | Type::None | Type::Big => {
                self.fail("TypeError");
                Source::Values { iterator: self.cursor(i64(0), Ty::I64), item: Type::Never }
            }
            Type::Function(_) | Type::Known(_) | Type::Closure(_) => return self.decline("iterating over this"),
            Type::Tuple(items) => {
                let items = items.clone();
                let item = items.iter().try_fold(Type::Never, |all, ty| self.join(&all, ty))?;
                let tuple = self.hold(v);
                let at = self.cursor(i64(0), Ty::I64);
                Source::Tuple { tuple, len: items.len() as i64, at, item }
            }
            ty => {
                let item = match ty {
                    Type::Object("range") => Type::Big,
                    Type::Object("bytes") => Type::Int(Range::of(0, 255)),
                    Type::Object("matches") => Type::Object("match"),
                    _ => Type::Any,
                };
                let iterator = self.raw_temp("iter_new", vec![v.e], true, Ty::I64);
                let iterator = self.temp(iterator, Ty::I64);
                Source::Values { iterator, item }
            }
        })
    }

    /// The next item; jumps to `exhausted` when there is none.
    pub(crate) fn advance(&mut self, source: &mut Source<'a>, exhausted: Label) -> R<Val> {
        Ok(match source {
            Source::Range { at, stop, step, range, down } => {
                let over = |down| if down { le(get(*at), stop.clone()) } else { ge(get(*at), stop.clone()) };
                let over = match down {
                    Some(down) => over(*down),
                    None => select(over(true), over(false), lt(step.clone(), i64(0))),
                };
                self.emit(Stmt::BreakIf(exhausted, over));
                let item = self.temp(get(*at), Ty::I64);
                self.set(*at, add(get(*at), step.clone()));
                Val::new(Type::Int(*range), get(item))
            }
            Source::Text { at, step, left } => {
                self.emit(Stmt::BreakIf(exhausted, not(get(*left))));
                self.set(*left, sub32(get(*left), i32(1)));
                let item = self.temp(load8(get(*at), 0), Ty::I32);
                self.set(*at, add32(get(*at), step.clone()));
                Val::new(Type::Char, get(item))
            }
            Source::List { list, at } => {
                let len = self.list_len(list);
                self.emit(Stmt::BreakIf(exhausted, ge_u(get(*at), len)));
                let item = self.item_at(list, get(*at))?;
                let item = self.hold(item);
                self.set(*at, add(get(*at), i64(1)));
                item
            }
            Source::Tuple { tuple, len, at, item } => {
                self.emit(Stmt::BreakIf(exhausted, eq(get(*at), i64(*len))));
                let address = add32(wrap(tuple.e.clone()), shl32(wrap(get(*at)), i32(3)));
                let word = self.temp(load64(address, 8), Ty::I64);
                self.set(*at, add(get(*at), i64(1)));
                let v = self.unboxed(get(word), item);
                self.hold(v)
            }
            Source::Backwards { list, at } => {
                self.emit(Stmt::BreakIf(exhausted, zero(get(*at))));
                self.set(*at, sub(get(*at), i64(1)));
                // The list may have shrunk meanwhile.
                let len = load32_wide(wrap(list.e.clone()), 4);
                self.emit(Stmt::BreakIf(exhausted, ge_u(get(*at), len)));
                let item = self.item_at(list, get(*at))?;
                self.hold(item)
            }
            Source::Enumerate { inner, at, range } => {
                let item = self.advance(inner, exhausted)?;
                let item = self.hold(item);
                let index = self.temp(get(*at), Ty::I64);
                self.set(*at, add(get(*at), i64(1)));
                Val::parts(vec![Val::new(Type::Int(*range), get(index)), item])
            }
            Source::Zip(inner) => {
                let items = inner.iter_mut().map(|source| {
                    let item = self.advance(source, exhausted)?;
                    Ok(self.hold(item))
                });
                Val::parts(items.collect::<R<_>>()?)
            }
            Source::Map { function, inner, spread } => {
                let mut items = Vec::new();
                for source in inner {
                    let item = self.advance(source, exhausted)?;
                    items.push(self.hold(item));
                }
                let items = if *spread { self.parts_of(items.remove(0))? } else { items };
                self.apply(function.clone(), items)?
            }
            Source::Accumulate { function, inner, begin, total, started, at } => {
                let known = self.accumulated(*at);
                let mut seen = known.clone();
                let (total, started) = (*total, *started);
                let first = match begin {
                    Some(begin) => {
                        let begin = begin.clone();
                        let (code, ()) = self.block(|s| s.put_total(&known, &mut seen, total, begin))?;
                        let (more, ()) = self.block(|s| {
                            let item = s.advance(inner, exhausted)?;
                            s.add_to_total(function.as_ref(), &known, &mut seen, total, item)
                        })?;
                        (code, more)
                    }
                    None => {
                        let item = self.advance(inner, exhausted)?;
                        let item = self.made(item);
                        let item = self.hold(item);
                        let (code, ()) = self.block(|s| s.put_total(&known, &mut seen, total, item.clone()))?;
                        let (more, ()) =
                            self.block(|s| s.add_to_total(function.as_ref(), &known, &mut seen, total, item.clone()))?;
                        (code, more)
                    }
                };
                let (mut code, more) = first;
                code.push(Stmt::Set(started, i32(1)));
                self.emit(Stmt::If { cond: get(started), then: more, otherwise: code });
                self.note_accumulated(*at, &known, seen);
                if known == Type::Never { Val::never() } else { self.hold(Val::new(known, get(total))) }
            }
            Source::TakeWhile { function, inner } => {
                let item = self.advance(inner, exhausted)?;
                let item = self.hold(item);
                let tested = self.apply(function.clone(), vec![item.clone()])?;
                let truth = self.truth(tested)?;
                self.emit(Stmt::BreakIf(exhausted, not(truth)));
                item
            }
            Source::DropWhile { function, inner, dropping } => self.searched(|s, found| {
                let item = s.advance(inner, exhausted)?;
                let item = s.hold(item);
                s.emit(Stmt::BreakIf(found, not(get(*dropping))));
                let tested = s.apply(function.clone(), vec![item.clone()])?;
                let truth = s.truth(tested)?;
                s.set(*dropping, truth);
                s.emit(Stmt::BreakIf(found, not(get(*dropping))));
                Ok(item)
            })?,
            Source::Filter { function, inner, keep } => self.searched(|s, found| {
                let item = s.advance(inner, exhausted)?;
                let item = s.hold(item);
                let tested = match function {
                    Some(function) => s.apply(function.clone(), vec![item.clone()])?,
                    None => item.clone(),
                };
                let truth = s.truth(tested)?;
                s.emit(Stmt::BreakIf(found, if *keep { truth } else { not(truth) }));
                Ok(item)
            })?,
            Source::Generator { e, inner } => {
                let only = &e.generators[0];
                if only.ifs.is_empty() {
                    let item = self.advance(inner, exhausted)?;
                    self.assign_to(&only.target, item)?;
                } else {
                    self.searched(|s, found| {
                        let item = s.advance(inner, exhausted)?;
                        s.assign_to(&only.target, item)?;
                        s.leaving(|s, skip| {
                            for test in &only.ifs {
                                let test = s.test(test)?;
                                s.emit(Stmt::BreakIf(skip, not(test)));
                            }
                            s.emit(Stmt::Break(found));
                            Ok(())
                        })?;
                        Ok(Val::never())
                    })?;
                }
                let v = self.expr(&e.elt)?;
                self.hold(v)
            }
            Source::Values { iterator, item } => {
                if *item == Type::Never {
                    self.emit(Stmt::Break(exhausted));
                    return Ok(Val::never());
                }
                let word = self.raw_temp("iter_next", vec![get(*iterator)], true, Ty::I64);
                self.emit(Stmt::BreakIf(exhausted, zero(word.clone())));
                let v = self.unboxed(word, item);
                self.hold(v)
            }
            Source::Kept(kept) => self.advance_kept(kept, exhausted)?,
            Source::Entries { dict, cursor, len, changes, keys, values } => {
                let Type::Dict(site) = dict.ty else { return self.decline("iterating over this") };
                let now = self.raw("dict_size", vec![dict.e.clone()], false);
                let error = self.exception("RuntimeError");
                self.require(eq32(now, get(*len)), error);
                // As many keys, but others: where that leads is CPython's to say.
                self.expect(eq32(load32(wrap(dict.e.clone()), 12), get(*changes)));
                let entry = self.raw_temp("dict_entry", vec![dict.e.clone(), get(*cursor)], false, Ty::I32);
                self.emit(Stmt::BreakIf(exhausted, not(entry.clone())));
                let after = self.raw("dict_after", vec![dict.e.clone(), entry.clone()], false);
                self.set(*cursor, after);
                let (key, item) = (self.key_of(site), self.item_of(site));
                let mut parts = Vec::new();
                for (wanted, offset, ty) in [(*keys, "key", key), (*values, "value", item)] {
                    if wanted {
                        let word = self.raw_temp(&format!("entry_{offset}"), vec![entry.clone()], false, Ty::I64);
                        let v = self.unboxed(word, &ty);
                        parts.push(self.hold(v));
                    }
                }
                if parts.len() == 1 { parts.remove(0) } else { Val::parts(parts) }
            }
        })
    }

    /// A loop that goes on until `build` breaks to the label: the value is the last one built.
    fn searched(&mut self, build: impl FnOnce(&mut Self, Label) -> R<Val>) -> R<Val> {
        let mut item = Val::never();
        self.leaving(|s, found| {
            s.forever(|s| {
                item = build(s, found)?;
                Ok(())
            })
        })?;
        Ok(item)
    }
}
