"""The named tasks: samplers against oracles, oracles against brute force, splits against their promises."""

from __future__ import annotations

import hashlib
import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmerm.errors import DataError, InternalError, LlmermError, TaskError
from llmerm.readers import read
from llmerm.tasks import DEFINITIONS, TABLES, Task, names, task
from llmerm.tasks.definition import Instance
from llmerm.tasks.draw import deal, draw_distinct
from llmerm.tasks.named import Task as NamedTask
from llmerm.tasks.parity import REFERENCE_SUPPORTS

PROPOSALS = Path(__file__).parent.parent / "examples" / "proposals"
RECORDED = {
    "parity_all": 50,
    "pattern_alternating": 50,
    "palindrome": 50,
    "dyck2": 40,
    "prime": 20,
    "automaton_parity": 50,
}
NAMED = list(DEFINITIONS)
DECIMAL = ("prime", "prime_tail", "prime_plus_47", "prime_minus_5", "two_primes", "gcd_range")


def all_bits(n: int) -> list[str]:
    return ["".join(bits) for bits in product("01", repeat=n)]


def parts(split: object) -> list:
    return [part for part in (split.train, split.heldout, split.test) if part is not None]


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("part", ["train", "heldout", "test"])
def test_the_oracle_gives_every_recorded_label(name: str, part: str) -> None:
    rows = read(PROPOSALS / f"{name}.{part}.txt")
    oracle = task(name, RECORDED[name]).oracle
    assert [oracle(x) for x in rows.x] == rows.y.tolist()


