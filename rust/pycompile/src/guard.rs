//! Bounds on what a hostile source can make the compiler use: it works in this process, where a stack that overflows is the end.
//!
//! The parser and the walks over its tree recurse as deep as the source nests, so that is bounded beforehand, from the text alone: an
//! expression is no deeper than its tokens since the last comma are many, up to the outermost open bracket, and a statement than its
//! indentation is wide. Only text that is lexically in order gets through, since a parser that recovers from errors may see another
//! nesting. A thread with room for that depth does the work; what it does not touch costs nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crate::api::Declined;

const SOURCE_MAX: usize = 64 << 10;
/// Far above what people and models write.
const DEPTH_MAX: usize = 1000;
/// What people write nearly always, for which any thread has room.
const SHALLOW: usize = 24;
/// Unoptimised, the parser takes 50 KiB a bracket and the compiler less.
const STACK: usize = 256 << 20;

/// Calls the compiler. One that panics has declined.
pub(crate) fn guarded<T: Send>(
    source: &str,
    compile: impl FnOnce() -> Result<T, Declined> + Send,
) -> Result<T, Declined> {
    bounded(source)?;
    thread::scope(|scope| match thread::Builder::new().stack_size(STACK).spawn_scoped(scope, compile) {
        Ok(thread) => thread.join().unwrap_or_else(|_| declined(PANIC)),
        Err(_) => declined("there is no thread to compile it on"),
    })
}

/// The same for what is soon done, without a thread where the source is shallow: one costs as much as reading the source.
pub(crate) fn guarded_here<T: Send>(
    source: &str,
    read: impl FnOnce() -> Result<T, Declined> + Send,
) -> Result<T, Declined> {
    if bounded(source)? > SHALLOW {
        return guarded(source, read);
    }
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| declined(PANIC))
}

fn declined<T>(reason: &str) -> Result<T, Declined> {
    Err(Declined { line: 1, reason: reason.into() })
}

/// How deep the source may nest, if that and its length are within bounds.
fn bounded(source: &str) -> Result<usize, Declined> {
    if source.len() > SOURCE_MAX {
        return declined("the source is too long to be compiled");
    }
    if source.contains('\0') || names_encoding(source) {
        return declined("the source is not plain UTF-8"); // CPython refuses the one, and obeys the other
    }
    match depth(source) {
        None => declined("a syntax error: a bracket or string that is not closed"),
        Some(depth) if depth > DEPTH_MAX => declined("the source is too deeply nested to be compiled"),
        Some(depth) => Ok(depth),
    }
}

pub(crate) const PANIC: &str = "the compiler panicked; this is a bug";

/// Whether CPython might read the source in the encoding that one of its first two lines names.
fn names_encoding(source: &str) -> bool {
    source.split(['\n', '\r']).take(2).any(|line| line.contains('#') && line.contains("coding"))
}

/// A bound on the depth of the syntax tree; None: brackets or strings are not in order.
fn depth(source: &str) -> Option<usize> {
    let mut scan =
        Scan { rest: source.as_bytes(), open: vec![Level::of(Kind::Statements)], path: 0, worst: 0, chained: 0 };
    while !scan.rest.is_empty() {
        scan.step()?;
        scan.worst = scan.worst.max(scan.path);
    }
    (scan.open.len() == 1).then_some(scan.worst + scan.chained)
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Statements,
    /// Ends at this byte.
    Bracket(u8),
    /// The text of an f-string.
    Text(Quote),
    /// Code in the braces of an f-string.
    Field,
    /// What follows the colon in a field, in an f-string of these quotes.
    Format(Quote),
}

#[derive(Clone, Copy, PartialEq)]
struct Quote {
    byte: u8,
    triple: bool,
}

/// What is open. Its tokens are those since the last comma or line.
struct Level {
    kind: Kind,
    tokens: usize,
    /// Tokens that a comma does not end: each `for` of a comprehension is inside the one before it.
    kept: usize,
    /// A comma may belong to its parameters, and does not end what surrounds it.
    lambda: bool,
}

impl Level {
    fn of(kind: Kind) -> Self {
        Self { kind, tokens: 0, kept: 0, lambda: false }
    }
}

struct Scan<'a> {
    rest: &'a [u8],
    open: Vec<Level>,
    /// Tokens of all open levels.
    path: usize,
    worst: usize,
    /// `elif`s and the like: each may be inside the `else` of the last.
    chained: usize,
}

