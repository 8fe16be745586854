//! Dicts. One of constants that never changes is a table: its lookups need neither a hash nor the dict.

use ruff_python_ast::{self as ast, Expr as Ast};

use super::code::*;
use super::types::{Range, Site, Type};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Stmt, Ty};

/// A constant dict, in order: keys without repetition.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) entries: Vec<(Key, Val)>,
    /// It is looked up otherwise than as a table: the dict has to be made.
    pub(crate) made: bool,
}

/// A constant key, as the scalars that it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Int(i64),
    Text(Vec<u8>),
    Tuple(Vec<Key>),
}

/// Where a key stands in dense arrays: its index (i64), whether it is inside (i32); the place of each entry, and how many places there are.
type Dense = (Expr, Expr, Vec<usize>, usize);

impl<'a> Lower<'a> {
    pub(crate) fn new_dict(&mut self, at: u32) -> R<Val> {
        let site = self.site(at, 0);
        self.box_site(site);
        let e = self.raw_temp("new_dict", vec![], false, Ty::I64);
        Ok(Val::new(Type::Dict(self.find(site)), e))
    }

    pub(crate) fn dict_literal(&mut self, at: u32, items: &'a [ast::DictItem]) -> R<Val> {
        if items.iter().any(|item| item.key.is_none()) {
            return self.merged_dict(items);
        }
        let mut pairs = Vec::new();
        for item in items {
            let Some(key) = &item.key else { continue };
            let key = self.expr(key)?;
            let key = self.made_unless_parts(key);
            let key = self.hold(key);
            let v = self.expr(&item.value)?;
            let v = self.made_unless_parts(v);
            pairs.push((key, self.hold(v)));
        }
        let site = self.site(at, 0);
        self.box_site(site);
        self.note_table(site, &pairs);
        let (mut keys, mut items) = (Type::Never, Type::Never);
        for (key, v) in &pairs {
            keys = self.join(&keys, &key.ty)?;
            items = self.join(&items, &v.ty)?;
        }
        self.key_in_site(site, &keys)?;
        self.put_in_site(site, &items)?;
        let site = self.find(site);
        if self.table_of(site).is_some_and(|table| !table.made) {
            return Ok(Val::new(Type::Dict(site), i64(0)));
        }
        let dict = self.raw_temp("new_dict", vec![], false, Ty::I64);
        for (key, v) in pairs {
            let (key, v) = (self.boxed(key), self.boxed(v));
            let call = self.raw("dict_put", vec![dict.clone(), key, v], true);
            self.emit(Stmt::Eval(call));
        }
        Ok(Val::new(Type::Dict(site), dict))
    }

    pub(crate) fn made_unless_parts(&mut self, v: Val) -> Val {
        if matches!(v.more, More::Parts(_)) { v } else { self.made(v) }
    }

    /// A dict display with `**` in it.
    fn merged_dict(&mut self, items: &'a [ast::DictItem]) -> R<Val> {
        let dict = self.raw_temp("new_dict", vec![], false, Ty::I64);
        for item in items {
            if let Some(key) = &item.key {
                let key = self.expr(key)?;
                let key = self.hold(key);
                let v = self.expr(&item.value)?;
                self.put_escaped(&dict, key, v)?;
                continue;
            }
            let v = self.expr(&item.value)?;
            if !matches!(v.ty, Type::Dict(_) | Type::Object("dict" | "Counter" | "defaultdict")) {
                return self.decline("** of this in a dict display");
            }
            let other = self.escaped(v)?;
            let call = self.raw("inplace_or", vec![dict.clone(), other], true);
            self.emit(Stmt::Eval(call));
        }
        Ok(Val::new(Type::Object("dict"), dict))
    }

