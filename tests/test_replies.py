"""Every form a reply may take, and that no text at all can raise."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llmerm.propose.replies import MAX_CHARACTERS, parse_reply

F = "def f(x):\n    return x.count('1') % 2\n"
G = "def f(x):\n    return 1\n"
C = "#include <stdint.h>\n\nint64_t f(const uint8_t *x, int32_t len) {\n    return len & 1;\n}\n"
WAT = '(module\n  ;; a comment with )\n  (memory (export "memory") 1)\n  (data (i32.const 0) ")(")\n)\n'

CASES = {
    "the contract": (json.dumps({"code": F}), "json"),
    "prose around it": (f"Sure!\n{json.dumps({'code': F})}\nHope this helps {{a}}.", "json"),
    "inside a fence": (f"```json\n{json.dumps({'code': F})}\n```", "json"),
    "raw newlines in the string": ('{"code": "' + F + '"}', "json"),
    "raw tabs in the string": ('{"code": "def f(x):\n\treturn 1\n"}', "json"),
    "wrapped in another object": (json.dumps({"answer": {"code": F}}), "json"),
    "a list of lines": (json.dumps({"code": F.split("\n")}), "json"),
    "several objects, the last wins": (json.dumps({"code": G}) + "\nOr:\n" + json.dumps({"code": F}), "json"),
    "an echo of the contract after it": (json.dumps({"code": F}) + '\n(as {"code": "..."})', "json"),
    "fence inside the string": (json.dumps({"code": f"```python\n{F}```"}), "json"),
    "escaped twice": (json.dumps({"code": F.replace("\n", "\\n")}), "json"),
    "a fence": (f"Here:\n```python\n{F}```\nIt counts ones.", "fence"),
    "a fence without a tag": (f"```\n{F}```", "fence"),
    "a fence never closed": (f"```python\n{F}", "fence"),
    "two fences, the last wins": (f"```python\n{G}```\nor\n```py\n{F}```", "fence"),
    "a fence of another language after it": (f"```python\n{F}```\n```text\n0101 -> 1\n```", "fence"),
    "JSON cut after the string": ('{"code": ' + json.dumps(F) + ', "rationale": "it', "broken json"),
    "triple quotes": ('{"code": """' + F + '"""}', "broken json"),
    "raw definition": (F, "raw"),
    "raw with prose on both sides": (f"The rule is parity.\n\n{F}\nThis returns the parity.", "raw"),
    "thinking first": (f"<think>maybe ```python\n{G}```</think>{json.dumps({'code': F})}", "json"),
    "thinking opened before": (f"{json.dumps({'code': G})}</think>\n{json.dumps({'code': F})}", "json"),
    "CRLF": (F.replace("\n", "\r\n"), "raw"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_python_forms(name):
    text, form = CASES[name]
    parsed = parse_reply(text, "python")
    source = (parsed.source or "").replace("\t", "    ")
    expected = G if name == "raw tabs in the string" else F
    assert (source.rstrip("\n"), parsed.form, parsed.reason) == (expected.rstrip("\n"), form, None)


def test_imports_and_helpers_stay_with_a_raw_definition():
    code = "import re\n\nTABLE = {1: 0}\n\ndef g(x):\n    return 1\n\n# the rule\ndef f(x):\n    return g(x)"
    assert parse_reply(f"Answer:\n{code}\n\nDone, I think.").source.strip() == code


def test_an_unknown_escape_is_a_backslash():
    parsed = parse_reply(r'{"code": "import re\ndef f(x):\n    return len(re.findall(\"\d\", x))"}')
    assert parsed.source == 'import re\ndef f(x):\n    return len(re.findall("\\d", x))\n'


@pytest.mark.parametrize(
    ("fenced", "inside"),
    [
        ("```python\n{}\n```", "{}"),
        (" \n````\n{}\n  ``` \n", "{}"),
        ("~~~\n{}~~~", "{}"),
        ("```\n{}\n`````", "{}\n``"),
        ("```\n{}\n``", None),
        ("```\n{}\n~~~", None),
    ],
)
def test_a_fence_around_the_whole_code_is_dropped(fenced, inside):
    code, body = fenced.format(F), (inside or fenced).format(F)
    assert parse_reply(json.dumps({"code": code})).source == body.strip("\n") + "\n"


def test_a_function_imported_as_f_is_a_program():
    source = "from math import a, isqrt as f\n"
    assert parse_reply(json.dumps({"code": source})).source == source
    assert parse_reply("```python\nfrom math import sqrt as fs\n```").source is None


def test_code_that_speaks_of_code_is_not_mistaken_for_json():
    source = 'def f(x):\n    return len({"code": x}["code"]) % 2\n'
    assert parse_reply(f"```python\n{source}```").source == source
    assert parse_reply(json.dumps({"code": source})).source == source


def test_rationale_is_kept():
    assert parse_reply(json.dumps({"code": F, "rationale": "parity"})).rationale == "parity"


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c", C),
        ("cpp", C),
        ("wat", WAT),
        ("zig", "export fn f(x: [*]const u8, n: i32) i64 {\n    return 1;\n}\n"),
    ],
)
def test_other_languages_in_every_form(language, code):
    for text in (json.dumps({"code": code}), f"So:\n```{language}\n{code}```\n", f"So:\n\n{code}\nDone."):
        assert parse_reply(text, language).source == code, text


def test_python_in_a_reply_that_should_hold_c_is_not_c():
    parsed = parse_reply(f"```python\n{F}```", "c")
    assert parsed.source is None
    assert "no c program" in parsed.reason


@pytest.mark.parametrize(
    "text", ["", "  \n", "<think>endless", "<think>a</think>", "I cannot.", '{"code": ""}', "```\n```"]
)
def test_nothing_found_has_a_reason(text):
    parsed = parse_reply(text)
    assert parsed.source is None
    assert parsed.reason


def test_the_contract_without_f_is_handed_on():
    parsed = parse_reply('{"code": "print(1)"}')
    assert (parsed.source, parsed.form) == ("print(1)", "json")


@pytest.mark.parametrize(
    "text",
    ['{"a":' * 100_000, "{" * MAX_CHARACTERS, '{"code": "' * 50_000, "(module " * 50_000, "```\n" * 200_000,
     '{"code": "from ' + " import " * 100_000 + '"}', '{"code": "```\\n' + " " * 900_000 + 'x"}',
     "`" * 900_000, "```" + "a" * 900_000, "`" * 400_000 + "\n" + "`" * 399_999 + "\n",
     '{"a":' * 900 + "[" + "1," * 450_000, "x = 1\n" + " \n" * 450_000,
     "[" * 500_000, '{"code": """' * 50_000, '{"code": "\\d' * 20_000, "def f(" * 100_000, "\n " * 400_000],
    ids=lambda text: text[:12].strip(),
)  # fmt: skip
def test_hostile_text_is_parsed_in_bounded_time(text):
    started = time.perf_counter()
    for language in ("python", "c", "wat"):
        parse_reply(text, language)
    assert time.perf_counter() - started < 5


@given(st.text(), st.sampled_from(["python", "c", "cpp", "zig", "wat", "wasm", "other"]))
def test_any_text_gives_a_source_or_a_reason(text, language):
    parsed = parse_reply(text, language)
    assert (parsed.source is None) != (parsed.reason is None)


PIECES = st.sampled_from(
    [
        '{"code": "',
        '"}',
        "```python\n",
        "```",
        F,
        C,
        WAT,
        "<think>",
        "</think>",
        "\\",
        "\n",
        '"',
        "{",
        "}",
        '"""',
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(["python", "c", "wat"]))
def test_any_mixture_of_the_forms_gives_a_source_or_a_reason(text, language):
    parsed = parse_reply(text, language)
    assert (parsed.source is None) != (parsed.reason is None)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_the_contract_round_trips(body):
    source = f"def f(x):\n    return {body!r} == x\n"
    assert parse_reply(json.dumps({"code": source})).source == source