impl Scan<'_> {
    fn step(&mut self) -> Option<()> {
        let kind = self.top().kind;
        if let Kind::Text(quote) | Kind::Format(quote) = kind {
            return self.text(quote, matches!(kind, Kind::Format(_)));
        }
        let (byte, rest) = (self.rest[0], &self.rest[1..]);
        let len = match byte {
            b'\n' | b'\r' if kind == Kind::Statements => {
                self.forget();
                let indent = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
                self.count(indent);
                1 + indent
            }
            b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => 1,
            b'\\' => 2,
            b'#' => 1 + rest.iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count(),
            b',' if !self.top().lambda => {
                self.forget();
                1
            }
            b';' if kind == Kind::Statements => {
                self.forget();
                1
            }
            b':' if kind == Kind::Field => {
                let text = self.open.iter().rev().find_map(|level| match level.kind {
                    Kind::Text(quote) => Some(quote),
                    _ => None,
                });
                self.enter(Kind::Format(text?));
                1
            }
            b'(' => self.enter(Kind::Bracket(b')')),
            b'[' => self.enter(Kind::Bracket(b']')),
            b'{' => self.enter(Kind::Bracket(b'}')),
            b')' | b']' | b'}' => {
                if kind != Kind::Bracket(byte) && (kind, byte) != (Kind::Field, b'}') {
                    return None;
                }
                self.leave()
            }
            b'"' | b'\'' => {
                self.count(1);
                string(self.rest)?
            }
            byte if is_word(byte) => self.word()?,
            _ => {
                self.count(1);
                1
            }
        };
        self.rest = self.rest.get(len..).unwrap_or(&[]);
        Some(())
    }

    /// A name, a keyword, a number, or a string with a prefix.
    fn word(&mut self) -> Option<usize> {
        let len = self.rest.iter().take_while(|byte| is_word(**byte)).count();
        let (word, rest) = self.rest.split_at(len);
        self.count(1);
        match word {
            b"lambda" => self.open.iter_mut().for_each(|level| level.lambda = true),
            b"for" => {
                self.path += 1;
                self.top().kept += 1;
            }
            b"elif" | b"except" | b"case" => self.chained += 1,
            _ if len <= 2 && matches!(rest.first(), Some(b'"' | b'\'')) => {
                if !word.iter().any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T')) {
                    return Some(len + string(rest)?);
                }
                let quote = Quote { byte: rest[0], triple: rest.starts_with(&[rest[0]; 3]) };
                self.enter(Kind::Text(quote));
                return Some(len + quote.len());
            }
            _ => {}
        }
        Some(len)
    }

    /// The text of an f-string, up to where something begins or ends.
    fn text(&mut self, quote: Quote, format: bool) -> Option<()> {
        let mut at = 0;
        loop {
            let rest = &self.rest[at..];
            match *rest.first()? {
                b'\\' => at += if matches!(rest.get(1), Some(b'{' | b'}')) { 1 } else { 2 },
                b'{' if !format && rest.get(1) == Some(&b'{') => at += 2,
                b'{' => {
                    self.enter(Kind::Field);
                    at += 1;
                    break;
                }
                b'}' if format => {
                    self.leave();
                    self.leave();
                    at += 1;
                    break;
                }
                b'\n' | b'\r' if !quote.triple => return None,
                _ if quote.ends(rest) => {
                    if format {
                        return None;
                    }
                    self.leave();
                    at += quote.len();
                    break;
                }
                _ => at += 1,
            }
            if at > self.rest.len() {
                return None;
            }
        }
        self.rest = &self.rest[at..];
        Some(())
    }

    fn top(&mut self) -> &mut Level {
        let last = self.open.len() - 1; // statements are never left
        &mut self.open[last]
    }

    fn enter(&mut self, kind: Kind) -> usize {
        self.count(1);
        self.open.push(Level::of(kind));
        1
    }

    fn leave(&mut self) -> usize {
        self.forget();
        self.path -= self.top().kept;
        self.open.pop();
        1
    }

    fn count(&mut self, tokens: usize) {
        self.path += tokens;
        self.top().tokens += tokens;
    }

    fn forget(&mut self) {
        let tokens = std::mem::take(&mut self.top().tokens);
        self.path -= tokens;
        if self.top().kind == Kind::Statements {
            let kept = std::mem::take(&mut self.top().kept);
            self.path -= kept;
            self.top().lambda = false;
        }
    }
}

impl Quote {
    fn len(self) -> usize {
        if self.triple { 3 } else { 1 }
    }

