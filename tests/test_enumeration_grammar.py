"""Grammar files: what ships, what a user's file may say, and what the errors name."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import llmerm
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llmerm.enumeration import SHIPPED, Grammar, grammar_for, load, search
from llmerm.enumeration.features import feature_values
from llmerm.enumeration.operations import OPERATIONS, TYPES
from llmerm.errors import UsageError


def rows(*x, y=None):
    return llmerm.Dataset(list(x), [0] * len(x) if y is None else y)


def written(tmp_path: Path, text: str, name: str = "mine.toml") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def rule(grammar: Grammar, operation: str):
    return next((size, constants) for name, size, constants in grammar.rules if name == operation)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_grammars_have_rules_for_every_type(name):
    grammar = load(name)
    results = {OPERATIONS[operation].result for operation, _, _ in grammar.rules}
    assert results == set(TYPES)
    for operation, size, constants in grammar.rules:
        assert size >= 1
        assert (OPERATIONS[operation].form is None) or constants or operation in {"window", "below"}


@pytest.mark.parametrize("name", SHIPPED)
def test_sizes_are_bits_of_a_prior(name):
    """Of each type, the sum of 2^-size over the rules, each with its constants, is about 1."""
    for kind in TYPES:
        mass = sum(2.0**-size for op, size, _ in load(name).rules if OPERATIONS[op].result == kind)
        mass += sum(2.0**-size for _, size, _, _ in load(name).defines if kind == "bool")
        assert 0.8 <= mass <= 1.5, (name, kind, mass)


@pytest.mark.parametrize(
    ("x", "name", "symbols"),
    [
        (("0101", "11"), "bits", "01"),
        (("0000", ""), "bits", "01"),
        (("abba", "b"), "bits", "ab"),
        (("19", "20"), "digits", "0123456789"),
        (("12", "21"), "digits", "0123456789"),
        (("a(b)", "c"), "characters", ""),
        (([1, 2], [-3]), "integers", ""),
    ],
)
def test_the_grammar_of_rows(x, name, symbols):
    grammar = grammar_for(rows(*x))
    assert (grammar.name, grammar.symbols) == (name, symbols)


def test_other_symbols_keep_the_rules_and_lose_numbers():
    bits, letters = load("bits"), grammar_for(rows("ab", "ba"))
    lost = {name for name, _, _ in bits.rules} - {name for name, _, _ in letters.rules}
    assert lost == {"value_mod"}
    assert letters.hash != bits.hash


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (llmerm.Dataset([[0.5], [1.0]], [0, 1], input_type="floats"), "these are floats"),
        (llmerm.Dataset([{"a": 1}, {"a": 2}], [0, 1]), "these are record"),
        (llmerm.Dataset(["é", "e"], [0, 1]), "ASCII"),
    ],
    ids=["floats", "record", "unicode"],
)
def test_rows_without_a_grammar(data, says):
    with pytest.raises(UsageError, match=rf"(?s){says}.*--model"):
        grammar_for(data)


def test_a_grammar_for_other_rows():
    with pytest.raises(UsageError, match="integers is for ints rows, and these are text"):
        grammar_for(rows("01"), "integers")
    with pytest.raises(UsageError, match=r"'2'.*bits"):
        grammar_for(rows("012"), "bits")


def test_a_file_extends_changes_and_removes(tmp_path):
    text = """
        extends = "bits"
        remove = ["scan", "abs"]
        [rules]
        number = { size = 3, constants = [0, 1] }   # another list
        count = 5                                   # another size
        window = 0                                  # gone
        below = 4                                   # new
        match = { size = 1 }                        # the constants stay
        [[define]]
        name = "majority"
        arguments = ["bool", "bool", "bool"]
        size = 6
        body = "or(and(a, b), and(b, c))"
        [[feature]]
        python = "x.count('11')   # pairs"
        type = "int"
        size = 4
    """
    bits, mine = load("bits"), load(written(tmp_path, text))
    names = [name for name, _, _ in mine.rules]
    assert not {"scan", "abs", "window"} & set(names) and "below" in names
    assert rule(mine, "number") == (3, ((0,), (1,))) and rule(mine, "count") == (5, ())
    assert rule(mine, "match") == (1, rule(bits, "match")[1])
    assert rule(mine, "xor") == rule(bits, "xor")
    assert mine.defines == (
        *bits.defines,
        ("majority", 6, ("bool", "bool", "bool"), "or(and(a, b), and(b, c))"),
    )
    assert mine.features == (("int", 4, "x.count('11')"),)
    assert (mine.name, mine.symbols, mine.rows) == ("mine", "01", "text")
    grand = load(written(tmp_path, 'extends = "mine.toml"\nremove = ["majority"]', "grand.toml"))
    assert grand.defines == bits.defines and grand.rules == mine.rules and grand.features == mine.features


def test_a_file_extends_with_symbols_of_its_own(tmp_path):
    dna = load(written(tmp_path, 'extends = "characters"\nsymbols = "TGCA"'))
    assert dna.symbols == "ACGT"
    assert grammar_for(rows("GATTACA"), dna) is dna


def test_the_hash_is_of_the_content(tmp_path):
    a = load(written(tmp_path, 'extends = "bits"', "a.toml"))
    b = load(written(tmp_path, 'extends = "bits"\n[rules]\nxor = 4', "b.toml"))
    assert a.hash == load("bits").hash != b.hash


BITS = 'extends = "bits"\n'
BAD = {
    BITS + '[rules]\nparity = 3': r"rule 'parity'.*no operation",
    BITS + '[rules]\nequals = { size = 3, constants = [1] }': r"rule 'equals'.*text rows of .01. do not",
    'extends = "integers"\n[rules]\nsymbol = 3': r"rule 'symbol'.*ints rows do not",
    BITS + 'symbols = "ab"\n[rules]\ntotal = 3': r"rule 'total'.*'ab'",
    BITS + '[rules]\nmod = { size = 3, constants = [1] }': r"rule 'mod'.*1 is none.*from 2",
    BITS + '[rules]\nmod = { size = 3, constants = [] }': r"rule 'mod'.*needs constants",
    BITS + '[rules]\nmod = { size = 3, constants = [2, 2] }': r"rule 'mod'.*twice",
    BITS + '[rules]\nmod = { size = 3, constants = [true] }': r"rule 'mod'",
    BITS + '[rules]\nremainder = { size = 3, constants = [[2, 2]] }': r"'remainder'.*\[2, 2\]",
    BITS + '[rules]\nevery = { size = 3, constants = [2] }': r"'every'.*\[start, step\]",
    BITS + '[rules]\nmatch = { size = 3, constants = [3, 4] }': r"'match'.*longest word",
    BITS + '[rules]\nxor = { size = 3, constants = [1] }': r"'xor'.*no list of constants",
    BITS + '[rules]\nxor = { size = 3, cost = 1 }': r"'xor'.*'cost'",
    BITS + '[rules]\nxor = -1': r"'xor'.*'size'",
    BITS + '[rules]\nxor = 2.5': r"'xor'.*'size'",
    BITS + '[rules]\nbelow = 0': r"'below'.*there is none",
    'rows = "text"\n[rules]\nmod = 3': r"'mod'.*needs constants",
    'rows = "floats"\n[rules]\nx = 1': "'rows' must be",
    'rows = "text"': "it has no rules",
    '[rules]\nx = 1': "'rows' must be",
    'extends = "integers"\nrows = "text"': "its rows are text",
    'extends = "nothing"': r"nothing.*No such file",
    'extends = "mine.toml"': "which extends it",
    'extends = 3': "'extends'",
    BITS + 'remove = ["below"]': "removes 'below'",
    BITS + 'remove = "xor"': "'remove' must be a list",
    BITS + 'symbols = "0"': "'symbols'",
    BITS + 'symbols = "00"': "'symbols'",
    BITS + 'symbols = "é1"': "'symbols'",
    BITS + 'size = 3': "no key 'size'",
    BITS + 'rules = 3': r"\[rules\]",
    BITS + '[define]\nname = "a"': r"\[\[define\]\]",
    BITS + '[[define]]\nname = "A b"': "'name'",
    BITS + '[[define]]\nname = "xor"\nsize = 3': "define 'xor'.*operation of this name",
    BITS + '[[define]]\nname = "m"\narguments = []\nsize = 3\nbody = "a"': "define 'm'.*one to 3",
    BITS + '[[define]]\nname = "m"\narguments = ["str"]\nsize = 3\nbody = "a"': "define 'm'",
    BITS + '[[define]]\nname = "m"\narguments = ["int"]\nsize = 0\nbody = "a"': "define 'm'.*'size'",
    BITS + '[[define]]\nname = "m"\narguments = ["int"]\nsize = 3\nbody = ""': "define 'm'.*'body'",
    BITS + '[[feature]]\npython = "1 +"\ntype = "int"\nsize = 3': r"feature '1 \+'.*expression",
    BITS + '[[feature]]\npython = "import os"\ntype = "int"\nsize = 3': "feature 'import os'",
    BITS + '[[feature]]\npython = "len(x)"\ntype = "seq"\nsize = 3': "'type'",
    BITS + '[[feature]]\npython = "len(x)"\ntype = "int"': "'size'",
    "extends = ": "cannot read the grammar",
}  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_errors_name_the_file_and_the_rule(tmp_path, text):
    with pytest.raises(UsageError, match=rf"(?s)mine\.toml.*{BAD[text]}|{BAD[text]}"):
        load(written(tmp_path, text))


def test_a_grammar_that_is_not_there():
    with pytest.raises(UsageError, match="bits, digits, characters, integers"):
        load("bytes")


def test_features_are_evaluated_on_the_rows_in_the_sandbox():
    grammar = feature("int", "len(x) - x.count('1')"), feature("bool", "x[0] == '1'")
    train = rows("011", "100", "1", y=["yes", "no", "yes"])
    (zeros,), (first,) = (feature_values(each, train) for each in grammar)
    assert zeros.tolist() == [1, 2, 0] and first.tolist() == [0, 1, 1]
    assert zeros.dtype == first.dtype == "int64"


@pytest.mark.parametrize(
    ("kind", "python", "says"),
    [
        ("int", "int(x[2])", "has no int on 1 of 3.*'1'"),
        ("int", "int(x[2]) // int(x[1])", "has no int on 2 of 3.*'100'"),
        ("int", "__import__('os').system('touch hello')", "has no int on 3 of 3"),
        ("int", "10 ** 10", "10,000,000,000.*2\\^31"),
        ("bool", "len(x)", "it is 3 on '011'.*0 or 1"),
        ("int", "x", "has no int"),
        ("int", "len(x) / 1", "has no int"),
        ("int", "y", "has no int"),
    ],
)
def test_a_feature_without_a_value_on_some_row(kind, python, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=says) as raised:
        feature_values(feature(kind, python), rows("011", "100", "1"))
    assert f"feature {python!r}" in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def feature(kind, python):
    return SimpleNamespace(features=[(kind, 3, python)])


@given(st.text(max_size=30))
def test_no_text_does_anything_but_raise_a_usage_error(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("grammar") / "g.toml"
    path.write_text(text)
    with pytest.raises(UsageError):
        load(path)


def test_the_example_of_the_documentation(tmp_path):
    page = (Path(__file__).parent.parent / "docs" / "enumeration.md").read_text()
    block = page.partition("takes your own:\n\n")[2].partition("\n\n| key |")[0]
    grammar = load(written(tmp_path, "\n".join(line.removeprefix("    ") for line in block.splitlines())))
    assert grammar.symbols == "ACGT" and rule(grammar, "match") == (1, ((6,),))
    assert grammar.defines[-1][0] == "majority" and grammar.features[0][0] == "int"
    train = rows("GCTA", "ATTA", "CCGT", "TTTT", y=[1, 1, 0, 0])
    assert search(train, grammar=grammar, max_size=10).programs


def test_every_operation_of_the_documentation_is_there():
    page = (Path(__file__).parent.parent / "docs" / "enumeration.md").read_text()
    lines = [line for line in page.splitlines() if line.startswith("| `")]
    told = {name.strip(" `") for line in lines for name in line.split("|")[1].split("(")[0].split(",")}
    assert told >= set(OPERATIONS)
