//! The public attributes of CPython's classes: asking an object for another one is an AttributeError.

/// Names by class, as `dir` gives them in CPython 3.14.
fn names(class: &str) -> Option<&'static str> {
    Some(match class {
        "str" => {
            "capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii \
             isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip \
             maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split \
             splitlines startswith strip swapcase title translate upper zfill"
        }
        "bytes" => {
            "capitalize center count decode endswith expandtabs find fromhex hex index isalnum isalpha isascii isdigit islower \
             isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind \
             rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill"
        }
        "int" | "bool" => {
            "as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer numerator real to_bytes"
        }
        "float" => "as_integer_ratio conjugate from_number fromhex hex imag is_integer real",
        "list" => "append clear copy count extend index insert pop remove reverse sort",
        "tuple" => "count index",
        "dict" => "clear copy fromkeys get items keys pop popitem setdefault update values",
        "set" => {
            "add clear copy difference difference_update discard intersection intersection_update isdisjoint issubset \
             issuperset pop remove symmetric_difference symmetric_difference_update union update"
        }
        "frozenset" => "copy difference intersection isdisjoint issubset issuperset symmetric_difference union",
        "range" => "count index start step stop",
        "NoneType" => "",
        "Counter" => {
            "clear copy elements fromkeys get items keys most_common pop popitem setdefault subtract total update values"
        }
        "deque" => {
            "append appendleft clear copy count extend extendleft index insert maxlen pop popleft remove reverse rotate"
        }
        "hash" => "block_size copy digest digest_size hexdigest name update",
        "match" => "end endpos expand group groupdict groups lastgroup lastindex pos re regs span start string",
        _ => return None,
    })
}

/// Whether objects of the class surely have no such attribute.
pub(crate) fn is_missing(class: &str, name: &str) -> bool {
    !name.starts_with('_') && names(class).is_some_and(|names| !names.split(' ').any(|known| known == name))
}

/// Whether the attributes of a class are known.
pub(crate) fn is_listed(class: &str) -> bool {
    names(class).is_some()
}
