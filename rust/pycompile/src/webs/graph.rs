//! The definitions of one function's variables and the joins between them, as in SSA; webs are what the used joins connect.

use super::{Definition, DefinitionKind};

pub(super) type Node = u32;

enum Kind {
    /// The variable at the function's start, unless it is a parameter: unbound.
    Entry,
    Definition(Definition),
    Join(Vec<Node>),
}

#[derive(Default)]
pub(super) struct Graph {
    kinds: Vec<Kind>,
    variables: Vec<u32>,
    used: Vec<bool>,
}

/// The webs of a function. `web` is by node; a node that no program can see has none.
pub(super) struct Solution {
    pub(super) web: Vec<Option<u32>>,
    /// By node: some path to it leaves the variable unbound.
    pub(super) unbound: Vec<bool>,
    pub(super) webs: Vec<WebNodes>,
}

pub(super) struct WebNodes {
    pub(super) variable: usize,
    pub(super) definitions: Vec<Definition>,
    pub(super) used: bool,
}

impl Graph {
    fn node(&mut self, variable: usize, kind: Kind) -> Node {
        self.kinds.push(kind);
        self.variables.push(variable as u32);
        self.used.push(false);
        (self.kinds.len() - 1) as Node
    }

    pub(super) fn entry(&mut self, variable: usize) -> Node {
        self.node(variable, Kind::Entry)
    }

    pub(super) fn definition(&mut self, variable: usize, offset: u32, kind: DefinitionKind) -> Node {
        self.node(variable, Kind::Definition(Definition { offset, kind }))
    }

    pub(super) fn join(&mut self, variable: usize, from: Vec<Node>) -> Node {
        self.node(variable, Kind::Join(from))
    }

    /// One more way to a join.
    pub(super) fn add(&mut self, join: Node, from: Node) {
        if let Kind::Join(operands) = &mut self.kinds[join as usize]
            && from != join
            && !operands.contains(&from)
        {
            operands.push(from);
        }
    }

    /// Marks a node as read, and the joins that it is made of.
    pub(super) fn read(&mut self, node: Node) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut self.used[node as usize], true)
                && let Kind::Join(operands) = &self.kinds[node as usize]
            {
                open.extend(operands);
            }
        }
    }

    /// `whole[v]`: variable v has one web. Nothing may be added to the graph afterwards.
    pub(super) fn solve(mut self, whole: &[bool]) -> Solution {
        // A join that was read before its last operand came has not passed that on.
        for node in 0..self.kinds.len() as Node {
            if self.used[node as usize] && matches!(self.kinds[node as usize], Kind::Join(_)) {
                self.used[node as usize] = false;
                self.read(node);
            }
        }
        let mut sets = Sets((0..self.kinds.len() as Node).collect());
        let mut whole_at: Vec<Option<Node>> = vec![None; whole.len()];
        for (node, kind) in self.kinds.iter().enumerate() {
            let variable = self.variables[node] as usize;
            if whole[variable] {
                let first = *whole_at[variable].get_or_insert(node as Node);
                sets.unite(first, node as Node);
            } else if let (Kind::Join(operands), true) = (kind, self.used[node]) {
                for &operand in operands {
                    if !matches!(self.kinds[operand as usize], Kind::Entry) {
                        sets.unite(node as Node, operand);
                    }
                }
            }
        }
        let unbound = self.unbound();
        self.number(sets, unbound)
    }

    fn unbound(&self) -> Vec<bool> {
        let mut unbound: Vec<bool> = (self.kinds.iter())
            .map(|kind| match kind {
                Kind::Entry => true,
                Kind::Definition(definition) => definition.kind == DefinitionKind::Delete,
                Kind::Join(_) => false,
            })
            .collect();
        loop {
            let mut changed = false;
            for (node, kind) in self.kinds.iter().enumerate() {
                if let Kind::Join(operands) = kind
                    && !unbound[node]
                    && operands.iter().any(|&o| unbound[o as usize])
                {
                    unbound[node] = true;
                    changed = true;
                }
            }
            if !changed {
                return unbound;
            }
        }
    }

    /// Numbers the webs: by first definition or, without one, first use.
    fn number(&self, mut sets: Sets, unbound: Vec<bool>) -> Solution {
        let mut solution = Solution { web: vec![None; self.kinds.len()], unbound, webs: Vec::new() };
        let mut number: Vec<Option<u32>> = vec![None; self.kinds.len()];
        for (node, kind) in self.kinds.iter().enumerate() {
            let seen = self.used[node] || matches!(kind, Kind::Definition(_));
            if !seen {
                continue;
            }
            let root = sets.root(node as Node) as usize;
            let web = *number[root].get_or_insert_with(|| {
                let variable = self.variables[node] as usize;
                solution.webs.push(WebNodes { variable, definitions: Vec::new(), used: false });
                (solution.webs.len() - 1) as u32
            });
            solution.web[node] = Some(web);
            let web = &mut solution.webs[web as usize];
            web.used |= self.used[node];
            if let Kind::Definition(definition) = kind {
                web.definitions.push(*definition);
            }
        }
        solution.webs.iter_mut().for_each(|web| web.definitions.sort_by_key(|d| d.offset));
        solution
    }
}

/// Disjoint sets of nodes.
struct Sets(Vec<Node>);

impl Sets {
    fn root(&mut self, node: Node) -> Node {
        let mut at = node;
        while self.0[at as usize] != at {
            let up = self.0[self.0[at as usize] as usize];
            self.0[at as usize] = up;
            at = up;
        }
        at
    }

    fn unite(&mut self, a: Node, b: Node) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