@pytest.mark.parametrize("name", NAMED)
def test_a_split_keeps_its_promises(name: str) -> None:
    made = task(name)
    split = made.split(100, 100, 2_000, seed=1)
    assert [len(part) for part in parts(split)] == [100, 100, 2_000]
    rows = [row for part in parts(split) for row in part.x]
    assert len(set(rows)) == 2_200
    assert {len(row) for row in rows} == {made.n}
    if name in DECIMAL:
        assert all(row.isdigit() and row[0] != "0" for row in rows)
    elif name != "cycle_count":
        assert set("".join(rows)) == {"0", "1"}
    for part in parts(split):
        assert part.input_type == "text"
        assert np.bincount(part.y).tolist() == [len(part) // 2] * 2
        assert [made.oracle(x) for x in part.x] == part.y.tolist()
        assert part.y.tolist() != sorted(part.y.tolist())


@pytest.mark.parametrize("name", NAMED)
def test_a_split_is_a_function_of_its_spec(name: str) -> None:
    split = task(name).split(20, 20, 40, seed=5)
    again = task(name).split(20, 20, 40, seed=5)
    other = task(name).split(20, 20, 40, seed=6)
    assert split.spec == again.spec and split.spec_hash == again.spec_hash != other.spec_hash
    assert (
        [p.hash for p in parts(split)]
        == [p.hash for p in parts(again)]
        == list(split.spec["hashes"].values())
    )
    assert not set(split.train.x) & set(other.train.x)
    assert task(name).split(20, 0, 200, seed=5).train.hash == split.train.hash  # whatever the other sizes


def test_global_random_state_is_neither_used_nor_changed() -> None:
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    first = task("parity_random_3", 51, seed=1).split(10, 10, 10)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    assert task("parity_random_3", 51, seed=1).split(10, 10, 10).spec_hash == first.spec_hash


def brute_dyck(x: str) -> int:
    word = "".join("()[]"[int(x[i : i + 2], 2)] for i in range(0, len(x), 2))
    while word != (word := word.replace("()", "").replace("[]", "")):
        pass
    return int(not word)


def brute_automaton(x: str) -> int:
    cells = f"0{x}0"
    return sum([0, 1, 1, 1, 1, 0, 0, 0][int(cells[i : i + 3], 2)] for i in range(len(x))) % 2


BRUTE = {
    ("parity_all", 8, None): lambda x: x.count("1") % 2,
    ("parity_first_half", 9, None): lambda x: x[:4].count("1") % 2,
    ("parity_random_3", 10, None): lambda x: (x[1] + x[2] + x[6]).count("1") % 2,
    ("parity_random_10", 10, None): lambda x: x.count("1") % 2,
    ("pattern_alternating", 10, None): lambda x: int(any(x[i : i + 8] == "10" * 4 for i in range(3))),
    ("pattern_run", 10, None): lambda x: int(any(x[i : i + 8] == "00" + "1" * 6 for i in range(3))),
    ("palindrome", 9, None): lambda x: int(all(x[i] == x[8 - i] for i in range(4))),
    ("palindrome", 8, "near_miss"): lambda x: int(all(x[i] == x[7 - i] for i in range(4))),
    ("dyck2", 12, None): brute_dyck,
    ("automaton_parity", 9, None): brute_automaton,
    ("sha256_parity", 8, None): lambda x: bin(int(hashlib.sha256(x.encode()).hexdigest(), 16)).count("1") % 2,
}


@pytest.mark.parametrize("key", BRUTE, ids=str)
def test_oracle_and_sampler_against_brute_force(key: tuple[str, int, str | None]) -> None:
    name, n, variant = key
    made = task(name, n, variant=variant)
    truth = {x: BRUTE[key](x) for x in all_bits(n)}
    assert {x: made.oracle(x) for x in truth} == truth
    for label in (0, 1):
        space = {x for x, y in truth.items() if y == label}
        pool = draw_distinct(made.instance, label, len(space), n, np.random.default_rng(0))
        drawn = {row.tobytes().decode() for row in pool}
        assert drawn <= space
        if (label, variant) != (0, "near_miss") and (label, name) != (
            0,
            "dyck2",
        ):  # these are near misses only
            assert drawn == space
        if (known := made.instance.capacity(label)) is not None:
            assert len(drawn) == known
    if variant == "near_miss":
        assert {sum(a != b for a, b in zip(x, x[::-1], strict=True)) for x in drawn if not truth[x]} <= {2}


def test_capacities_of_larger_n() -> None:
    assert task("palindrome", 25).instance.capacity(1) == 2**13
    assert task("palindrome", 20).instance.capacity(0) == 2**20 - 2**10
    assert task("dyck2", 20).instance.capacity(1) == 42 * 2**5
    assert task("parity_all", 20).instance.capacity(0) == 2**19


def naive_prime(number: int) -> bool:
    return number > 1 and all(number % d for d in range(2, math.isqrt(number) + 1))


@given(st.integers(10**5, 10**6 - 1))
@settings(max_examples=200, deadline=None)
def test_number_oracles_against_trial_division(number: int) -> None:
    x, left, right = str(number), number // 1000, number % 1000
    assert task("prime", 6).oracle(x) == naive_prime(number)
    assert task("prime_tail", 6).oracle(x) == naive_prime(number)
    assert task("prime_plus_47", 6).oracle(x) == naive_prime(number - 47)
    assert task("prime_minus_5", 6).oracle(x) == naive_prime(number - 5)
    assert task("two_primes", 6).oracle(x) == (naive_prime(left) == naive_prime(right))
    assert task("gcd_range", 6).oracle(x) == (20 <= math.gcd(left, right) <= 51)


def test_number_oracles_at_the_edges() -> None:
    assert [task("prime").oracle(x) for x in ("0", "1", "2", "4", "561", "3215031751", str(2**89 - 1))] == [
        0,
        0,
        1,
        0,
        0,
        0,
        1,
    ]
    assert [task("prime_plus_47").oracle(x) for x in ("0", "47", "48", "49", "50")] == [0, 0, 0, 1, 1]


def test_composites_have_the_tails_that_are_promised() -> None:
    def tails(name: str, label: int) -> set[str]:
        rows = task(name).split(1_000, 0, 0).train
        return {x[-1] for x, y in zip(rows.x, rows.y.tolist(), strict=True) if y == label}

    assert tails("prime", 0) == set("0123456789")
    assert tails("prime_tail", 0) == tails("prime_tail", 1) == set("1379")
    assert tails("prime_plus_47", 0) == tails("prime_plus_47", 1) == {"8", "0", "4", "6"}
    assert tails("prime_minus_5", 0) == tails("prime_minus_5", 1) == {"6", "8", "2", "4"}


def brute_cycles(x: str) -> int:
    edges = [(x[i + 1 : i + 3], x[i + 4 : i + 6]) for i in range(0, len(x), 6)]
    vertices = {v for edge in edges for v in edge}
    unseen, components = set(vertices), 0
    while unseen:
        components, todo = components + 1, [unseen.pop()]
        while todo:
            at = todo.pop()
            near = {b for a, b in edges if a == at} | {a for a, b in edges if b == at}
            todo += near & unseen
            unseen -= near
    return int(len(edges) - len(vertices) + components > max(1, len(edges) // 6))


def test_cycle_count() -> None:
    split = task("cycle_count").split(200, 0, 0)
    assert [brute_cycles(x) for x in split.train.x] == split.train.y.tolist()
    for x, y in zip(split.train.x, split.train.y.tolist(), strict=True):
        edges = [frozenset((x[i + 1 : i + 3], x[i + 4 : i + 6])) for i in range(0, len(x), 6)]
        assert len(set(edges)) == 50 and all(len(edge) == 2 for edge in edges)
        assert len(frozenset().union(*edges)) == 50, y


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=20))
def test_cycle_count_oracle_on_any_graph(edges: list[tuple[int, int]]) -> None:
    text = "".join(f"u{a:02}v{b:02}" for a, b in edges)
    assert task("cycle_count").oracle(text) == brute_cycles(text)


def test_cubic_polynomial() -> None:
    made = task("poly_f2_deg3", 100, seed=3)
    monomials = made.instance.parameters["monomials"]
    assert len({tuple(m) for m in monomials}) == 3 and all(len(set(m)) == 3 for m in monomials)
    assert len(made.instance.parameters["variables"]) == 10
    rows = made.split(200, 0, 0).train
    assert [sum(min(int(x[i]) for i in m) for m in monomials) % 2 for x in rows.x] == rows.y.tolist()
    assert task("poly_f2_deg3", 100, seed=4).instance.parameters["monomials"] != monomials


def test_reference_supports() -> None:
    for (size, n), support in REFERENCE_SUPPORTS.items():
        name = f"parity_random_{size}"
        assert task(name, n).instance.parameters["support"] == list(support)
        drawn = task(name, n, reference=False).instance.parameters["support"]
        assert drawn != list(support) or size == n
        assert len(set(drawn)) == size and max(drawn) < n
        assert drawn != task(name, n, reference=False, seed=1).instance.parameters["support"]
    assert task("parity_random_3", 51).spec != task("parity_random_3", 51, seed=1).spec


@pytest.mark.parametrize(
    ("name", "n", "variant"),
    [
        ("prime", 20, None),
        ("prime_tail", 20, None),
        ("dyck2", 100, None),
        ("palindrome", 50, "v1"),
        ("palindrome", 50, "v2"),
        ("palindrome", 51, "v2"),
    ],
)
def test_cheap_rules_reach_their_published_accuracy(name: str, n: int, variant: str | None) -> None:
    made = task(name, n, variant=variant)
    rows = made.split(6_000, 0, 0).train
    assert made.cheap_rules
    for rule in made.cheap_rules:
        right = np.mean([rule.rule(x) == y for x, y in zip(rows.x, rows.y.tolist(), strict=True)])
        assert abs(right - rule.accuracy) < 0.012, rule.name
        assert rule.accuracy < 1 or right == 1, rule.name
    assert task("palindrome", 20).cheap_rules == ()


def test_variants() -> None:
    assert task("palindrome").variant == task("palindrome", variant="v1").variant == "uniform"
    near = task("palindrome", variant="v2")
    assert near.variant == "near_miss"
    for x, y in zip((rows := near.split(100, 0, 0).train).x, rows.y.tolist(), strict=True):
        assert sum(a != b for a, b in zip(x, x[::-1], strict=True)) == (0 if y else 2)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: task("parity"), "did you mean parity_all"),
        (lambda: task("zzzz"), "the tasks are parity_all"),
        (lambda: task("dyck2", 50), "a multiple of 4"),
        (lambda: task("pattern_run", 7), r"8..1000"),
        (lambda: task("parity_random_10", 9), "10 coordinates"),
        (lambda: task("cycle_count", 606), "36..600"),
        (lambda: task("palindrome", variant="v3"), "uniform, near_miss"),
        (lambda: task("prime", variant="v1"), "it has none"),
        (lambda: task("prime", seed=-1), "seed"),
        (lambda: task("prime", path="a.csv"), "only tables"),
        (lambda: task("adult"), "adult.data"),
        (lambda: task("adult", path="/none"), "is not a file"),
        (lambda: task("adult", 20), "no n"),
        (
            lambda: task("palindrome", 20).split(),
            "only 1024 distinct rows of label 1, but 5100 .* at most 2048",
        ),
        (lambda: task("prime", 2).split(), "only 21 distinct rows of label 1"),
        (lambda: task("parity_all", 3).split(2, 2, 8), "at most 8"),
        (lambda: task("parity_all").split(train=99), "even number"),
        (lambda: task("parity_all").split(train=0), "nothing to learn from"),
        (lambda: task("parity_all").split(test=-2), "even number"),
        (lambda: task("parity_all").split(seed=-1), "seed"),
        (lambda: task("parity_all", 2).split(4, 4, 4, allow_duplicates=True), "only 2 distinct"),
    ],
)
def test_impossible_requests(make: object, said: str) -> None:
    with pytest.raises(TaskError, match=said):
        make()


