//! Patterns as deterministic automata that find what the backtracking matcher finds.
//!
//! A state is a list of threads, the preferred first. Threads wait in front of what they look at, so that assertions are
//! decided when the next character is known; that a match ended is therefore known one character late. A match ends all
//! threads behind its own. runtime/re_dfa.c runs the table; the layout is in runtime/re.h.

use std::collections::{HashMap, HashSet};

use super::nfa::{self, Nfa, State};
use super::set::{ALL, NEWLINE, Set, WORD, has};
use super::syntax::{At, Node};

/// What stood before: assertions ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Before {
    Text,
    Newline,
    Word,
    Other,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symbol {
    Character(u8),
    /// A newline that ends the text, where `$` matches too.
    LastNewline,
    End,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    threads: Vec<usize>,
    before: Before,
    /// A match ended before the last character.
    matched: bool,
    /// A match that ends here would be empty, and does not count.
    advance: bool,
    /// Only the end of the text ends a match.
    full: bool,
}

const STATES_MAX: usize = 512;
/// A cell is 16 bits, and holds the place of a row.
const CELLS_MAX: usize = 1 << 15;
/// States with fixed numbers: nothing can match any more; and so it is, but a match just ended.
const DEAD: usize = 0;
const DONE: usize = 1;

/// The bytes of the automaton, None if there is none of a moderate size.
pub(super) fn build(node: &Node) -> Option<Vec<u8>> {
    let nfa = nfa::build(node)?;
    let alphabet = Alphabet::new(&nfa);
    let mut builder = Builder { nfa: &nfa, needs: Needs::new(&nfa), keys: Vec::new(), numbers: HashMap::new() };
    let befores = [Before::Text, Before::Newline, Before::Word, Before::Other];
    let mut starts = Vec::new();
    for (thread, advance) in [(nfa.start, false), (nfa.start, true), (nfa.search, false)] {
        starts.extend(befores.map(|before| builder.start(thread, before, advance, false)));
    }
    starts.push(builder.start(nfa.start, Before::Text, false, true));

    let mut rows = Vec::new();
    while rows.len() < builder.keys.len() {
        if builder.keys.len() > STATES_MAX.min(CELLS_MAX / alphabet.symbols.len() - 2) {
            return None;
        }
        let key = builder.keys[rows.len()].clone();
        rows.push(alphabet.symbols.iter().map(|&symbol| builder.step(&key, symbol)).collect::<Vec<_>>());
    }
    let matched: Vec<bool> = builder.keys.iter().map(|key| key.matched).collect();
    Some(alphabet.write(&builder.needs, &Table::new(&rows, &matched, &starts)))
}

struct Builder<'a> {
    nfa: &'a Nfa,
    needs: Needs,
    keys: Vec<Key>,
    numbers: HashMap<Key, usize>,
}

impl Builder<'_> {
    fn number(&mut self, key: Key) -> usize {
        *self.numbers.entry(key).or_insert_with_key(|key| {
            self.keys.push(key.clone());
            self.keys.len() - 1
        })
    }

    fn start(&mut self, thread: usize, before: Before, advance: bool, full: bool) -> usize {
        let before = self.needs.reduce(before);
        self.number(Key { threads: vec![thread], before, matched: false, advance, full })
    }

    fn step(&mut self, key: &Key, symbol: Symbol) -> usize {
        let mut threads = Vec::new();
        let (mut seen, mut waiting) = (HashSet::new(), HashSet::new());
        // Depth first, in the order of the matcher; with each state its loops' flags.
        let mut open: Vec<(usize, u64)> = key.threads.iter().rev().map(|&thread| (thread, 0)).collect();
        let mut matched = false;
        while let Some((at, flags)) = open.pop() {
            if !seen.insert((at, flags)) {
                continue;
            }
            match self.nfa.states[at] {
                State::Match if key.advance || key.full && symbol != Symbol::End => {}
                State::Match => {
                    matched = true;
                    break;
                }
                State::Set(set, next) => {
                    if symbol.in_set(set) && waiting.insert(next) {
                        threads.push(next);
                    }
                }
                State::Split(first, second) => open.extend([(second, flags), (first, flags)]),
                State::At(assertion, next) => {
                    if holds(assertion, key.before, symbol) {
                        open.push((next, flags));
                    }
                }
                State::Jump(next) => open.push((next, flags)),
                State::Flag(flag, true, next) => open.push((next, flags | 1 << flag)),
                State::Flag(flag, false, next) => open.push((next, flags & !(1 << flag))),
                State::Test(flag, set, clear) => open.push((if flags >> flag & 1 == 1 { set } else { clear }, flags)),
            }
        }
        let before = match symbol {
            _ if threads.is_empty() => Before::Other,
            Symbol::Character(character) => self.needs.reduce(Before::of(character)),
            Symbol::LastNewline | Symbol::End => self.needs.reduce(Before::Newline),
        };
        let full = key.full && !threads.is_empty();
        self.number(Key { threads, before, matched, advance: false, full })
    }
}

impl Symbol {
    fn in_set(self, set: Set) -> bool {
        match self {
            Symbol::Character(character) => has(set, character),
            Symbol::LastNewline => has(set, b'\n'),
            Symbol::End => false,
        }
    }
}