    /// dict(pairs, a=1): the keywords are put in behind the pairs.
    pub(crate) fn dict_with_keywords(&mut self, call: &'a ast::ExprCall) -> R<Val> {
        let dict = match &call.arguments.args[..] {
            [] => self.raw_temp("new_dict", vec![], false, Ty::I64),
            [e] if !e.is_starred_expr() => {
                // Python looks at the pairs after it has evaluated the keywords.
                let v =
                    if self.is_lazy(e)? { return self.decline("dict of this with keywords") } else { self.expr(e)? };
                let word = self.boxed_for_reading(v)?;
                let mut values = Vec::new();
                for keyword in &call.arguments.keywords {
                    let v = self.expr(&keyword.value)?;
                    let v = self.made(v);
                    values.push(self.hold(v));
                }
                let dict = self.runtime_call("", "dict", vec![word])?.e;
                for (keyword, v) in call.arguments.keywords.iter().zip(values) {
                    let Some(name) = &keyword.arg else { return self.decline("dict with **") };
                    let key = self.text(name.as_str().as_bytes());
                    self.put_escaped(&dict, key, v)?;
                }
                return Ok(Val::new(Type::Object("dict"), dict));
            }
            _ => return self.decline("dict with these arguments"),
        };
        for keyword in &call.arguments.keywords {
            let Some(name) = &keyword.arg else { return self.decline("dict with **") };
            let key = self.text(name.as_str().as_bytes());
            let v = self.expr(&keyword.value)?;
            self.put_escaped(&dict, key, v)?;
        }
        Ok(Val::new(Type::Object("dict"), dict))
    }

    fn put_escaped(&mut self, dict: &Expr, key: Val, v: Val) -> R<()> {
        let key = self.escaped(key)?;
        let v = self.escaped(v)?;
        let call = self.raw("dict_put", vec![dict.clone(), key, v], true);
        self.emit(Stmt::Eval(call));
        Ok(())
    }

    /// The dict itself is wanted: it cannot stay a table only.
    pub(crate) fn want_dict(&mut self, site: Site) {
        if let Some(at) = self.contents(site).table
            && !self.tables[at].made
        {
            self.tables[at].made = true;
            self.changed = true;
        }
    }

    fn note_table(&mut self, site: Site, pairs: &[(Val, Val)]) {
        let contents = self.contents(site);
        if contents.changed || contents.mixed || pairs.is_empty() || pairs.len() > 64 {
            return;
        }
        match (contents.table.map(|at| &self.tables[at]), constant_entries(pairs)) {
            (Some(known), Some(entries)) if known.is_of(&entries) => {}
            // What an earlier pass took for constant is not.
            (Some(_), _) => self.site_changes(site),
            (None, Some(entries)) => {
                self.tables.push(Table { entries, made: false });
                let at = self.tables.len() - 1;
                self.set_table(site, at);
            }
            (None, None) => {}
        }
    }

    /// The table of a dict that is one and never changes.
    fn table_of(&self, site: Site) -> Option<&Table> {
        let contents = self.contents(site);
        if contents.changed { None } else { contents.table.map(|at| &self.tables[at]) }
    }

    /// Where a key stands in a table, as an index into dense arrays: (index i32, in range i32), and the place of each entry.
    fn dense(&mut self, entries: &[(Key, Val)], key: &Val) -> R<Option<Dense>> {
        let mut fits = Vec::new();
        let Some(scalars) = self.scalars(key, &entries[0].0, &mut fits)? else { return Ok(None) };
        let mut rows: Vec<Vec<i64>> = Vec::new();
        for (key, _) in entries {
            let mut row = Vec::new();
            flatten(key, &mut row);
            if row.len() != scalars.len() {
                return Ok(None);
            }
            rows.push(row);
        }
        let mut size = 1_i64;
        let mut spans = Vec::new();
        for at in 0..scalars.len() {
            let low = rows.iter().map(|row| row[at]).min().unwrap_or(0);
            let high = rows.iter().map(|row| row[at]).max().unwrap_or(0);
            let Some(width) = high.checked_sub(low).and_then(|w| w.checked_add(1)) else { return Ok(None) };
            size = size.saturating_mul(width);
            spans.push((low, width));
        }
        if size > 4096 || scalars.is_empty() {
            return Ok(None);
        }
        let mut index = i64(0);
        // What has to lie below a width; below a power of two, all do if their union does.
        let mut below: Vec<(i64, Expr)> = Vec::new();
        for ((scalar, known), &(low, width)) in scalars.into_iter().zip(&spans) {
            let digit = if low == 0 { scalar } else { sub(scalar, i64(low)) };
            let digit = if is_simple(&digit) { digit } else { get(self.temp(digit, Ty::I64)) };
            if !known.within(Range::of(low, low + width - 1)) {
                match below.iter_mut().find(|(of, _)| *of == width && width.count_ones() == 1) {
                    Some((_, union)) => *union = or(union.clone(), digit.clone()),
                    None => below.push((width, digit.clone())),
                }
            }
            index = if matches!(index, Expr::I64(0)) { digit } else { add(mul(index, i64(width)), digit) };
        }
        fits.extend(below.into_iter().map(|(width, digit)| lt_u(digit, i64(width))));
        let inside = fits.into_iter().reduce(and32).unwrap_or(i32(1));
        let places = rows
            .iter()
            .map(|row| row.iter().zip(&spans).fold(0_i64, |at, (&v, &(low, width))| at * width + (v - low)) as usize)
            .collect();
        Ok(Some((index, inside, places, size as usize)))
    }

