//! Sources give their next item, or jump to where there is none.

use super::code::*;
use super::source::Source;
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Label, Stmt, Ty};

impl<'a> Lower<'a> {
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
    pub(crate) fn searched(&mut self, build: impl FnOnce(&mut Self, Label) -> R<Val>) -> R<Val> {
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
