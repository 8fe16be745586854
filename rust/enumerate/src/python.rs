//! Programs as Python that a person can read: one function f, with the helpers that it needs above it.

use std::collections::BTreeSet;

use crate::expr::{Expr, quoted};
use crate::grammar::Grammar;
use crate::op::Op;
use crate::rows::Target;

/// How tightly the outermost operator of an expression binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Choice,
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Atom,
}

/// An expression's text.
struct Text(String, Binds);

impl Text {
    fn atom(text: impl Into<String>) -> Self {
        Self(text.into(), Binds::Atom)
    }

    /// In parentheses if it binds less tightly than its place asks for.
    fn at(&self, least: Binds) -> String {
        if self.1 >= least { self.0.clone() } else { format!("({})", self.0) }
    }
}

/// The module that computes an expression.
pub(crate) fn module(expr: &Expr, target: &Target, text: bool, grammar: &Grammar) -> String {
    let mut writer =
        Writer { text, base: grammar.base, features: &grammar.features, lines: vec![], helpers: BTreeSet::new() };
    let result = match target {
        Target::Bool { labels: [0, 1], .. } => match expr {
            Expr::Call { op: Op::Remainder, constants, args } if constants[..] == [2, 1] => {
                format!("{} % 2", writer.value(&args[0]).at(Binds::Product))
            }
            _ => format!("int({})", writer.value(expr).0),
        },
        Target::Bool { labels: [low, high], .. } => {
            format!("{high} if {} else {low}", writer.value(expr).at(Binds::Or))
        }
        Target::Int(_) => writer.value(expr).0,
    };
    let helpers: String = writer.helpers.iter().map(|helper| format!("{}\n\n", helper.source())).collect();
    let lines: String = writer.lines.iter().map(|line| format!("    {line}\n")).collect();
    format!("{helpers}def f(x):\n{lines}    return {result}\n")
}

/// Functions that operations without a short form in Python call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Helper {
    Window,
    Parities,
    First,
    LongestRun,
    Lowest,
    Automaton,
    Balanced,
}

impl Helper {
    fn source(self) -> &'static str {
        match self {
            Self::Window => {
                "def window(f, rule):\n    # Each flag by the rule's bit for it and its neighbours; zeros beyond both ends.\n    \
                 return [rule >> (4 * a + 2 * b + c) & 1 for a, b, c in zip([0] + f, f, f[1:] + [0])]\n"
            }
            Self::Parities => {
                "def parities(f):\n    parity, found = 0, []\n    for b in f:\n        parity ^= b\n        \
                 found.append(parity)\n    return found\n"
            }
            Self::First => {
                "def first(f):\n    for i, b in enumerate(f):\n        if b:\n            return i\n    return -1\n"
            }
            Self::LongestRun => {
                "def longest_run(f):\n    longest = run = 0\n    for b in f:\n        run = run + 1 if b else 0\n        \
                 longest = max(longest, run)\n    return longest\n"
            }
            Self::Lowest => {
                "def lowest(f):\n    least = depth = 0\n    for b in f:\n        depth += 1 if b else -1\n        \
                 least = min(least, depth)\n    return least\n"
            }
            Self::Automaton => {
                "def automaton(f, table):\n    state = 0\n    for b in f:\n        state = table[2 * state + b]\n    \
                 return state\n"
            }
            Self::Balanced => {
                "def balanced(s, width, opening, closing):\n    if len(s) % width:\n        return False\n    stack = []\n    \
                 for i in range(0, len(s), width):\n        token = s[i:i + width]\n        if token in opening:\n            \
                 stack.append(closing[opening.index(token)])\n        elif token in closing:\n            \
                 if not stack or stack.pop() != token:\n                return False\n    return not stack\n"
            }
        }
    }
}

struct Writer<'a> {
    text: bool,
    base: i64,
    features: &'a [String],
    /// Statements before the return.
    lines: Vec<String>,
    helpers: BTreeSet<Helper>,
}

