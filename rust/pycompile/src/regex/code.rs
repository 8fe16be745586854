//! The program of the backtracking matcher (runtime/re_match.c): words, an operation with its operands.
//!
//! Targets of jumps count words from the beginning of the code.

use super::set::{Set, single, words};
use super::syntax::{Kind, Node};
use super::text_words;

/// Operations; their order is that of `enum` in runtime/re.h, which says what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Match,
    Char,
    Text,
    Set,
    At,
    Jump,
    Split,
    Mark,
    OneGreedy,
    OneLazy,
    OnePossessive,
    Loop,
    UntilGreedy,
    UntilLazy,
    Look,
    LookEnd,
    LookNot,
    LookNotEnd,
    Atomic,
    AtomicEnd,
    Backref,
    BackrefIgnore,
    IfGroup,
}

/// A longer program is not worth its bytes.
const LONGEST: usize = 1 << 16;

#[derive(Default)]
struct Code {
    words: Vec<u32>,
    loops: u32,
}

/// The code of a pattern, and how many loops it has.
pub(super) fn generate(node: &Node) -> Result<(Vec<u32>, u32), String> {
    let mut code = Code::default();
    code.node(node)?;
    code.op(Op::Match, &[]);
    Ok((code.words, code.loops))
}

impl Code {
    fn op(&mut self, op: Op, operands: &[u32]) {
        self.words.push(op as u32);
        self.words.extend(operands);
    }

    /// An operation whose last operand is a target, to be set by `land`.
    fn jump(&mut self, op: Op, operands: &[u32]) -> usize {
        self.op(op, operands);
        self.words.push(0);
        self.words.len() - 1
    }

    fn land(&mut self, jump: usize) {
        self.words[jump] = self.here();
    }

    fn here(&self) -> u32 {
        self.words.len() as u32
    }

    fn node(&mut self, node: &Node) -> Result<(), String> {
        if self.words.len() > LONGEST {
            return Err("a large pattern".into());
        }
        match node {
            Node::Set(set) => self.set(*set),
            Node::Cat(nodes) => self.sequence(nodes)?,
            Node::Alt(nodes) => {
                let (last, others) = nodes.split_last().ok_or("no alternatives")?;
                let mut ends = Vec::new();
                for node in others {
                    let next = self.jump(Op::Split, &[]);
                    self.node(node)?;
                    ends.push(self.jump(Op::Jump, &[]));
                    self.land(next);
                }
                self.node(last)?;
                for end in ends {
                    self.land(end);
                }
            }
            Node::Repeat { min, max, kind, body } => self.repeat(*min, *max, *kind, body)?,
            Node::Group(group, body) => {
                self.op(Op::Mark, &[2 * group - 2]);
                self.node(body)?;
                self.op(Op::Mark, &[2 * group - 1]);
            }
            Node::At(at) => self.op(Op::At, &[*at as u32]),
            Node::Look { behind, negative, body } => {
                let (begin, end) = if *negative { (Op::LookNot, Op::LookNotEnd) } else { (Op::Look, Op::LookEnd) };
                let over = self.jump(begin, &[behind.unwrap_or(0)]);
                self.node(body)?;
                self.op(end, &[]);
                self.land(over);
            }
            Node::Atomic(body) => {
                self.op(Op::Atomic, &[]);
                self.node(body)?;
                self.op(Op::AtomicEnd, &[]);
            }
            Node::Backref { group, ignore_case: false } => self.op(Op::Backref, &[2 * group - 2]),
            Node::Backref { group, ignore_case: true } => self.op(Op::BackrefIgnore, &[2 * group - 2]),
            Node::IfGroup { group, yes, no } => {
                let otherwise = self.jump(Op::IfGroup, &[2 * group - 2]);
                self.node(yes)?;
                let end = self.jump(Op::Jump, &[]);
                self.land(otherwise);
                self.node(no)?;
                self.land(end);
            }
        }
        Ok(())
    }

    fn set(&mut self, set: Set) {
        match single(set) {
            Some(character) => self.op(Op::Char, &[u32::from(character)]),
            None => self.op(Op::Set, &words(set)),
        }
    }

    /// Characters in a row become one text.
    fn sequence(&mut self, nodes: &[Node]) -> Result<(), String> {
        let mut rest = nodes;
        while let Some(node) = rest.first() {
            let text: Vec<u8> = rest.iter().map_while(literal).collect();
            if text.len() > 1 {
                self.op(Op::Text, &text_words(&text));
                rest = &rest[text.len()..];
            } else {
                self.node(node)?;
                rest = &rest[1..];
            }
        }
        Ok(())
    }

    fn repeat(&mut self, min: u32, max: u32, kind: Kind, body: &Node) -> Result<(), String> {
        match (body, kind) {
            (Node::Set(set), _) => {
                let op = match kind {
                    Kind::Greedy => Op::OneGreedy,
                    Kind::Lazy => Op::OneLazy,
                    Kind::Possessive => Op::OnePossessive,
                };
                self.op(op, &[min, max]);
                self.words.extend(words(*set));
            }
            // Once a turn is through it is not tried in another way, nor are the turns together.
            (_, Kind::Possessive) => {
                let turn = Node::Atomic(Box::new(body.clone()));
                let all = Node::Repeat { min, max, kind: Kind::Greedy, body: Box::new(turn) };
                self.node(&Node::Atomic(Box::new(all)))?;
            }
            (_, Kind::Greedy | Kind::Lazy) => {
                let number = self.loops;
                self.loops += 1;
                let until = self.jump(Op::Loop, &[number]);
                let start = self.here();
                self.node(body)?;
                self.land(until);
                let op = if kind == Kind::Lazy { Op::UntilLazy } else { Op::UntilGreedy };
                self.op(op, &[number, min, max, start]);
            }
        }
        Ok(())
    }
}

fn literal(node: &Node) -> Option<u8> {
    if let Node::Set(set) = node { single(*set) } else { None }
}