impl Before {
    fn of(character: u8) -> Before {
        match character {
            b'\n' => Before::Newline,
            _ if has(WORD, character) => Before::Word,
            _ => Before::Other,
        }
    }
}

fn holds(assertion: At, before: Before, next: Symbol) -> bool {
    let boundary = (before == Before::Word) != next.in_set(WORD);
    match assertion {
        At::Begin => before == Before::Text,
        At::BeginLine => matches!(before, Before::Text | Before::Newline),
        At::End => matches!(next, Symbol::LastNewline | Symbol::End),
        At::EndLine => next == Symbol::End || next.in_set(NEWLINE),
        At::EndText => next == Symbol::End,
        At::Boundary => boundary,
        At::NotBoundary => !boundary,
    }
}

/// What the assertions of a pattern ask for.
struct Needs {
    begin: bool,
    line: bool,
    word: bool,
}

impl Needs {
    fn new(nfa: &Nfa) -> Needs {
        let any =
            |wanted: &[At]| nfa.states.iter().any(|state| matches!(state, State::At(at, _) if wanted.contains(at)));
        let (line, word) = (any(&[At::BeginLine]), any(&[At::Boundary, At::NotBoundary]));
        Needs { begin: line || any(&[At::Begin]), line, word }
    }

    /// States that differ in nothing that is asked for are the same.
    fn reduce(&self, before: Before) -> Before {
        match before {
            Before::Text if self.begin => before,
            Before::Newline if self.line => before,
            Before::Word if self.word => before,
            _ => Before::Other,
        }
    }
}

/// Characters that no state tells apart are one symbol.
struct Alphabet {
    classes: [u8; 128],
    /// One a class; then, where asked for, a last newline; then the end.
    symbols: Vec<Symbol>,
}

impl Alphabet {
    fn new(nfa: &Nfa) -> Alphabet {
        let mut parts = vec![ALL];
        let mut split = |set: Set| {
            parts = parts.iter().flat_map(|part| [part & set, part & !set]).filter(|&part| part != 0).collect();
        };
        for state in &nfa.states {
            match *state {
                State::Set(set, _) => split(set),
                State::At(At::Boundary | At::NotBoundary, _) => split(WORD),
                State::At(At::BeginLine | At::End | At::EndLine, _) => split(NEWLINE),
                _ => {}
            }
        }
        let mut classes = [0; 128];
        for character in 0..128 {
            let part = parts.iter().position(|&part| has(part, character)).unwrap_or_default();
            classes[usize::from(character)] = part as u8;
        }
        let mut symbols: Vec<_> = parts.iter().map(|part| Symbol::Character(part.trailing_zeros() as u8)).collect();
        if nfa.states.iter().any(|state| matches!(state, State::At(At::End, _))) {
            symbols.push(Symbol::LastNewline);
        }
        symbols.push(Symbol::End);
        Alphabet { classes, symbols }
    }

    fn write(&self, needs: &Needs, table: &Table) -> Vec<u8> {
        let stride = self.symbols.len();
        let end = stride - 1;
        let last_newline = self.symbols.iter().position(|&symbol| symbol == Symbol::LastNewline).unwrap_or(end);
        let mut header = vec![stride, table.last_match, usize::from(needs.line || needs.word), last_newline, end];
        header[1] *= stride;
        header.extend(table.starts.iter().map(|start| start * stride));
        let cells = table.rows.iter().flatten().flat_map(|next| ((next * stride) as u16).to_le_bytes());
        let header = header.iter().flat_map(|&word| (word as u32).to_le_bytes());
        header.chain(self.classes).chain(cells).collect()
    }
}

/// The automaton without the states that cannot lead to a match; DEAD and DONE come first, then the others that say
/// that a match ended, up to `last_match`.
struct Table {
    rows: Vec<Vec<usize>>,
    last_match: usize,
    starts: Vec<usize>,
}

impl Table {
    fn new(rows: &[Vec<usize>], matched: &[bool], starts: &[usize]) -> Table {
        let mut useful = vec![false; rows.len()];
        loop {
            let leads = |row: &Vec<usize>| row.iter().any(|&next| useful[next] || matched[next]);
            let grown: Vec<bool> = rows.iter().map(leads).collect();
            if grown == useful {
                break;
            }
            useful = grown;
        }
        let of = |wanted: bool| (0..rows.len()).filter(move |&at| matched[at] == wanted);
        let kept: Vec<usize> = of(true).chain(of(false)).filter(|&at| useful[at]).collect();
        let mut numbers: Vec<usize> = matched.iter().map(|&matched| if matched { DONE } else { DEAD }).collect();
        for (number, &at) in kept.iter().enumerate() {
            numbers[at] = number + DONE + 1;
        }
        let renumber = |states: &[usize]| states.iter().map(|&at| numbers[at]).collect::<Vec<_>>();
        let mut table = vec![vec![DEAD; rows[0].len()]; 2];
        table.extend(kept.iter().map(|&at| renumber(&rows[at])));
        let last_match = DONE + kept.iter().filter(|&&at| matched[at]).count();
        Table { rows: table, last_match, starts: renumber(starts) }
    }
}
