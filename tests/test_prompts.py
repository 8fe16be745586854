"""The prompts say what a candidate receives and must return, in every language and for every input type."""

import re
from pathlib import Path

import llmerm
import pytest
from llmerm.dataset import Dataset
from llmerm.errors import UsageError
from llmerm.propose.prompting import PROMPT_LANGUAGES, TEMPLATES, render

TEXT = Dataset(["0101", "0111"], [0, 1])
INTS = Dataset([[1, -2], [3]], [0, 5])
FLOATS = Dataset([[0.1, 2.0]], [1], input_type="floats")
RECORD = Dataset([{"a": 1, "b": 2.5}, {"a": 0, "b": 1.0}], [0, 1])
MIXED = Dataset([{"a": 1, "b": "x"}], [0])
NAMED = Dataset(["0101", "0111"], ["no", "yes"])


def test_the_paper_s_prompt():
    prompt = render(TEXT, "python")
    assert "(type: binary, length: 4)" in prompt
    assert "a scalar, 0 or 1" in prompt
    assert "```\n0101 -> 0\n0111 -> 1\n```\n" in prompt
    assert 'one JSON object with the single key "code"' in prompt
    assert "do not write a trainable model" in prompt
    assert "f receives x as a str of the characters 0 and 1 and returns an int." in prompt
    assert not re.search(r"parity|tool", prompt, re.I)


@pytest.mark.parametrize("rows", [TEXT, INTS, FLOATS, RECORD, NAMED], ids=lambda rows: f"{rows.input_type}")
@pytest.mark.parametrize("language", PROMPT_LANGUAGES)
def test_every_language_and_input_type(language, rows):
    prompt = render(rows, language)
    assert prompt.endswith("}\n")
    assert "\n\n\n" not in prompt
    assert not re.search(r"[{%#]%|\{\{|None|Undefined", prompt)
    assert len(re.findall(r" -> \S+$", prompt, re.M)) >= len(rows)


@pytest.mark.parametrize(
    ("language", "rows", "signature"),
    [
        ("c", TEXT, "\nint64_t f(const uint8_t *x, int32_t len)\n"),
        ("c", INTS, "\nint64_t f(const int64_t *x, int32_t len)\n"),
        ("c", RECORD, "\nint64_t f(const double *x, int32_t len)\n"),
        ("cpp", FLOATS, '\nextern "C" int64_t f(const double *x, int32_t len)\n'),
        ("zig", TEXT, "\nexport fn f(x: [*]const u8, len: i32) i64\n"),
        ("wat", TEXT, "i32.load8_u"),
        ("wat", INTS, "i64.load"),
        ("wat", FLOATS, "f64.load"),
    ],
)
def test_the_contract_of_compiled_languages(language, rows, signature):
    assert signature in render(rows, language)


def test_rows_are_shown_as_f_receives_them():
    assert "\n[1, -2] -> 0\n[3] -> 5\n" in render(INTS)
    assert "length: 1 to 2" in render(INTS)
    assert "one of 0, 5." in render(INTS)
    assert '\n{"a": 1, "b": 2.5} -> 0\n' in render(RECORD)
    assert "[0.1, 2.0] -> 1" in render(FLOATS)
    many = Dataset([[i] for i in range(50)], list(range(50)))
    assert "Each output is an integer." in render(many)


@pytest.mark.parametrize("row", ["a\nb", " lead", "", "x -> 1", "é", "tab\t"])
def test_text_that_would_not_stand_on_one_line_is_quoted(row):
    prompt = render(Dataset([row, "plain"], [0, 1], input_type="text"))
    assert "Inputs are written as JSON strings." in prompt
    assert '\n"plain" -> 1\n' in prompt


def test_a_fence_in_the_rows_does_not_end_the_block():
    assert "\n````\n```x -> 0\n````\n" in render(Dataset(["```x"], [0], input_type="text"))


def test_python_returns_class_names_and_compiled_languages_codes():
    assert '"no", "yes"' in render(NAMED)
    assert "0111 -> yes" in render(NAMED)
    assert "name of the class" in render(NAMED)
    assert '0 = "no", 1 = "yes"' in render(NAMED, "c")
    assert "0111 -> 1" in render(NAMED, "c")


def test_digits_are_decimal():
    assert "type: decimal" in render(Dataset(["1009", "2003"], [1, 1]))


def test_the_tool_is_mentioned_only_where_there_is_one():
    assert "your tool" in render(TEXT, tool=True)


def test_a_record_with_text_is_for_python_only():
    assert '"b": "x"' in render(MIXED)
    with pytest.raises(UsageError, match="--language python"):
        render(MIXED, "c")


def test_what_cannot_be_asked_for():
    with pytest.raises(UsageError, match="python, c, cpp, zig, wat"):
        render(TEXT, "cobol")
    with pytest.raises(UsageError, match="labelled"):
        render(Dataset(["01"]))


def test_a_prompt_of_the_user_s(tmp_path):
    path = tmp_path / "mine.j2"
    path.write_text("{{ rows }} {{ alphabet }}\n{% for line in lines %}\n* {{ line }}\n{% endfor %}")
    assert render(TEXT, prompt_file=path) == "2 binary\n* 0101 -> 0\n* 0111 -> 1\n"


@pytest.mark.parametrize(
    "text", ["{{ rowz }}", "{% if %}", "{{ 1 / 0 }}", "{{ lines.append(1) }}", "{% include 'x' %}"]
)
def test_a_bad_template_is_named(tmp_path, text):
    path = tmp_path / "mine.j2"
    path.write_text(f"hello\n{text}")
    with pytest.raises(UsageError, match=r"mine\.j2"):
        render(TEXT, prompt_file=path)
    with pytest.raises(UsageError, match="cannot read"):
        render(TEXT, prompt_file=tmp_path / "none.j2")


def test_prompts_ship_in_the_package_and_stand_at_the_root():
    root = Path(__file__).parent.parent / "prompts"
    assert root.is_symlink()
    assert not Path(root.readlink()).is_absolute()
    shown = {path.name for path in root.iterdir()}
    assert {f"{language}.j2" for language in PROMPT_LANGUAGES} <= shown
    assert Path(llmerm.__file__).parent / "prompts" == TEMPLATES
