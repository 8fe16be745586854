//! The syntax tree of a pattern, flags resolved: a character is a set, `$` is the assertion that it stands for.

use super::set::{ALL, Set};

/// No bound on a repeat.
pub(super) const MANY: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Greedy,
    Lazy,
    Possessive,
}

/// Assertions about a place in the text; their order is that of `enum` in runtime/re.h.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// `^`, `\A`
    Begin,
    /// `^` with MULTILINE
    BeginLine,
    /// `$`: the end, or before a newline that ends the text
    End,
    /// `$` with MULTILINE
    EndLine,
    /// `\Z`, `\z`
    EndText,
    /// `\b`
    Boundary,
    /// `\B`
    NotBoundary,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// One character of the set.
    Set(Set),
    Cat(Vec<Node>),
    Alt(Vec<Node>),
    Repeat {
        min: u32,
        max: u32,
        kind: Kind,
        body: Box<Node>,
    },
    /// Captures.
    Group(u32, Box<Node>),
    At(At),
    /// `behind`: so many characters before this place is where the body begins.
    Look {
        behind: Option<u32>,
        negative: bool,
        body: Box<Node>,
    },
    Atomic(Box<Node>),
    Backref {
        group: u32,
        ignore_case: bool,
    },
    /// `(?(1)yes|no)`
    IfGroup {
        group: u32,
        yes: Box<Node>,
        no: Box<Node>,
    },
}

impl Node {
    /// A sequence; sequences in it are unpacked, and repeats that are spelt as easily without.
    pub(super) fn cat(nodes: Vec<Node>) -> Node {
        let mut flat = Vec::new();
        for node in nodes {
            match node.simple() {
                Node::Cat(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Node::Cat(flat) }
    }

    /// Alternatives; a set if each is one.
    pub(super) fn alt(mut nodes: Vec<Node>) -> Node {
        if nodes.len() == 1 {
            return nodes.remove(0);
        }
        let union = nodes.iter().try_fold(0, |union, node| match node {
            Node::Set(set) => Some(union | set),
            _ => None,
        });
        union.map_or(Node::Alt(nodes), Node::Set)
    }

    fn simple(self) -> Node {
        const SPELT: usize = 64;
        match self {
            Node::Repeat { min: 1, max: 1, kind: Kind::Greedy | Kind::Lazy, body } => *body,
            Node::Repeat { min, max, ref body, .. } if min == max => match &**body {
                Node::Cat(nodes) if min as usize * nodes.len() <= SPELT && nodes.iter().all(Node::is_set) => {
                    Node::Cat((0..min).flat_map(|_| nodes.iter().cloned()).collect())
                }
                _ => self,
            },
            other => other,
        }
    }

    fn is_set(&self) -> bool {
        matches!(self, Node::Set(_))
    }

    /// The least and the greatest length of a match, as `re` reckons them; `groups`: those of the groups.
    pub(super) fn width(&self, groups: &[Option<(u64, u64)>]) -> (u64, u64) {
        match self {
            Node::Set(_) => (1, 1),
            Node::Cat(nodes) => nodes
                .iter()
                .map(|node| node.width(groups))
                .fold((0, 0), |(low, high), (l, h)| (low.saturating_add(l), high.saturating_add(h))),
            Node::Alt(nodes) => widest(nodes.iter().map(|node| node.width(groups))),
            Node::Repeat { min, max, body, .. } => {
                let (low, high) = body.width(groups);
                let most = if *max == MANY { u64::MAX } else { u64::from(*max) };
                (low.saturating_mul(u64::from(*min)), high.saturating_mul(most))
            }
            Node::Group(_, body) | Node::Atomic(body) => body.width(groups),
            Node::At(_) | Node::Look { .. } => (0, 0),
            Node::Backref { group, .. } => groups.get(*group as usize).copied().flatten().unwrap_or((0, u64::MAX)),
            Node::IfGroup { yes, no, .. } => widest([yes.width(groups), no.width(groups)].into_iter()),
        }
    }

    /// Can it match without consuming? (Says yes when it is not sure.)
    pub(super) fn nullable(&self) -> bool {
        self.width(&[]).0 == 0
    }

    /// The characters that a match can begin with, and whether it may begin with none.
    pub(super) fn first(&self) -> (Set, bool) {
        match self {
            Node::Set(set) => (*set, false),
            Node::Cat(nodes) => {
                let mut all = 0;
                for node in nodes {
                    let (set, nullable) = node.first();
                    all |= set;
                    if !nullable {
                        return (all, false);
                    }
                }
                (all, true)
            }
            Node::Alt(nodes) => nodes
                .iter()
                .map(Node::first)
                .fold((0, false), |(all, any), (set, nullable)| (all | set, any | nullable)),
            Node::Repeat { min, body, .. } => {
                let (set, nullable) = body.first();
                (set, nullable || *min == 0)
            }
            Node::Group(_, body) | Node::Atomic(body) => body.first(),
            Node::At(_) | Node::Look { .. } => (0, true),
            Node::Backref { .. } => (ALL, true),
            Node::IfGroup { yes, no, .. } => {
                let ((a, x), (b, y)) = (yes.first(), no.first());
                (a | b, x || y)
            }
        }
    }

    /// Does every match begin at the beginning of the text?
    pub(super) fn anchored(&self) -> bool {
        match self {
            Node::At(At::Begin) => true,
            Node::Cat(nodes) => nodes.first().is_some_and(Node::anchored),
            Node::Alt(nodes) => nodes.iter().all(Node::anchored),
            Node::Group(_, body) | Node::Atomic(body) => body.anchored(),
            _ => false,
        }
    }
}

fn widest(widths: impl Iterator<Item = (u64, u64)>) -> (u64, u64) {
    widths.fold((u64::MAX, 0), |(low, high), (l, h)| (low.min(l), high.max(h)))
}
