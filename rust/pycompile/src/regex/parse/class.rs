//! Character classes: `[^...]`.

use super::escape::Class;
use super::{Parser, Result, literal};
use crate::regex::IGNORECASE;
use crate::regex::set::{Set, fold, range};

impl Parser {
    /// A class, behind its bracket.
    pub(super) fn class(&mut self, flags: u32) -> Result<Set> {
        let negative = self.eat('^');
        let mut set = 0;
        let mut empty = true; // a bracket that closes an empty class is its first member
        loop {
            if !empty && self.eat(']') {
                break;
            }
            empty = false;
            let low = self.member(flags)?;
            if !self.eat('-') {
                set |= low.set(flags)?;
            } else if self.eat(']') {
                set |= low.set(flags)? | 1 << b'-';
                break;
            } else {
                set |= between(&low, &self.member(flags)?, flags)?;
            }
        }
        Ok(if negative { !set } else { set })
    }

    fn member(&mut self, flags: u32) -> Result<Class> {
        let token = self.next().ok_or("unterminated character set")?;
        if token.escaped { self.class_escape(token.character, flags) } else { Ok(Class::Literal(token.character)) }
    }
}

impl Class {
    fn set(&self, flags: u32) -> Result<Set> {
        match *self {
            Class::Literal(character) => literal(character, flags),
            Class::Category(set) => Ok(set),
        }
    }
}

fn between(low: &Class, high: &Class, flags: u32) -> Result<Set> {
    let (&Class::Literal(low), &Class::Literal(high)) = (low, high) else {
        return Err("bad character range".into());
    };
    if high < low {
        return Err("bad character range".into());
    }
    if flags & IGNORECASE != 0 && !high.is_ascii() {
        return Err("IGNORECASE with a range that is not ASCII".into());
    }
    let set = if low.is_ascii() { range(low as u8, high.min('\x7f') as u8) } else { 0 };
    Ok(if flags & IGNORECASE != 0 { fold(set) } else { set })
}
