use super::parse::parse;
use super::set::{DIGIT, NEWLINE, SPACE, WORD, range};
use super::syntax::{At, Kind, MANY, Node};
use super::*;

fn tree(pattern: &str) -> Node {
    parse(pattern, 0).unwrap_or_else(|error| panic!("{pattern}: {error}")).node
}

fn one(character: char) -> Node {
    Node::Set(1 << character as u32)
}

fn repeat(min: u32, max: u32, kind: Kind, body: Node) -> Node {
    Node::Repeat { min, max, kind, body: Box::new(body) }
}

#[test]
fn patterns_are_read_as_python_reads_them() {
    use Kind::{Greedy, Lazy, Possessive};
    let group = |number, body| Node::Group(number, Box::new(body));
    for (pattern, expected) in [
        ("", Node::Cat(vec![])),
        ("ab", Node::Cat(vec![one('a'), one('b')])),
        ("a|1|[0-9]", Node::Set(DIGIT | 1 << b'a')),
        ("a|", Node::Alt(vec![one('a'), Node::Cat(vec![])])),
        ("(a)(?P<n>b)", Node::Cat(vec![group(1, one('a')), group(2, one('b'))])),
        (".", Node::Set(!NEWLINE)),
        ("(?s).", Node::Set(!0)),
        ("(?i)a", Node::Set(1 << b'a' | 1 << b'A')),
        ("(?i:a)b", Node::Cat(vec![Node::Set(1 << b'a' | 1 << b'A'), one('b')])),
        ("(?x) a # b\n*", repeat(0, MANY, Greedy, one('a'))),
        (r"[^\w\]-]", Node::Set(!(WORD | 1 << b']' | 1 << b'-'))),
        ("[]a]", Node::Set(1 << b']' | 1 << b'a')),
        (r"\s", Node::Set(SPACE)),
        (r"(?a)\s", Node::Set(range(9, 13) | 1 << b' ')),
        (r"\x41\101\0", Node::Cat(vec![one('A'), one('A'), one('\0')])),
        ("é", Node::Set(0)),
        ("a{,3}", repeat(0, 3, Greedy, one('a'))),
        ("a{2,}?", repeat(2, MANY, Lazy, one('a'))),
        ("a++", repeat(1, MANY, Possessive, one('a'))),
        ("a{}", Node::Cat(vec![one('a'), one('{'), one('}')])),
        ("a{1,x", Node::Cat("a{1,x".chars().map(one).collect())),
        ("(?:10){2}", Node::Cat("1010".chars().map(one).collect())),
        ("(?:a*)*", repeat(0, MANY, Greedy, repeat(0, MANY, Greedy, one('a')))),
        (r"^\b$\z", Node::Cat([At::Begin, At::Boundary, At::End, At::EndText].map(Node::At).into())),
        ("(?m)^$", Node::Cat([At::BeginLine, At::EndLine].map(Node::At).into())),
    ] {
        assert_eq!(tree(pattern), expected, "{pattern}");
    }
}

#[test]
fn what_python_rejects_or_is_not_modelled_is_declined() {
    for pattern in [
        "(",
        ")",
        "[",
        "[b-a]",
        r"[\d-z]",
        "*",
        "^*",
        "a**",
        "a{2}{3}",
        "a{3,2}",
        "a{4294967295}",
        r"\",
        r"\q",
        r"\x1",
        r"\1",
        r"(a\1)",
        "(?P<n>a)(?P<n>b)",
        "(?P<1>a)",
        "(?P=n)",
        "a(?i)",
        "(?ia-i:a)",
        "(?au)",
        "(?L)",
        "(?<=a*)",
        "(?<a)",
        "(?(2)a)(b)",
        "(?(1)a|b|c)",
        r"\N{DIGIT ONE}",
        "(?i)é",
        "((?(1)a|b))",
    ] {
        assert!(compile(pattern, 0).is_err(), "{pattern}");
    }
    assert!(compile("a", 4).is_err());
    assert!(compile(&"(".repeat(10_000), 0).is_err());
}

#[test]
fn templates_name_groups() {
    let program = compile("(a)(?P<n>b)", 0).expect("a pattern");
    let words = |template| -> Vec<u32> {
        let bytes = super::template(template, &program).expect("a template");
        bytes.chunks(4).map(|word| u32::from_le_bytes(word.try_into().expect("4 bytes"))).collect()
    };
    let (x, none) = (u32::from(b'x'), u32::MAX);
    assert_eq!(words("x"), [1, 1, x, none]);
    assert_eq!(words(r"\1x\g<n>"), [3, 0, 1, 1, x, 2, 0, none]);
    assert_eq!(words(r"\g<0>\170"), [2, 0, 0, 1, x, none]);
    for template in [r"\3", r"\g<m>", r"\g<1", r"\q", r"\", r"\400", "é"] {
        assert!(super::template(template, &program).is_err(), "{template}");
    }
}

/// The runtime numbers operations and assertions as the compiler does.
#[test]
fn the_runtime_agrees() {
    let header = include_str!("../../runtime/re.h");
    let members = |name: &str| -> Vec<String> {
        let (_, list) = header.split_once(&format!("enum {name} {{")).expect("the enumeration");
        let list = list.split_once('}').expect("its end").0;
        let uncommented = list.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, code)| code));
        let text: String = uncommented.collect();
        text.split(',').map(|member| member.trim().to_lowercase().replace('_', "")).filter(|m| !m.is_empty()).collect()
    };
    let last = [code::Op::IfGroup as usize, At::NotBoundary as usize];
    let ops = members("re_op");
    for (op, expected) in [
        (code::Op::Match, "rematch"),
        (code::Op::Mark, "remark"),
        (code::Op::UntilLazy, "reuntillazy"),
        (code::Op::AtomicEnd, "reatomicend"),
        (code::Op::IfGroup, "reifgroup"),
    ] {
        assert_eq!(ops[op as usize], expected);
    }
    assert_eq!(ops.len(), last[0] + 2); // one more, which only the runtime uses
    let ats = members("re_at");
    assert_eq!((ats[At::End as usize].as_str(), ats.len()), ("atend", last[1] + 1));
}
