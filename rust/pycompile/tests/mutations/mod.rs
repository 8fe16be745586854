//! Sources that are nearly Python: those of the repository, with tokens taken out, doubled, exchanged, and put in from others.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub, reason = "a part of tests")]

use std::fs;
use std::path::Path;

/// A generator of random numbers (SplitMix64): the same on every machine.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % n.max(1) as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// Every Python source among the tests and examples, in a fixed order.
pub fn corpus() -> Vec<String> {
    sources(&["tests/semantics", "tests/candidates", "examples/proposals"])
}

/// What models wrote.
pub fn proposals() -> Vec<String> {
    sources(&["examples/proposals"])
}

fn sources(folders: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in folders {
        find(&root.join(folder), &mut files);
    }
    files.sort();
    let mut sources = Vec::new();
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else { continue }; // some are not text, on purpose
        match file.extension().and_then(|e| e.to_str()) {
            Some("py") => sources.push(text),
            Some("jsonl") => sources.extend(text.lines().filter_map(code)),
            _ => {}
        }
    }
    sources
}

fn find(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { find(&path, files) } else { files.push(path) }
    }
}

/// The code of a recorded proposal: a line of JSON.
fn code(line: &str) -> Option<String> {
    let mut rest = line.split_once(r#""code": ""#)?.1.chars();
    let mut text = String::new();
    loop {
        match rest.next()? {
            '"' => return Some(text),
            '\\' => match rest.next()? {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'u' => {
                    let digits: String = rest.by_ref().take(4).collect();
                    text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?).unwrap_or('?'));
                }
                c => text.push(c),
            },
            c => text.push(c),
        }
    }
}

/// Words, numbers, blanks and line starts whole; everything else by character.
fn tokens(source: &str) -> Vec<&str> {
    let class = |c: char| match c {
        '\n' => 1,
        ' ' | '\t' => 2,
        c if c.is_alphanumeric() || c == '_' => 3,
        _ => 0,
    };
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let kind = class(first);
        let len = match kind {
            0 => first.len_utf8(),
            1 => 1 + rest[1..].find(|c| class(c) != 2).unwrap_or(rest.len() - 1),
            _ => rest.find(|c| class(c) != kind).unwrap_or(rest.len()),
        };
        found.push(&rest[..len]);
        rest = &rest[len..];
    }
    found
}

/// Values of all types, operators and words that mean something.
const PIECES: &[&str] = &[
    "0",
    "-1",
    "2 ** 62",
    "-2 ** 62",
    "10 ** 30",
    "0.5",
    "float('nan')",
    "True",
    "None",
    "''",
    "'a'",
    "'10'",
    "b'1'",
    "[]",
    "[1, 'a']",
    "{}",
    "{'0': 1}",
    "{1, 2}",
    "()",
    "(1, 'a')",
    "x",
    "x[0]",
    "x[::-1]",
    "x[1:]",
    "len",
    "int(x, 2)",
    "range(3)",
    "(lambda: 0)",
    "(lambda a: a)",
    "[c for c in x]",
    "(c for c in x)",
    "map(ord, x)",
    "zip(x, x)",
    "enumerate(x)",
    "dict(a=1)",
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "<<",
    ">>",
    "&",
    "|",
    "^",
    "~",
    "@",
    "<",
    "==",
    "!=",
    " in ",
    " not in ",
    " is ",
    " and ",
    " or ",
    "not ",
    " if 1 else ",
    " for c in x",
    ":=",
    "=",
    "+=",
    ",",
    ":",
    ".",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "*x",
    "**x",
    "return ",
    "yield ",
    "break",
    "continue",
    "del ",
    "global x",
    "nonlocal x",
    "raise ",
    "raise ValueError",
    "assert ",
    "pass",
    "try:",
    "except:",
    "finally:",
    "else:",
    "while x:",
    "for c in x:",
    "if x:",
    "def g(a, b=1, *c, d=2):",
    "lambda ",
    "import math",
    "print",
    "sorted",
    "sum",
    "min",
    "max",
    "any",
    "all",
    "isinstance(x, int)",
    ".append(1)",
    ".pop()",
    ".sort()",
    ".get(1)",
    ".join(x)",
    ".split()",
    ".items()",
    "f'{x}'",
    "f'{x!r:>{3}}'",
    "'%d' % ",
    "\n",
    "\n    ",
    "\n        ",
    "\\\n",
    "#",
    "'",
    "\"\"\"",
];

/// A source with a few random changes.
pub fn mutated(random: &mut Random, corpus: &[String]) -> String {
    let source = &corpus[random.below(corpus.len())];
    let mut pieces = tokens(source);
    for _ in 0..=random.below(3) {
        let (at, other) = (random.below(pieces.len()), random.below(pieces.len()));
        match random.below(7) {
            0 => drop(pieces.drain(at..(at + 1 + random.below(4)).min(pieces.len()))),
            1 => pieces.swap(at, other),
            2 => pieces.insert(at, pieces[other]),
            3 => pieces.insert(at, random.pick(PIECES)),
            4 => pieces[at] = random.pick(PIECES),
            5 => swap_type(random, &mut pieces, at),
            _ => {
                let foreign = tokens(&corpus[random.below(corpus.len())]);
                let from = random.below(foreign.len());
                let to = (from + 1 + random.below(12)).min(foreign.len());
                pieces.splice(at..at, foreign[from..to].iter().copied());
            }
        }
        if pieces.is_empty() {
            break;
        }
    }
    pieces.concat()
}

/// The next name or number becomes a value of any type.
fn swap_type(random: &mut Random, pieces: &mut [&str], from: usize) {
    let word = |piece: &&str| piece.starts_with(|c: char| c.is_alphanumeric());
    if let Some(at) = pieces[from..].iter().position(word) {
        pieces[from + at] = random.pick(&PIECES[..35]);
    }
}
