"""The reward function: what it makes of completions, what it refuses, and that no completion raises."""

from __future__ import annotations

import json
import math
import multiprocessing
import pickle
import random

import llmerm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmerm.errors import DataError, UsageError
from llmerm.rewards.cache import Cache

X = ["".join(random.Random(i).choices("01", k=12)) for i in range(40)]
ROWS = llmerm.Dataset(X, [x.count("1") % 2 for x in X])
ONES = sum(ROWS.y.tolist())
MAJORITY = max(ONES, 40 - ONES) / 40
PARITY = "def f(x):\n    return x.count('1') % 2\n"
ZERO = "def f(x):\n    return 0\n"
FLIP = "def f(x):\n    return 1 - x.count('1') % 2\n"
LOOP = "def f(x):\n    while True:\n        pass\n"
IMPURE = "import random\n\nseen = []\n\ndef f(x):\n    seen.append(x)\n    return len(seen) % 2\n"
REWARD = llmerm.reward(ROWS, threads=2)


def said(content, role="assistant"):
    return [{"role": role, "content": content}]


@pytest.mark.parametrize(
    "completion",
    [
        PARITY,
        f"Counting ones.\n```python\n{PARITY}```\nDone.",
        json.dumps({"code": PARITY}),
        f"<think>```python\n{ZERO}```</think>{PARITY}",
        said(PARITY),
        [{"content": PARITY}],
        said([{"type": "text", "text": "```python\n"}, {"type": "text", "text": PARITY}]),
        [*said("let me look"), *said("[1, 2]", "tool"), *said(f"```python\n{PARITY}```")],
    ],
)
def test_the_program_is_found_in_every_form_of_completion(completion):
    assert REWARD(completions=[completion]) == [1.0]


@pytest.mark.parametrize(
    "completion",
    [
        "I do not know.", "", None, 7, 1.5, b"def f(x): return 0", {}, [], [[]], [None], ["x"],
        [said(PARITY)], said(None), said([]), said({}), said([None, {"type": "image"}]), said(PARITY, "user"),
        said(PARITY, 3), [{"role": np.zeros(2), "content": PARITY}],
        said([{"type": np.zeros(2), "text": PARITY}]), "<think>" + PARITY, "\ud800",
        "def f(x):\n    return '\ud800'\n", "def f(x):\n\0    return 0\n", "def f(x) return",
        f"```\n1/0\n{PARITY}```", f"```\nwhile True:\n    pass\n{PARITY}```", IMPURE, '{"code": ' * 50_000,
        "[" * 500_000, "a" * 10_000_000, PARITY + "#" * 2_000_000,
        object(), float("nan"), np.zeros(3),
    ],
    ids=lambda completion: repr(completion)[:20],
)  # fmt: skip
def test_what_is_no_program_or_cannot_be_judged_is_invalid(completion):
    marked = llmerm.reward(ROWS, invalid=-1.0)
    assert marked(completions=[PARITY, completion]) == [1.0, -1.0]


@pytest.mark.parametrize(
    ("shape", "rewards"),
    [
        ("accuracy", [1.0, (40 - ONES) / 40, 0.0, 0.0]),
        ("exact", [1.0, 0.0, 0.0, 0.0]),
        ("above_baseline", [1.0, 0.0, 0.0, 0.0]),
        (lambda verdict: -verdict.faults["exception"], [0.0, 0.0, 0.0, -40.0]),
    ],
)
def test_shapes(shape, rewards):
    reward = llmerm.reward(ROWS, shape=shape)
    assert reward(completions=[PARITY, ZERO, FLIP, "def f(x):\n    return 1 // 0\n"]) == pytest.approx(
        rewards
    )


def test_above_the_baseline_is_the_share_of_what_the_majority_leaves():
    half = "def f(x):\n    return x.count('1') % 2 if x[0] == '1' else 0\n"
    accuracy, above = (
        llmerm.reward(ROWS, shape=s)(completions=[half])[0] for s in ("accuracy", "above_baseline")
    )
    assert MAJORITY < accuracy < 1
    assert above == pytest.approx((accuracy - MAJORITY) / (1 - MAJORITY))


def test_rewards_are_those_of_verify():
    verdict = llmerm.verify([llmerm.compile(ZERO)], ROWS)[0]
    assert REWARD(completions=[ZERO]) == [verdict.correct / verdict.rows]


