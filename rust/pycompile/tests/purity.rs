//! What is known to keep nothing from call to call, and what is not.

#![allow(missing_docs, clippy::unwrap_used)]

mod mutations;

use std::fs;
use std::path::Path;

use llmerm_pycompile::{InputType, keeps_nothing};

fn body(lines: &str) -> String {
    format!("def f(x):\n{}", lines.lines().map(|line| format!("    {line}\n")).collect::<String>())
}

#[test]
fn what_keeps_nothing_is_known() {
    let whole = [
        "import re\nP = re.compile(r'a+')\ndef f(x):\n    m = P.match(x)\n    return m.end() if m else 0\n",
        "from itertools import groupby\ndef f(x):\n    return max(len(list(g)) for _, g in groupby(x))\n",
        "import re\ndef f(x):\n    return sum(m.start() for m in re.finditer('a', x))\n",
        "import re\ndef f(x):\n    return len(re.sub('a(.)', lambda m: m.group(1), x))\n",
        "T = {'0': {'0': 1, '1': 0}, '1': {'0': 0, '1': 1}}\ndef f(x):\n    s = '0'\n    for c in x:\n        s = str(T[s][c])\n    return int(s)\n",
        "T = {format(i, '03b'): 30 >> i & 1 for i in range(8)}\ndef f(x):\n    return T.get(x[:3], 0) + len(T) + sum(T.values())\n",
        "ODD: list = [1, 3, 5]\ndef f(x):\n    return any(len(x) == n for n in ODD) and 1 in ODD\n",
        "N = 3\nLOW, HIGH = -N, N + 1\ndef f(x, n=N):\n    return LOW < len(x) < HIGH\n",
        "class A:\n    K = 2\n    def __init__(self, n):\n        self.n = n\n    def add(self, k):\n        self.n += k * self.K\ndef f(x):\n    a = A(1)\n    for c in x:\n        a.add(int(c))\n    return a.n % 2\n",
        "def g(n):\n    for i in range(n):\n        yield i\ndef f(x):\n    return sum(g(len(x)))\n",
        "from functools import lru_cache\ndef f(x):\n    @lru_cache(maxsize=None)\n    def g(i):\n        return 0 if i == 0 else 1 - g(i - 1)\n    return g(len(x))\n",
        "f = lambda x: x.count('1') % 2\n",
        "def f(x):\n    return 1\nif __name__ == '__main__':\n    import sys\n    f.seen = sys.argv\n",
        "import math as m, string\nfrom typing import List\ndef f(x: List[int]) -> int:\n    import operator\n    return operator.add(m.gcd(len(x), 4), x[0] in string.digits)\n",
    ];
    let bodies = [
        "def flip(c):\n    nonlocal n\n    n += 1\n    return n\nn = 0\nreturn sum(map(flip, x))",
        "seen = set()\nfor i, c in enumerate(x):\n    seen.add((i, c))\nreturn len(seen)",
        "try:\n    return int(x)\nexcept (ValueError, IndexError) as e:\n    return 0",
        "it = iter(x)\nreturn next(it) < next(it)",
        "d = {}\nfor c in x:\n    d[c] = d.get(c, 0) + 1\ndel d['0']\nreturn max(d, key=d.get) is None",
        "a, b = map(int, x.split())\nif (n := a + b) > 2:\n    return n\nwhile a:\n    a -= 1\nreturn f'{a:>{b}}{n!r}'",
        "rank = lambda c, k=2: ord(c) * k\nreturn rank(x[0]) + len(sorted(x, key=lambda c: -rank(c)))",
        "return '{:>3}'.format(x[0]) + '%s' % x + ''.join(c for c in x)",
        "assert x\nif len(x) > 3:\n    raise ValueError('long', x)\nreturn -1.5",
    ];
    for source in whole.map(str::to_owned).into_iter().chain(bodies.map(body)) {
        assert_eq!(keeps_nothing(&source, InputType::Text), Ok(()), "{source}");
    }
}

