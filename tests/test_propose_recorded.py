"""Recorded proposals and program files: what was written comes back, or the error says where it is wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llmerm.errors import DataError, UsageError
from llmerm.propose import LANGUAGES, STATUSES, FileProposals, Proposal, RecordedProposals
from llmerm.propose.base import from_json, to_json
from llmerm.propose.recorded import write_jsonl

EXAMPLES = Path(__file__).parent.parent / "examples" / "proposals"


def recorded(tmp_path, *lines):
    path = tmp_path / "p.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return RecordedProposals(path)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_recorded_examples_are_read(path):
    found = list(RecordedProposals(path).propose(None, 5))
    assert [(one.index, one.status, one.language) for one in found] == [(i, "ok", "python") for i in range(5)]
    assert all("def f(" in one.source for one in found)
    assert all(one.rationale for one in found)


def test_the_first_k_in_the_order_of_the_lines(tmp_path):
    lines = [json.dumps({"attempt": 9 - i, "code": f"c{i}"}) for i in range(4)]
    proposals = recorded(tmp_path, *lines, "", "  ")
    assert len(proposals) == 4
    assert [(one.index, one.source) for one in proposals.propose(None, 2)] == [(0, "c0"), (1, "c1")]
    assert len(list(proposals.propose(None))) == 4


def test_language_and_origin(tmp_path):
    (one,) = recorded(tmp_path, '{"code": "(module)", "language": "wat"}').propose(None, 1)
    assert (one.language, one.rationale) == ("wat", None)
    assert one.origin.endswith("p.jsonl:1")


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", "{}", '{"code": 3}', '{"code": null}', '{"code": "x", "language": "cobol"}',
             '{"status": "ok"}', '{"status": "odd", "index": 0}', "[" * 100_000, "\xff"]
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path, line):
    with pytest.raises(DataError, match=r"p\.jsonl, line 2: "):
        recorded(tmp_path, '{"code": "fine"}', line)


def test_files_that_are_not_there_or_hold_nothing(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        RecordedProposals(tmp_path / "none.jsonl")
    with pytest.raises(DataError, match="holds no proposals"):
        recorded(tmp_path, "")


@pytest.mark.parametrize(
    ("line", "source"),
    [
        (b'{"code": "a\\u0000b"}', "a\0b"),
        (b'{"code": "caf\xe9"}', b"caf\xe9"),
        (b'{"code": "x = \'\\ud800\'"}', b"x = '\xed\xa0\x80'"),
        (b'{"code": "raw\ttab"}', "raw\ttab"),
        (b'{"code": ""}', ""),
    ],
)
def test_code_that_no_compiler_takes_is_still_a_candidate(tmp_path, line, source):
    (one,) = recorded(tmp_path, line).propose(None, 1)
    assert (one.status, one.source) == ("ok", source)


text = st.text(st.characters(exclude_categories=()))  # lone surrogates too
proposal = st.builds(
    lambda status, source, code, **rest: Proposal(
        status=status,
        source=source if status == "ok" else None,
        code_bits=code[0],
        code_size=code[1],
        **rest,
    ),
    index=st.integers(0, 50),
    status=st.sampled_from(STATUSES),
    source=text | st.binary(),
    language=st.sampled_from(LANGUAGES),
    origin=text,
    rationale=st.none() | text,
    detail=st.none() | text,
    usage=st.none() | st.just({"input_tokens": 3}),
    cost=st.none() | st.floats(0, 10),
    code=st.just((None, None)) | st.tuples(st.floats(0, 60), st.integers(1, 99)),
)


@given(st.lists(proposal, min_size=1, max_size=4, unique_by=lambda one: one.index))
def test_what_is_written_comes_back_unchanged(tmp_path_factory, proposals):
    path = tmp_path_factory.mktemp("recorded") / "out.jsonl"
    write_jsonl(path, proposals)
    assert list(RecordedProposals(path).propose(None)) == sorted(proposals, key=lambda one: one.index)
    assert [from_json(to_json(one)) for one in proposals] == proposals


def test_files_in_order_each_in_its_language(tmp_path):
    contents = {"b.py": b"def f(x): return 1", "a.c": b"int f;", "d.wasm": b"\0asm\1\0\0\0",
                "c.wat": b"(module)",
                "e.cc": b"//", "f.cpp": b"//", "g.zig": b"//", "h.py": b"\xff\xfe"}  # fmt: skip
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    files = FileProposals(str(tmp_path / "*"))
    found = [(Path(one.origin).name, one.language, one.source) for one in files.propose(None, None)]
    assert found == [
        ("a.c", "c", "int f;"),
        ("b.py", "python", "def f(x): return 1"),
        ("c.wat", "wat", "(module)"),
        ("d.wasm", "wasm", b"\0asm\1\0\0\0"),
        ("e.cc", "cpp", "//"),
        ("f.cpp", "cpp", "//"),
        ("g.zig", "zig", "//"),
        ("h.py", "python", b"\xff\xfe"),
    ]
    assert [one.index for one in files.propose(None, 3)] == [0, 1, 2]


def test_patterns_keep_their_order_and_a_file_counts_once(tmp_path):
    for name in ("a.py", "b.py", "[odd].py"):
        (tmp_path / name).write_text(name)
    files = FileProposals([tmp_path / "b.py", str(tmp_path / "*.py"), tmp_path / "[odd].py"])
    assert len(files) == 3
    assert next(files.propose(None, 1)).source == "b.py"


def test_a_pattern_without_files_and_a_suffix_without_language(tmp_path):
    with pytest.raises(DataError, match="no file matches"):
        FileProposals(str(tmp_path / "*.py"))
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(UsageError, match="suffix"):
        FileProposals(tmp_path / "a.txt")


def test_files_put_together_are_numbered_by_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    write_jsonl(path, [Proposal(0, "ok", "def f(x): return 1", "python", "m")])
    path.write_text(path.read_text() * 3)
    assert [proposal.index for proposal in RecordedProposals(path).proposals] == [0, 1, 2]


def test_records_from_before_there_were_codes_are_read():
    old = {"index": 0, "status": "failed", "source": None, "language": "c", "origin": "m"}
    assert from_json(old) == Proposal(0, "failed", None, "c", "m")


@pytest.mark.parametrize(
    "wrong",
    [
        '"code_bits": 3.5',
        '"code_size": 3',
        '"code_bits": NaN, "code_size": 3',
        '"code_bits": -1, "code_size": 3',
        '"code_bits": 3, "code_size": 0',
        '"code_bits": true, "code_size": 3',
        '"code_bits": 3, "code_size": 2.5',
    ],
)
def test_recorded_codes_are_checked(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"index": 0, "status": "failed", "language": "c", "origin": "m", ' + wrong + "}\n")
    with pytest.raises(DataError, match=r"line 1: 'code_(bits|size)'"):
        RecordedProposals(path)


@pytest.mark.parametrize(
    "wrong",
    ['"cost": "free"', '"cost": NaN', '"cost": 1e999', '"usage": [1]', '"usage": {"total_tokens": "a"}'],
)
def test_recorded_costs_are_checked(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"index": 0, "status": "failed", "language": "c", "origin": "m", ' + wrong + "}\n")
    with pytest.raises(DataError, match=r"line 1: '(cost|usage)'"):
        RecordedProposals(path)
