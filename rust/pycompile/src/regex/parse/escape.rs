//! What stands behind a backslash.

use super::{Parser, Result, literal};
use crate::regex::set::{DIGIT, SPACE, SPACE_ASCII, Set, WORD};
use crate::regex::syntax::{At, Node};
use crate::regex::{ASCII, IGNORECASE};

/// A member of a character class.
pub(super) enum Class {
    Literal(char),
    Category(Set),
}

impl Parser {
    /// An escape outside classes, behind its first character.
    pub(super) fn escape(&mut self, character: char, flags: u32) -> Result<Node> {
        let at = match character {
            'A' => At::Begin,
            'b' => At::Boundary,
            'B' => At::NotBoundary,
            'Z' | 'z' => At::EndText,
            '0' => {
                let octal = format!("0{}", self.take_while(2, is_octal));
                return Ok(Node::Set(literal(code(&octal, 8)?, flags)?));
            }
            '1'..='9' => return self.number(character, flags),
            _ => {
                return Ok(Node::Set(match self.common(character, flags)? {
                    Class::Literal(character) => literal(character, flags)?,
                    Class::Category(set) => set,
                }));
            }
        };
        Ok(Node::At(at))
    }

    /// An escape in a class.
    pub(super) fn class_escape(&mut self, character: char, flags: u32) -> Result<Class> {
        match character {
            'b' => Ok(Class::Literal('\x08')),
            '0'..='7' => {
                let octal = format!("{character}{}", self.take_while(2, is_octal));
                Ok(Class::Literal(code(&octal, 8).ok().filter(|&c| c <= '\u{ff}').ok_or("a large octal escape")?))
            }
            _ => self.common(character, flags),
        }
    }

    /// What means the same in and outside classes.
    fn common(&mut self, character: char, flags: u32) -> Result<Class> {
        let space = if flags & ASCII != 0 { SPACE_ASCII } else { SPACE };
        Ok(match character {
            'd' => Class::Category(DIGIT),
            'D' => Class::Category(!DIGIT),
            's' => Class::Category(space),
            'S' => Class::Category(!space),
            'w' => Class::Category(WORD),
            'W' => Class::Category(!WORD),
            'a' => Class::Literal('\x07'),
            'f' => Class::Literal('\x0c'),
            'n' => Class::Literal('\n'),
            'r' => Class::Literal('\r'),
            't' => Class::Literal('\t'),
            'v' => Class::Literal('\x0b'),
            'x' | 'u' | 'U' => {
                let digits = match character {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let hexadecimal = self.take_while(digits, |c| c.is_ascii_hexdigit());
                if hexadecimal.len() != digits {
                    return Err(format!("incomplete escape \\{character}"));
                }
                Class::Literal(code(&hexadecimal, 16)?)
            }
            'N' => return Err("named escape \\N{...}".into()),
            _ if character.is_ascii_alphanumeric() => return Err(format!("bad escape \\{character}")),
            _ => Class::Literal(character),
        })
    }

    /// Three octal digits are a character, other numbers a group.
    fn number(&mut self, first: char, flags: u32) -> Result<Node> {
        let mut digits = String::from(first);
        digits.push_str(&self.take_while(1, |c| c.is_ascii_digit()));
        let third = self.peek_plain().filter(|&c| is_octal(c));
        if let (2, true, Some(third)) = (digits.len(), digits.chars().all(is_octal), third) {
            self.at += 1;
            digits.push(third);
            let character = code(&digits, 8)?;
            if character > '\u{ff}' {
                return Err("a large octal escape".into());
            }
            return Ok(Node::Set(literal(character, flags)?));
        }
        self.backref(digits.parse().map_err(|_| "bad group reference")?, flags)
    }

    /// A reference to a group that must be complete.
    pub(super) fn backref(&mut self, group: u32, flags: u32) -> Result<Node> {
        match self.groups.get(group as usize) {
            Some(Some(_)) if self.behind.is_some_and(|before| group as usize >= before) => {
                Err("a reference to a group in the same lookbehind".into())
            }
            Some(Some(_)) => Ok(Node::Backref { group, ignore_case: flags & IGNORECASE != 0 }),
            Some(None) => Err("a reference to an open group".into()),
            None => Err(format!("a reference to group {group}, which is not there")),
        }
    }
}

fn is_octal(character: char) -> bool {
    ('0'..='7').contains(&character)
}

/// The character of a code. Half of a surrogate pair is none in Rust; Python allows it, and it matches no ASCII.
fn code(digits: &str, radix: u32) -> Result<char> {
    let code = u32::from_str_radix(digits, radix).map_err(|_| "a large escape")?;
    char::from_u32(code).ok_or_else(|| format!("escape of the character {code:#x}"))
}
