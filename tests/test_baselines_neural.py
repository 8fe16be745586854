"""Networks: what they learn, what they memorise, and that a training can be repeated and resumed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import llmerm
import numpy as np
import pytest
import torch
from llmerm.baselines.neural import model, recurrent
from llmerm.baselines.neural.checkpoint import digest
from llmerm.baselines.neural.recipe import seeded
from llmerm.dataset import Dataset, Split
from llmerm.errors import DataError, UsageError
from safetensors.torch import load_file

SMALL: dict[str, Any] = {"cell": "linear", "width": 16, "layers": 1, "device": "cpu"}


def split(train: list[str], test: list[str], label: Any) -> Split:
    rows, more = (Dataset(x, [label(row) for row in x]) for x in (train, test))
    return Split(rows, None, more, {"rows": rows.hash})


def bits(count: int, n: int, seed: int = 0) -> list[str]:
    drawn = np.random.default_rng(seed).integers(0, 2, (count, n))
    return ["".join(map(str, row)) for row in drawn.tolist()]


def small(data: Split, run: Path | None = None, **settings: Any) -> Any:
    return llmerm.baselines.fit("recurrent", data, run=run, **{**SMALL, "epochs": 4, **settings})


LAST_BIT = split(bits(60, 6), bits(40, 6, 1), lambda row: int(row[-1]))


def test_the_tiny_transformer_memorises_full_parity_and_learns_nothing() -> None:
    data = llmerm.task("parity_all", n=20).split(100, 100, 4000, seed=0)
    result = llmerm.baselines.fit("transformer", data, size="tiny", stop="fitted", device="cpu")
    assert result.train.rows == 200 and result.train.correct == 200
    assert result.facts["stopped"] == "fitted"
    assert result.test is not None and 0.45 <= 1 - result.test.risk <= 0.55


def test_near_miss_palindromes_are_memorised_by_a_transformer_and_learnt_by_a_parity() -> None:
    """As published for the first; the second sees that their ones are odd in number (docs/tasks.md)."""
    data = llmerm.task("palindrome", n=20, variant="near_miss").split(30, 30, 1800)
    tiny = llmerm.baselines.fit("transformer", data, stop="fitted", device="cpu")
    assert tiny.train.risk == 0
    assert tiny.test is not None and 0.45 <= 1 - tiny.test.risk <= 0.55
    linear = llmerm.baselines.fit("recurrent", data, cell="linear", epochs=60, device="cpu")
    assert linear.test is not None and linear.test.risk < 0.05


def test_a_pattern_at_n_100_is_memorised() -> None:
    """53.6 % is published for 200 labels and a larger model; CI has the time for 60 labels."""
    data = llmerm.task("pattern_run", n=100).split(30, 30, 600)
    result = llmerm.baselines.fit("transformer", data, stop="fitted", device="cpu", curve_rows=100)
    assert result.train.risk == 0
    assert result.test is not None and 0.44 <= 1 - result.test.risk <= 0.58


def test_a_recurrence_with_negative_eigenvalues_learns_full_parity_at_every_length() -> None:
    task = llmerm.task("parity_all", n=20)
    longer = {n: llmerm.task("parity_all", n=n).split(2, 0, 500, seed=1).test for n in (30, 60)}
    result = llmerm.baselines.fit(
        "recurrent", task.split(100, 100, 1000), cell="linear", epochs=30, device="cpu", test_by_n=longer
    )
    assert result.test is not None and result.test.risk == 0
    assert [verdict.risk for verdict in result.test_by_n.values()] == [0, 0]


def test_scan_is_the_recurrence() -> None:
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(2, 13, 3, generator=generator) for _ in range(2))
    state, states = torch.zeros(2, 3), []
    for t in range(13):
        state = a[:, t] * state + b[:, t]
        states.append(state)
    torch.testing.assert_close(recurrent.scan(a, b), torch.stack(states, dim=1))


@pytest.mark.parametrize("cell", ["lstm", "linear"])
def test_an_easy_rule_is_learnt(cell: str) -> None:
    result = small(LAST_BIT, cell=cell, epochs=60, batch=10, lr=0.01)
    assert result.train.risk == 0 and result.test.risk == 0


def test_more_classes_than_two_with_names() -> None:
    rows, test = bits(80, 5), bits(40, 5, 1)
    names = ["low", "mid", "high"]
    data = split(rows, test, lambda row: names[row[-2:].count("1")])
    result = small(data, epochs=80, batch=10, lr=0.01)
    assert result.classes == ("high", "low", "mid") and result.test.risk < 0.1


def test_labels_are_any_integers() -> None:
    data = split(bits(60, 5), bits(30, 5, 1), lambda row: -7 if row[-1] == "1" else 10**12)
    result = small(data, epochs=60, batch=10, lr=0.01)
    assert result.test.risk == 0
    assert set(result.fitted.predict(data.test).labels.tolist()) == {-7, 10**12}


def test_rows_of_one_label_are_refused() -> None:
    with pytest.raises(DataError, match="the label 1: there is nothing to learn"):
        small(split(["10", "11"], ["10"], lambda row: 1))


def test_the_same_job_gives_the_same_weights_whatever_the_global_state() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = small(LAST_BIT)
    assert torch.equal(torch.get_rng_state(), before)
    assert not torch.are_deterministic_algorithms_enabled()
    torch.manual_seed(2)
    assert small(LAST_BIT).facts == first.facts
    other = llmerm.baselines.fit("recurrent", LAST_BIT, seed=1, **SMALL, epochs=4)
    assert other.facts["weights_sha256"] != first.facts["weights_sha256"]


def test_the_curve_is_written_as_it_happens(tmp_path: Path) -> None:
    seen: list[int] = []

    def look(line: str) -> None:
        seen.append(len((tmp_path / "run" / "curve.jsonl").read_text().splitlines()))

    llmerm.baselines.fit(
        "recurrent", LAST_BIT, run=tmp_path / "run", progress=look, **SMALL, epochs=4, evaluate_every=2
    )
    assert seen == [1, 2]
    points = [json.loads(line) for line in (tmp_path / "run" / "curve.jsonl").read_text().splitlines()]
    assert [point["epoch"] for point in points] == [2, 4]
    assert {"step", "loss", "lr", "train_accuracy", "test_accuracy"} <= points[0].keys()


def test_stopping_by_held_out_rows_keeps_the_best_weights() -> None:
    data = Split(LAST_BIT.train, LAST_BIT.test, None, {})
    result = llmerm.baselines.fit(
        "recurrent", data, fit_on="train", stop="heldout", patience=2, **SMALL, epochs=200, batch=10, lr=0.01
    )
    assert result.facts["stopped"] == "heldout" and result.facts["epochs_run"] < 200
    assert result.heldout is not None and result.heldout.risk == 0
    with pytest.raises(UsageError, match="--fit-on train"):
        small(LAST_BIT, stop="heldout")


def test_a_killed_training_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    """Killed with SIGKILL in the middle, twice; the end is bit for bit that of a training left alone."""
    script = tmp_path / "train.py"
    script.write_text(
        "import sys, llmerm\n"
        "from llmerm.baselines.neural import checkpoint\n"
        "checkpoint._SHARE = 0  # however slow the disk\n"
        "data = llmerm.task('parity_all', n=12).split(30, 30, 100)\n"
        "result = llmerm.baselines.fit('transformer', data, run=sys.argv[1], device='cpu', batch=8,\n"
        "    epochs=12, evaluate_every=1, checkpoint_every=0.05,\n"
        "    progress=lambda line: print(line, flush=True))\n"
        "print(result.facts['weights_sha256'])\n"
    )
    whole = _output(script, tmp_path / "whole")
    for points in (2, 6):
        process = subprocess.Popen([sys.executable, script, tmp_path / "killed"], stdout=subprocess.PIPE)
        curve = tmp_path / "killed" / "curve.jsonl"
        while not curve.exists() or len(curve.read_text().splitlines()) < points:
            assert process.poll() is None
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert (tmp_path / "killed" / "checkpoint.pt").exists()
    resumed = _output(script, tmp_path / "killed")
    assert len(resumed) < len(whole)  # it did not begin again
    assert resumed[-1] == whole[-1]
    for name in ("curve.jsonl", "result.json"):
        assert (tmp_path / "killed" / name).read_text() == (tmp_path / "whole" / name).read_text()
    assert not (tmp_path / "killed" / "checkpoint.pt").exists()
    assert _output(script, tmp_path / "killed") == whole[-1:]  # finished: read, not trained


def _output(script: Path, run: Path) -> list[str]:
    return subprocess.run(
        [sys.executable, script, run], capture_output=True, text=True, check=True
    ).stdout.splitlines()


def test_trained_weights_can_be_kept(tmp_path: Path) -> None:
    result = small(LAST_BIT, run=tmp_path, save_weights=True)
    kept = load_file(tmp_path / "weights.safetensors")
    assert digest(kept) == result.facts["weights_sha256"]
    assert small(LAST_BIT, run=tmp_path, save_weights=True).facts == result.facts
    (tmp_path / "weights.safetensors").unlink()
    with pytest.raises(UsageError, match="a finished run that kept no weights; give --run a new folder"):
        small(LAST_BIT, run=tmp_path, save_weights=True)
    with pytest.raises(UsageError, match="save_weights needs a run folder"):
        small(LAST_BIT, save_weights=True)


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(line: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        llmerm.baselines.fit(
            "recurrent", LAST_BIT, run=tmp_path, progress=kill, **SMALL, epochs=4, checkpoint_every=0.0
        )
    (tmp_path / "checkpoint.pt").write_bytes(b"no checkpoint")
    with pytest.raises(UsageError, match=r"checkpoint.pt is damaged; remove it"):
        small(LAST_BIT, run=tmp_path, checkpoint_every=0.0)


def test_a_checkpoint_of_another_number_of_threads_is_refused(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(line: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        llmerm.baselines.fit(
            "recurrent", LAST_BIT, run=tmp_path, progress=kill, **SMALL, epochs=4, checkpoint_every=0.0
        )
    threads = torch.get_num_threads()
    torch.set_num_threads(threads + 1)
    try:
        with pytest.raises(UsageError, match=rf"threads {threads}, now {threads + 1}.*OMP_NUM_THREADS"):
            small(LAST_BIT, run=tmp_path)
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"device": "abacus"}, "device 'abacus' cannot be used.*give cpu, cuda"),
        ({"device": "meta"}, "device 'meta' cannot be used.*give cpu, cuda"),
        ({"lr": 1e-4, "lr_end": 1e-3}, "lr_end, 0.001, is above lr, 0.0001"),
        ({"batch": 0}, "batch is at least 1"),
        ({"epochs": 2.5}, "epochs is a int"),
        ({"cell": "gru"}, "cell is one of lstm, linear"),
        ({"colour": 1}, "no setting 'colour'; the settings are"),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        small(LAST_BIT, **settings)


def test_a_training_that_diverges_says_so() -> None:
    data = split(bits(60, 6), bits(10, 6, 1), lambda row: int(row[0]))
    with pytest.raises(UsageError, match=r"diverged in epoch .* lower --lr"):
        small(data, lr=1e38, lr_end=1e38, epochs=5)


def test_bf16_and_compiled_steps_learn_too() -> None:
    result = small(LAST_BIT, epochs=60, batch=10, lr=0.01, precision="bf16", compile="yes")
    assert result.facts["precision"] == "bf16" and result.facts["compiled"] is True
    assert result.train.risk == 0


PARAMETERS = {  # millions without the embedding: the published sizes, less their vocabularies
    "tiny": 1.0, "bloom-75m": 75.7, "llama-3.2-1b": 973.1, "deepseek-coder-1.3b": 1214.4,
    "qwen3-1.7b": 1409.4,
}  # fmt: skip


@pytest.mark.parametrize("size", model.SIZES)
def test_sizes_are_the_published_ones(size: str) -> None:
    with torch.device("meta"):
        made = model.decoder(size, 3, 1)
    embedding = made.backbone.get_input_embeddings().weight.numel()
    parameters = sum(p.numel() for p in made.parameters()) - embedding
    assert parameters / 1e6 == pytest.approx(PARAMETERS[size], abs=0.1)


def test_padding_is_unread_and_attention_is_the_librarys() -> None:
    with seeded(0):
        made = model.decoder("tiny", 3, 1)
    ids, last = torch.tensor([[2, 0, 1, 1, 0], [2, 1, 0, 0, 0]]), torch.tensor([4, 2])
    with torch.no_grad():
        logits = made(ids, last)
        torch.testing.assert_close(made(torch.tensor([[2, 1, 0]]), torch.tensor([2])), logits[1:])
        made.backbone.set_attn_implementation("eager")
        torch.testing.assert_close(made(ids, last), logits)


def test_flops_of_a_row_are_those_of_the_matrix_products() -> None:
    """PyTorch counts the products of a forward pass; three times that is a step's, as everyone reckons."""
    from torch.utils.flop_counter import FlopCounterMode

    with seeded(0):
        made = model.decoder("tiny", 3, 1)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        made(torch.zeros(1, 101, dtype=torch.int64), torch.tensor([100]))
    assert model.flops_per_row(made, 101) == pytest.approx(3 * counter.get_total_flops(), rel=0.03)