def test_duplicates_within_a_part_only() -> None:
    split = task("palindrome", 10).split(40, 40, 400, allow_duplicates=True)
    sets = [set(part.x) for part in parts(split)]
    assert [len(part) for part in parts(split)] == [40, 40, 400]
    assert len(set().union(*sets)) == sum(map(len, sets))
    assert all(int(part.y.sum()) == len(part) // 2 for part in parts(split))
    assert len({x for part in parts(split) for x in part.x if x == x[::-1]}) == 32  # every one there is
    plenty = task("palindrome", 50).split(40, 40, 400, allow_duplicates=True)
    assert len({x for part in parts(plenty) for x in part.x}) == 480  # none repeated without need


@given(st.integers(0, 60), st.lists(st.integers(0, 30), min_size=3, max_size=3))
def test_deal(available: int, sizes: list[int]) -> None:
    rng = np.random.default_rng(0)
    if available < len([s for s in sizes if s]):
        with pytest.raises(ValueError, match="cannot be shared"):
            deal(available, sizes, rng)
        return
    dealt = deal(available, sizes, rng)
    assert [len(d) for d in dealt] == sizes
    used = [set(d.tolist()) for d in dealt]
    assert len(set().union(*used)) == sum(map(len, used))
    assert all(0 <= i < available for u in used for i in u)
    if sum(sizes) <= available:
        assert all(len(u) == s for u, s in zip(used, sizes, strict=True))


def test_a_sampler_that_lies_is_found_out() -> None:
    honest = task("parity_all", 20)
    liar = Instance(lambda x: 1 - honest.oracle(x), honest.instance.sample)
    with pytest.raises(InternalError, match="the oracle does not"):
        NamedTask(honest.definition, 20, None, 0, True, liar).split(10, 10, 10)


def test_names_and_defaults() -> None:
    assert names() == [*NAMED, *TABLES]
    assert len(names()) == len(set(names())) == 23
    for name, definition in DEFINITIONS.items():
        made = task(name)
        assert isinstance(made, Task) and (made.name, made.n) == (name, definition.default_n)
        for n in definition.paper_n:
            assert task(name, n).n == n


HEADERLESS = {
    "adult": lambda i: (
        f"{20 + i}, {['Private', '?', 'State-gov'][i % 3]}" + ", 1" * 12 + f", {['<=50K', '>50K.'][i % 2]}"
    ),
    "mushroom": lambda i: "ep"[i % 2] + "," + ",".join(("abcd"[i // 4**k % 4]) for k in range(22)),
    "htru2": lambda i: ",".join(f"{i * k / 7}" for k in range(1, 9)) + f",{i % 2}",
    "chess": lambda i: ",".join("tf"[i >> k & 1] for k in range(36)) + "," + ["won", "nowin"][i % 2],
}


@pytest.mark.parametrize("name", HEADERLESS)
def test_tables_without_header(tmp_path: Path, name: str) -> None:
    path = tmp_path / "file"
    path.write_text("".join(HEADERLESS[name](i) + "\n" for i in range(60)) + "\n")
    made = task(name, path=path)
    split = made.split(10, 10, 20)
    assert [len(p) for p in parts(split)] == [10, 10, 20]
    assert all(int(p.y.sum()) == len(p) // 2 for p in parts(split))
    assert list(split.train.x[0]) == [f"x{i}" for i in range(TABLES[name].columns - 1)]
    assert [made.oracle(x) for x in split.test.x] == split.test.y.tolist()
    assert split.spec["task"] == name and split.spec_hash == task(name, path=path).split(10, 10, 20).spec_hash
    with pytest.raises(TaskError, match="at most 60 in all"):
        made.split()
    with pytest.raises(TaskError, match="not among them"):
        made.oracle({"x0": 0})


def test_the_disguise_of_a_table_can_be_undone(tmp_path: Path) -> None:
    path = tmp_path / "cdc.csv"
    lines = [f"{i % 2}.0,{i}," + ",".join("0" * 20) for i in range(20)]
    path.write_text("Diabetes_binary,BMI," + ",".join(f"c{k}" for k in range(20)) + "\n" + "\n".join(lines))
    made = task("cdc_diabetes", path=path)
    how = made.disguise["x0"]
    assert [(row["x0"] - how["shift"]) / how["scale"] for row in made.dataset.x] == list(range(20))
    assert made.dataset.y.tolist() == [0, 1] * 10
    adult = tmp_path / "adult"
    adult.write_text("".join(HEADERLESS["adult"](i) + "\n" for i in range(6)))
    coded = task("adult", path=adult)
    back = coded.disguise["x1"]["categories"]
    assert [back[row["x1"]] for row in coded.dataset.x] == ["Private", "?", "State-gov"] * 2
    assert any(task("adult", path=adult, seed=s).disguise != coded.disguise for s in range(1, 4))


def test_bad_lines_of_a_table_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "htru"
    path.write_text("1,2,3,4,5,6,7,8,1\n1,2,3\n1,2,3,4,5,6,7,8,9\n1,2,3,4,5,6,7,8,0\n")
    with pytest.raises(DataError, match="2 of 4 rows") as caught:
        task("htru2", path=path)
    assert "line 2: 3 cells, not 9" in str(caught.value) and "line 3: label '9'" in str(caught.value)
    with pytest.raises(LlmermError, match="no column 'pulsar'"):
        task("htru2", path=path, label="pulsar")


def test_every_task_is_documented() -> None:
    page = (Path(__file__).parent.parent / "docs" / "tasks.md").read_text()
    assert [name for name in names() if f"`{name}`" not in page] == []


def test_numpy_integers_are_integers() -> None:
    """`for seed in np.arange(3)`: the spec is JSON, and the same as with Python's integers."""
    plain = task("parity_random_3", n=20, seed=2).split(4, 4, 0, 3)
    mine = task("parity_random_3", n=np.int64(20), seed=np.int32(2))
    assert mine.split(np.int64(4), np.uint8(4), np.int64(0), np.int64(3)).spec_hash == plain.spec_hash
    for wrong in (20.0, "20"):
        with pytest.raises(TaskError, match="n must be an integer"):
            task("prime", n=wrong)
