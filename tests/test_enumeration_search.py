"""The search itself, through Python: threads, renamed and permuted rows, noise, features, Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from itertools import pairwise

import llmerm
import numpy as np
import pytest
from llmerm.enumeration import Step, load, search
from llmerm.errors import SearchInterrupted, UsageError


def parity(n=30, rows=100, seed=0):
    return llmerm.task("parity_all", n=n).split(train=rows, heldout=2, test=0, seed=seed).train


def three_parity(support, n=12, rows=80):
    x = np.random.default_rng(5).integers(0, 2, (rows, n))
    return llmerm.Dataset(["".join(map(str, row)) for row in x], x[:, support].sum(axis=1) % 2)


def renamed(train, table):
    return llmerm.Dataset([x.translate(str.maketrans(table)) for x in train.x], train.y)


def permuted(train, seed):
    order = np.random.default_rng(seed).permutation(len(train.x[0]))
    return llmerm.Dataset(["".join(x[i] for i in order) for x in train.x], train.y)


@pytest.mark.parametrize(
    "settings", [{}, {"max_size": 15}, {"max_size": 17, "memory": 16 << 20}], ids=["found", "size", "memory"]
)
def test_threads_change_nothing(settings):
    train = replace_labels(parity(rows=60), seed=1) if settings else parity(rows=60)
    found = [search(train, k=7, threads=threads, **settings) for threads in (1, 2, 3)]
    assert found[0] == found[1] == found[2]
    assert found[0].programs and found[0].levels


def replace_labels(train, seed):
    """The same rows with labels of a coin, so that the search goes on."""
    return llmerm.Dataset(train.x, np.random.default_rng(seed).integers(0, 2, len(train)))


def test_parity_under_other_names_and_orders():
    train = parity()
    sizes = {
        search(rows, k=2).exact.size
        for rows in (
            train,
            renamed(train, {"0": "1", "1": "0"}),
            renamed(train, {"0": "a", "1": "b"}),
            renamed(train, {"0": "b", "1": "a"}),
            renamed(train, {"0": ")", "1": " "}),
            permuted(train, 1),
            permuted(train, 2),
        )
    }
    assert len(sizes) == 1


def test_parity_of_three_under_any_order():
    # No slice holds just these positions, so that the program is as long wherever they are.
    found = [search(three_parity(support), k=1) for support in ([1, 3, 8], [4, 9, 10], [7, 2, 10])]
    assert len({one.exact.size for one in found}) == 1
    assert all(one.exact.expression.count("symbol") == 3 for one in found)


def test_with_noise_the_rule_is_the_best():
    train = parity()
    flipped = np.zeros(100, dtype=bool)
    flipped[np.random.default_rng(2).choice(100, 10, replace=False)] = True
    found = search(llmerm.Dataset(train.x, train.y ^ flipped), k=3, max_size=15)
    assert found.ended == "max_size" and found.exact is None
    best = found.programs[0]
    assert best.errors == 10 < found.programs[2].errors
    assert "10 errors" in found.statement() and "size <= 15" in found.statement()
    program = llmerm.compile(best.source)
    assert llmerm.verify([program], train)[0].wrong == 0


def test_programs_do_what_the_search_says():
    train = replace_labels(parity(n=12, rows=50), seed=3)
    found = search(train, k=20, max_size=14)
    verdicts = llmerm.verify([llmerm.compile(one.source) for one in found.programs], train)
    assert [one.errors for one in found.programs] == [v.rows - v.correct for v in verdicts]
    assert not any(sum(v.faults.values()) for v in verdicts)
    order = [(one.errors, one.size) for one in found.programs]
    assert order == sorted(order) and len({one.source for one in found.programs}) == 20


def test_features_and_defines_take_part(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "bits"\n[[feature]]\npython = "hash(x.count(\'1\') ** 7) % 5"\ntype = "int"\nsize = 2\n'
        '[[define]]\nname = "three"\narguments = ["int"]\nsize = 1\nbody = "equal(a, number(3))"\n'
    )
    train = parity(n=20)
    train = llmerm.Dataset(train.x, [x.count("1") ** 7 % 5 == 3 for x in train.x])
    found = search(train, k=1, grammar=path)
    assert found.exact is not None and found.exact.size == 3
    assert llmerm.verify([llmerm.compile(found.exact.source)], train)[0].wrong == 0


def test_a_body_that_makes_no_sense_names_the_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "bits"\n[[define]]\nname = "odd_one"\narguments = ["int"]\nsize = 1\nbody = "count(a)"\n'
    )
    with pytest.raises(UsageError, match=r"mine\.toml.*odd_one"):
        search(parity(), grammar=path)


def test_integers_classes_and_text():
    rng = np.random.default_rng(0)
    lists = [rng.integers(-5, 9, rng.integers(1, 8)).tolist() for _ in range(60)]
    total = search(llmerm.Dataset(lists, [sum(x) for x in lists]), k=1)
    assert (total.result_type, total.exact.expression) == ("int", "total(x)")
    words = ["".join(rng.choice(list("abc("), 9)) for _ in range(60)]
    train = llmerm.Dataset(words, ["yes" if "ca" in x else "no" for x in words])
    found = search(train, k=1)
    assert llmerm.verify([llmerm.compile(found.exact.source)], train)[0].correct == 60


def test_no_more_than_the_time_and_the_steps_rise():
    steps: list[Step] = []
    found = search(replace_labels(parity(), seed=4), k=1, time_limit=0.5, progress=steps.append)
    assert found.ended == "time" and found.complete_size >= 5
    assert steps and all(a.programs <= b.programs and a.size <= b.size for a, b in pairwise(steps))
    assert found.programs_seen >= found.complete_programs
    assert len(found.programs) == 1 and found.log2_counts[0] == -1


def test_a_larger_search_is_an_extension_of_a_smaller_one():
    train = replace_labels(parity(n=10, rows=40), seed=6)
    small, large = (search(train, k=3, max_size=size) for size in (10, 12))
    for few, more in zip(small.levels, large.levels, strict=False):
        assert (few.size, few.programs, few.complete) == (more.size, more.programs, more.complete)
        assert not few.stored or few == more
    assert large.programs[0].errors <= small.programs[0].errors
    assert large.log2_counts[:11] == small.log2_counts


def test_a_grammar_made_in_python():
    few = replace(
        load("bits"), rules=tuple(r for r in load("bits").rules if r[0] in {"x", "match", "any"}), defines=()
    )
    found = search(parity(n=6, rows=30), k=4, grammar=few)
    assert found.ended == "exhausted" and found.exact is None


def test_ctrl_c_gives_what_was_found():
    asked: list[float] = []

    def ask(step):
        if not asked and step.size > 5:
            asked.append(time.monotonic())
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()

    with pytest.raises(SearchInterrupted) as stopped:
        search(replace_labels(parity(), seed=7), k=2, time_limit=60, progress=ask)
    assert time.monotonic() - asked[0] < 10
    found = stopped.value.found
    assert found.ended == "interrupted" and len(found.programs) == 2
