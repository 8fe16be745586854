//! Each test shows all places of one name, in the order of the source: `=0` a definition and `0` a read of web 0, `0?` a read that may
//! be unbound, `^f0` a cell of f's, `g` a global, `b` a builtin.

use super::*;

fn of(source: &str) -> Result<Webs, Declined> {
    let parsed = ruff_python_parser::parse_module(source).expect("the test's source parses");
    analyze(parsed.suite())
}

fn declined(source: &str) -> String {
    of(source).expect_err("to be declined").what
}

fn places(source: &str, name: &str) -> String {
    let webs = of(source).expect("to be analysed");
    let mut first: Vec<Place> = Vec::new();
    let mut show = |place: Place| match place {
        Place::Local(_) => {
            let at = first.iter().position(|p| *p == place).unwrap_or_else(|| {
                first.push(place);
                first.len() - 1
            });
            at.to_string()
        }
        Place::Captured(function, _) => format!("^{}", webs.function(function).name),
        Place::Global(_) => "g".to_owned(),
        Place::Builtin => "b".to_owned(),
    };
    let mut shown = Vec::new();
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    for (offset, _) in source.match_indices(name) {
        let bytes = source.as_bytes();
        let end = offset + name.len();
        if (offset > 0 && is_word(bytes[offset - 1])) || bytes.get(end).is_some_and(|&b| is_word(b)) {
            continue;
        }
        if let Some(u) = webs.load(offset as u32) {
            shown.push(format!("{}{}", show(u.place), if u.maybe_unbound { "?" } else { "" }));
        }
        if let Some(place) = webs.store(offset as u32) {
            shown.push(format!("={}", show(place)));
        }
    }
    shown.join(" ")
}

fn body(lines: &str, name: &str) -> String {
    let lines: String = lines.lines().map(|l| format!("    {l}\n")).collect();
    places(&format!("def f(a, b):\n{lines}"), name)
}

#[test]
fn a_name_reused_is_two_webs() {
    assert_eq!(places("def f(x):\n    x = int(x)\n    return x\n", "x"), "=0 =1 0 1");
    assert_eq!(body("n = a\nn /= 2\nreturn n", "n"), "=0 0 =1 1");
    assert_eq!(body("n = 1\nn = 2\nreturn n", "n"), "=0 =1 1");
}

#[test]
fn branches_join() {
    assert_eq!(body("if a:\n    y = 1\nelse:\n    y = 2\nreturn y", "y"), "=0 =0 0");
    assert_eq!(body("if a:\n    y = 1\nelif b:\n    y = 2\nreturn y", "y"), "=0 =0 0?");
    assert_eq!(body("if a:\n    y = 1\nelse:\n    return 0\nreturn y", "y"), "=0 0");
    assert_eq!(body("y = 0\nif a:\n    y = '1'\n    g(y)\n    return 1\nreturn y", "y"), "=0 =1 1 0");
    assert_eq!(body("y = 1 if a else 2\nreturn y", "y"), "=0 0");
}

#[test]
fn loops_carry() {
    assert_eq!(body("s = 0\nfor c in a:\n    s = s + 1\nreturn s", "s"), "=0 =0 0 0");
    assert_eq!(body("for c in a:\n    t = c\n    g(t)\n    t = 1\n    g(t)", "t"), "=0 0 =1 1");
    assert_eq!(body("for i in a:\n    pass\nreturn i", "i"), "=0 0?");
    assert_eq!(body("for i in a:\n    if i:\n        break\nelse:\n    i = 3\nreturn i", "i"), "=0 0 =0 0");
    assert_eq!(body("while True:\n    y = 1\n    if a:\n        break\nreturn y", "y"), "=0 0");
    assert_eq!(body("while a:\n    y = 1\n    if b:\n        break\nreturn y", "y"), "=0 0?");
    assert_eq!(body("p = ''\nfor c in a:\n    if c:\n        continue\n    p = c\nreturn p", "p"), "=0 =0 0");
    assert_eq!(body("a = a + 1\nwhile a:\n    a -= 1\nreturn a", "a"), "=0 =1 0 1 1 =1 1");
}

#[test]
fn a_variable_of_the_last_round_is_unbound_in_the_first() {
    assert_eq!(body("for c in a:\n    if c:\n        g(y)\n    y = c", "y"), "0? =0");
}

#[test]
fn what_is_tested_holds() {
    assert_eq!(body("if a and (m := b):\n    return m\nreturn 0", "m"), "=0 0");
    assert_eq!(body("if a or (m := b):\n    return m\nreturn 0", "m"), "=0 0?");
    assert_eq!(body("if not a or not (m := b):\n    return 0\nreturn m", "m"), "=0 0");
    assert_eq!(body("c = a < (m := b) < (n := 3)\nreturn m + n", "n"), "=0 0?");
    assert_eq!(body("c = a < (m := b) < (n := 3)\nreturn m + n", "m"), "=0 0");
    assert_eq!(body("while (c := g()):\n    h(c)\nreturn c", "c"), "=0 0 0");
}