#[test]
fn what_may_keep_something_is_refused() {
    let whole = [
        // Modules, and what is made when they are loaded.
        "import random\ndef f(x):\n    return random.random() < 1\n",
        "import sys\ndef f(x):\n    return 1\n",
        "import os.path\ndef f(x):\n    return 1\n",
        "from math import *\ndef f(x):\n    return 1\n",
        "from . import a\ndef f(x):\n    return 1\n",
        "import re\ndef f(x):\n    return len(re.functools.sys.modules)\n",
        "from re import functools\ndef f(x):\n    return 1\n",
        "import statistics\ndef f(x):\n    return statistics.random.random()\n",
        "import math\ndef f(x):\n    m = math\n    return 1\n",
        "import math\ndef f(x):\n    math.pi = 3\n    return 1\n",
        "T = []\ndef f(x):\n    T.append(x)\n    return len(T)\n",
        "T = []\ndef f(x):\n    t = T\n    t.append(x)\n    return len(t)\n",
        "T = []\ndef f(x):\n    return g(T)\ndef g(t):\n    t.append(1)\n    return len(t)\n",
        "T = [[]]\ndef f(x):\n    T[0].append(x)\n    return len(T[0])\n",
        "T = [[]]\ndef f(x):\n    for t in T:\n        t.append(x)\n    return len(t)\n",
        "T = [[]]\ndef f(x):\n    t = T[:]\n    t[0].append(x)\n    return len(t[0])\n",
        "T = {0: []}\ndef f(x):\n    list(map(T.get, [0]))[0].append(1)\n    return len(T[0])\n",
        "T = {0: []}\ndef f(x):\n    T.get(0).append(1)\n    return len(T[0])\n",
        "T = {}\ndef f(x):\n    T[0] = x\n    return len(T)\n",
        "T = {}\ndef f(x):\n    for T[0] in x:\n        pass\n    return len(T)\n",
        "T = {}\ndef f(x):\n    T.update(a=1)\n    return len(T)\n",
        "T = [1]\ndef f(x):\n    del T[0]\n    return 1\n",
        "T = []\nU = sum((), T)\ndef f(x):\n    U.append(1)\n    return len(U)\n",
        "T = []\nU = (T,)\ndef f(x):\n    U[0].append(1)\n    return len(U[0])\n",
        "T = [1, []]\ndef f(x):\n    T[1].append(1)\n    return len(T[1])\n",
        "T = iter('abc')\ndef f(x):\n    return next(T)\n",
        "T = (c for c in 'abc')\ndef f(x):\n    return next(T)\n",
        "from itertools import count\nT = count()\ndef f(x):\n    return next(T)\n",
        "for i in range(3):\n    pass\ndef f(x):\n    return i\n",
        "n = 0\ndef f(x):\n    global n\n    n += 1\n    return n\n",
        "def f(x):\n    global n\n    import math as n\n    return 1\n",
        // Functions and classes.
        "def f(x, seen=[]):\n    seen.append(x)\n    return len(seen)\n",
        "def f(x, *, seen={}):\n    return len(seen)\n",
        "f = lambda x, seen=[]: seen.append(x) or len(seen)\n",
        "def f(x):\n    f.n = 1\n    return 1\n",
        "def f(x):\n    g = f\n    g.n = 1\n    return 1\n",
        "from functools import lru_cache\n@lru_cache\ndef g(x):\n    return []\ndef f(x):\n    g(1).append(1)\n    return len(g(1))\n",
        "from functools import cache\ng = cache(len)\ndef f(x):\n    return g(x)\n",
        "class A:\n    seen = []\ndef f(x):\n    A().seen.append(1)\n    return 1\n",
        "class A:\n    n = 0\ndef f(x):\n    A.n += 1\n    return A.n\n",
        "class A:\n    def m(self):\n        self.n = 1\ndef f(x):\n    A.m(f)\n    return 1\n",
        "class A:\n    def m(self):\n        self = f\n        self.n = 1\ndef f(x):\n    A().m()\n    return 1\n",
        "class A:\n    def m(self):\n        self.n = 1\n    def k(self, m=m):\n        m(f)\ndef f(x):\n    m = 1\n    A().k()\n    return m\n",
        "class A:\n    def m(self, t=[]):\n        t.append(1)\n        return len(t)\ndef f(x):\n    return A().m()\n",
        "class A(dict):\n    pass\ndef f(x):\n    return 1\n",
        "class A:\n    def __del__(self):\n        pass\ndef f(x):\n    a = A()\n    return 1\n",
        "class A:\n    pass\ndef f(x):\n    return str(A())\n",
        "class A:\n    def m(self):\n        return f'{self}'\ndef f(x):\n    return A().m()\n",
        "class A:\n    def __repr__(self):\n        return '1'\ndef f(x):\n    return (c for c in x).__repr__()\n",
        "def f(x):\n    class A:\n        pass\n    return 1\n",
        "async def f(x):\n    return 1\n",
        // Addresses.
        "def g():\n    yield 1\ndef f(x):\n    return str(g())\n",
        "import hashlib\ndef f(x):\n    return str(hashlib.md5(b'').copy())\n",
        "import re\ndef f(x):\n    return list({m for m in re.finditer('.', x)})[0].start()\n",
        "import re\ndef f(x):\n    return re.sub('.', g, x)\ndef g(m):\n    return str(m)\n",
        "import re\nfrom itertools import groupby\ndef f(x):\n    for m in (groupby(x) if x else re.finditer('.', x)):\n        return str(m[1])\n",
        "from itertools import groupby\ndef f(x):\n    return str(list(groupby(x)))\n",
        "from itertools import groupby\ndef f(x):\n    for _, g in groupby(x) or [0 for i in x]:\n        return str(g)\n",
        "from functools import partial\ndef f(x):\n    return str(partial(len, lambda: 0))\n",
        "import re\ndef f(x):\n    a = re.compile(x)\n    return a is re.compile(x)\n",
        "import math\ndef f(x):\n    return list({math.nan, math.nan, 1})[0] == 1\n",
        // Names.
        "def f(x):\n    len = x.count\n    return len('1')\n",
        "def g(x):\n    return 1\ndef f(x):\n    g = [1]\n    return g\n",
        "def f(x):\n    return 1\nif __name__ == '__main__':\n    f.n = 1\nelse:\n    n = []\n",
        "def f(x):\n    return \u{1d41e}val(x)\n",
        "class A:\n    def \u{1d422}tems(self):\n        return 1\ndef f(x):\n    return 1\n",
    ];
    let bodies = [
        "return eval(x)",
        "return id(x)",
        "return hash(x)",
        "return type(x)()",
        "return getattr(x, 'count')",
        "return globals()",
        "return open('a')",
        "return __name__",
        "return x.__class__",
        "return x.count",
        "return str(x.count)",
        "return str(iter(x))",
        "return str(lambda: 0)",
        "return f'{(c for c in x)}'",
        "return '%s' % (c for c in x)",
        "return '{}'.format(map(int, x))",
        "return '{0.count}'.format(x)",
        "return x.format(x)",
        "it = iter(x)\nreturn str(it)",
        "if (it := iter(x)):\n    return str(it)",
        "def g():\n    return 0\nreturn str(g)",
        "return list(map(iter, x))",
        "return next(iter(x), (c for c in x))",
        "return max(zip(x), zip(x))",
        "return [d.keys() for d in [{}]]",
        "return list(set(x))[0] / 2",
        "return pow(2, -1) in {1}",
        "return sorted(x, key=lambda c: (yield))",
        "return isinstance(x, int, k=eval(x))",
        "raise ValueError(k=eval(x))",
        "try:\n    return 1\nexcept:\n    return 0",
        "try:\n    return 1\nexcept Exception:\n    return 0",
        "try:\n    return 1\nexcept (ValueError, MemoryError):\n    return 0",
        "try:\n    return 1\nexcept RecursionError:\n    return 0",
        "try:\n    return 1\nfinally:\n    return 0",
        "with x:\n    return 1",
        "match x:\n    case _:\n        return 1",
        "x.n = 1\nreturn 1",
        "del x.n\nreturn 1",
        "for x.n in x:\n    pass\nreturn 1",
        "x.n: int = 1\nreturn 1",
        "nowhere.append(1)\nreturn 1",
        "return x.gi_frame",
        "return x.f_globals",
    ];
    for source in whole.map(str::to_owned).into_iter().chain(bodies.map(body)) {
        let known = keeps_nothing(&source, InputType::Text);
        assert!(known.is_err_and(|declined| !declined.reason.contains("panicked")), "{source}");
    }
    for broken in ["def f(x:\n", "def f(x):\n    return (\n", "\0", "# coding: latin-1\ndef f(x): return 1\n"] {
        assert!(keeps_nothing(broken, InputType::Text).is_err(), "{broken}");
    }
}

