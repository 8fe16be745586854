"""The papers' figures: the data and the page that shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from llmerm.baselines import METHODS
from llmerm.baselines.fitting import FIT_ON
from llmerm.baselines.published import entries, papers_tasks, published
from llmerm.comparison import BaselineLearner, specs_of
from llmerm.tasks import DEFINITIONS

PAGE = Path(__file__).parent.parent / "docs" / "published.md"


def tables() -> list[list[list[str]]]:
    """The tables of the page, as cells."""
    found: list[list[list[str]]] = [[]]
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [[row for row in table if not row[0].startswith("---")] for table in found if table]


def test_the_page_and_the_data_agree() -> None:
    table, sweep = tables()
    shown = {
        (title, method, task, 200): float(figure)
        for title, method, *figures in table[1:]
        for task, figure in zip(papers_tasks(), figures, strict=True)
    }
    labels = [int(count.replace(",", "")) for count in sweep[0][1:]]
    title = "SGD, 75M from scratch (24 layers, d = 512)"
    shown |= {
        (title, "transformer", task, count): float(figure)
        for task, *figures in sweep[1:]
        for count, figure in zip(labels, figures, strict=True)
    }
    data = {(e.title, e.method.replace("tabpfn", "none"), e.task, e.labels): e.accuracy for e in entries()}
    assert shown == data
    assert f"{', '.join(f'`{task}`' for task in papers_tasks()[:10])},\n" in PAGE.read_text(encoding="utf-8")


def test_every_figure_is_of_a_task_and_a_method_that_exist() -> None:
    assert len(entries()) == 11 * 13 + 3 * 4 and len(papers_tasks()) == 13
    for entry in entries():
        assert entry.n in DEFINITIONS[entry.task].paper_n
        assert entry.method in {*METHODS, "learn", "tabpfn"}
        assert 0 <= entry.accuracy <= 100
        if entry.method in METHODS:
            known = METHODS[entry.method].settings.__dataclass_fields__
            for name, value in entry.settings.items():
                choices = FIT_ON if name == "fit_on" else known[name].metadata["choices"]
                assert not choices or value in choices


@pytest.mark.parametrize(
    ("method", "task", "n", "labels", "figures"),
    [
        ("xgboost", "palindrome", 100, 200, [83.6]),
        ("random_forest", "cycle_count", 300, 200, [50.8]),
        ("random_forest", "cycle_count", 100, 200, []),
        ("svm", "parity_all", 50, 200, []),
        ("svm", "parity_all", 100, 1000, []),
        ("transformer", "parity_random_10", 100, 200, [50.3, 49.7]),
        ("transformer", "parity_random_10", 100, 100_000, [50.7]),
        ("learn", "prime_plus_47", 100, 200, [80.6, 64.0, 50.2]),
        ("recurrent", "parity_all", 100, 200, []),
    ],
)
def test_look_up(method: str, task: str, n: int, labels: int, figures: list[float]) -> None:
    assert [entry.accuracy for entry in published(method, task, n, labels)] == figures


def test_a_figure_stands_beside_runs_of_its_settings() -> None:
    tools, plain, thinking = published("learn", "parity_all", 100, 200)
    gpt = {"model": "gpt-5-2025-08-07", "tool": "hosted", "api": "responses", "reasoning_effort": "high"}
    assert tools.comparable(gpt) and not plain.comparable(gpt)
    assert tools.unmet({**gpt, "reasoning_effort": None}) == {"reasoning_effort": "high"}
    assert not tools.comparable({"model": None, "tool": "none"})
    assert thinking.comparable({"model": "Qwen/Qwen3-30B-A3B-Thinking", "tool": "none"})
    scratch, middle = published("transformer", "parity_random_10", 100, 200)
    assert scratch.comparable({"size": "qwen3-1.7b", "fit_on": "all"})
    assert scratch.unmet({"size": "tiny", "fit_on": "train"}) == {"size": "qwen3-1.7b", "fit_on": "all"}
    assert middle.comparable({"size": "bloom-75m", "fit_on": "all"})
    (forest,) = published("random_forest", "palindrome", 100, 200)
    assert forest.comparable({"grid": "paper", "folds": 5, "fit_on": "train"})
    assert forest.unmet({"grid": "paper", "folds": 5, "fit_on": "all"}) == {"fit_on": "train"}
    (tuned,) = published("finetune", "parity_all", 100, 200)
    assert tuned.comparable({"model_path": "/models/Qwen3-1.7B/", "tune": "top", "fit_on": "all"})
    assert not tuned.comparable({"model_path": "/models/Qwen3-1.7B", "tune": "lora", "fit_on": "all"})
    (shots,) = published("icl", "parity_all", 100, 200)
    assert shots.test == 100
    assert shots.comparable({"model": None, "model_path": "x/qwen3-30b-a3b", "fit_on": "all"})


def settings_of(spec: str) -> dict[str, object]:
    """All settings of a method as `llmerm compare` has it."""
    return BaselineLearner.of(specs_of(spec)[0], "all").settings


@pytest.mark.parametrize(
    ("spec", "title", "unmet"),
    [
        ("transformer:size=qwen3-1.7b", "SGD, Qwen3-1.7B from scratch", {}),
        ("transformer:size=qwen3-1.7b:epochs=200:lr=1e-5", "SGD, Qwen3-1.7B from scratch", {}),
        ("transformer:size=qwen3-1.7b:epochs=2", "SGD, Qwen3-1.7B from scratch", {"epochs": 200}),
        ("transformer:size=qwen3-1.7b:stop=fitted", "SGD, Qwen3-1.7B from scratch", {"stop": "never"}),
        ("transformer:size=bloom-75m:stop=fitted", "SGD, 75M from scratch (24 layers, d = 512)", {}),
        ("transformer:size=bloom-75m:batch=20", "SGD, 75M from scratch (24 layers, d = 512)", {"batch": 256}),
        ("finetune:model_path=Qwen3-1.7B:blocks=4", "fine-tuned Qwen3-1.7B", {}),
        ("finetune:model_path=Qwen3-1.7B:lr=1e-5", "fine-tuned Qwen3-1.7B", {"lr": 5e-3}),
        ("icl:model=qwen3-30b-a3b", "in-context, Qwen3-30B-A3B", {}),
        ("icl:model=qwen3-30b-a3b:queries=10:temperature=0", "in-context, Qwen3-30B-A3B",
         {"queries": 100, "temperature": 0.2}),
        ("svm:fit_on=train", "SVM", {}),
        ("svm:fit_on=train:folds=3", "SVM", {"folds": 5}),
    ],
)  # fmt: skip
def test_a_method_as_it_comes_is_the_published_one_and_with_other_settings_it_is_not(
    spec: str, title: str, unmet: dict[str, object]
) -> None:
    (entry,) = (e for e in entries() if (e.title, e.task, e.labels) == (title, "parity_random_10", 200))
    assert entry.unmet(settings_of(spec)) == unmet


def test_what_networks_have_unless_told_otherwise_is_what_is_published() -> None:
    pytest.importorskip("torch")
    from llmerm.baselines.neural import finetune, model

    ours = {
        "transformer": {size: it.defaults for size, it in model.SIZES.items()},
        "finetune": finetune.DEFAULTS,
    }
    checked = 0
    for entry in entries():
        if entry.method in ours:
            kind = entry.settings["size" if entry.method == "transformer" else "tune"]
            for name in {"epochs", "batch", "lr", "lr_end"} & entry.defaults.keys():
                assert getattr(ours[entry.method][kind], name) == entry.defaults[name]
                checked += 1
    assert checked
