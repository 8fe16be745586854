"""`llmerm compare` with `learn` among the methods: where its proposals come from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fixture_server import FixtureServer
from llmerm.propose import Proposal
from llmerm.propose.recorded import write_jsonl
from small_methods import SMALL, document, install

EXAMPLES = Path(__file__).parent.parent / "examples" / "proposals"
RECORDED = EXAMPLES / "{task}.proposals.jsonl"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "small")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_nothing_selected_is_a_failure_with_its_reason(cli, out: Path, tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(json.dumps({"code": "def f(x): return ("}))
    command = (
        "compare", "parity_all", "-n", 20, "--methods", "learn", "--proposals", tmp_path / "p.jsonl",
        "--out", out, "--json", *SMALL,
    )  # fmt: skip
    first, again = cli(*command), cli(*command)
    assert first == again and first[0] == 1
    assert document(first[1])["failed"][0]["reason"] == "none of 1 candidates can be selected"


def test_proposals_whose_numbers_have_gaps(cli, out: Path, tmp_path: Path) -> None:
    sources = {3: "def f(x): return 0", 9: "def f(x): return x.count('1') % 2"}
    proposals = [Proposal(index, "ok", source, "python", "here") for index, source in sources.items()]
    write_jsonl(tmp_path / "p.jsonl", proposals)
    code, shown, _ = cli(
        "compare", "parity_all", "-n", 20, "--methods", "learn", "--proposals", tmp_path / "p.jsonl", "--out",
        out, "--json", *SMALL,
    )  # fmt: skip
    (result,) = document(shown)["by"]["learn", "parity_all", 20]["results"]
    assert code == 0 and (result["accuracy"], result["train_accuracy"]) == (1.0, 1.0)


def test_paths_of_proposals_by_task_length_and_seed(cli, out: Path, tmp_path: Path) -> None:
    codes = {"ones": "def f(x): return x.count('1') % 2", "first": "def f(x): return int(x[0])"}
    for name, code in {
        "parity_all-20-0": "ones",
        "parity_all-20-1": "first",
        "parity_all-40-0": "first",
    }.items():
        (tmp_path / f"{name}.py").write_text(codes[code])
    code, shown, _ = cli(
        "compare", "parity_all", "-n", "20,40", "--methods", "learn", "--seeds", 2, "--out", out, "--json",
        "--files", tmp_path / "{task}-{n}-{seed}.py", *SMALL,
    )  # fmt: skip
    read = document(shown)
    perfect = [result["accuracy"] == 1 for result in read["by"]["learn", "parity_all", 20]["results"]]
    assert code == 1 and perfect == [True, False]
    assert [result["seed"] for result in read["by"]["learn", "parity_all", 40]["results"]] == [0]
    assert "no file matches" in read["failed"][0]["reason"]


def test_other_proposals_in_the_same_file_are_another_cell(cli, out: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    command = (
        "compare", "parity_all", "-n", 20, "--methods", "learn", "--proposals", path, "--out", out, "--json",
        *SMALL,
    )  # fmt: skip
    path.write_text(json.dumps({"code": "def f(x): return 0"}))
    constant = document(cli(*command)[1])
    path.write_text(json.dumps({"code": "def f(x): return x.count('1') % 2"}))
    parity = document(cli(*command)[1])
    key = ("learn", "parity_all", 20)
    assert (constant["by"][key]["accuracy"], parity["by"][key]["accuracy"]) == (0.5, 1.0)


def test_settings_of_learn_stand_in_the_method(cli, out: Path, tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("def f(x): return 1")
    code, shown, err = cli(
        "compare", "parity_all", "-n", 50, "--out", out, "--json", "--proposals", RECORDED, "--methods",
        f"learn:k=1,learn,learn:files={tmp_path}/*.py", *SMALL,
    )  # fmt: skip
    read = document(shown)
    assert (code, err) == (0, "")
    assert [method["cells"][0]["accuracy"] for method in read["methods"]] == [1.0, 1.0, 0.5]
    drawn = [json.loads(path.read_text())["config"]["k"] for path in out.glob("cells/*/result.json")]
    assert sorted(drawn) == [1, 1, 5]


def test_a_model_is_asked_once(cli, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    with FixtureServer() as server:
        command = (
            "compare", "parity_all", "-n", 20, "--out", out, "--json", "-k", 2, *SMALL, "--methods",
            f"learn:model=m:api=chat:base_url={server.url},learn:model=m:api=chat:temperature=1.5:base-url={server.url}",
        )  # fmt: skip
        first = cli(*command)
        asked = len(server.requests)
        again = cli(*command)
        assert first == again and first[0] == 0 and asked == len(server.requests) == 4
    read = document(first[1])
    assert [method["cells"][0]["accuracy"] for method in read["methods"]] == [1.0, 1.0]
    assert [method["settings"]["temperature"] for method in read["methods"]] == [None, 1.5]
    assert cli(*command) == first  # the server is gone


def test_enumeration_beside_recorded_proposals(cli, out: Path) -> None:
    methods = "learn:proposer=enumerate:max_size=12,learn"
    code, text, err = cli(
        "compare", "parity_all", "palindrome", "-n", 50, "--test", 100, "--methods", methods,
        "--proposals", RECORDED, "--out", out, "--json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    enumerated, recorded = json.loads(text)["methods"]
    assert [cell["accuracy"] for cell in enumerated["cells"]] == [1.0, 1.0]
    assert (enumerated["settings"]["proposer"], enumerated["settings"]["max_size"]) == ("enumerate", 12)
    assert recorded["settings"] == {}


def test_enumeration_for_all_and_a_setting_that_overrides_it(cli, out: Path, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("def f(x): return 1\n")
    methods = f"learn,learn:files={tmp_path / 'one.py'}"
    code, text, _ = cli(
        "compare", "parity_all", "-n", 20, "--test", 100, "--methods", methods, "--proposer", "enumerate",
        "--out", out, "--json",
    )  # fmt: skip
    accuracies = [method["cells"][0]["accuracy"] for method in json.loads(text)["methods"]]
    assert code == 0 and accuracies == [1.0, 0.5]
