"""The reward function in forked workers, after it was used in their parent."""

from __future__ import annotations

import multiprocessing
import warnings

import llmerm
import pytest

ROWS = llmerm.Dataset(["0101", "1110", "0", "1"], [0, 1, 0, 1])
PARITY = "def f(x):\n    return x.count('1') % 2\n"
ZERO = "def f(x):\n    return 0\n"


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
@pytest.mark.parametrize("tier", ["auto", "cpython"])
def test_forked_workers_give_the_same_rewards(tier):
    reward = llmerm.reward(ROWS, threads=2, tier=tier)
    assert reward(completions=[PARITY]) == [1.0]  # the parent's engines are at work before the fork
    context = multiprocessing.get_context("fork")
    answers = context.Queue()

    def work() -> None:
        answers.put(reward(completions=[PARITY, ZERO, "?"]))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of fork beside threads
        workers = [context.Process(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
    try:
        assert [answers.get(timeout=60) for _ in workers] == [[1.0, 0.5, 0.0]] * 2
    finally:
        for worker in workers:
            worker.kill()
            worker.join()
    assert reward(completions=[ZERO]) == [0.5]
