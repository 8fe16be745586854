//! Bodies of defined operations: an expression over the arguments a, b and c, in the notation of `expr`.

use crate::expr::Expr;
use crate::kernels::Kernels;
use crate::op::{Constants, Op};
use crate::types::Type;

/// An expression with holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Arg(usize),
    Call { op: Op, constants: Vec<i64>, args: Vec<Body> },
}

const NAMES: [&str; 3] = ["a", "b", "c"];
/// Deeper than anyone writes, and far from the end of the stack.
const DEEPEST: usize = 64;

impl Body {
    /// Reads a body and checks its types; the message says what is wrong.
    pub(crate) fn parse(text: &str, args: &[Type]) -> Result<Self, String> {
        let mut parser = Parser { rest: text, args };
        let (body, _) = parser.expression(0)?;
        parser.skip();
        if parser.rest.is_empty() { Ok(body) } else { Err(format!("{:?} follows the body", parser.rest)) }
    }

    pub(crate) fn result(&self, args: &[Type]) -> Type {
        match self {
            Self::Arg(at) => args[*at],
            Self::Call { op, .. } => op.result(),
        }
    }

    /// The expression with its holes filled.
    pub(crate) fn filled(&self, args: &[Expr]) -> Expr {
        match self {
            Self::Arg(at) => args[*at].clone(),
            Self::Call { op, constants, args: inner } => Expr::Call {
                op: *op,
                constants: constants.clone(),
                args: inner.iter().map(|body| body.filled(args)).collect(),
            },
        }
    }

    /// The value over the rows; None where it is undefined on one.
    pub(crate) fn eval(&self, kernels: &Kernels, args: &[&[u64]]) -> Option<Vec<u64>> {
        match self {
            Self::Arg(at) => Some(args[*at].to_vec()),
            Self::Call { op, constants, args: inner } => {
                let values: Vec<Vec<u64>> = inner.iter().map(|body| body.eval(kernels, args)).collect::<Option<_>>()?;
                let views: Vec<&[u64]> = values.iter().map(Vec::as_slice).collect();
                let mut out = vec![0; kernels.layout.size(op.result())];
                kernels.eval::<false>(*op, constants, &views, &mut out).then_some(out)
            }
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
    args: &'a [Type],
}

impl Parser<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, token: char) -> bool {
        self.skip();
        self.rest.strip_prefix(token).is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    fn word(&mut self) -> &str {
        self.skip();
        let end =
            self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn expression(&mut self, depth: usize) -> Result<(Body, Type), String> {
        if depth > DEEPEST {
            return Err("the body is too deep".into());
        }
        let name = self.word().to_owned();
        if let Some(at) = NAMES.iter().position(|&each| each == name) {
            let kind = *self.args.get(at).ok_or_else(|| format!("there is no argument {name}"))?;
            return Ok((Body::Arg(at), kind));
        }
        let op = Op::named(&name).ok_or_else(|| format!("there is no operation {name:?}"))?;
        let (mut constants, mut args) = (Vec::new(), Vec::new());
        if self.take('(') {
            loop {
                self.skip();
                if self.rest.starts_with('"') {
                    constants.extend(self.string()?);
                } else if self.rest.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
                    let word = self.word();
                    constants.push(word.parse().map_err(|_| format!("{word:?} is no integer"))?);
                } else {
                    args.push(self.expression(depth + 1)?);
                }
                if !self.take(',') {
                    break;
                }
            }
            if !self.take(')') {
                return Err(format!("a ) is missing before {:?}", self.rest));
            }
        }
        check(op, &constants).map_err(|message| format!("{name}: {message}"))?;
        let types: Vec<Type> = args.iter().map(|(_, kind)| *kind).collect();
        if types != op.args() {
            let names = |types: &[Type]| types.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
            return Err(format!("{name} takes ({}), not ({})", names(op.args()), names(&types)));
        }
        Ok((Body::Call { op, constants, args: args.into_iter().map(|(body, _)| body).collect() }, op.result()))
    }

    fn string(&mut self) -> Result<Vec<i64>, String> {
        let end = self.rest[1..].find('"').ok_or("a \" is missing")?;
        let codes = self.rest[1..=end].bytes().map(i64::from).collect();
        self.rest = &self.rest[end + 2..];
        Ok(codes)
    }
}

/// Whether the constants of a call in a body fit its operation, so that no kernel meets others.
fn check(op: Op, constants: &[i64]) -> Result<(), String> {
    let fits = match op.constants() {
        Constants::None => constants.is_empty(),
        Constants::Ints(2, _) => matches!(constants, [start, step] if *start >= 0 && *step >= 1),
        Constants::Ints(_, least) => {
            matches!(constants, [value] if *value >= least && i32::try_from(*value).is_ok())
        }
        Constants::Residues => matches!(constants, [m, r] if *m >= 2 && 0 <= *r && r < m && i32::try_from(*m).is_ok()),
        Constants::Rule => matches!(constants, [0..=255]),
        Constants::PositionSymbol => matches!(constants, [_, 0..=127]),
        Constants::Position => constants.len() == 1,
        Constants::Threshold => matches!(constants, [value] if i32::try_from(*value).is_ok()),
        Constants::Word => !constants.is_empty(),
        Constants::Brackets | Constants::Tables => false,
    };
    if fits { Ok(()) } else { Err("its constants do not fit".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_and_its_types_are_checked() {
        let body = Body::parse("or(and(a, b), remainder(2, 1, count(c)))", &[Type::Bool, Type::Bool, Type::Flags]);
        assert_eq!(body.map(|body| body.result(&[])), Ok(Type::Bool));
        for (text, message) in [
            ("and(a, count(c))", "and takes (bool, bool), not (bool, int)"),
            ("and(a, d)", "there is no operation \"d\""),
            ("and(a, b", "a ) is missing"),
            ("remainder(2, 2, count(c))", "remainder: its constants do not fit"),
            ("a b", "follows the body"),
        ] {
            let error = Body::parse(text, &[Type::Bool, Type::Bool, Type::Flags]).expect_err(text);
            assert!(error.contains(message), "{error}");
        }
        assert!(Body::parse(&"not(".repeat(100_000), &[]).is_err());
    }
}
