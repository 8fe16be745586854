"""Shards and their parts: any number of shards, merged, is the unsharded run, byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import llmerm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llmerm.errors import DataError, UsageError
from llmerm.part_file import read_part
from llmerm.shards import Shard, block_count

ROWS = 4 * 65_536 + 1000
LENGTH = 8
LOOPS = """(module (memory (export "memory") 1) (func (export "f") (param i32 i32) (result i64)
  (if (i32.eq (i32.load (local.get 0)) (i32.const 0x31313131)) (then (loop (br 0)))) (i64.const 1)))"""
STATE = """(module (memory (export "memory") 1) (global $n (mut i64) (i64.const 0))
  (func (export "f") (param i32 i32) (result i64)
    (global.set $n (i64.xor (global.get $n) (i64.const 1))) (global.get $n)))"""
CANDIDATES = {
    "good.py": "def f(x): return x.count('1') % 2",
    "raises.py": "def f(x):\n    if x.endswith('1111'): raise KeyError(x)\n    return 1 // int(x[0])",
    "state.wat": STATE,
    "syntax.py": "def f(x) return",
    "loops.wat": LOOPS,
    "broken.wat": "(module",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows in five blocks: packed, as an array; candidates that do all a candidate can do."""
    folder = tmp_path_factory.mktemp("shards")
    bits = np.random.default_rng(3).integers(0, 2, (ROWS, LENGTH), np.uint8)
    np.save(folder / "rows.npy", np.packbits(bits, axis=1))
    np.save(folder / "rows.y.npy", bits.sum(axis=1) % 2)
    for name, source in CANDIDATES.items():
        (folder / name).write_text(source)
    lines = [{"code": CANDIDATES["good.py"]}, {"index": 1, "status": "refused", "source": None}]
    lines[1] |= {"language": "python", "origin": "p:2", "detail": "no"}
    (folder / "p.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def arguments(folder: Path, *more: object) -> list[object]:
    files = [folder / name for name in (*CANDIDATES, "p.jsonl")]
    limits = ["--fuel-per-row", 50_000, "--fuel-per-candidate", 400_000_000]
    return ["verify", *files, "--data", folder / "rows.npy", "--bits", LENGTH, *limits, *more]


def shards(cli: Any, folder: Path, of: int, out: Path, *more: object) -> list[Path]:
    """Run all shards; the files of their parts."""
    paths = [out / f"part-{of}-{i}.json" for i in range(1, of + 1)]
    for i, path in enumerate(paths, start=1):
        code, said, err = cli(*arguments(folder, "--shard", f"{i}/{of}", "-o", path, *more))
        assert (code, err) == (0, "") and str(path) in said
    return paths


@pytest.mark.parametrize("of", [1, 2, 7])
def test_merged_shards_are_the_unsharded_run(cli, folder: Path, tmp_path: Path, of: int) -> None:
    """With a candidate whose fuel ends in the third block, and with more shards than blocks."""
    parts = shards(cli, folder, of, tmp_path)
    for flags in (["--json"], []):
        whole = cli(*arguments(folder, *flags))
        assert whole[0] == 0 and cli("merge", *reversed(parts), *flags) == whole
    verdicts = json.loads(cli("merge", *parts, "--json")[1])["verdicts"]
    by_name = {Path(v["origin"]).name: v for v in verdicts}
    loops = by_name["loops.wat"]
    assert 65_536 < loops["correct"] + loops["wrong"] < ROWS - 65_536  # more than the first shard, of 2
    assert loops["rows"] == ROWS and loops["faults"]["out_of_fuel"] > 65_536
    assert by_name["raises.py"]["exceptions"].keys() == {"KeyError", "ZeroDivisionError"}
    assert by_name["state.wat"]["pure"] is False and by_name["good.py"]["correct"] == ROWS
    assert [v["stage"] for v in verdicts].count("load") == 1 and by_name["p:2"]["stage"] == "propose"


def test_a_part_that_must_be_run_again_needs_the_rows(cli, folder: Path, tmp_path: Path) -> None:
    parts = shards(cli, folder, 2, tmp_path)
    for path in parts:
        document = json.loads(path.read_text())
        document["read"]["data"] = "elsewhere/rows.npy"
        path.write_text(json.dumps(document))
    code, out, err = cli("merge", *parts, "--json")
    assert (code, out) == (2, "") and "loops.wat spent its fuel" in err and "--data" in err
    code, out, _ = cli("merge", *parts, "--json", "--data", folder / "rows.npy")
    assert (code, out) == cli(*arguments(folder, "--json"))[:2]
    other = tmp_path / "other.npy"
    np.save(other, np.zeros((ROWS, 1), np.uint8))
    np.save(tmp_path / "other.y.npy", np.zeros(ROWS, np.int64))
    code, out, err = cli("merge", *parts, "--data", other)
    assert (code, out) == (2, "") and "other rows" in err


def test_parts_of_other_runs_are_refused(cli, folder: Path, tmp_path: Path) -> None:
    first, second = shards(cli, folder, 2, tmp_path)
    last = tmp_path / "other.json"

    def merged_with(*more: object, shard: str = "2/2") -> str:
        code, _, err = cli(*arguments(folder, *more, "--shard", shard, "-o", last))
        assert code == 0, err
        code, out, err = cli("merge", first, last)
        assert (code, out) == (2, "")
        return str(err)

    assert "their limits differ" in merged_with("--fuel-per-row", 99_999)
    assert "their audit rows differ" in merged_with("--audit-rows", 3)
    assert "numbers of shards (2 and 3) differ" in merged_with(shard="3/3")
    assert "numbers of candidates differ" in merged_with(folder / "good.py")
    for key, value in (
        ("llmerm", "0.0"),
        ("tier", "fast"),
        ("runtime", "?"),
        ("data", {"sha256": "0"}),
        ("rows", ROWS + 1),
    ):
        last.write_text(json.dumps({**json.loads(second.read_text()), key: value}))
        code, _, err = cli("merge", first, last)
        assert (code, f"their {key} differ" in err) == (2, True), err
    changed = json.loads(second.read_text())
    changed["candidates"][0]["source"] += " "
    last.write_text(json.dumps(changed))
    assert "candidates number 1 differ" in cli("merge", first, last)[2]
    assert "no part of 2;" in cli("merge", first)[2]
    assert "shard 1/2 is there twice" in cli("merge", first, second, first)[2]


@pytest.mark.parametrize(
    "damage",
    [
        lambda part: part.pop("verdicts"),
        lambda part: part.update(verdicts=part["verdicts"][1:]),
        lambda part: part.update(verdicts=[]),
        lambda part: part.update(blocks=[0, 2]),
        lambda part: part.update(shard=[3, 2]),
        lambda part: part.update(format="llmerm part 2"),
        lambda part: part.update(rows="many"),
        lambda part: part["limits"].pop("fuel_per_candidate"),
        lambda part: part["verdicts"][0].update(correct=-1),
        lambda part: part["verdicts"][0].update(correct=0),
        lambda part: part["verdicts"][0].update(correct=True),
        lambda part: part["verdicts"][0].update(fuel=0.5),
        lambda part: part["verdicts"][0]["faults"].update(sleepy=0),
        lambda part: part["verdicts"][0].update(exceptions=[1]),
        lambda part: part["candidates"][0].update(source=7),
        lambda part: part["candidates"][0].update(source_base64="*"),
        lambda part: part.update(read=None),
    ],
)
def test_damaged_parts_are_data_errors(cli, tmp_path: Path, damage: Any) -> None:
    (tmp_path / "rows.txt").write_text("0 -> 0\n1 -> 1\n")
    (tmp_path / "p.py").write_text("def f(x): return 1")
    path = tmp_path / "part.json"
    given = ("verify", tmp_path / "p.py", "--data", tmp_path / "rows.txt", "--shard", "1/1", "-o", path)
    assert cli(*given)[0] == 0 and read_part(path).verdicts[0].correct == 1
    part = json.loads(path.read_text())
    damage(part)
    path.write_text(json.dumps(part))
    code, out, err = cli("merge", path)
    assert (code, out) == (3, "") and "part.json" in err and "Traceback" not in err


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\x00", b"[" * 100_000, b"3"])
def test_what_is_no_part(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "part.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match="no part of a run"):
        read_part(path)
    with pytest.raises(DataError, match="cannot be read"):
        read_part(tmp_path / "none.json")


def test_binary_sources_and_names_survive(cli, tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("a -> ham\nb -> spam\n")
    (tmp_path / "odd.py").write_bytes(b"def f(x): return 'ham' # \xff")
    (tmp_path / "named.py").write_text("def f(x): return 'ham' if x == 'a' else 'é'")
    given = ["verify", tmp_path / "odd.py", tmp_path / "named.py", "--data", tmp_path / "rows.txt"]
    assert cli(*given, "--shard", "1/1", "-o", tmp_path / "part.json")[0] == 0
    assert cli("merge", tmp_path / "part.json", "--json") == cli(*given, "--json")


def test_no_candidates_are_no_verdicts(cli, tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("0 -> 0\n1 -> 1\n")
    (tmp_path / "p.py").write_text("def f(x): return 1")
    path = tmp_path / "part.json"
    given = ("verify", tmp_path / "p.py", "--data", tmp_path / "rows.txt", "--shard", "1/1", "-o", path)
    assert cli(*given)[0] == 0
    path.write_text(json.dumps({**json.loads(path.read_text()), "candidates": [], "verdicts": []}))
    code, out, _ = cli("merge", path, "--json")
    assert code == 0 and json.loads(out)["verdicts"] == [] and cli("merge", path)[0] == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--shard", "0/2", "-o", "x"], "i/N"),
        (["--shard", "3/2", "-o", "x"], "i/N"),
        (["--shard", "one", "-o", "x"], "i/N"),
        (["--shard", "1/2"], "-o"),
        (["-o", "x"], "--shard"),
        (["--shard", "1/2", "-o", "x", "--json"], "--json"),
        (["--shard", "1/2", "-o", "x", "--certify", "risk <= 0.1 at 0.9"], "--certify"),
        (["--shard", "1/2", "-o", "x", "--engine", "ray"], "one of them"),
        (["--shard", "1/2", "-o", "no/such/folder/x"], "cannot be written"),
    ],
)
def test_wrong_use(cli, tmp_path: Path, more: list[str], said: str) -> None:
    (tmp_path / "rows.txt").write_text("0 -> 0\n1 -> 1\n")
    (tmp_path / "p.py").write_text("def f(x): return 1")
    code, out, err = cli("verify", tmp_path / "p.py", "--data", tmp_path / "rows.txt", *more)
    assert (code, out) == (2, "") and said in err


def test_rows_that_can_be_read_only_once_have_no_shards() -> None:
    from llmerm.shards import run_shard
    from llmerm.verification import settings_of

    program = llmerm.compile("def f(x): return 1")
    once = llmerm.scan(iter([llmerm.Dataset(["0", "1"], [0, 1])]))
    with pytest.raises(UsageError, match="only once"):
        run_shard(Shard(1, 2), [program], once, settings_of())
    again = llmerm.scan([llmerm.Dataset(["0", "1"], [0, 1])])
    assert run_shard(Shard(1, 2), [program], again, settings_of()) == ((0, 0), ())
    blocks, [verdict] = run_shard(Shard(2, 2), [program], again, settings_of())
    assert blocks == (0, 1) and verdict == llmerm.verify([program], again)[0]


@given(st.integers(0, 10**9), st.integers(1, 10_000))
def test_shards_are_all_blocks_once_and_of_one_size(rows: int, of: int) -> None:
    total = block_count(rows)
    picked = [Shard(i, of).blocks(total) for i in sorted({1, 2, of // 2, of - 1, of}) if 1 <= i <= of]
    assert picked[0][0] == 0 and picked[-1][1] == total
    sizes = {stop - first for first, stop in picked}
    assert max(sizes) - min(sizes) <= 1
    middle = of // 2 or 1
    assert middle == of or Shard(middle, of).blocks(total)[1] == Shard(middle + 1, of).blocks(total)[0]
