"""Without the extra, each baseline says what to install; with it, a method imports only what it runs on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

NEEDS = {
    "transformer": ["parity_all", "torch"],
    "recurrent": ["parity_all", "torch"],
    "finetune": ["parity_all", "torch", "--model-path", "anywhere"],
    "icl": ["parity_all", "torch", "--model-path", "anywhere"],
    "svm": ["parity_all", "sklearn"],
    "decision_tree": ["parity_all", "sklearn"],
    "random_forest": ["parity_all", "sklearn"],
    "gradient_boosting": ["parity_all", "sklearn"],
    "xgboost": ["parity_all", "xgboost"],
    "genetic_programming": ["parity_all", "deap"],
}


def run(code: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = f"import sys\n{code}\nfrom llmerm.cli import main\n"
    script += "try:\n    main()\nfinally:\n    print(*sys.modules)"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=120, cwd=folder
    )


def test_every_method_is_tried() -> None:
    from llmerm.baselines import METHODS

    assert NEEDS.keys() == METHODS.keys()


@pytest.mark.parametrize("name", NEEDS)
def test_the_extra_is_named_where_it_is_missing(name: str, tmp_path: Path) -> None:
    task, package, *more = NEEDS[name]
    code = f"sys.modules[{package!r}] = None"  # as if it were not installed
    done = run(code, tmp_path, "baseline", name, task, "-n", "20", "--test", "100", *more)
    assert done.returncode == 5
    assert done.stderr == f'error: the baseline {name} needs {package}: pip install "llmerm[baselines]"\n'
    assert list(tmp_path.rglob("config.json")) == []  # no run folder of a run that never was


@pytest.mark.parametrize("name", ["svm", "genetic_programming"])
def test_a_classical_learner_imports_no_torch(name: str, tmp_path: Path) -> None:
    more = ["--grid", "none"] if name == "svm" else ["--population", "4", "--generations", "1"]
    done = run("", tmp_path, "baseline", name, "parity_all", "-n", "20", "--test", "100", *more)
    assert done.returncode == 0, done.stderr
    assert not {"torch", "transformers", "peft"} & set(done.stdout.split())
