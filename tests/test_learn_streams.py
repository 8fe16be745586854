"""`learn` on streams: the same as on rows in memory, shared rows found, claims settled on the test rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import llmerm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llmerm import Dataset, Stream
from llmerm.dataset import Split
from llmerm.errors import DataError, UsageError
from llmerm.overlap import KnownRows, refuse_shared
from llmerm.packed_bits import pack_text
from llmerm.stream import write_packed
from test_pipeline import FIRST_BIT, PARITY, RAISES, Listed, rows

ALMOST = "def f(x): return (x.count('1') + (x[1:11] == '0110100101')) % 2"
SOURCES = (FIRST_BIT, PARITY, RAISES, ALMOST)


def batched(part: Dataset) -> Stream:
    half = len(part) // 2
    return llmerm.scan([part[:half], part[half:]])


@pytest.fixture
def split() -> Split:
    return Split(rows(0, 40), rows(100, 2000), rows(2100, 1500), {})


def without_rows(document: dict[str, Any]) -> dict[str, Any]:
    """What is said of the candidates: all but what the rows are known by."""
    return {**document, "config": {**document["config"], "rows": None}}


def test_streams_give_what_rows_in_memory_give(split: Split) -> None:
    assert isinstance(split.heldout, Dataset) and isinstance(split.test, Dataset)
    streamed = Split(split.train, batched(split.heldout), batched(split.test), {})
    found = [llmerm.learn(data, proposer=Listed(*SOURCES)) for data in (split, streamed)]
    assert without_rows(found[0].to_json()) == without_rows(found[1].to_json())
    assert found[1].best is not None and found[1].best.index == 1
    assert [c.status for c in found[1].candidates] == ["dropped", "scored", "dropped", "dropped"]
    assert found[1].baseline == found[0].baseline


def test_rows_that_can_be_read_once(split: Split) -> None:
    def once(part: Any) -> Stream:
        return llmerm.scan(iter([part[:700], part[700:]]))

    found = llmerm.learn(
        Split(split.train, once(split.heldout), once(split.test), {}), proposer=Listed(*SOURCES)
    )
    whole = llmerm.learn(split, proposer=Listed(*SOURCES), exhaustive=True)
    assert [c.to_json() for c in found.candidates] == [c.to_json() for c in whole.candidates]
    assert found.test == whole.test
    assert (found.baseline.heldout_risk, found.baseline.test_risk) == (None, None)
    assert "majority class   - held-out" in llmerm.report.result_text(found)
    with pytest.raises(UsageError, match="read only once"):
        llmerm.learn(
            Split(split.train, once(split.heldout), None, {}), proposer=Listed(PARITY), stop_at_zero=True
        )


def test_what_cannot_be_done_with_streams(split: Split, tmp_path: Path) -> None:
    assert isinstance(split.heldout, Dataset)
    with pytest.raises(UsageError, match="recognised"):
        llmerm.learn(
            Split(split.train, batched(split.heldout), None, {}),
            proposer=Listed(PARITY),
            run=tmp_path / "run",
        )
    assert not (tmp_path / "run").exists()
    train: Any = batched(split.train)
    with pytest.raises(UsageError, match=r"stream\.head"):
        llmerm.learn(Split(train, split.heldout, None, {}), proposer=Listed(PARITY))
    unlabelled = llmerm.scan([Dataset(["01"], None, "text")], labelled=False)
    with pytest.raises(UsageError, match="no labels"):
        llmerm.learn(Split(split.train, unlabelled, None, {}), proposer=Listed(PARITY))


@pytest.mark.parametrize("streamed", [False, True])
def test_a_claim_is_settled_on_the_test_rows(split: Split, tmp_path: Path, streamed: bool) -> None:
    assert isinstance(split.test, Dataset)
    data = Split(split.train, split.heldout, batched(split.test) if streamed else split.test, {})
    run = None if streamed else tmp_path
    for _ in range(2):  # the second is read from the record
        result = llmerm.learn(data, proposer=Listed(*SOURCES), certify="risk <= 0.05 at 0.99", run=run)
        assert result.test is not None and result.test.certificate is not None
        assert result.test.certificate.decision == "holds" and result.test.stopped == "holds"
        assert result.test.certificate.k == 1 and result.test.rows < 1500
        assert result.bound().test is None  # its rows were not fixed before
        document = json.loads(json.dumps(result.to_json()))
        assert document["test"]["certificate"]["decision"] == "holds"
        assert document["config"]["certify"] == "risk <= 0.05 at 0.99"
        text = llmerm.report.result_text(result)
        assert "risk <= 0.05 with confidence 0.99" in text


def test_a_claim_that_is_not_settled_leaves_the_test_error(split: Split) -> None:
    result = llmerm.learn(split, proposer=Listed(PARITY), certify="risk <= 1e-6 at 0.99")
    assert result.test is not None and result.test.rows == 1500
    assert result.bound().test is not None and "is not settled" in llmerm.report.result_text(result)


def test_a_claim_needs_test_rows_and_makes_another_run(split: Split, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="test rows"):
        llmerm.learn(
            Split(split.train, split.heldout, None, {}), proposer=Listed(PARITY), certify="risk <= 0.1 at 0.9"
        )
    llmerm.learn(split, proposer=Listed(PARITY), run=tmp_path)
    with pytest.raises(UsageError, match="certify"):
        llmerm.learn(split, proposer=Listed(PARITY), run=tmp_path, certify="risk <= 0.1 at 0.9")
    with pytest.raises(UsageError, match="exhaustive"):
        llmerm.learn(split, proposer=Listed(PARITY), run=tmp_path, exhaustive=True)


# Rows that stand in two sets.

texts = st.text("01", max_size=20)


@given(st.lists(texts, min_size=1), st.lists(texts, min_size=1), st.booleans())
def test_the_first_shared_row_is_found(known: list[str], others: list[str], same_length: bool) -> None:
    if same_length:
        known, others = ([row.ljust(20, "0") for row in part] for part in (known, others))
    expected = next((row for row, text in enumerate(others) if text in known), None)
    half = len(others) // 2
    parts = [Dataset(part, [0] * len(part), "text") for part in (others[:half], others[half:]) if part]
    assert KnownRows(Dataset(known, None, "text")).first_in(llmerm.scan(parts)) == expected


@given(
    st.lists(st.lists(st.integers(0, 2), max_size=3), min_size=1),
    st.lists(st.lists(st.integers(0, 2), max_size=3), min_size=1),
    st.sampled_from(["ints", "floats"]),
)
def test_shared_rows_of_numbers(known: list[Any], others: list[Any], kind: str) -> None:
    expected = next((row for row, values in enumerate(others) if values in known), None)
    stream = llmerm.scan(Dataset(others, [0] * len(others), kind))
    assert KnownRows(Dataset(known, None, kind)).first_in(stream) == expected


@given(st.integers(1, 20), st.data())
def test_shared_rows_of_packed_bits(tmp_path_factory: Any, width: int, data: st.DataObject) -> None:
    rows_of_width = st.lists(st.text("01", min_size=width, max_size=width), min_size=1, max_size=30)
    others, known = data.draw(rows_of_width), data.draw(rows_of_width)
    path = tmp_path_factory.mktemp("bits") / "rows.parquet"
    packed = pack_text(Dataset(others, None, "text").packed())
    write_packed(path, [(packed, np.zeros(len(others), np.int64))], width)
    expected = next((row for row, text in enumerate(others) if text in known), None)
    stream = llmerm.scan(path)
    found = KnownRows(Dataset([*known, "x" * width, "1" * (width + 1)], None, "text")).first_in(stream)
    assert found == expected


def test_rows_of_a_later_block() -> None:
    many = Dataset([f"{i:06d}" for i in range(70_000)], [0] * 70_000, "text")
    stream = llmerm.scan([many])
    with pytest.raises(DataError, match=r"row 69,000 of .* \(heldout\) stands in train.txt"):
        refuse_shared(Dataset(["x", "068999"], None, "text"), "train.txt", stream, "heldout")
    refuse_shared(Dataset(["x", "70000"], None, "text"), "train.txt", stream, "heldout")


# The command line.


def write(path: Path, part: Dataset, names: tuple[str, str] | None = None) -> Path:
    labels = [names[y] if names else y for y in (part.y if part.y is not None else [])]
    text = "".join(f"{x} -> {y}\n" for x, y in zip(part.x, labels, strict=True)).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


@pytest.fixture
def files(tmp_path: Path, split: Split) -> list[Any]:
    assert isinstance(split.heldout, Dataset) and isinstance(split.test, Dataset)
    folder = tmp_path / "test"
    folder.mkdir()
    write(folder / "a.txt", split.test[:900])
    write(folder / "b.txt", split.test[900:])
    programs = tmp_path / "p.jsonl"
    programs.write_text("".join(json.dumps({"code": source}) + "\n" for source in SOURCES))
    return [
        "learn", "--data", write(tmp_path / "train.txt", split.train),
        "--heldout-data", write(tmp_path / "heldout.txt.gz", split.heldout),
        "--test-data", folder, "--proposals", programs,
    ]  # fmt: skip


def test_streams_on_the_command_line(cli, files: list[Any], split: Split, tmp_path: Path) -> None:
    code, out, err = cli(*files, "--json", "--row-buffer", 100_000)
    document = json.loads(out)
    assert (code, err) == (0, "")
    whole = json.loads(json.dumps(llmerm.learn(split, proposer=Listed(*SOURCES), k=4).to_json()))
    assert [c["heldout"] for c in document["candidates"]] == [c["heldout"] for c in whole["candidates"]]
    assert (document["bound"], document["test"]) == (whole["bound"], whole["test"])
    assert document["baseline"] == whole["baseline"]
    assert set(document["config"]["rows"]["heldout"]) == {"fingerprint"}
    assert document["config"]["spec"]["not_compared"] == ["heldout", "test"]
    again = cli(*files, "--json", "--run", tmp_path / "run")
    assert again == cli(*files, "--json", "--run", tmp_path / "run", "--threads", 1) == (code, out, err)


def test_the_report_says_what_is_known_of_a_dropped_candidate(cli, files: list[Any]) -> None:
    code, out, _ = cli(*files, "--certify", "risk <= 0.05 at 0.99")
    assert code == 0
    assert "dropped" in out and "cannot win: risk in" in out and "2,000" in out
    assert "risk <= 0.05 with confidence 0.99" in out
    assert "not checked: whether held-out and test rows" in out
    code, out, _ = cli(*files, "--exhaustive", "--json")
    assert code == 0 and all(c["heldout"]["rows"] == 2000 for c in json.loads(out)["candidates"])


def test_a_training_row_in_a_stream_is_refused(cli, files: list[Any], split: Split) -> None:
    assert isinstance(split.heldout, Dataset)
    write(files[4], Dataset([*split.heldout.x[:50], split.train.x[3]], [0] * 51, "text"))
    code, out, err = cli(*files)
    assert (code, out) == (3, "") and "row 51 of" in err and "(heldout) stands in" in err and "(train)" in err


def test_labels_of_a_stream_are_those_of_the_training_rows(cli, files: list[Any], split: Split) -> None:
    assert isinstance(split.heldout, Dataset)
    write(files[4], split.heldout, ("even", "odd"))
    code, _, err = cli(*files)
    assert code == 3 and "integers in" in err and "train.txt" in err
    write(files[2], split.train, ("even", "odd"))
    files[6:8] = []
    code, out, _ = cli(*files[:5], "--proposals", files[-1], "--json")
    assert code == 0 and json.loads(out)["classes"] == ["even", "odd"]


def test_packed_bits(cli, files: list[Any], split: Split, tmp_path: Path) -> None:
    assert isinstance(split.heldout, Dataset) and split.heldout.y is not None
    path = tmp_path / "heldout.npy"
    np.save(path, pack_text(split.heldout.packed()).data)
    np.save(tmp_path / "heldout.y.npy", split.heldout.y)
    command = [*files[:4], path, "--proposals", files[-1], "--bits", 12, "--json"]
    code, out, err = cli(*command)
    assert (code, err) == (0, "") and json.loads(out)["best"]["index"] == 1


@pytest.mark.parametrize(
    "arguments",
    [("parity_all", "--bits", 3), ("--data", "x.txt", "--bits", 3)],
)
def test_bits_are_for_files_that_are_streamed(cli, files: list[Any], arguments: tuple[Any, ...]) -> None:
    code, _, err = cli("learn", *arguments, "--proposals", files[-1])
    assert code == 2 and "--bits" in err
