//! A grammar over some rows: rules with their sizes and constants.

use crate::body::Body;
use crate::constants::{Choices, choices};
use crate::op::Op;
use crate::rows::Rows;
use crate::types::Type;
use crate::{Error, constants};

/// One rule as it stands in a grammar file.
#[derive(Clone, Debug)]
pub struct RuleText {
    /// The operation.
    pub op: String,
    /// Its size, without what the choice of a constant costs.
    pub size: u32,
    /// What the operation's constants are chosen from; see docs/enumeration.md.
    pub constants: Vec<Vec<i64>>,
}

/// An operation that is made of others.
#[derive(Clone, Debug)]
pub struct DefineText {
    /// Its name, for messages.
    pub name: String,
    /// Its size, whatever its body's would be.
    pub size: u32,
    /// Types of its arguments, which the body calls a, b and c.
    pub args: Vec<Type>,
    /// An expression, such as `or(and(a, b), and(b, c))`.
    pub body: String,
}

/// A value that is not made by the grammar: an expression in Python, with its results on all rows.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Bool or Int.
    pub kind: Type,
    /// Its size.
    pub size: u32,
    /// What is written into programs.
    pub source: String,
    /// One a row.
    pub values: Vec<i64>,
}

/// What a rule does with its arguments.
#[derive(Clone, Debug)]
pub(crate) enum Make {
    /// An operation of ours.
    Op(Op),
    /// A defined one.
    Body(Body),
    /// A feature: its value on all rows, and its index.
    Feature(Vec<i64>, usize),
}

/// One rule: how a value of a type is made of smaller ones.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) make: Make,
    pub(crate) args: Vec<Type>,
    pub(crate) result: Type,
    /// With what the choice of a constant costs.
    pub(crate) size: usize,
    pub(crate) choices: Choices,
}

impl Rule {
    /// Whether one order of the two arguments is enough.
    pub(crate) fn commutes(&self) -> bool {
        matches!(self.make, Make::Op(op) if op.commutes())
    }
}

/// A grammar, made for rows: what constants there are depends on their symbols and lengths.
#[derive(Clone, Debug)]
pub struct Grammar {
    pub(crate) rules: Vec<Rule>,
    /// Features as they are written.
    pub(crate) features: Vec<String>,
    /// Base of the numbers that rows of text are.
    pub(crate) base: i64,
}

impl Grammar {
    /// Reads the rules. `symbols` are the characters that constants are made of; empty for those of any text.
    ///
    /// # Errors
    /// For an unknown operation, constants that do not fit it, a size of 0 and a body that makes no sense; the message
    /// names the rule.
    pub fn new(
        symbols: &str,
        texts: &[RuleText],
        defines: &[DefineText],
        features: &[Feature],
        rows: &Rows,
    ) -> Result<Self, Error> {
        let domain = constants::Domain::new(symbols, rows)?;
        let mut rules = Vec::new();
        for text in texts {
            let named = |message: String| Error::Usage(format!("rule {:?}: {message}", text.op));
            let op = Op::named(&text.op).ok_or_else(|| named("there is no operation of this name".into()))?;
            sized(text.size).map_err(named)?;
            if op.needs_text() && !rows.text {
                return Err(named("is for rows of text".into()));
            }
            for choices in choices(op, &text.constants, &domain).map_err(named)? {
                rules.push(Rule {
                    make: Make::Op(op),
                    args: op.args().to_vec(),
                    result: op.result(),
                    size: text.size as usize + choices.cost,
                    choices,
                });
            }
        }
        for define in defines {
            let named = |message: String| Error::Usage(format!("defined operation {:?}: {message}", define.name));
            sized(define.size).map_err(named)?;
            if define.args.len() > 3 {
                return Err(named("takes at most three arguments".into()));
            }
            let body = Body::parse(&define.body, &define.args).map_err(named)?;
            rules.push(Rule {
                args: define.args.clone(),
                result: body.result(&define.args),
                make: Make::Body(body),
                size: define.size as usize,
                choices: Choices::none(),
            });
        }
        for (index, feature) in features.iter().enumerate() {
            let named = |message: String| Error::Usage(format!("feature {:?}: {message}", feature.source));
            sized(feature.size).map_err(named)?;
            if feature.values.len() != rows.count() {
                return Err(named(format!("has {} values for {} rows", feature.values.len(), rows.count())));
            }
            rules.push(Rule {
                make: Make::Feature(feature.values.clone(), index),
                args: vec![],
                result: feature.kind,
                size: feature.size as usize,
                choices: Choices::none(),
            });
        }
        let features = features.iter().map(|feature| {
            let truth = if feature.kind == Type::Bool { "bool" } else { "" };
            format!("{truth}({})", feature.source)
        });
        let features = features.collect();
        Ok(Self { rules, features, base: domain.base() })
    }

    /// The rules that make values of a type, with their numbers.
    pub(crate) fn of(&self, kind: Type) -> impl Iterator<Item = (u32, &Rule)> {
        self.rules.iter().enumerate().filter(move |(_, rule)| rule.result == kind).map(|(at, rule)| (at as u32, rule))
    }
}

fn sized(size: u32) -> Result<(), String> {
    if (1..=10_000).contains(&size) { Ok(()) } else { Err(format!("size must be 1 to 10,000, not {size}")) }
}