    /// A key's scalars as i64, if it may have the shape of the table's keys, which `fits` then asks for. What has another shape is looked
    /// up in the dict.
    fn scalars(&mut self, key: &Val, like: &Key, fits: &mut Vec<Expr>) -> R<Option<Vec<(Expr, Range)>>> {
        Ok(match (like, &key.ty) {
            (Key::Int(_), Type::Int(_) | Type::Bool) => self.word_of(key).map(|word| vec![word]),
            (Key::Text(text), Type::Char) if text.len() == 1 => Some(vec![(extend(key.e.clone()), Range::of(0, 127))]),
            // None is no key, as -1 is no character.
            (Key::Text(text), Type::MaybeChar) if text.len() == 1 => {
                let wide = op(wasm_encoder::Instruction::I64ExtendI32S, [key.e.clone()]);
                Some(vec![(wide, Range::of(-1, 127))])
            }
            (Key::Text(text), Type::Str) if (1..=4).contains(&text.len()) && matches!(key.more, More::Nothing) => {
                let s = self.simple(key.clone()).e;
                fits.push(eq(packed_len(s.clone()), i64(text.len() as i64)));
                let mut bytes = Vec::new();
                for at in 0..text.len() {
                    // Behind a shorter string lies something too; at the end of memory, the row becomes CPython's.
                    let byte = self.temp(load8(packed_data(s.clone()), at as u64), Ty::I32);
                    bytes.push((extend(get(byte)), Range::of(0, 127)));
                }
                Some(bytes)
            }
            (Key::Tuple(items), Type::Tuple(_)) => {
                let More::Parts(parts) = &key.more else { return Ok(None) };
                if parts.len() != items.len() {
                    return Ok(None);
                }
                let mut all = Vec::new();
                for (part, item) in parts.clone().iter().zip(items) {
                    match self.scalars(part, item, fits)? {
                        Some(scalars) => all.extend(scalars),
                        None => return Ok(None),
                    }
                }
                Some(all)
            }
            _ => None,
        })
    }

    /// Looks a key up in a table: whether it is there, and its value in the form of the site's items.
    fn table_lookup(&mut self, site: Site, key: &Val) -> R<Option<(Expr, Val)>> {
        let Some(table) = self.table_of(site).cloned() else { return Ok(None) };
        let item = self.item_of(site);
        if !matches!(item, Type::Int(_) | Type::Bool | Type::Char) || !same_shapes(&table.entries) {
            return Ok(None);
        }
        let key = self.hold(key.clone());
        let Some((index, inside, places, size)) = self.dense(&table.entries, &key)? else { return Ok(None) };
        let values: Vec<i64> = table.entries.iter().map(|(_, v)| constant_word(v)).collect();
        let least = values.iter().copied().min().unwrap_or(0);
        let Some(most) = values.iter().map(|v| v.checked_sub(least)).max().flatten() else { return Ok(None) };
        if most > 250 {
            return Ok(None);
        }
        // Each place holds the value's distance from the least; where places are free, plus one, and 0 is absent.
        let full = places.len() == size;
        let shift = i64::from(!full);
        let code = |value: i64| (value - least + shift) as u64;
        let bits = (64 - (most + shift).cast_unsigned().leading_zeros()).max(1) as usize;
        let found = if bits * size <= 64 {
            // The whole table is a word.
            let word =
                places.iter().zip(&values).fold(0_u64, |word, (place, value)| word | code(*value) << (place * bits));
            let at = if bits == 1 { index } else { mul(index, i64(bits as i64)) };
            and(shr_u(i64(word.cast_signed()), at), i64((1 << bits) - 1))
        } else {
            let mut bytes = vec![0_u8; size];
            for (place, value) in places.iter().zip(&values) {
                bytes[*place] = code(*value) as u8;
            }
            let at = self.data(&bytes);
            let index = select(wrap(index), i32(0), inside.clone());
            extend(load8(add32(Expr::Data(at), index), 0))
        };
        let found = self.temp(found, Ty::I64);
        let there = if full { inside } else { and32(ne(get(found), i64(0)), inside) };
        let there = if is_simple(&there) { there } else { get(self.temp(there, Ty::I32)) };
        let distance = least - shift;
        let shifted = if distance == 0 { get(found) } else { add(get(found), i64(distance)) };
        let v = match item {
            Type::Int(_) => Val::new(item, shifted),
            _ => Val::new(item, wrap(shifted)),
        };
        Ok(Some((there, v)))
    }