#[test]
fn exceptions_see_every_definition() {
    assert_eq!(body("try:\n    n = 1\n    n = g()\nexcept ValueError:\n    return n\nreturn n", "n"), "=0 =0 0? 0");
    assert_eq!(body("n = 0\ntry:\n    n = g()\nexcept ValueError:\n    pass\nreturn n", "n"), "=0 =0 0");
    assert_eq!(body("try:\n    n = g()\nexcept ValueError:\n    return 0\nelse:\n    m = 1\nreturn n", "n"), "=0 0");
    assert_eq!(body("try:\n    n = g()\nfinally:\n    h()\nreturn n", "n"), "=0 0");
    assert_eq!(body("try:\n    n = g()\nfinally:\n    h(n)\nreturn n", "n"), "=0 0? 0");
    assert_eq!(
        body(
            "for c in a:\n    try:\n        n = 1\n        break\n    finally:\n        m = 1\nelse:\n    return 0\nreturn n",
            "n"
        ),
        "=0 0"
    );
    assert_eq!(
        body("for c in a:\n    try:\n        break\n    finally:\n        m = 1\nelse:\n    return 0\nreturn m", "m"),
        "=0 0"
    );
    assert_eq!(
        body("try:\n    try:\n        n = 1\n    except A:\n        n = 2\nexcept B:\n    return n", "n"),
        "=0 =0 0?"
    );
}

#[test]
fn a_handlers_name_is_unbound_behind_it() {
    assert_eq!(body("try:\n    g()\nexcept A as e:\n    h(e)\nreturn e", "e"), "=0 0 1?");
    assert_eq!(body("e = 1\ntry:\n    g()\nexcept A as e:\n    h(e)\nreturn e", "e"), "=0 =1 1 0?");
    assert_eq!(
        body("for c in a:\n    e = 1\n    try:\n        g()\n    except A as e:\n        break\nreturn e", "e"),
        "=0 =1 0?"
    );
    let webs = of("def f():\n    e = 1\n    try:\n        g()\n    except A as e:\n        h(e)\n    return e\n")
        .expect("analysed");
    let last = &webs.functions[1].webs[0].definitions;
    assert_eq!(last.iter().map(|d| d.kind).collect::<Vec<_>>(), [DefinitionKind::Assign, DefinitionKind::Delete]);
}

#[test]
fn del_unbinds() {
    assert_eq!(body("y = 1\ndel y\nreturn y", "y"), "=0 0 =1 1?");
    assert_eq!(body("y = 1\nif a:\n    del y\nreturn y", "y"), "=0 0 =0 0?");
}

#[test]
fn comprehensions_have_their_own_names() {
    assert_eq!(body("x = a\ny = [x for x in x]\nreturn x", "x"), "=0 1 =1 0 0");
    assert_eq!(body("return sum(int(c) for c in a if c for d in c)", "c"), "0 =0 0 0");
    assert_eq!(body("y = [(t := c) for c in a]\nreturn t", "t"), "=0 0?");
    assert_eq!(body("t = 0\ny = [t := t + c for c in a]\nreturn t", "t"), "=0 =0 0 0");
    assert_eq!(body("a = int(a)\nreturn sum(a for i in range(3))", "a"), "=0 =1 0 1");
    assert_eq!(places("x = [i for i in range(3)]\n", "i"), "0 =0");
    assert_eq!(
        declined("def f(a):\n    return [y for z in y for y in z for q in y if w for w in w]\n"),
        "a comprehension's name before it is bound"
    );
}

#[test]
fn lazy_generator_expressions_share() {
    assert_eq!(body("a = int(a)\ng = (a for i in range(3))\na = 5\nreturn list(g)", "a"), "=0 =0 0 0 =0");
    assert_eq!(body("n = 1\ng = map(h, (n for i in a))\nn = 's'\nreturn list(g)", "n"), "=0 0 =0");
    let webs =
        of("def f(a):\n    n = 1\n    g = (i + n for i in a)\n    return any(i + n for i in a)\n").expect("analysed");
    assert_eq!(
        webs.comprehensions.iter().map(|c| (c.lazy, c.captures.len())).collect::<Vec<_>>(),
        [(true, 1), (false, 1)]
    );
    assert_eq!(places("def any(x): pass\ndef f(a):\n    a = 1\n    any(a for i in z)\n    a = 2\n", "a"), "=0 =0 0 =0");
    assert_eq!(
        places("from math import prod\ndef f(a):\n    a = 1\n    prod(a for i in z)\n    a = 2\n", "a"),
        "=0 =1 1 =2"
    );
}

#[test]
fn closures_are_one_web() {
    let source = "def f(x):\n    n = 0\n    def go(i):\n        nonlocal n\n        n += 1\n        return go(i)\n    n = len(x)\n    return go(n)\n";
    assert_eq!(places(source, "n"), "=0 ^f =^f =0 0");
    assert_eq!(places(source, "go"), "=0 ^f 0");
    let webs = of(source).expect("analysed");
    let go = webs.function(FunctionId(2));
    assert!(go.refers_to_itself && go.captures.len() == 2 && go.parent == Some(FunctionId(1)));
    let n = webs.functions[1].webs.iter().find(|w| w.name == "n").expect("n");
    assert!(n.cell && n.nonlocal && n.definitions.len() == 2);
}

