//! What of Python's own may be used, and what it does with what it is given. What is not here is refused.

/// What a function of Python's does with its arguments, and what it gives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// Takes values and gives a value.
    Value,
    /// Goes through its first argument, and gives a value.
    Reads,
    /// Goes through all arguments, and gives an object known by its address.
    Iterates,
    /// Takes values, and gives an object known by its address.
    Makes,
    /// Calls its first argument on the items of the others, and gives such an object, or a value.
    Maps,
    Folds,
    /// Calls its first argument and keeps it, with values.
    Wraps,
    /// As `re.sub`: the replacement is called with matches.
    Replaces,
    /// Gives matches or groups, one after the other: for a loop only.
    Parts,
    /// A constant, which is not called.
    Constant,
}

use Does::{Constant, Folds, Iterates, Makes, Maps, Parts, Reads, Replaces, Value, Wraps};

/// Builtins that leave nothing behind: not `id`, `hash` and `object` (addresses), `type` (a class can be changed), `open`,
/// `input`, nor what looks names up (`getattr`, `eval`, `vars`).
pub(super) fn builtin(name: &str) -> Option<Does> {
    Some(match name {
        "abs" | "ascii" | "bin" | "bytearray" | "bytes" | "callable" | "chr" | "complex" | "divmod" | "float"
        | "format" | "hex" | "int" | "isinstance" | "oct" | "ord" | "pow" | "print" | "range" | "repr" | "round"
        | "slice" | "str" => Value,
        "all" | "any" | "bool" | "dict" | "frozenset" | "len" | "list" | "max" | "min" | "next" | "set" | "sorted"
        | "sum" | "tuple" => Reads,
        "enumerate" | "iter" | "reversed" | "zip" => Iterates,
        "filter" | "map" => Maps,
        _ => return None,
    })
}

/// Builtin types whose methods may be named.
pub(super) fn builtin_type(name: &str) -> bool {
    matches!(name, "bytes" | "dict" | "float" | "frozenset" | "int" | "list" | "set" | "str" | "tuple")
}

/// Exceptions that may be raised.
pub(super) fn raised(name: &str) -> bool {
    caught(name) || matches!(name, "Exception" | "RuntimeError")
}

/// Exceptions that may be caught: none that a limit causes.
pub(super) fn caught(name: &str) -> bool {
    matches!(
        name,
        "ArithmeticError"
            | "AssertionError"
            | "AttributeError"
            | "IndexError"
            | "KeyError"
            | "LookupError"
            | "NotImplementedError"
            | "OverflowError"
            | "StopIteration"
            | "TypeError"
            | "UnicodeDecodeError"
            | "UnicodeEncodeError"
            | "UnicodeError"
            | "ValueError"
            | "ZeroDivisionError"
    )
}

/// Modules of the library with members that are listed below.
pub(super) fn module(name: &str) -> bool {
    matches!(
        name,
        "binascii"
            | "bisect"
            | "collections"
            | "copy"
            | "fractions"
            | "functools"
            | "hashlib"
            | "heapq"
            | "itertools"
            | "math"
            | "operator"
            | "re"
            | "statistics"
            | "string"
            | "typing"
            | "zlib"
    )
}

/// Members of the library: functions without state, and constants. Not `sys`, `os`, `time`, `random`, `decimal` and the like,
/// which have state; and of no module the modules that it uses.
pub(super) fn member(module: &str, name: &str) -> Option<Does> {
    Some(match (module, name) {
        ("math", "e" | "inf" | "nan" | "pi" | "tau") => Constant,
        ("math", "fsum" | "prod") => Reads,
        (
            "math",
            "acos" | "asin" | "atan" | "atan2" | "ceil" | "comb" | "copysign" | "cos" | "cosh" | "degrees" | "dist"
            | "erf" | "exp" | "fabs" | "factorial" | "floor" | "fmod" | "gamma" | "gcd" | "hypot" | "isclose"
            | "isfinite" | "isinf" | "isnan" | "isqrt" | "lcm" | "log" | "log10" | "log1p" | "log2" | "modf" | "perm"
            | "pow" | "radians" | "sin" | "sinh" | "sqrt" | "tan" | "tanh" | "trunc",
        ) => Value,
        (
            "itertools",
            "batched"
            | "chain"
            | "combinations"
            | "combinations_with_replacement"
            | "compress"
            | "cycle"
            | "islice"
            | "pairwise"
            | "permutations"
            | "product"
            | "zip_longest",
        ) => Iterates,
        ("itertools", "count" | "repeat") => Makes,
        ("itertools", "dropwhile" | "filterfalse" | "starmap" | "takewhile") => Maps,
        ("itertools", "accumulate") => Iterates,
        ("itertools", "groupby") => Parts,
        ("functools", "reduce") => Folds,
        ("functools", "cmp_to_key" | "partial") => Wraps,
        (
            "operator",
            "add" | "and_" | "concat" | "contains" | "countOf" | "eq" | "floordiv" | "ge" | "getitem" | "gt" | "index"
            | "indexOf" | "inv" | "invert" | "le" | "lshift" | "lt" | "mod" | "mul" | "ne" | "neg" | "not_" | "or_"
            | "pos" | "rshift" | "sub" | "truth" | "xor",
        ) => Value,
        ("operator", "itemgetter") => Makes,
        ("collections", "Counter" | "OrderedDict" | "deque") => Reads,
        ("collections", "defaultdict") => Value,
        ("re", "match" | "search" | "fullmatch") => Makes,
        ("re", "finditer") => Parts,
        ("re", "compile" | "escape" | "findall" | "split") => Value,
        ("re", "sub" | "subn") => Replaces,
        ("re", "A" | "ASCII" | "I" | "IGNORECASE" | "M" | "MULTILINE" | "S" | "DOTALL" | "X" | "VERBOSE") => Constant,
        ("bisect", "bisect" | "bisect_left" | "bisect_right") => Reads,
        ("bisect", "insort" | "insort_left" | "insort_right") => Value,
        ("heapq", "heapify" | "heappop" | "heappush" | "heappushpop" | "heapreplace" | "nlargest" | "nsmallest") => {
            Value
        }
        ("hashlib", "blake2b" | "blake2s" | "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512") => Makes,
        ("zlib" | "binascii", "crc32") | ("zlib", "adler32") | ("binascii", "hexlify" | "unhexlify") => Value,
        ("fractions", "Fraction") | ("copy", "copy" | "deepcopy") => Value,
        ("statistics", "mean" | "median" | "mode" | "pstdev" | "pvariance" | "stdev" | "variance") => Reads,
        (
            "string",
            "ascii_letters" | "ascii_lowercase" | "ascii_uppercase" | "digits" | "hexdigits" | "octdigits"
            | "printable" | "punctuation" | "whitespace",
        ) => Constant,
        _ => return None,
    })
}

