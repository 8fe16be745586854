//! Dicts of constants that never change: lookups without a hash or the dict.

use super::code::*;
use super::dicts::{Key, Table};
use super::types::{Range, Site, Type};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Ty};

impl<'a> Lower<'a> {
    pub(crate) fn note_table(&mut self, site: Site, pairs: &[(Val, Val)]) {
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
    pub(crate) fn table_of(&self, site: Site) -> Option<&Table> {
        let contents = self.contents(site);
        if contents.changed { None } else { contents.table.map(|at| &self.tables[at]) }
    }

    /// Where a key stands in a table, as an index into dense arrays: (index i32, in range i32), and the place of each entry.
    pub(crate) fn dense(&mut self, entries: &[(Key, Val)], key: &Val) -> R<Option<Dense>> {
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
    pub(crate) fn scalars(&mut self, key: &Val, like: &Key, fits: &mut Vec<Expr>) -> R<Option<Vec<(Expr, Range)>>> {
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
    pub(crate) fn table_lookup(&mut self, site: Site, key: &Val) -> R<Option<(Expr, Val)>> {
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
}

pub(crate) fn is_constant(v: &Val) -> bool {
    v.constant().is_some() || v.text().is_some() || matches!((&v.ty, &v.e), (Type::Bool, Expr::I32(_)))
}

/// The word of a constant int, bool or character.
pub(crate) fn constant_word(v: &Val) -> i64 {
    match (&v.e, v.text()) {
        (_, Some(text)) => text.first().copied().map_or(0, i64::from),
        (Expr::I64(value), _) => *value,
        (Expr::I32(value), _) => i64::from(*value),
        _ => 0,
    }
}

pub(crate) fn constant_key(v: &Val) -> Option<Key> {
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

pub(crate) fn flatten(key: &Key, row: &mut Vec<i64>) {
    match key {
        Key::Int(value) => row.push(*value),
        Key::Text(text) => row.extend(text.iter().map(|&c| i64::from(c))),
        Key::Tuple(items) => items.iter().for_each(|item| flatten(item, row)),
    }
}

/// Whether all keys have the same shape, so that a key of another shape is in none of them.
pub(crate) fn same_shapes(entries: &[(Key, Val)]) -> bool {
    fn shape(key: &Key) -> Vec<u32> {
        match key {
            Key::Int(_) => vec![0],
            Key::Text(text) => vec![1, text.len() as u32],
            Key::Tuple(items) => [2, items.len() as u32].into_iter().chain(items.iter().flat_map(shape)).collect(),
        }
    }
    entries.windows(2).all(|pair| shape(&pair[0].0) == shape(&pair[1].0))
}

/// The entries of a dict of constants: the last of those with one key counts, in the place of the first.
pub(crate) fn constant_entries(pairs: &[(Val, Val)]) -> Option<Vec<(Key, Val)>> {
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

/// Where a key stands in dense arrays: its index (i64), whether it is inside (i32); the place of each entry, and how many places there are.
pub(crate) type Dense = (Expr, Expr, Vec<usize>, usize);