#[test]
fn rows_of_floats_and_sets_do_not_go_together() {
    let source = "def f(x):\n    return list(set(x))[0] > 0\n";
    let known = |input| keeps_nothing(source, input).is_ok();
    assert!(known(InputType::Text) && known(InputType::Ints));
    assert!(!known(InputType::Floats) && !known(InputType::Record));
}

/// The audit finds these to depend on other rows.
#[test]
fn no_candidate_that_is_impure_is_taken_for_pure() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/candidates");
    let files = ["good", "hostile"].into_iter().flat_map(|kind| fs::read_dir(folder.join(kind)).unwrap());
    let sources = files.filter_map(|file| fs::read_to_string(file.unwrap().path()).ok());
    let impure: Vec<String> = sources
        .filter(|text| text.starts_with("# expect:") && text.lines().next().unwrap().contains("impure"))
        .collect();
    assert!(impure.len() >= 6);
    for source in impure {
        assert!(keeps_nothing(&source, InputType::Text).is_err(), "{source}");
    }
}

#[test]
fn most_of_what_models_write_is_known() {
    let proposals = mutations::proposals();
    let known = proposals.iter().filter(|source| keeps_nothing(source, InputType::Text).is_ok()).count();
    assert!(proposals.len() >= 30 && known * 100 > proposals.len() * 85, "{known} of {}", proposals.len());
}