/// Whether a member may give a float.
pub(super) fn is_float(module: &str, name: &str) -> bool {
    let whole = matches!(
        name,
        "ceil" | "comb" | "factorial" | "floor" | "gcd" | "isqrt" | "lcm" | "perm" | "prod" | "trunc" | "isclose"
    );
    member(module, name).is_some() && (module == "statistics" || module == "math" && !whole)
}

/// Methods of Python's own objects. All change at most the object that they are called on.
pub(super) fn method(name: &str) -> Option<Does> {
    Some(match name {
        "add" | "append" | "appendleft" | "as_integer_ratio" | "bit_count" | "bit_length" | "capitalize"
        | "casefold" | "center" | "clear" | "copy" | "count" | "decode" | "digest" | "discard" | "encode" | "end"
        | "endswith" | "expandtabs" | "find" | "findall" | "from_bytes" | "fromhex" | "get" | "group" | "groupdict"
        | "groups" | "hex" | "hexdigest" | "index" | "insert" | "is_integer" | "isalnum" | "isalpha" | "isascii"
        | "isdecimal" | "isdigit" | "isidentifier" | "islower" | "isnumeric" | "isprintable" | "isspace"
        | "istitle" | "isupper" | "ljust" | "lower" | "lstrip" | "maketrans" | "most_common" | "move_to_end"
        | "partition" | "pop" | "popitem" | "popleft" | "remove" | "removeprefix" | "removesuffix" | "replace"
        | "reverse" | "rfind" | "rindex" | "rjust" | "rotate" | "rpartition" | "rsplit" | "rstrip" | "setdefault"
        | "span" | "split" | "splitlines" | "start" | "startswith" | "strip" | "swapcase" | "title" | "to_bytes"
        | "total" | "translate" | "upper" | "zfill" => Value,
        "difference"
        | "difference_update"
        | "extend"
        | "extendleft"
        | "fromkeys"
        | "intersection"
        | "intersection_update"
        | "isdisjoint"
        | "issubset"
        | "issuperset"
        | "join"
        | "subtract"
        | "symmetric_difference"
        | "union"
        | "update" => Reads,
        "elements" | "fullmatch" | "items" | "keys" | "match" | "search" | "values" => Makes,
        "finditer" => Parts,
        "sub" | "subn" => Replaces,
        _ => return None,
    })
}

/// Attributes of numbers.
pub(super) fn part(name: &str) -> bool {
    matches!(name, "denominator" | "imag" | "numerator" | "real")
}

/// Methods that Python calls by itself, as late as what they belong to is used.
pub(super) fn special(name: &str) -> bool {
    matches!(
        name,
        "__init__"
            | "__call__"
            | "__len__"
            | "__bool__"
            | "__iter__"
            | "__next__"
            | "__getitem__"
            | "__contains__"
            | "__repr__"
            | "__str__"
            | "__eq__"
    )
}

/// Names that an instance's attributes may not have: what objects known by their addresses offer under them is no plain value.
pub(super) fn taken(name: &str) -> bool {
    let inside = ["_", "gi_", "cr_", "ag_", "tb_", "f_", "co_"].iter().any(|prefix| name.starts_with(prefix));
    inside
        || !name.is_ascii()
        || method(name).is_some()
        || part(name)
        || matches!(name, "args" | "func" | "keywords" | "obj" | "format")
}

/// What a call of a function may do with `key`.
pub(super) fn has_key(name: &str) -> bool {
    matches!(
        name,
        "sorted"
            | "min"
            | "max"
            | "sort"
            | "groupby"
            | "nlargest"
            | "nsmallest"
            | "bisect"
            | "bisect_left"
            | "bisect_right"
            | "insort"
            | "insort_left"
            | "insort_right"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_looks_names_up_or_has_state_is_listed() {
        let refused = "id hash object type open input getattr setattr delattr hasattr eval exec compile globals locals \
            vars dir super __import__ memoryview property breakpoint exit";
        assert!(refused.split_whitespace().all(|name| builtin(name).is_none() && !builtin_type(name)));
        for module in ["sys", "os", "time", "random", "decimal", "gc", "threading", "weakref", "builtins", "io"] {
            assert!(member(module, "sys").is_none() && member(module, "random").is_none());
        }
        assert!(
            ["BaseException", "Exception", "MemoryError", "RecursionError", "RuntimeError"].iter().all(|e| !caught(e))
        );
        assert!(method("format").is_none() && method("format_map").is_none() && method("send").is_none());
    }
}
