"""`llmerm baseline`: its help, one option a setting, label budgets, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields

import one_bit
import pytest
from llmerm.baselines import METHODS
from llmerm.baselines.budget import shares
from llmerm.cli.baseline import command_of
from llmerm.errors import UsageError
from one_bit import toys

__all__ = ["toys"]

HEAVY = {"torch", "transformers", "sklearn", "xgboost", "deap", "peft"}


@pytest.mark.parametrize(
    ("labels", "parts"),
    [(4, (2, 2)), (6, (4, 2)), (10, (6, 4)), (100, (50, 50)), (198, (100, 98)), (200, (100, 100)),
     (202, (100, 102)), (100_000, (100, 99_900))],
)  # fmt: skip
def test_a_budget_is_shared_in_even_parts(labels: int, parts: tuple[int, int]) -> None:
    assert shares(labels) == parts and sum(parts) == labels


@pytest.mark.parametrize("labels", [-2, 0, 2, 3, 201])
def test_a_budget_that_cannot_be_shared(labels: int) -> None:
    with pytest.raises(UsageError, match="even number from 4"):
        shares(labels)


@pytest.mark.parametrize("arguments", [["baseline"], ["baseline", "--help"], ["baseline", "svm", "--help"]])
def test_help_imports_no_learner(arguments: list[str]) -> None:
    code = (
        "import sys; from llmerm.cli import main\n"
        f"sys.argv = ['llmerm', *{arguments}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('heavy:', sorted(set(sys.modules) & {HEAVY}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.endswith("heavy: []\n") and "Usage: llmerm baseline" in done.stdout + done.stderr
    assert "support vector machine" in done.stdout + done.stderr


@pytest.mark.parametrize("name", list(METHODS))
def test_every_setting_is_an_option_and_no_name_has_two_meanings(cli, name: str) -> None:
    code, out, _ = cli("baseline", name, "--help")
    assert code == 0 and f"Settings of {name}" in out
    names = [parameter.name for parameter in command_of(METHODS[name]).params]
    assert len(names) == len(set(names))
    for each in fields(METHODS[name].settings):
        assert f"--{each.name.replace('_', '-')}" in out


def test_options_say_what_a_setting_may_be(cli) -> None:
    _, out, _ = cli("baseline", "one_bit", "--help")
    settings = " ".join(out[out.index("Settings of") :].split())
    assert "--opposite / --no-opposite Whether the opposite of a bit will do. [default: opposite]" in settings
    assert "--rounds INTEGER RANGE Looks at the rows. [default: 3; x>=1]" in settings
    assert "--rate FLOAT RANGE A number above 0. [x>0]" in settings
    assert "--order [first|last] Which of equal bits wins. [default: first]" in settings
    assert "--name TEXT A name. --patience" in settings


def test_settings_reach_the_method_and_the_record(cli) -> None:
    code, out, _ = cli(
        "baseline", "one_bit", "parity_all", "-n", 12, "--test", 20, "--labels", 40,
        "--no-opposite", "--rounds", 7, "--rate", 2,
        "--order", "last", "--seed", 5, "--json",
    )  # fmt: skip
    config = json.loads(out)["config"]
    assert code == 0 and config["settings"] == {
        "opposite": False, "rounds": 7, "rate": 2.0, "decay": 0.5, "order": "last", "name": None,
    }  # fmt: skip
    assert (config["method"], config["seed"], config["fit_on"]) == ("one_bit", 5, "all")
    assert one_bit.fits == [(40, 5)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rounds", 0), "--rounds"),
        (("--rounds", 1.5), "--rounds"),
        (("--rate", 0), "--rate"),
        (("--rate", "nan"), "rate is a finite number"),
        (("--rate", "inf"), "rate is a finite number"),
        (("--decay", "-1"), "--decay"),
        (("--decay", "inf"), "decay is a finite number"),
        (("--order", "middle"), "--order"),
        (("--no-such", 1), "No such option"),
        (("--seed", -1), "--seed"),
        (("--fit-on", "test"), "--fit-on"),
        (("--dry-run",), "No such option"),
        (("--labels", 201), "even number from 4"),
        (("--labels", 2), "even number from 4"),
        (("--labels", "200,201"), "a budget of 201 labels"),
        (("--labels", "200,200"), "a number twice"),
        (("--labels", "200;1000"), "is no count"),
        (("--labels", ""), "is no count"),
        (("--labels", "1e3"), "is no count"),
        (("--labels", "-200"), "is no count"),
        (("--test-n", "50,fifty"), "'fifty' is no count"),
        (("--test-n", "50", "--test", 0), "--test 0"),
        (("--heldout-data", "x.txt"), "--heldout-data is for --data"),
        (("--data", "x.txt"), "give one of the two"),
        (("second",), "extra argument"),
    ],
)
def test_wrong_usage(cli, options: tuple[object, ...], said: str) -> None:
    code, out, err = cli("baseline", "one_bit", "parity_all", *options)
    assert (code, one_bit.fits) == (2, []) and said in err and "Traceback" not in err
    assert "accuracy" not in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("one_bat", "parity_all"), 2, "did you mean one_bit"),
        (("zzzz",), 2, "the baselines are transformer"),
        (("one_bit",), 2, "name a task"),
        (("one_bit", "--test-n", 20), 2, "name a task"),
        (("one_bit", "parity"), 3, "did you mean parity_all"),
        (("one_bit", "parity_all", "--test", 7), 3, "even number"),
        (("one_bit", "parity_all", "--test-n", 1), 3, "has no n = 1"),
        (("one_bit", "parity_random_3", "-n", 50, "--test-n", 20), 3, "at least 43"),
        (("one_bit", "palindrome", "-n", 10), 3, "only 32 distinct rows"),
        (("one_bit", "--data", "/no/such/file.txt"), 3, "/no/such/file.txt"),
        (("absent", "parity_all", "--test", 20), 5, 'needs no_such_package: pip install "llmerm[baselines]"'),
    ],
)
def test_what_cannot_be_done(cli, arguments: tuple[object, ...], code: int, said: str) -> None:
    got, _, err = cli("baseline", *arguments)
    assert got == code and said in err and "Traceback" not in err and one_bit.fits == []