impl Writer<'_> {
    /// A name for a text that is used more than once.
    fn named(&mut self, text: Text, name: &str) -> String {
        if text.0.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return text.0;
        }
        let assigned = |line: &String| {
            line.split_once(" = ").filter(|(_, value)| *value == text.0).map(|(name, _)| name.to_owned())
        };
        if let Some(known) = self.lines.iter().find_map(assigned) {
            return known;
        }
        let name = format!("{name}{}", self.lines.len() + 1);
        self.lines.push(format!("{name} = {}", text.0));
        name
    }

    fn symbol(&self, code: i64) -> String {
        if self.text { quoted(&[code]) } else { code.to_string() }
    }

    /// The numbers that the items of a seq stand for.
    fn numbers(&mut self, s: &Expr) -> String {
        let s = self.value(s).0;
        if self.text { format!("map(int, {s})") } else { s }
    }

    /// An int, bool or seq.
    fn value(&mut self, expr: &Expr) -> Text {
        let Expr::Call { op, constants, args } = expr else {
            let Expr::Feature(index) = expr else { unreachable!("an expression is a call or a feature") };
            return Text::atom(self.features[*index].clone());
        };
        let constant = constants.first().copied().unwrap_or(0);
        match op {
            Op::X => Text::atom("x"),
            Op::Reversed => self.slice(&args[0], "[::-1]"),
            Op::FirstHalf | Op::SecondHalf => {
                let text = self.value(&args[0]);
                let s = self.named(text, "s");
                let slice =
                    if *op == Op::FirstHalf { format!("[:len({s}) // 2]") } else { format!("[len({s}) // 2:]") };
                Text::atom(format!("{s}{slice}"))
            }
            Op::Every => {
                let start = if constant == 0 { String::new() } else { constant.to_string() };
                self.slice(&args[0], &format!("[{start}::{}]", constants[1]))
            }
            Op::Drop => self.slice(&args[0], &format!("[{constant}:]")),
            Op::DropLast => self.slice(&args[0], &format!("[:-{constant}]")),
            Op::Take => self.slice(&args[0], &format!("[:{constant}]")),
            Op::TakeLast => self.slice(&args[0], &format!("[-{constant}:]")),
            Op::Number => Text(constant.to_string(), if constant < 0 { Binds::Sum } else { Binds::Atom }),
            Op::Length => {
                let s = self.value(&args[0]).0;
                Text::atom(format!("len({s})"))
            }
            Op::Count => self.count(&args[0]),
            Op::Total => {
                let numbers = self.numbers(&args[0]);
                Text::atom(format!("sum({numbers})"))
            }
            Op::Largest | Op::Smallest => {
                let numbers = self.numbers(&args[0]);
                Text::atom(format!("{}({numbers})", if *op == Op::Largest { "max" } else { "min" }))
            }
            Op::ValueMod => {
                let s = self.value(&args[0]).0;
                let base = if self.base == 2 { ", 2" } else { "" };
                Text(format!("int({s}{base}) % {constant}"), Binds::Product)
            }
            Op::At if self.text => Text::atom(format!("int(x[{constant}])")),
            Op::At => Text::atom(format!("x[{constant}]")),
            Op::Find => self.helped(Helper::First, "first", &args[0], ""),
            Op::Longest => self.helped(Helper::LongestRun, "longest_run", &args[0], ""),
            Op::Lowest => self.helped(Helper::Lowest, "lowest", &args[0], ""),
            Op::Automaton => {
                let table: Vec<String> = constants.iter().map(i64::to_string).collect();
                self.helped(Helper::Automaton, "automaton", &args[0], &format!(", ({})", table.join(", ")))
            }
            Op::Add => self.between(args, "+", Binds::Sum, Binds::Sum, Binds::Product),
            Op::Sub => self.between(args, "-", Binds::Sum, Binds::Sum, Binds::Product),
            Op::Mul => self.between(args, "*", Binds::Product, Binds::Product, Binds::Atom),
            Op::Min | Op::Max => {
                let (a, b) = (self.value(&args[0]).0, self.value(&args[1]).0);
                Text::atom(format!("{}({a}, {b})", op.name()))
            }
            Op::Abs => {
                let a = self.value(&args[0]).0;
                Text::atom(format!("abs({a})"))
            }
            Op::Mod => Text(format!("{} % {constant}", self.value(&args[0]).at(Binds::Product)), Binds::Product),
            Op::Div => Text(format!("{} // {constant}", self.value(&args[0]).at(Binds::Product)), Binds::Product),
            Op::Choose => {
                let [c, a, b] = [0, 1, 2].map(|at| self.value(&args[at]).at(Binds::Or));
                Text(format!("{a} if {c} else {b}"), Binds::Choice)
            }
            Op::Any => self.any(&args[0]),
            Op::All => self.all(&args[0]),
            Op::Symbol => Text(format!("x[{constant}] == {}", quoted(&constants[1..])), Binds::Compare),
            Op::Remainder => {
                let a = self.value(&args[0]).at(Binds::Product);
                Text(format!("{a} % {constant} == {}", constants[1]), Binds::Compare)
            }
            Op::Equal => self.between(args, "==", Binds::Compare, Binds::Sum, Binds::Sum),
            Op::Lt => self.between(args, "<", Binds::Compare, Binds::Sum, Binds::Sum),
            Op::Not => Text(format!("not {}", self.value(&args[0]).at(Binds::Not)), Binds::Not),
            Op::And => self.between(args, "and", Binds::And, Binds::And, Binds::And),
            Op::Or => self.between(args, "or", Binds::Or, Binds::Or, Binds::Or),
            Op::Xor => self.between(args, "!=", Binds::Compare, Binds::Sum, Binds::Sum),
            Op::Balanced => {
                let s = self.value(&args[0]).0;
                let width = constant as usize;
                let tokens: Vec<String> = constants[2..].chunks_exact(width).map(quoted).collect();
                let side = |from: usize| {
                    tokens[from..].iter().step_by(2).map(|token| format!("{token},")).collect::<Vec<_>>().join(" ")
                };
                self.helpers.insert(Helper::Balanced);
                Text::atom(format!("balanced({s}, {width}, ({}), ({}))", side(0), side(1)))
            }
            _ => Text::atom(self.list(expr)),
        }
    }

    fn slice(&mut self, s: &Expr, slice: &str) -> Text {
        let s = self.value(s).0;
        Text::atom(format!("{s}{slice}"))
    }

    fn between(&mut self, args: &[Expr], sign: &str, binds: Binds, left: Binds, right: Binds) -> Text {
        let (a, b) = (self.value(&args[0]).at(left), self.value(&args[1]).at(right));
        Text(format!("{a} {sign} {b}"), binds)
    }

    fn helped(&mut self, helper: Helper, name: &str, f: &Expr, more: &str) -> Text {
        self.helpers.insert(helper);
        let f = self.list(f);
        Text::atom(format!("{name}({f}{more})"))
    }

    fn count(&mut self, f: &Expr) -> Text {
        if let Expr::Call { op: Op::Match, constants, args } = f
            && constants.len() == 1
        {
            let s = self.value(&args[0]).0;
            return Text::atom(format!("{s}.count({})", quoted(constants)));
        }
        let each = self.each(f);
        Text::atom(format!("sum({each})"))
    }

    fn any(&mut self, f: &Expr) -> Text {
        if let Expr::Call { op: Op::Match, constants, args } = f {
            let s = self.value(&args[0]).0;
            return Text(format!("{} in {s}", quoted(constants)), Binds::Compare);
        }
        let each = self.each(f);
        Text::atom(format!("any({each})"))
    }

    fn all(&mut self, f: &Expr) -> Text {
        if let Expr::Call { op: Op::Same, args, .. } = f {
            let mirror = |a: &Expr, b: &Expr| matches!(a, Expr::Call { op: Op::Reversed, args, .. } if args[0] == *b);
            if mirror(&args[0], &args[1]) || mirror(&args[1], &args[0]) {
                let (a, b) = (self.value(&args[0]).0, self.value(&args[1]).0);
                return Text(format!("{a} == {b}"), Binds::Compare);
            }
        }
        let each = self.each(f);
        Text::atom(format!("all({each})"))
    }

    /// Flags as a list.
    fn list(&mut self, f: &Expr) -> String {
        match self.comprehension(f) {
            Ok(inner) => format!("[{inner}]"),
            Err(call) => call,
        }
    }

    /// Flags as the only argument of a call: no list is made.
    fn each(&mut self, f: &Expr) -> String {
        self.comprehension(f).unwrap_or_else(|call| call)
    }

    /// The inside of a comprehension, or a call that gives a list.
    fn comprehension(&mut self, f: &Expr) -> Result<String, String> {
        let Expr::Call { op, constants, args } = f else { unreachable!("features are int or bool") };
        let over = |test: String, s: String| Ok(format!("{test} for c in {s}"));
        match op {
            Op::Match => {
                let s = self.value(&args[0]).0;
                if constants.len() == 1 {
                    return over(format!("c == {}", quoted(constants)), s);
                }
                let s = self.named(Text::atom(s), "s");
                Ok(format!("{s}.startswith({}, i) for i in range(len({s}))", quoted(constants)))
            }
            Op::Below => {
                let s = self.value(&args[0]).0;
                over(format!("c < {}", self.symbol(constants[0])), s)
            }
            Op::Equals => {
                let s = self.value(&args[0]).0;
                over(format!("c == {}", constants[0]), s)
            }
            Op::Residue => {
                let s = self.value(&args[0]).0;
                let item = if self.text { "int(c)" } else { "c" };
                over(format!("{item} % {} == {}", constants[0], constants[1]), s)
            }
            Op::Same | Op::Less => {
                let (s, t) = (self.value(&args[0]).0, self.value(&args[1]).0);
                let sign = if *op == Op::Same { "==" } else { "<" };
                Ok(format!("a {sign} b for a, b in zip({s}, {t})"))
            }
            Op::Both | Op::Either | Op::Differ => {
                let (f, g) = (self.list(&args[0]), self.list(&args[1]));
                let sign = match op {
                    Op::Both => "and",
                    Op::Either => "or",
                    _ => "!=",
                };
                Ok(format!("a {sign} b for a, b in zip({f}, {g})"))
            }
            Op::Window => Err(self.helped(Helper::Window, "window", &args[0], &format!(", {}", constants[0])).0),
            Op::Scan => Err(self.helped(Helper::Parities, "parities", &args[0], "").0),
            _ => unreachable!("{} gives no flags", op.name()),
        }
    }
}
