//! How deeply a Python source may nest, from its text alone. Whoever parses or compiles it recurses that deep, and a native
//! stack that overflows would end the process: unlike in the sandbox, where CPython does the same.

/// A bound on the depth of the syntax tree, generous to the sources that people and models write. An expression is no
/// deeper than its tokens up to the innermost open bracket are many, and a statement than its indentation is wide.
pub(crate) fn depth(source: &str) -> usize {
    let mut scan = Scan { rest: source.as_bytes(), open: vec![Level::default()], path: 0, worst: 0, chained: 0 };
    while let Some((&byte, rest)) = scan.rest.split_first() {
        scan.token(byte, rest);
        scan.worst = scan.worst.max(scan.path + scan.open.len());
    }
    scan.worst + scan.chained
}

/// What stands between two brackets, or at the level of statements, since the last comma or line.
#[derive(Default)]
struct Level {
    tokens: usize,
    /// A comma may belong to its parameters, and does not end what surrounds it.
    lambda: bool,
}

struct Scan<'a> {
    rest: &'a [u8],
    /// Statements, then one for each open bracket.
    open: Vec<Level>,
    /// Tokens of all open levels.
    path: usize,
    worst: usize,
    /// `elif`s: each may be an `if` inside the `else` of the last.
    chained: usize,
}

impl Scan<'_> {
    fn token(&mut self, byte: u8, rest: &[u8]) {
        let len = match byte {
            b'\n' if self.open.len() == 1 => {
                self.forget();
                let indent = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
                self.count(indent);
                1 + indent
            }
            b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => 1,
            b'\\' => 2,
            b'#' => 1 + rest.iter().take_while(|byte| **byte != b'\n').count(),
            b',' if !self.open.last().is_some_and(|level| level.lambda) => {
                self.forget();
                1
            }
            b';' if self.open.len() == 1 => {
                self.forget();
                1
            }
            b'(' | b'[' | b'{' => {
                self.count(1);
                self.open.push(Level::default());
                1
            }
            b')' | b']' | b'}' => {
                if self.open.len() > 1 {
                    self.forget();
                    self.open.pop();
                }
                1
            }
            b'"' | b'\'' => {
                self.count(1);
                string(self.rest)
            }
            byte if is_word(byte) => self.word(),
            _ => {
                self.count(1);
                1
            }
        };
        self.rest = self.rest.get(len..).unwrap_or(&[]);
    }

    /// A name, a keyword, a number, or a string with a prefix.
    fn word(&mut self) -> usize {
        let len = self.rest.iter().take_while(|byte| is_word(**byte)).count();
        let (word, rest) = self.rest.split_at(len);
        self.count(1);
        match word {
            b"lambda" => self.open.iter_mut().for_each(|level| level.lambda = true),
            b"elif" => self.chained += 1,
            _ if len <= 2 && matches!(rest.first(), Some(b'"' | b'\'')) => {
                let string = string(rest);
                // What stands in an f-string may be code: every byte a token.
                if word.iter().any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T')) {
                    self.count(string);
                }
                return len + string;
            }
            _ => {}
        }
        len
    }

    fn count(&mut self, tokens: usize) {
        self.path += tokens;
        if let Some(level) = self.open.last_mut() {
            level.tokens += tokens;
        }
    }

    fn forget(&mut self) {
        if let Some(level) = self.open.last_mut() {
            self.path -= std::mem::take(level).tokens;
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The length of the string that starts with the quote at the front.
fn string(text: &[u8]) -> usize {
    let quote = text[0];
    let triple = text.starts_with(&[quote; 3]);
    let close = if triple { 3 } else { 1 };
    let mut at = close;
    while let Some(&byte) = text.get(at) {
        if byte == b'\\' {
            at += 2;
        } else if byte == b'\n' && !triple {
            return at; // not closed: an error that the parser tells
        } else if text[at..].starts_with(&[quote; 3][..close]) {
            return at + close;
        } else {
            at += 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn what_people_write_is_shallow() {
        let source = "def f(x):\n    # (((((\n    table = {'a': ('(', [1, 2]), 'b': '''\n((('''}\n    return table\n";
        assert!(depth(source) < 20, "{}", depth(source));
        let table = format!("t = [{}]\n", "(1, -2, 'a'), ".repeat(5000));
        assert!(depth(&table) < 15, "{}", depth(&table));
        assert!(depth(&"x = 1 + 2\n".repeat(5000)) < 10);
    }

    #[test]
    fn what_nests_is_seen() {
        let many = 5000;
        for piece in [
            "(",
            "[",
            "{1:",
            "-",
            "not ",
            "1+",
            "a.",
            "a(",
            "lambda:",
            "lambda a,b=",
            "0 if 0 else ",
            "f'{f'{",
            "f\"{-",
            "~(",
            "a[0]",
            "elif a: b\n",
            "b'{' (",
            "(\n",
            "\\\n-",
            "f()",
            "rf'''{(",
        ] {
            assert!(depth(&piece.repeat(many)) >= many, "{piece}: {}", depth(&piece.repeat(many)));
        }
        let blocks: String = (0..500).map(|indent| " ".repeat(indent) + "if 1:\n").collect();
        assert!(depth(&blocks) >= 499);
        // Brackets inside what a long expression has already opened.
        assert!(depth(&format!("{}1", ("-".repeat(100) + "(").repeat(50))) >= 5000);
    }

    #[test]
    fn any_bytes_are_scanned_to_the_end() {
        for source in ["'", "\"\"\"", "\\", "f'", "#", ")", "]}", "'\\", "é", "b", "\u{feff}x = 1"] {
            assert!(depth(source) < 10, "{source}");
        }
    }
}
