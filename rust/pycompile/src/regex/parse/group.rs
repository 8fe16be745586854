//! What begins with a parenthesis.

use super::{Parser, Result};
use crate::regex::syntax::Node;
use crate::regex::{ASCII, DOTALL, IGNORECASE, MULTILINE, UNICODE, VERBOSE};

pub(super) enum Group {
    Node(Node),
    Comment,
    /// Flags for the whole pattern; they are set.
    Flags,
}

const TYPES: u32 = ASCII | UNICODE;

impl Parser {
    /// A group, behind its parenthesis. `start`: of the whole pattern, where its flags may stand.
    pub(super) fn group(&mut self, flags: u32, start: bool) -> Result<Group> {
        const DEPTH: u32 = 100;
        if self.depth == DEPTH {
            return Err("deeply nested groups".into());
        }
        self.depth += 1;
        let node = if self.eat('?') {
            match self.next().and_then(super::Token::plain).ok_or("bad extension (?")? {
                'P' => self.named(flags)?,
                ':' => self.body(flags)?,
                '>' => Node::Atomic(Box::new(self.body(flags)?)),
                '#' => {
                    while self.next().ok_or("unterminated comment")?.plain() != Some(')') {}
                    self.depth -= 1;
                    return Ok(Group::Comment);
                }
                '=' => self.look(false, false, flags)?,
                '!' => self.look(false, true, flags)?,
                '<' if self.eat('=') => self.look(true, false, flags)?,
                '<' if self.eat('!') => self.look(true, true, flags)?,
                '(' => self.condition(flags)?,
                letter => match self.flags(letter)? {
                    None if !start => return Err("global flags not at the start".into()),
                    None => {
                        self.depth -= 1;
                        return Ok(Group::Flags);
                    }
                    Some((add, remove)) => {
                        let kept = if add & TYPES != 0 { flags & !TYPES } else { flags };
                        self.body((kept | add) & !remove)?
                    }
                },
            }
        } else {
            self.capture(None, flags)?
        };
        self.depth -= 1;
        Ok(Group::Node(node))
    }

    /// What is inside, and the parenthesis that closes it.
    fn body(&mut self, flags: u32) -> Result<Node> {
        let node = self.alternatives(flags, false)?;
        self.expect(')')?;
        Ok(node)
    }

    fn capture(&mut self, name: Option<String>, flags: u32) -> Result<Node> {
        let group = self.groups.len();
        self.groups.push(None);
        if let Some(name) = name {
            if self.names.iter().any(|(other, _)| *other == name) {
                return Err(format!("group {name} twice"));
            }
            self.names.push((name, group as u32));
        }
        let body = self.body(flags)?;
        self.groups[group] = Some(body.width(&self.groups));
        Ok(Node::Group(group as u32, Box::new(body)))
    }

    /// `(?P<name>...)`, `(?P=name)`
    fn named(&mut self, flags: u32) -> Result<Node> {
        if self.eat('<') {
            let name = self.until('>')?;
            self.capture(Some(identifier(name)?), flags)
        } else if self.eat('=') {
            let name = self.until(')')?;
            let group = self.find(&name)?;
            self.backref(group, flags)
        } else {
            Err("unknown extension ?P".into())
        }
    }

    fn look(&mut self, behind: bool, negative: bool, flags: u32) -> Result<Node> {
        let outer = self.behind;
        if behind {
            self.behind = outer.or(Some(self.groups.len()));
        }
        let body = self.body(flags)?;
        self.behind = outer;
        let behind = match body.width(&self.groups) {
            _ if !behind => None,
            (low, high) if low != high => return Err("look-behind requires fixed-width pattern".into()),
            (low, _) => Some(u32::try_from(low).map_err(|_| "looks too much behind")?),
        };
        Ok(Node::Look { behind, negative, body: Box::new(body) })
    }

    /// `(?(group)yes|no)`. A group that is open here would show what failed attempts left: declined.
    fn condition(&mut self, flags: u32) -> Result<Node> {
        let name = self.until(')')?;
        let group = match name.parse() {
            Ok(group) if name.bytes().all(|byte| byte.is_ascii_digit()) => group,
            _ => self.find(&name)?,
        };
        if group == 0 {
            return Err("bad group number 0".into());
        }
        if self.groups.get(group as usize).is_some_and(Option::is_none) {
            return Err("a condition on an open group".into());
        }
        if self.behind.is_some_and(|before| group as usize >= before) {
            return Err("a condition on a group in the same lookbehind".into());
        }
        self.asked = self.asked.max(group);
        let yes = self.sequence(flags, false)?;
        let no = if self.eat('|') { self.sequence(flags, false)? } else { Node::Cat(vec![]) };
        self.expect(')')?;
        Ok(Node::IfGroup { group, yes: Box::new(yes), no: Box::new(no) })
    }

    /// `i`, `i-s:`: the flags that are set and removed in a group, None if they are for the whole pattern.
    fn flags(&mut self, first: char) -> Result<Option<(u32, u32)>> {
        let (mut add, mut remove) = (0, 0);
        let mut letter = first;
        while letter != '-' {
            add |= flag(letter)?;
            if add & TYPES == TYPES {
                return Err("flags 'a' and 'u' together".into());
            }
            letter = self.letter()?;
            if letter == ')' {
                self.flags |= add;
                return Ok(None);
            }
            if letter == ':' {
                return Ok(Some((add, remove)));
            }
        }
        letter = self.letter()?;
        loop {
            remove |= flag(letter)?;
            letter = self.letter()?;
            if letter == ':' {
                break;
            }
        }
        if remove & TYPES != 0 || add & remove != 0 {
            return Err("bad inline flags".into());
        }
        Ok(Some((add, remove)))
    }

    fn letter(&mut self) -> Result<char> {
        self.next().and_then(super::Token::plain).ok_or_else(|| "bad inline flags".into())
    }

    /// A name and what ends it.
    fn until(&mut self, end: char) -> Result<String> {
        let mut name = String::new();
        loop {
            match self.letter() {
                Ok(character) if character == end => return Ok(name),
                Ok(character) => name.push(character),
                Err(_) => return Err("bad group name".into()),
            }
        }
    }

    fn find(&self, name: &str) -> Result<u32> {
        let found = self.names.iter().find(|(other, _)| other == name);
        found.map(|&(_, group)| group).ok_or_else(|| format!("no group {name}"))
    }
}

/// A name that Python takes too. (Others than ASCII are left to it.)
fn identifier(name: String) -> Result<String> {
    let fits = |(at, c): (usize, char)| c == '_' || c.is_ascii_alphabetic() || at > 0 && c.is_ascii_digit();
    if !name.is_empty() && name.chars().enumerate().all(fits) { Ok(name) } else { Err(format!("group name {name}")) }
}

fn flag(letter: char) -> Result<u32> {
    match letter {
        'a' => Ok(ASCII),
        'i' => Ok(IGNORECASE),
        'm' => Ok(MULTILINE),
        's' => Ok(DOTALL),
        'u' => Ok(UNICODE),
        'x' => Ok(VERBOSE),
        _ => Err(format!("unknown extension or flag ?{letter}")),
    }
}
