//! Python's `re` for patterns that are known when the candidate is compiled, on ASCII text.
//!
//! ```text
//! pattern -> parse (syntax) -> code, for the backtracking matcher  -> one block of constant bytes,
//!                           -> nfa -> dfa, where that is possible  -> read by runtime/re*.c
//! ```
//!
//! The code is enough by itself; the automaton finds the same matches, leftmost and with Python's priorities, at a
//! table look-up a character, but knows nothing about groups. What is not modelled exactly is declined by name.

mod code;
mod dfa;
mod nfa;
mod parse;
mod set;
mod syntax;
mod template;
#[cfg(test)]
mod tests;

/// `re.IGNORECASE`; this and the others are flags of `compile`.
pub const IGNORECASE: u32 = 2;
/// `re.MULTILINE`
pub const MULTILINE: u32 = 8;
/// `re.DOTALL`
pub const DOTALL: u32 = 16;
/// `re.UNICODE`: the default.
pub const UNICODE: u32 = 32;
/// `re.VERBOSE`
pub const VERBOSE: u32 = 64;
/// `re.ASCII`
pub const ASCII: u32 = 256;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Program {
    /// What `runtime/re.h` describes; works at any address.
    pub bytes: Vec<u8>,
    /// How many groups it captures, the whole match not counted.
    pub groups: u32,
    /// The groups with names, in the order of the pattern.
    pub group_names: Vec<(String, u32)>,
}

/// Compiles a pattern.
///
/// # Errors
/// Names what is wrong with the pattern, or what is not modelled.
pub fn compile(pattern: &str, flags: u32) -> Result<Program, String> {
    let parse::Parsed { node, groups, names } = parse::parse(pattern, flags)?;
    let (code, loops) = code::generate(&node)?;
    let table = dfa::build(&node).unwrap_or_default();
    let (mut first, nullable) = node.first();
    if nullable {
        first = 0;
    }

    const HEADER: usize = 10;
    let names_at = HEADER + code.len();
    let name_words = name_words(&names);
    let dfa_at = if table.is_empty() { 0 } else { names_at + name_words.len() };
    let flags = u32::from(node.anchored()) | u32::from(!nullable) << 1;
    let mut words = vec![groups, HEADER as u32, loops, dfa_at as u32, names_at as u32, flags];
    words.extend(set::words(first));
    words.extend(code);
    words.extend(name_words);
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.extend(table);
    Ok(Program { bytes, groups, group_names: names })
}

/// Compiles a replacement of `sub`.
///
/// # Errors
/// Names what is wrong with it, or what is not modelled.
pub fn template(replacement: &str, program: &Program) -> Result<Vec<u8>, String> {
    template::template(replacement, program)
}

/// Their number, then of each: the group, and its name as `text_words`.
fn name_words(names: &[(String, u32)]) -> Vec<u32> {
    let mut words = vec![names.len() as u32];
    for (name, group) in names {
        words.push(*group);
        words.extend(text_words(name.as_bytes()));
    }
    words
}

/// The length, then the bytes, padded to words.
fn text_words(text: &[u8]) -> Vec<u32> {
    let mut words = vec![text.len() as u32];
    words.extend(text.chunks(4).map(|four| {
        let mut word = [0; 4];
        word[..four.len()].copy_from_slice(four);
        u32::from_le_bytes(word)
    }));
    words
}
