"""JSON with comments: read, and changed without touching anything else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.kit.jsonc import NotJson, merge, read

SETTINGS = """\
// My settings
{
    "theme": "One Dark", // at night
    /* servers */
    "lsp": {
        "rust-analyzer": { "initialization_options": {"checkOnSave": false}, },
    },
    "tabs": [1, 2, 3], // odd
}
"""


def test_a_member_is_added_and_everything_else_stays() -> None:
    changed = merge(SETTINGS, {"lsp": {"pyright": {"binary": {"path": "/bin/pyright", "arguments": ["--stdio"]}}}})
    assert changed == SETTINGS.replace(
        '{"checkOnSave": false}, },\n',
        '{"checkOnSave": false}, },\n'
        '        "pyright": {\n'
        '            "binary": {\n'
        '                "path": "/bin/pyright"\n'
        "            }\n"
        "        }\n",
    ).replace('"/bin/pyright"\n', '"/bin/pyright",\n                "arguments": ["--stdio"]\n')
    assert merge(changed, {"lsp": {"pyright": {"binary": {"path": "/bin/pyright"}}}}) == changed


def test_a_value_takes_the_place_of_another() -> None:
    assert merge(SETTINGS, {"tabs": [4]}) == SETTINGS.replace("[1, 2, 3]", "[4]")
    assert merge(SETTINGS, {"theme": "One Dark"}) == SETTINGS
    assert merge('{"a": 1}', {"a": True}) == '{"a": true}'


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("", '{\n  "a": {\n    "b": 1\n  }\n}\n'),
        ("  \n", '{\n  "a": {\n    "b": 1\n  }\n}\n'),
        ("// mine\n", '// mine\n{\n  "a": {\n    "b": 1\n  }\n}\n'),
        ("{}", '{\n  "a": {\n    "b": 1\n  }\n}'),
        ("{ // none yet\n}", '{ // none yet\n  "a": {\n    "b": 1\n  }\n}'),
        ('{"x": 1 // one\n}', '{"x": 1, // one\n  "a": {\n    "b": 1\n  }\n}'),
        ('{\r\n\t"x": 1\r\n}\r\n', '{\r\n\t"x": 1,\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}\r\n'),
        ('\ufeff{"a": {}}', '\ufeff{"a": {\n    "b": 1\n  }}'),
    ],
)
def test_texts_of_all_kinds(text: str, changed: str) -> None:
    assert merge(text, {"a": {"b": 1}}) == changed
    assert merge(changed, {"a": {"b": 1}}) == changed
    assert read(changed)["a"] == {"b": 1}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "ends too early"),
        ('{"a" 1}', "Line 1: a colon"),
        ('{\n"a": 1 "b": 2}', "Line 2: a comma"),
        ("{a: 1}", "in quotation marks"),
        ('{"a": }', "a value is missing"),
        ('{"a": 1} x', "behind its end"),
        ("[" * 200, "too deep"),
        ('{"a": -}', "a value is missing"),
        ('{"a": 1.2.3}', "is no number"),
        ('{"a": "\\x"}', "an escape"),
    ],
)
def test_what_is_no_json_is_told_where(text: str, problem: str) -> None:
    with pytest.raises(NotJson, match=problem):
        read(text)


@pytest.mark.parametrize("text", ['{"a": []}', '{"a": null}', "[]", "1"])
def test_what_is_no_object_is_left_alone(text: str) -> None:
    with pytest.raises(NotJson, match="is no object"):
        merge(text, {"a": {"b": 1}})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), VALUES, st.sampled_from([None, 1, 4, "\t"]))
def test_any_object_takes_any_member(before: dict[str, object], value: object, indent: int | str | None) -> None:
    text = json.dumps(before, indent=indent)
    assert read(text) == before
    changed = merge(text, {"key!": value})
    assert json.loads(changed) == before | {"key!": value}
    assert merge(changed, {"key!": value}) == changed
