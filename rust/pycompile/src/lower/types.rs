//! What is known of a value while compiling: a type, and with it the machine word that carries it.

use std::rc::Rc;

use super::closures::Closure;
use crate::ir::Ty;

/// Bounds of an int, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Range {
    pub(crate) lo: i64,
    pub(crate) hi: i64,
}

/// Ints that stay in words: beyond it, arithmetic is on values. (A small value has 63 bits.)
pub(crate) const WORD: Range = Range { lo: -(1 << 62), hi: (1 << 62) - 1 };
/// What a variable that grows by steps is held to, by a check that gives the row to CPython. Far inside a word, so that
/// sums and small multiples of such variables need no check of their own.
pub(crate) const CAP: Range = Range { lo: -(1 << 52), hi: (1 << 52) - 1 };
/// Steps that may be added to a capped variable with a check.
pub(crate) const STEP: Range = Range { lo: -(1 << 44), hi: (1 << 44) - 1 };
/// Steps so small that no run lasts long enough to leave `CAP` by them: 2^44 additions take hours.
pub(crate) const TICK: Range = Range { lo: -256, hi: 256 };
/// Lengths and indices: memory has 32 bits.
pub(crate) const LENGTH: Range = Range { lo: 0, hi: (1 << 32) - 1 };

impl Range {
    pub(crate) fn of(lo: i64, hi: i64) -> Self {
        Self { lo, hi }
    }

    pub(crate) fn only(value: i64) -> Self {
        Self { lo: value, hi: value }
    }

    /// The one value, if there is but one.
    pub(crate) fn constant(self) -> Option<i64> {
        (self.lo == self.hi).then_some(self.lo)
    }

    pub(crate) fn within(self, other: Self) -> bool {
        other.lo <= self.lo && self.hi <= other.hi
    }

    pub(crate) fn join(self, other: Self) -> Self {
        Self { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    /// A range from wide bounds, if a word holds it.
    pub(crate) fn word(lo: i128, hi: i128) -> Option<Self> {
        let range = Self { lo: i64::try_from(lo).ok()?, hi: i64::try_from(hi).ok()? };
        range.within(WORD).then_some(range)
    }

    /// The least 2^k - 1 that bounds a range without negatives.
    pub(crate) fn mask(self) -> i64 {
        (1_i64 << (64 - (self.hi.max(0) as u64).leading_zeros())) - 1
    }
}

/// The number of a site: where a list or dict comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Site(pub(crate) usize);

/// A type. What carries its values is said by `Type::word`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    /// No value comes here (as far as is known yet).
    Never,
    None,
    /// i32: 0 or 1.
    Bool,
    /// i64.
    Int(Range),
    /// An int of any size, as a value.
    Big,
    Float,
    /// i32: a string of one ASCII character.
    Char,
    /// i32: -1 is None.
    MaybeChar,
    /// i64: length << 32 | address.
    Str,
    /// i64: 0 is None.
    MaybeStr,
    /// A value: a list whose items have the site's type and form.
    List(Site),
    /// A value: a dict; keys and items are values of the site's types.
    Dict(Site),
    /// A value: a tuple of values of these types.
    Tuple(Vec<Type>),
    /// A value: an object of a class, of whose contents nothing is known.
    Object(&'static str),
    /// Any value.
    Any,
    /// A value: a function of the program, known while compiling, and what it carries (`closures`).
    Closure(Rc<Closure>),
    /// A function of the program, known while compiling; nothing carries it.
    Function(usize),
    /// Something of Python's, known while compiling by its full name: "len", "math", "math.gcd", "re.Pattern:3".
    Known(String),
}

impl Type {
    pub(crate) const BIT: Self = Self::Int(Range { lo: 0, hi: 1 });
    pub(crate) const INDEX: Self = Self::Int(LENGTH);

    pub(crate) fn word(&self) -> Ty {
        match self {
            Self::Bool | Self::Char | Self::MaybeChar => Ty::I32,
            Self::Float => Ty::F64,
            _ => Ty::I64,
        }
    }

    /// How many types there are in it.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Tuple(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Self::Closure(closure) => 1 + closure.types().map(Self::size).sum::<usize>(),
            _ => 1,
        }
    }

    /// Whether its word is a value.
    pub(crate) fn is_value(&self) -> bool {
        matches!(
            self,
            Self::None
                | Self::Big
                | Self::List(_)
                | Self::Dict(_)
                | Self::Tuple(_)
                | Self::Object(_)
                | Self::Any
                | Self::Closure(_)
        )
    }

    /// Whether nothing carries it at run time.
    pub(crate) fn is_static(&self) -> bool {
        matches!(self, Self::Function(_) | Self::Known(_))
    }

    /// Whether it can be called by code that knows what is called.
    pub(crate) fn is_callable(&self) -> bool {
        self.is_static() || matches!(self, Self::Closure(_))
    }

    pub(crate) fn is_int(&self) -> bool {
        matches!(self, Self::Int(_) | Self::Big)
    }

    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::Char | Self::Str)
    }

    /// The class whose methods a value of this type has, if that is known.
    pub(crate) fn class(&self) -> Option<&'static str> {
        Some(match self {
            Self::None => "NoneType",
            Self::Bool => "bool",
            Self::Int(_) | Self::Big => "int",
            Self::Float => "float",
            Self::Char | Self::Str => "str",
            Self::List(_) => "list",
            Self::Dict(_) => "dict",
            Self::Tuple(_) => "tuple",
            Self::Object(class) => class,
            _ => return None,
        })
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(range) if *range == WORD => write!(f, "int"),
            Self::Int(range) => match range.constant() {
                Some(value) => write!(f, "int={value}"),
                None => write!(f, "int[{}..{}]", range.lo, range.hi),
            },
            Self::Tuple(items) => {
                write!(f, "tuple(")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
                }
                write!(f, ")")
            }
            Self::Object(class) => write!(f, "{class}"),
            Self::List(_) => write!(f, "list"),
            Self::Dict(_) => write!(f, "dict"),
            Self::Function(number) => write!(f, "function {number}"),
            Self::Closure(closure) => write!(f, "closure {}", closure.function),
            Self::Known(name) => write!(f, "{name}"),
            other => write!(f, "{}", format!("{other:?}").to_lowercase()),
        }
    }
}