    /// key in dict, where the dict is a table.
    pub(crate) fn table_has(&mut self, site: Site, key: &Val) -> R<Option<Expr>> {
        match self.table_lookup(site, key)? {
            Some((there, _)) => Ok(Some(there)),
            None => {
                self.want_dict(site);
                Ok(None)
            }
        }
    }

    /// dict[key].
    pub(crate) fn dict_item(&mut self, site: Site, dict: Val, key: Val) -> R<Val> {
        let error = self.exception("KeyError");
        if let Some((there, v)) = self.table_lookup(site, &key)? {
            self.require(there, error);
            return Ok(self.hold(v));
        }
        self.want_dict(site);
        let item = self.item_of(site);
        let key = self.escaped_key(key)?;
        let e = self.raw_temp("dict_find", vec![dict.e, key], true, Ty::I64);
        self.require(ne(e.clone(), i64(0)), error);
        if item == Type::Never {
            return Ok(self.fail("KeyError"));
        }
        let v = self.unboxed(e, &item);
        Ok(self.hold(v))
    }

    /// A key for a lookup: it is only compared.
    fn escaped_key(&mut self, key: Val) -> R<Expr> {
        let word = self.boxed_for_reading(key)?;
        Ok(if is_simple(&word) { word } else { get(self.temp(word, Ty::I64)) })
    }

    pub(crate) fn set_dict_item(&mut self, site: Site, dict: Val, key: Val, v: Val) -> R<()> {
        let v = self.made(v);
        self.want_dict(site);
        self.site_changes(site);
        self.key_in_site(site, &key.ty)?;
        self.put_in_site(site, &v.ty)?;
        let (key, v) = (self.boxed(key), self.boxed(v));
        let call = self.raw("dict_put", vec![dict.e, key, v], true);
        self.emit(Stmt::Eval(call));
        Ok(())
    }

    /// Methods of dicts of known types. None: the runtime's method is called.
    pub(crate) fn dict_method(&mut self, site: Site, dict: &Val, name: &str, args: &'a [Ast]) -> R<Option<Val>> {
        if !["get", "setdefault"].contains(&name) || !(1..=2).contains(&args.len()) {
            if ["keys", "values", "items", "get"].contains(&name) {
                // Views are only read.
                self.want_dict(site);
            }
            return Ok(None);
        }
        let mut values = Vec::new();
        for e in args {
            let v = self.expr(e)?;
            let v = self.made_unless_parts(v);
            values.push(self.hold(v));
        }
        self.dict_method_on_values(site, dict, name, &values)
    }