    fn ends(self, text: &[u8]) -> bool {
        text.starts_with(&[self.byte; 3][..self.len()])
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The length of the string that starts with the quote at the front; None: it does not end.
fn string(text: &[u8]) -> Option<usize> {
    let quote = Quote { byte: text[0], triple: text.starts_with(&[text[0]; 3]) };
    let mut at = quote.len();
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'\n' | b'\r' if !quote.triple => return None,
            _ if quote.ends(&text[at..]) => return Some(at + quote.len()),
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{DEPTH_MAX, depth, guarded};
    use crate::{InputType, compile};

    #[test]
    fn what_people_write_is_shallow() {
        let source = "def f(x):\n    # (((((\n    table = {'a': ('(', [1, 2]), 'b': '''\n((('''}\n    return table\n";
        assert!(depth(source).expect("read to the end") < 20);
        assert!(depth(&format!("t = [{}]\n", "(1, -2, 'a'), ".repeat(5000))).expect("read to the end") < 15);
        assert!(depth(&"x = 1 + 2\n".repeat(5000)).expect("read to the end") < 10);
        assert!(depth(&"x = f'{a!r:>{b}}{{(' + \"'\" + f\"{'\"'}\"\n".repeat(500)).expect("read to the end") < 20);
    }

    #[test]
    fn what_nests_is_seen() {
        let many = 5000;
        let repeated = [
            ("(", ")"),
            ("[", "]"),
            ("{1:", "}"),
            ("-", ""),
            ("not ", ""),
            ("1+", ""),
            ("a.", ""),
            ("a(", ")"),
            ("lambda:", ""),
            ("lambda a,b=", ""),
            ("0 if 0 else ", ""),
            ("f'{", "}'"),
            ("f\"{-", "}\""),
            ("~(", ")"),
            ("elif a: b\n", ""),
            ("(\n", ")"),
            ("\\\n-", ""),
            ("rf'''{(", ")}'''"),
            ("f'{a:{", "}}'"),
            ("f\"{'\"'}\"+(", ")"),
        ];
        for (open, close) in repeated {
            let source = open.repeat(many) + "1" + &close.repeat(many);
            assert!(depth(&source).is_none_or(|depth| depth >= many), "{open}");
            assert!(guarded(&source, || Ok(())).is_err());
        }
        assert!(depth(&format!("x = a{}", "[0]".repeat(many))).expect("read to the end") >= many);
        assert!(depth(&format!("x = [0{}]", " for a, b in c".repeat(many))).expect("read to the end") >= many);
        let blocks: String = (0..500).map(|indent| " ".repeat(indent) + "if 1:\n").collect();
        assert!(depth(&blocks).expect("read to the end") >= 499);
        // Brackets inside what a long expression has already opened.
        assert!(depth(&(("-".repeat(100) + "(").repeat(50) + "1" + &")".repeat(50))).expect("read to the end") >= 5000);
    }

    #[test]
    fn what_is_not_closed_is_no_python() {
        for source in [
            "'",
            "\"\"\"",
            "f'",
            "f'{",
            "f'{a",
            "f'{a:",
            "f'{a'",
            ")",
            "(]",
            "]}",
            "'\\",
            "f'\n'",
            "f'{a:\n}'",
            "('\n')",
        ] {
            assert_eq!(depth(source), None, "{source}");
        }
        for source in ["\\", "#", "é", "b", "\u{feff}x = 1", "f'{{'", "f'\\{a}'", "rb'\\''", "f'{a:\\'}'"] {
            assert!(depth(source).is_some_and(|depth| depth < 10), "{source}");
        }
    }

    /// From a small stack, and in a build without optimisation.
    #[test]
    fn the_deepest_sources_are_compiled() {
        let deepest = |open: &str, close: &str| {
            let nested = |n| format!("def f(x):\n    return {}x{}\n", open.repeat(n), close.repeat(n));
            let n = (1..DEPTH_MAX).take_while(|&n| depth(&nested(n)).is_some_and(|depth| depth <= DEPTH_MAX)).count();
            nested(n)
        };
        let sources = [
            deepest("(", ")"),
            deepest("[", "]"),
            deepest("-", ""),
            deepest("not ", ""),
            deepest("1+", ""),
            deepest("(", ",)"),
            deepest("{1:", "}"),
            deepest("{", "}"),
            deepest("lambda:", ""),
            deepest("len(", ")"),
            deepest("x[", "]"),
            deepest("0 if 0 else ", ""),
            deepest("x and (x or ", ")"),
            deepest("f'{", "}'"),
            deepest("2**", ""),
            deepest("[0 for c in ", "]"),
            deepest("(lambda a=", ": a)()"),
            deepest("x.count(", ")"),
            deepest("", "[0]"),
            deepest("", ".real"),
            deepest("", "()"),
            deepest("x<", ""),
            deepest("*", ""),
            deepest("x in (", ")"),
            deepest("any(", " for c in x)"),
            deepest("next(map(ord,", "))"),
            deepest("sorted(", ",key=len)"),
            (0..140).map(|depth| " ".repeat(depth) + "def f(x):\n").collect::<String>()
                + &" ".repeat(140)
                + "return 1\n",
            (0..40).map(|depth| " ".repeat(depth) + "while x:\n").collect::<String>() + &" ".repeat(40) + "break\n",
            format!("def f(x):\n    if x: return 1\n{}", "    elif x: return 2\n".repeat(900)),
        ];
        let compiled = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
            for source in sources {
                assert!(depth(&source).is_some_and(|depth| depth <= DEPTH_MAX), "{:?}: {source}", depth(&source));
                let made = compile(&source, InputType::Text);
                assert!(made.is_ok() || made.is_err_and(|declined| declined.reason != super::PANIC), "{source}");
            }
        });
        compiled.expect("read to the end").join().expect("read to the end");
    }
}
