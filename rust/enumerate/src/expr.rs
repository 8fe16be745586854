//! Expressions as trees: made for the few programs that are shown, never during the search.

use std::fmt;

use crate::op::{Constants, Op};

/// An expression over the row `x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    Call {
        op: Op,
        constants: Vec<i64>,
        args: Vec<Expr>,
    },
    /// A feature of the grammar, by its index.
    Feature(usize),
}

/// The codes of a symbol, word or token as a Python string literal.
pub(crate) fn quoted(codes: &[i64]) -> String {
    let mut text = String::from("\"");
    for &code in codes {
        match code as u8 {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            code @ 32..127 => text.push(char::from(code)),
            code => text.push_str(&format!("\\x{code:02x}")),
        }
    }
    text.push('"');
    text
}

/// The constants of a call, each as it is written.
pub(crate) fn written(op: Op, constants: &[i64], text: bool) -> Vec<String> {
    match op.constants() {
        Constants::Word => vec![quoted(constants)],
        Constants::Threshold if text => vec![quoted(constants)],
        Constants::PositionSymbol => vec![constants[0].to_string(), quoted(&constants[1..])],
        Constants::Brackets => {
            let width = constants[0] as usize;
            let tokens = constants[2..].chunks_exact(width).map(quoted);
            std::iter::once(width.to_string()).chain(tokens).collect()
        }
        _ => constants.iter().map(i64::to_string).collect(),
    }
}

/// `name(constants, arguments)`, or the bare name.
pub(crate) struct Written<'a>(pub(crate) &'a Expr, pub(crate) bool);

impl fmt::Display for Written<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(expr, text) = self;
        match expr {
            Expr::Feature(index) => write!(out, "feature({index})"),
            Expr::Call { op, constants, args } => {
                write!(out, "{}", op.name())?;
                let mut parts = written(*op, constants, *text);
                parts.extend(args.iter().map(|arg| Written(arg, *text).to_string()));
                if parts.is_empty() { Ok(()) } else { write!(out, "({})", parts.join(", ")) }
            }
        }
    }
}