#[test]
fn cells_may_be_unbound_when_a_function_runs() {
    assert_eq!(body("def g():\n    return n\nn = 1\nreturn g()", "n"), "^f =0", "nothing can call g before n = 1");
    assert_eq!(body("def g():\n    return n\nh(g)\nn = 1\nreturn g()", "n"), "^f? =0");
    assert_eq!(body("def g():\n    return h()\ndef h():\n    return g()\nreturn g()", "h"), "^f =0");
    assert_eq!(body("@lru_cache(None)\ndef g(i):\n    return g(i)\nreturn g(1)", "g"), "=0 ^f 0");
    assert_eq!(body("w = 1\n@deco(w)\ndef g(i):\n    return g(i)\nreturn g(1)", "g"), "=0 ^f 0");
    assert_eq!(body("def deco(k): return k()\n@deco\ndef g():\n    return g()\nreturn g()", "g"), "=0 ^f? 0");
    assert_eq!(body("fact = lambda n: n * fact(n - 1)\nreturn fact(a)", "fact"), "=0 ^f 0");
    assert_eq!(body("for i in a:\n    s = sorted(b, key=lambda k: k + i)\nreturn s", "i"), "=0 ^f");
}

#[test]
fn globals_and_builtins() {
    assert_eq!(places("N = 3\ndef f(x):\n    return N + len(x)\n", "N"), "=g g");
    assert_eq!(places("N = 3\ndef f(x):\n    return N + len(x)\n", "len"), "b");
    assert_eq!(places("def f(x):\n    return N\nN = g()\n", "N"), "g? =g", "g() might be f");
    assert_eq!(places("def f(x):\n    return N\nN = {1: 2}\n", "N"), "g =g");
    assert_eq!(places("M = g()\ndef f(x):\n    return h(x)\ndef h(x):\n    return M\n", "h"), "g =g");
    assert_eq!(places("def f(x):\n    return h(x)\nM = f(1)\ndef h(x):\n    return M\n", "h"), "g? =g");
    assert_eq!(places("y = (lambda: y)()\n", "y"), "=g g?");
    assert_eq!(
        places(
            "for i in range(3):\n    M = g()\n    def f(x):\n        return h(x)\n    def h(x):\n        return M\n",
            "h"
        ),
        "g? =g"
    );
    assert_eq!(places("def f(x):\n    global N\n    return N\nN = 1\n", "N"), "g =g");
    assert_eq!(
        places(
            "try:\n    from math import isqrt\nexcept ImportError:\n    isqrt = None\ndef f(x):\n    return isqrt(x)\n",
            "isqrt"
        ),
        "=g =g g"
    );
    assert_eq!(places("import os.path as p\nimport os.path\nimport os\ndef f(x): return os\n", "os"), "=g =g g");
}

#[test]
fn parameters() {
    let webs = of("def f(a, /, b, c=1, *r, d, e=2, **k):\n    return lambda z: z + a\n").expect("analysed");
    let f = webs.function(FunctionId(1));
    let kinds: Vec<_> = f.parameters.iter().map(|p| (p.name.as_str(), p.kind, p.has_default)).collect();
    use ParameterKind::*;
    assert_eq!(
        kinds,
        [
            ("a", PositionalOnly, false),
            ("b", Positional, false),
            ("c", Positional, true),
            ("r", Rest, false),
            ("d", KeywordOnly, false),
            ("e", KeywordOnly, true),
            ("k", Keywords, false)
        ]
    );
    assert_eq!(webs.function_at(f.offset), Some(FunctionId(1)));
    assert_eq!(webs.function(f.nested[0]).name, "<lambda>");
}

#[test]
fn generators_are_marked() {
    let webs = of("def g(n):\n    while n:\n        yield n\n        n -= 1\n").expect("analysed");
    assert!(webs.functions[1].is_generator);
}

#[test]
fn what_is_declined() {
    for (source, what) in [
        ("class A: pass", "class"),
        ("async def f(x): pass", "async"),
        ("match x:\n    case 1: pass", "match"),
        ("from math import *", "import *"),
        ("n = 0\ndef f(x):\n    global n\n    n += 1", "assignment to a global variable in a function"),
        ("def f(x):\n    return eval(x)", "the name eval"),
        ("def f(x):\n    nonlocal y\n    y = 1", "the name y"),
        ("def f(x):\n    y = 1\n    def g():\n        nonlocal y\n        del y", "del of a nonlocal variable"),
        ("y = 1\ndef f(x):\n    nonlocal y\n    y = 1", "nonlocal y"),
        ("def f(x):\n    y = x\n    global y\n", "a declaration after the name's use"),
        ("return 1", "return outside a function"),
        ("if 1:\n    break", "break or continue outside a loop"),
        ("def f(x):\n    return [(c := 1) for c in x]", "a walrus to a comprehension's own name"),
        ("a, *b, *c = x", "two starred targets"),
    ] {
        assert_eq!(declined(source), what, "{source}");
    }
    let deep = format!("x = {}", "-".repeat(200) + "1");
    assert_eq!(declined(&deep), "nesting");
}
