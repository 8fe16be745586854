//! Patterns as non-deterministic automata whose threads have priorities: the order in which `re` would try them.
//!
//! `re` ends a loop at a turn that consumed nothing, so a thread must know which loops are in such a turn: those have a
//! flag, which is clear again as soon as a character is consumed.

use super::set::{ALL, Set};
use super::syntax::{At, Kind, MANY, Node};

#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    Match,
    Set(Set, usize),
    /// The first is preferred.
    Split(usize, usize),
    At(At, usize),
    Jump(usize),
    /// A loop is entered, or takes another turn: its flag is cleared, or set.
    Flag(u32, bool, usize),
    /// If the flag is set the first, else the second.
    Test(u32, usize, usize),
}

pub(super) struct Nfa {
    pub states: Vec<State>,
    /// Where a match begins.
    pub start: usize,
    /// Where the search for one begins: here, or a character later.
    pub search: usize,
}

struct Builder {
    states: Vec<State>,
    flags: u32,
}

const STATES_MAX: usize = 1000;
const FLAGS_MAX: u32 = 64;

/// None: it looks around, refers back, is possessive, or large.
pub(super) fn build(node: &Node) -> Option<Nfa> {
    let mut builder = Builder { states: vec![State::Match], flags: 0 };
    let start = builder.node(node, 0)?;
    let search = builder.push(State::Jump(0))?;
    let later = builder.push(State::Set(ALL, search))?;
    builder.states[search] = State::Split(start, later);
    Some(Nfa { states: builder.states, start, search })
}

impl Builder {
    fn push(&mut self, state: State) -> Option<usize> {
        self.states.push(state);
        (self.states.len() <= STATES_MAX).then_some(self.states.len() - 1)
    }

    /// The state where the node begins, if `next` is behind it.
    fn node(&mut self, node: &Node, next: usize) -> Option<usize> {
        match node {
            Node::Set(set) => self.push(State::Set(*set, next)),
            Node::Cat(nodes) => nodes.iter().rev().try_fold(next, |next, node| self.node(node, next)),
            Node::Alt(nodes) => {
                let (last, others) = nodes.split_last()?;
                let last = self.node(last, next)?;
                others.iter().rev().try_fold(last, |otherwise, node| {
                    let start = self.node(node, next)?;
                    self.push(State::Split(start, otherwise))
                })
            }
            Node::Repeat { kind: Kind::Possessive, .. } => None,
            Node::Repeat { min, max, kind, body } => self.repeat(*min, *max, *kind == Kind::Lazy, body, next),
            Node::Group(_, body) => self.node(body, next),
            Node::At(at) => self.push(State::At(*at, next)),
            Node::Look { .. } | Node::Atomic(_) | Node::Backref { .. } | Node::IfGroup { .. } => None,
        }
    }

    fn repeat(&mut self, min: u32, max: u32, lazy: bool, body: &Node, next: usize) -> Option<usize> {
        let flag = body.nullable().then_some(self.flags);
        self.flags += u32::from(flag.is_some());
        if self.flags > FLAGS_MAX {
            return None;
        }
        // Copies of the body share its flags: a loop clears its own on entry.
        let inner = self.flags;
        let mut start = if max == MANY {
            let again = self.push(State::Jump(0))?;
            let turn = self.node(body, again)?;
            let choice = self.choice(flag, lazy, turn, next)?;
            self.states[again] = State::Jump(choice);
            again
        } else {
            (min..max).try_fold(next, |again, _| {
                self.flags = inner;
                let turn = self.node(body, again)?;
                self.choice(flag, lazy, turn, next)
            })?
        };
        for _ in 0..min {
            self.flags = inner;
            start = self.node(body, start)?;
        }
        match flag {
            Some(flag) => self.push(State::Flag(flag, false, start)),
            None => Some(start),
        }
    }

    /// Another turn, or on to `next`.
    fn choice(&mut self, flag: Option<u32>, lazy: bool, turn: usize, next: usize) -> Option<usize> {
        let turn = match flag {
            Some(flag) => self.push(State::Flag(flag, true, turn))?,
            None => turn,
        };
        let choice = self.push(if lazy { State::Split(next, turn) } else { State::Split(turn, next) })?;
        match flag {
            Some(flag) => self.push(State::Test(flag, next, choice)),
            None => Some(choice),
        }
    }
}