    pub(crate) fn dict_method_on_values(&mut self, site: Site, dict: &Val, name: &str, args: &[Val]) -> R<Option<Val>> {
        let none = self.none();
        let (key, default) = match args {
            [key] => (key.clone(), Val::new(Type::None, none)),
            [key, default] => (key.clone(), default.clone()),
            _ => return Ok(None),
        };
        match name {
            "get" => {
                if let Some((there, v)) = self.table_lookup(site, &key)? {
                    return self.choose(there, |_| Ok(v), |_| Ok(default)).map(Some);
                }
                self.want_dict(site);
                let item = self.item_of(site);
                let key = self.escaped_key(key)?;
                let e = self.raw_temp("dict_find", vec![dict.e.clone(), key], true, Ty::I64);
                let there = ne(e.clone(), i64(0));
                self.choose(
                    there,
                    |s| {
                        if item == Type::Never {
                            return Ok(Val::never());
                        }
                        let v = s.unboxed(e, &item);
                        Ok(s.hold(v))
                    },
                    |_| Ok(default),
                )
                .map(Some)
            }
            "setdefault" => {
                self.want_dict(site);
                self.site_changes(site);
                self.key_in_site(site, &key.ty)?;
                self.put_in_site(site, &default.ty)?;
                let item = self.item_of(site);
                let key = self.boxed(key);
                let key = get(self.temp(key, Ty::I64));
                let default = self.boxed(default);
                let default = get(self.temp(default, Ty::I64));
                let found = self.raw("dict_find", vec![dict.e.clone(), key.clone()], true);
                let found = self.cursor(found, Ty::I64);
                self.when(zero(get(found)), |s| {
                    let call = s.raw("dict_put", vec![dict.e.clone(), key, default.clone()], true);
                    s.emit(Stmt::Eval(call));
                    s.set(found, default);
                    Ok(())
                })?;
                let held = self.temp(get(found), Ty::I64);
                let v = self.unboxed(get(held), &item);
                Ok(Some(self.hold(v)))
            }
            _ => Ok(None),
        }
    }
}

impl Table {
    fn is_of(&self, entries: &[(Key, Val)]) -> bool {
        let same = |a: &Val, b: &Val| a.ty == b.ty && constant_word(a) == constant_word(b) && a.text() == b.text();
        self.entries.len() == entries.len()
            && self.entries.iter().zip(entries).all(|((key, v), (other, w))| key == other && same(v, w))
    }
}

/// The entries of a dict of constants: the last of those with one key counts, in the place of the first.
fn constant_entries(pairs: &[(Val, Val)]) -> Option<Vec<(Key, Val)>> {
    let mut entries: Vec<(Key, Val)> = Vec::new();
    for (key, v) in pairs {
        let key = constant_key(key).filter(|_| is_constant(v))?;
        match entries.iter_mut().find(|(known, _)| *known == key) {
            Some(entry) => entry.1 = v.clone(),
            None => entries.push((key, v.clone())),
        }
    }
    Some(entries)
}

fn is_constant(v: &Val) -> bool {
    v.constant().is_some() || v.text().is_some() || matches!((&v.ty, &v.e), (Type::Bool, Expr::I32(_)))
}

/// The word of a constant int, bool or character.
fn constant_word(v: &Val) -> i64 {
    match (&v.e, v.text()) {
        (_, Some(text)) => text.first().copied().map_or(0, i64::from),
        (Expr::I64(value), _) => *value,
        (Expr::I32(value), _) => i64::from(*value),
        _ => 0,
    }
}

fn constant_key(v: &Val) -> Option<Key> {
    match &v.more {
        More::Parts(parts) => parts.iter().map(constant_key).collect::<Option<_>>().map(Key::Tuple),
        More::Text(text) => Some(Key::Text(text.to_vec())),
        _ => match (&v.ty, &v.e) {
            (Type::Int(_), Expr::I64(value)) => Some(Key::Int(*value)),
            (Type::Bool, Expr::I32(value)) => Some(Key::Int(i64::from(*value))),
            _ => None,
        },
    }
}

fn flatten(key: &Key, row: &mut Vec<i64>) {
    match key {
        Key::Int(value) => row.push(*value),
        Key::Text(text) => row.extend(text.iter().map(|&c| i64::from(c))),
        Key::Tuple(items) => items.iter().for_each(|item| flatten(item, row)),
    }
}

/// Whether all keys have the same shape, so that a key of another shape is in none of them.
fn same_shapes(entries: &[(Key, Val)]) -> bool {
    fn shape(key: &Key) -> Vec<u32> {
        match key {
            Key::Int(_) => vec![0],
            Key::Text(text) => vec![1, text.len() as u32],
            Key::Tuple(items) => [2, items.len() as u32].into_iter().chain(items.iter().flat_map(shape)).collect(),
        }
    }
    entries.windows(2).all(|pair| shape(&pair[0].0) == shape(&pair[1].0))
}
