//! Patterns to syntax trees, as `re._parser` of CPython 3.14 reads them, oddities included.
//!
//! The text is cut into tokens first: a character, or a backslash with the character behind it.

use super::set::{ALL, NEWLINE, Set, fold};
use super::syntax::{At, Kind, MANY, Node};
use super::{ASCII, DOTALL, IGNORECASE, MULTILINE, UNICODE, VERBOSE};

mod class;
mod escape;
mod group;

pub(super) struct Parsed {
    pub node: Node,
    pub groups: u32,
    pub names: Vec<(String, u32)>,
}

type Result<T> = std::result::Result<T, String>;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Token {
    character: char,
    escaped: bool,
}

impl Token {
    /// The character, unless a backslash stands before it.
    fn plain(self) -> Option<char> {
        (!self.escaped).then_some(self.character)
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// The flags of the whole pattern.
    flags: u32,
    /// The width of each group by its number, None while it is open; [0] is the whole pattern.
    groups: Vec<Option<(u64, u64)>>,
    names: Vec<(String, u32)>,
    /// Within a lookbehind: how many groups there were before it.
    behind: Option<usize>,
    /// The greatest group that a condition asks for: it may stand behind the condition.
    asked: u32,
    depth: u32,
}

/// What a quantifier must know of the item before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    Plain,
    Assertion,
    Repeat,
}

pub(super) fn parse(pattern: &str, flags: u32) -> Result<Parsed> {
    if flags & !(IGNORECASE | MULTILINE | DOTALL | UNICODE | VERBOSE | ASCII) != 0 {
        return Err("flags other than IGNORECASE, MULTILINE, DOTALL, UNICODE, VERBOSE, ASCII".into());
    }
    let tokens = tokens(pattern)?;
    let (groups, names) = (vec![None], Vec::new());
    let mut parser = Parser { tokens, at: 0, flags, groups, names, behind: None, asked: 0, depth: 0 };
    let node = parser.alternatives(flags, true)?;
    if parser.flags & ASCII != 0 && parser.flags & UNICODE != 0 {
        return Err("flags ASCII and UNICODE together".into());
    }
    if parser.peek().is_some() {
        return Err("unbalanced parenthesis".into());
    }
    if parser.asked as usize >= parser.groups.len() {
        return Err("a condition on a group that is not there".into());
    }
    Ok(Parsed { node, groups: parser.groups.len() as u32 - 1, names: parser.names })
}

fn tokens(pattern: &str) -> Result<Vec<Token>> {
    let mut characters = pattern.chars();
    let mut tokens = Vec::new();
    while let Some(character) = characters.next() {
        tokens.push(match character {
            '\\' => {
                let character = characters.next().ok_or("bad escape at the end")?;
                Token { character, escaped: true }
            }
            _ => Token { character, escaped: false },
        });
    }
    Ok(tokens)
}

