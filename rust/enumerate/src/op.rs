//! The operations of the language: names, types, and what constants they take. What they compute is in `kernels`, how
//! they look in Python in `python`.

use crate::types::Type::{self, Bool, Flags, Int, Seq};

/// What stands in a rule beside its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Constants {
    /// Nothing.
    None,
    /// So many integers, listed in the grammar, each at least this.
    Ints(usize, i64),
    /// (m, r) with 0 <= r < m, listed in the grammar.
    Residues,
    /// A rule of three neighbours, 0 to 255; all if none is listed.
    Rule,
    /// A position and a symbol, both as the rows have them.
    PositionSymbol,
    /// A position.
    Position,
    /// A symbol that is not the least (text), or a listed integer.
    Threshold,
    /// A word of at most so many symbols.
    Word,
    /// (width, kinds): pairs of tokens.
    Brackets,
    /// A number of states: every table of transitions.
    Tables,
}

macro_rules! operations {
    ($($name:ident $text:literal ($($arg:ident),*) -> $result:ident, $constants:expr;)*) => {
        /// An operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Op { $($name),* }

        impl Op {
            /// The name in grammars and expressions.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            pub(crate) fn named(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)* _ => None }
            }

            /// Types of the arguments.
            pub(crate) fn args(self) -> &'static [Type] {
                match self { $(Self::$name => &[$($arg),*]),* }
            }

            pub(crate) fn result(self) -> Type {
                match self { $(Self::$name => $result),* }
            }

            pub(crate) fn constants(self) -> Constants {
                match self { $(Self::$name => $constants),* }
            }
        }
    };
}

operations! {
    X "x" () -> Seq, Constants::None;
    Reversed "reversed" (Seq) -> Seq, Constants::None;
    FirstHalf "first_half" (Seq) -> Seq, Constants::None;
    SecondHalf "second_half" (Seq) -> Seq, Constants::None;
    Every "every" (Seq) -> Seq, Constants::Ints(2, 0);
    Drop "drop" (Seq) -> Seq, Constants::Ints(1, 1);
    DropLast "drop_last" (Seq) -> Seq, Constants::Ints(1, 1);
    Take "take" (Seq) -> Seq, Constants::Ints(1, 1);
    TakeLast "take_last" (Seq) -> Seq, Constants::Ints(1, 1);
    Match "match" (Seq) -> Flags, Constants::Word;
    Below "below" (Seq) -> Flags, Constants::Threshold;
    Equals "equals" (Seq) -> Flags, Constants::Ints(1, i64::MIN);
    Residue "residue" (Seq) -> Flags, Constants::Residues;
    Same "same" (Seq, Seq) -> Flags, Constants::None;
    Less "less" (Seq, Seq) -> Flags, Constants::None;
    Window "window" (Flags) -> Flags, Constants::Rule;
    Scan "scan" (Flags) -> Flags, Constants::None;
    Both "both" (Flags, Flags) -> Flags, Constants::None;
    Either "either" (Flags, Flags) -> Flags, Constants::None;
    Differ "differ" (Flags, Flags) -> Flags, Constants::None;
    Number "number" () -> Int, Constants::Ints(1, i64::MIN);
    Length "length" (Seq) -> Int, Constants::None;
    Count "count" (Flags) -> Int, Constants::None;
    Total "total" (Seq) -> Int, Constants::None;
    Largest "largest" (Seq) -> Int, Constants::None;
    Smallest "smallest" (Seq) -> Int, Constants::None;
    ValueMod "value_mod" (Seq) -> Int, Constants::Ints(1, 2);
    At "at" () -> Int, Constants::Position;
    Find "find" (Flags) -> Int, Constants::None;
    Longest "longest" (Flags) -> Int, Constants::None;
    Lowest "lowest" (Flags) -> Int, Constants::None;
    Automaton "automaton" (Flags) -> Int, Constants::Tables;
    Add "add" (Int, Int) -> Int, Constants::None;
    Sub "sub" (Int, Int) -> Int, Constants::None;
    Mul "mul" (Int, Int) -> Int, Constants::None;
    Min "min" (Int, Int) -> Int, Constants::None;
    Max "max" (Int, Int) -> Int, Constants::None;
    Abs "abs" (Int) -> Int, Constants::None;
    Mod "mod" (Int) -> Int, Constants::Ints(1, 2);
    Div "div" (Int) -> Int, Constants::Ints(1, 2);
    Choose "choose" (Bool, Int, Int) -> Int, Constants::None;
    Any "any" (Flags) -> Bool, Constants::None;
    All "all" (Flags) -> Bool, Constants::None;
    Symbol "symbol" () -> Bool, Constants::PositionSymbol;
    Remainder "remainder" (Int) -> Bool, Constants::Residues;
    Equal "equal" (Int, Int) -> Bool, Constants::None;
    Lt "lt" (Int, Int) -> Bool, Constants::None;
    Not "not" (Bool) -> Bool, Constants::None;
    And "and" (Bool, Bool) -> Bool, Constants::None;
    Or "or" (Bool, Bool) -> Bool, Constants::None;
    Xor "xor" (Bool, Bool) -> Bool, Constants::None;
    Balanced "balanced" (Seq) -> Bool, Constants::Brackets;
}

impl Op {
    /// Whether the arguments may be exchanged, so that one order of them is enough.
    pub(crate) fn commutes(self) -> bool {
        matches!(
            self,
            Self::Same
                | Self::Both
                | Self::Either
                | Self::Differ
                | Self::Add
                | Self::Mul
                | Self::Min
                | Self::Max
                | Self::Equal
                | Self::And
                | Self::Or
                | Self::Xor
        )
    }

    /// Operations that only text has.
    pub(crate) fn needs_text(self) -> bool {
        matches!(self, Self::Match | Self::Symbol | Self::Balanced)
    }
}
