//! Python signatures as the runtime writes them: `str.count(self, sub, start=, end=) -> index`.

/// How Python calls a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The type, module or class it belongs to; empty for a builtin.
    pub owner: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// The parameters, in the order of the machine's.
    pub params: Vec<Param>,
    /// What it gives: `any`, `index`, `list[str]`, ...
    pub result: &'static str,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name, without stars.
    pub name: &'static str,
    /// It may be left out, and is then 0.
    pub optional: bool,
    /// It stands before a `/`: its name cannot be used.
    pub positional_only: bool,
    /// It stands behind a `*`: only its name can be used.
    pub keyword_only: bool,
    /// `*name`: all further positional arguments, as one tuple.
    pub star: bool,
}

impl Signature {
    /// None for the name of a raw function.
    pub(super) fn parse(text: &'static str) -> Option<Signature> {
        let (name, rest) = text.split_once('(')?;
        let (params, result) = rest.rsplit_once(") -> ")?;
        let (owner, name) = name.rsplit_once('.').unwrap_or(("", name));
        let mut keyword_only = false;
        let mut parsed: Vec<Param> = Vec::new();
        for param in params.split(", ").filter(|param| !param.is_empty()) {
            match param {
                "/" => parsed.iter_mut().for_each(|param| param.positional_only = true),
                "*" => keyword_only = true,
                _ => {
                    let star = param.starts_with('*');
                    let name = param.trim_start_matches('*');
                    let optional = name.ends_with('=');
                    let name = name.trim_end_matches('=');
                    parsed.push(Param { name, optional, positional_only: false, keyword_only, star });
                    keyword_only |= star;
                }
            }
        }
        Some(Signature { owner, name, params: parsed, result })
    }

    /// Whether it is called on an object: its first parameter is `self`.
    #[must_use]
    pub fn is_method(&self) -> bool {
        self.params.first().is_some_and(|param| param.name == "self")
    }
}

#[cfg(test)]
mod tests {
    use super::Signature;

    /// Name, then `?` optional, `/` positional only, `!` keyword only, `*` the rest.
    fn shape(text: &'static str) -> (String, Vec<String>, &'static str) {
        let signature = Signature::parse(text).expect("a signature");
        let params = signature.params.iter().map(|param| {
            let marks =
                [("?", param.optional), ("/", param.positional_only), ("!", param.keyword_only), ("*", param.star)];
            let marks: String = marks.into_iter().filter(|mark| mark.1).map(|mark| mark.0).collect();
            format!("{}{marks}", param.name)
        });
        (format!("{}:{}", signature.owner, signature.name), params.collect(), signature.result)
    }

    #[test]
    fn signatures() {
        let (name, params, result) = shape("str.count(self, sub, start=, end=) -> index");
        assert_eq!((&*name, result), ("str:count", "index"));
        assert_eq!(params, ["self", "sub", "start?", "end?"]);
        assert_eq!(shape("zip(*iterables, strict=) -> iter").1, ["iterables*", "strict?!"]);
        assert_eq!(shape("int.to_bytes(self, length=, /, *, signed=) -> bytes").1, ["self/", "length?/", "signed?!"]);
        assert_eq!(shape("itertools.chain.from_iterable(iterable) -> iter").0, "itertools.chain:from_iterable");
        assert_eq!(shape("dict() -> dict").1, Vec::<String>::new());
        assert_eq!(Signature::parse("raw.set_classes"), None);
    }
}