impl Parser {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    /// The next token, if it is a character without backslash.
    fn peek_plain(&self) -> Option<char> {
        self.peek().and_then(Token::plain)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn eat(&mut self, character: char) -> bool {
        let found = self.peek_plain() == Some(character);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, character: char) -> Result<()> {
        if self.eat(character) { Ok(()) } else { Err(format!("missing {character}")) }
    }

    /// At most `most` characters that fit.
    fn take_while(&mut self, most: usize, fits: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(character) = self.peek_plain().filter(|&c| taken.len() < most && fits(c)) {
            taken.push(character);
            self.at += 1;
        }
        taken
    }

    /// `a|b|c`. `outermost`: not in parentheses, and flags are those of the whole pattern.
    fn alternatives(&mut self, flags: u32, outermost: bool) -> Result<Node> {
        let mut nodes = vec![self.sequence(flags, outermost)?];
        while self.eat('|') {
            let flags = if outermost { self.flags } else { flags };
            nodes.push(self.sequence(flags, false)?);
        }
        Ok(Node::alt(nodes))
    }

    /// What stands between `|`. `first`: flags for the whole pattern may stand at its beginning.
    fn sequence(&mut self, mut flags: u32, first: bool) -> Result<Node> {
        let mut nodes = Vec::new();
        let mut last = Item::Assertion;
        while let Some(token) = self.peek().filter(|token| !matches!(token.plain(), Some('|' | ')'))) {
            self.at += 1;
            let Some(character) = token.plain() else {
                let node = self.escape(token.character, flags)?;
                last = if matches!(node, Node::At(_)) { Item::Assertion } else { Item::Plain };
                nodes.push(node);
                continue;
            };
            if flags & VERBOSE != 0 {
                if matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c') {
                    continue;
                }
                if character == '#' {
                    while self.next().is_some_and(|token| token.plain() != Some('\n')) {}
                    continue;
                }
            }
            let (node, item) = match character {
                '^' if flags & MULTILINE != 0 => (Node::At(At::BeginLine), Item::Assertion),
                '^' => (Node::At(At::Begin), Item::Assertion),
                '$' if flags & MULTILINE != 0 => (Node::At(At::EndLine), Item::Assertion),
                '$' => (Node::At(At::End), Item::Assertion),
                '.' if flags & DOTALL != 0 => (Node::Set(ALL), Item::Plain),
                '.' => (Node::Set(!NEWLINE), Item::Plain),
                '[' => (Node::Set(self.class(flags)?), Item::Plain),
                '(' => match self.group(flags, first && nodes.is_empty())? {
                    group::Group::Node(node) => (node, Item::Plain),
                    group::Group::Comment => continue,
                    group::Group::Flags => {
                        flags = self.flags;
                        continue;
                    }
                },
                '*' | '+' | '?' | '{' => match self.bounds(character)? {
                    Some((min, max)) => {
                        let body = match last {
                            Item::Plain => nodes.pop().ok_or("nothing to repeat")?,
                            Item::Assertion => return Err("nothing to repeat".into()),
                            Item::Repeat => return Err("multiple repeat".into()),
                        };
                        let kind = match () {
                            () if self.eat('?') => Kind::Lazy,
                            () if self.eat('+') => Kind::Possessive,
                            () => Kind::Greedy,
                        };
                        (Node::Repeat { min, max, kind, body: Box::new(body) }, Item::Repeat)
                    }
                    None => (Node::Set(literal('{', flags)?), Item::Plain),
                },
                other => (Node::Set(literal(other, flags)?), Item::Plain),
            };
            nodes.push(node);
            last = item;
        }
        Ok(Node::cat(nodes))
    }

    /// The bounds of a quantifier, None for a brace that begins none. They are behind the bounds, or the brace.
    fn bounds(&mut self, character: char) -> Result<Option<(u32, u32)>> {
        match character {
            '?' => return Ok(Some((0, 1))),
            '*' => return Ok(Some((0, MANY))),
            '+' => return Ok(Some((1, MANY))),
            _ => {}
        }
        let here = self.at;
        if self.peek_plain() == Some('}') {
            return Ok(None);
        }
        let low = self.take_while(usize::MAX, |c| c.is_ascii_digit());
        let high = if self.eat(',') { self.take_while(usize::MAX, |c| c.is_ascii_digit()) } else { low.clone() };
        if !self.eat('}') {
            self.at = here;
            return Ok(None);
        }
        let number = |digits: &str, otherwise: u32| match digits {
            "" => Ok(otherwise),
            _ => digits.parse().ok().filter(|&n| n != MANY).ok_or("a large repeat"),
        };
        let (min, max) = (number(&low, 0)?, number(&high, MANY)?);
        if max < min { Err("min repeat greater than max repeat".into()) } else { Ok(Some((min, max))) }
    }
}

/// The set of one character. What is not ASCII never matches, but for case: `ſ` is an `s`.
fn literal(character: char, flags: u32) -> Result<Set> {
    match u32::from(character) {
        code @ 0..128 if flags & IGNORECASE != 0 => Ok(fold(1 << code)),
        code @ 0..128 => Ok(1 << code),
        _ if flags & IGNORECASE != 0 => Err("IGNORECASE with a character that is not ASCII".into()),
        _ => Ok(0),
    }
}