def test_the_column_chooses_the_rows():
    flipped = llmerm.Dataset(X, 1 - ROWS.y)
    reward = llmerm.reward({"parity": ROWS, "flipped": flipped}, column="task")
    tasks = ["parity", "flipped", None, "flipped", "parity"]
    completions = [PARITY, PARITY, PARITY, FLIP, "?"]
    rewards = reward(prompts=[""] * 5, completions=completions, task=tasks, other=[1])
    assert rewards == [1.0, 0.0, None, 1.0, 0.0]
    with pytest.raises(UsageError, match="example 1 has task='other'"):
        reward(completions=[PARITY] * 2, task=["parity", "other"])
    with pytest.raises(UsageError, match="no column 'task'"):
        reward(completions=[PARITY])
    with pytest.raises(UsageError, match="1 completions, but 2 values in task"):
        reward(completions=[PARITY], task=["parity", "flipped"])


def test_rows_may_come_with_the_example():
    reward = llmerm.reward(column=("rows", "labels"))
    completions = [PARITY, PARITY, "def f(x):\n    return sum(x)\n", PARITY]
    rows = [["01", "11"], ["01", "11"], [[1, 2], [3]], None]
    labels = [[1, 0], ["no", "yes"], [3, 4], None]
    assert reward(completions=completions, rows=rows, labels=labels) == [1.0, 0.0, 0.5, None]
    with pytest.raises(DataError, match=r"example 0, columns rows and labels: 2 rows but 1 labels"):
        reward(completions=[PARITY], rows=[["0", "1"]], labels=[[1]])
    with pytest.raises(DataError, match="has no rows"):
        reward(completions=[PARITY], rows=[[]], labels=[[]])


def test_held_out_and_unlabelled_rows_are_refused():
    split = llmerm.Split.of(ROWS, train=20, heldout=10, test=10)
    with pytest.raises(UsageError, match=r"is a Split; give its \.train"):
        llmerm.reward(split)
    with pytest.raises(UsageError, match=r"the dataset 'a' is a Split; give its \.train"):
        llmerm.reward({"a": split}, column="task")
    with pytest.raises(UsageError, match="has no labels"):
        llmerm.reward(llmerm.Dataset(X))
    with pytest.raises(UsageError, match="has no rows"):
        llmerm.reward(llmerm.Dataset([], []))
    with pytest.raises(UsageError, match="one label only"):
        llmerm.reward(llmerm.Dataset(X, [1] * 40), shape="above_baseline")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shape": "loss"}, "shape must be"),
        ({"shape": lambda verdict: 1 / verdict.correct}, "raised ZeroDivisionError"),
        ({"shape": lambda verdict: math.inf}, "a reward is a finite number"),
        ({"shape": lambda verdict: "1"}, "a reward is a finite number"),
        ({"invalid": math.nan}, "a reward is a finite number"),
        ({"language": "wasm"}, "text language"),
        ({"tier": "slow"}, "tier must be"),
        ({"limits": {}}, "must be an llmerm.Limits"),
        ({"threads": 0}, "threads must be"),
        ({"audit_rows": -1}, "audit_rows must be"),
        ({"column": "task"}, "column= goes with"),
        ({"dataset": {"a": ROWS}}, "give column="),
        ({"dataset": None, "column": "x"}, "names the columns"),
        ({"dataset": X}, "must be a Dataset"),
    ],
)
def test_what_cannot_be_honoured_is_refused_before_training(options, message):
    with pytest.raises(UsageError, match=message):
        llmerm.reward(**{"dataset": ROWS, **options})


@pytest.mark.parametrize("call", [{}, {"prompts": [PARITY]}, {"completions": PARITY}, {"completions": 1}])
def test_a_call_without_a_list_of_completions_is_refused(call):
    with pytest.raises(UsageError, match="completions"):
        REWARD(**call)


def test_an_error_of_the_users_shape_is_raised_and_remembered_by_nobody():
    def moody(verdict):
        if verdict.correct == 40 and verdict.tier == "fast":
            raise KeyError("moody")
        return 0.5

    reward = llmerm.reward(ROWS, shape=moody)
    for _ in range(2):
        with pytest.raises(KeyError, match="moody"):
            reward(completions=[PARITY])
    assert reward(completions=[ZERO]) == [0.5]


def test_an_internal_error_is_raised_and_not_scored(monkeypatch):
    def broken(*args, **options):
        raise llmerm.errors.InternalError("broken")

    monkeypatch.setattr("llmerm.rewards.function.verify", broken)
    with pytest.raises(llmerm.errors.InternalError):
        llmerm.reward(ROWS)(completions=[PARITY])


