//! Stack automata over tokens of a few characters.

use super::Kernels;

/// The rows of a slice cut into tokens, each by its number.
pub(crate) struct Tokens {
    width: usize,
    numbers: Vec<u32>,
    /// For each row where its tokens stand; None where the width does not divide the row.
    rows: Vec<Option<(usize, usize)>>,
    /// Numbers that there are.
    count: usize,
}

/// What a token does.
const OPENS: u8 = 2;
const CLOSES: u8 = 4;

impl Kernels {
    /// Cuts a slice into tokens. A token's number has its symbols for digits.
    pub(crate) fn tokens(&self, s: &[u64], width: usize) -> Tokens {
        let mut tokens = Tokens { width, numbers: vec![], rows: vec![], count: self.symbols.len().pow(width as u32) };
        for (row, &len) in self.shapes.of(s).lens.iter().enumerate() {
            let (start, len) = (tokens.numbers.len(), usize::from(len));
            for at in (0..len - len % width).step_by(width) {
                let symbols = (at..at + width).map(|place| i64::from(self.layout.item(s, row, place)));
                tokens.numbers.push(self.numbered(symbols).unwrap_or(0));
            }
            tokens.rows.push((len % width == 0).then_some((start, tokens.numbers.len())));
        }
        tokens
    }

    /// The number of a token; None when it has a symbol that no row has.
    fn numbered(&self, symbols: impl Iterator<Item = i64>) -> Option<u32> {
        let mut number = 0;
        for code in symbols {
            number = number * self.symbols.len() as u32 + self.symbols.binary_search(&code).ok()? as u32;
        }
        Some(number)
    }

    /// Which rows are balanced; `constants` are the width, the kinds, and the pairs of opening and closing tokens.
    pub(crate) fn balanced(&self, tokens: &Tokens, constants: &[i64], out: &mut [u64]) {
        let mut roles = vec![0u8; tokens.count];
        for (kind, pair) in constants[2..].chunks_exact(2 * tokens.width).enumerate() {
            for (token, role) in pair.chunks_exact(tokens.width).zip([OPENS, CLOSES]) {
                if let Some(number) = self.numbered(token.iter().copied()) {
                    roles[number as usize] = role | kind as u8;
                }
            }
        }
        let mut stack = Vec::with_capacity(64);
        self.truth(out, |row| {
            let Some((start, end)) = tokens.rows[row] else { return false };
            stack.clear();
            for &number in &tokens.numbers[start..end] {
                match roles[number as usize] {
                    0 => {}
                    role if role & OPENS != 0 => stack.push(role & 1),
                    role => {
                        if stack.pop() != Some(role & 1) {
                            return false;
                        }
                    }
                }
            }
            stack.is_empty()
        });
    }
}
