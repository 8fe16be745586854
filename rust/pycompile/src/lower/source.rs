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
    pub(crate) fn open_call(&mut self, call: &'a ast::ExprCall) -> R<Option<Source<'a>>> {
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

    pub(crate) fn open_range(&mut self, args: &'a [Ast]) -> R<Option<Source<'a>>> {
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

    pub(crate) fn open_text(&mut self, first: Expr, step: Expr, count: Expr) -> Source<'a> {
        let at = self.cursor(first, Ty::I32);
        let left = self.cursor(count, Ty::I32);
        Source::Text { at, step, left }
    }

    pub(crate) fn open_dict(&mut self, dict: Val, keys: bool, values: bool) -> Source<'a> {
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
}