def test_each_distinct_program_is_run_once(monkeypatch):
    from llmerm.rewards import function

    asked, verify = [], function.verify

    def counted(programs, *rest, **options):
        asked.append([program.source for program in programs])
        return verify(programs, *rest, **options)

    monkeypatch.setattr(function, "verify", counted)
    reward = llmerm.reward(ROWS)
    first = reward(completions=[PARITY, ZERO, f"```python\n{PARITY}```", "?", ZERO])
    assert asked == [[PARITY, ZERO]]
    assert reward(completions=[ZERO, PARITY]) == [first[1], first[0]]
    assert len(asked) == 1
    pickle.loads(pickle.dumps(reward))(completions=[ZERO])
    assert asked[1:] == [[ZERO]]


def test_what_a_clock_ended_is_not_remembered():
    cancelled = llmerm.reward(ROWS, limits=llmerm.Limits(wall_seconds=1e-9), invalid=-1.0)
    assert cancelled(completions=[PARITY]) == [-1.0]
    assert len(cancelled._cache) == 0


def test_a_program_that_never_ends_is_ended_by_fuel():
    limits = llmerm.reward(ROWS).rows.rows.limits
    usual = llmerm.Limits()
    assert limits.fuel_per_row < usual.fuel_per_row
    assert limits.fuel_per_candidate < usual.fuel_per_candidate
    assert limits.wall_seconds == usual.wall_seconds
    assert llmerm.reward(ROWS, invalid=-1.0)(completions=[LOOP]) == [0.0]


def test_the_cache_forgets_the_least_recently_used():
    cache = Cache(2)
    for key in (b"a", b"b"):
        cache.put(key, 1.0)
    assert cache.get(b"a") == 1.0
    cache.put(b"c", 2.0)
    assert (cache.get(b"a"), cache.get(b"b"), cache.get(b"c"), len(cache)) == (1.0, None, 2.0, 2)


def test_other_languages():
    reward = llmerm.reward(ROWS, language="c")
    c = "int64_t f(const uint8_t *x, int32_t n) { int64_t s = 0; while (n--) s ^= x[n] & 1; return s; }"
    assert reward(completions=[f"```c\n{c}\n```", "int64_t f(", "int64_t f() { \ud800 }", PARITY]) == [
        1.0,
        0,
        0,
        0,
    ]


def test_names():
    assert REWARD.__name__ == "llmerm_accuracy"
    assert llmerm.reward(ROWS, shape=max_fuel).__name__ == "llmerm_max_fuel"
    assert llmerm.reward(ROWS, name="mine").__name__ == "mine"


def max_fuel(verdict):
    return -float(verdict.fuel)


def test_a_spawned_worker_gives_the_same_rewards():
    reward = llmerm.reward({"a": ROWS, "b": ROWS[:7]}, column="task", shape=max_fuel)
    completions = [PARITY, ZERO, "?", LOOP, IMPURE]
    tasks = ["a", "b", "a", "b", "b"]
    here = reward(completions=completions, task=tasks)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(reward, kwds={"completions": completions, "task": tasks}) == here


CODES = [PARITY, ZERO, FLIP, IMPURE, "no", f"```python\n{ZERO}```", "def f(x):\n    return len(x) // 0\n"]


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(CODES))), st.sampled_from([1, 2]))
def test_order_and_threads_change_nothing(order, threads):
    alone = [REWARD(completions=[code])[0] for code in CODES]
    fresh = llmerm.reward(ROWS, threads=threads)
    assert fresh(completions=[CODES[i] for i in order]) == [alone[i] for i in order]


TEXT = st.text(st.characters(), max_size=30)  # lone surrogates too
PIECES = st.lists(
    st.sampled_from([*CODES, "<think>", "</think>", "```", "{", '{"code": "', "\0", "\ud8ff"]), max_size=4
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXT
    | st.binary(max_size=9)
    | PIECES.map("".join)
)
KEYS = st.sampled_from(["role", "content", "type", "text"]) | TEXT
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"content": ANYTHING}, optional={"role": st.sampled_from(["assistant", "tool"]) | LEAVES}
    ),
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ANYTHING | MESSAGES, max_size=6))
def test_no_completion_raises_and_every_reward_is_finite(completions):
    rewards = REWARD(prompts=[None] * len(completions), completions=completions, completion_ids=None)
    assert len(rewards) == len(completions)
    assert all(type(reward) is float and 0 <= reward <= 1 for reward in rewards)
