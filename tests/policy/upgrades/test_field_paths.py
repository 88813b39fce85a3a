"""Paths into objects: what they lead to, and what is refused as one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import json_values
from webhook.policy.upgrades.field_path import FieldPath, InvalidPath, Unreadable, digest_of

OBJECT: dict[str, Any] = {
    "spec": {
        "version": "1.26",
        "empty": "",
        "nothing": None,
        "number": 1.26,
        "kube-version": "1.27",
        "pools": [{"version": "1.24"}, {"name": "b"}, "odd", {"version": "1.25"}, None],
        "grid": [[{"v": 1}], [{"v": 2}, {"v": 3}]],
    },
    "data": {"a.yml": "kube_version: 1.30\nlist: [1.10]", "b": "- 1", "c": "a: [", "d": "", "e": "&a [*a]"},
}

LEADS_TO = [
    ("spec.version", ["1.26"]),
    ("spec.empty", [""]),
    ("spec.nothing", []),
    ("spec.number", [1.26]),
    ("spec.kube-version", ["1.27"]),
    ("spec['kube-version']", ["1.27"]),
    ("spec.pools[*].version", ["1.24", "1.25"]),
    ("spec.grid[*][*].v", [1, 2, 3]),
    ("spec.pools.version", []),
    ("spec.version.deeper", []),
    ("spec.version[*]", []),
    ("spec.absent.deeper[*].still", []),
    ("data['a.yml']|yaml.kube_version", ["1.30"]),
    ("data['a.yml']|yaml.list[*]", ["1.10"]),
    ("data.b|yaml.kube_version", []),
    ("data.d|yaml.kube_version", []),
    ("data.absent|yaml.kube_version", []),
]


@pytest.mark.parametrize(("path", "values"), LEADS_TO)
def test_a_path_leads_to_what_is_there_and_to_nothing_else(path: str, values: list[Any]) -> None:
    assert list(FieldPath.parse(path).values(OBJECT)) == values


@pytest.mark.parametrize("path", ["data.c|yaml.version", "data.e|yaml.version", "spec.number|yaml.version"])
def test_a_text_that_cannot_be_entered_is_there_and_unreadable(path: str) -> None:
    (value,) = FieldPath.parse(path).values(OBJECT)
    assert isinstance(value, Unreadable)


def test_what_cannot_be_entered_is_told_from_another_of_its_kind() -> None:
    path = FieldPath.parse("number|yaml.version")
    one, same, other = (list(path.values({"number": number})) for number in (1.26, 1.26, 1.27))
    assert one == same != other


@pytest.mark.parametrize(
    "text",
    [
        "- a\n" * 5_001,
        f"kube_version: '1.30'\nother: {'x' * 128 * 1024}",
        "kube_version: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b"
        + 70 * ", *b"
        + "]",
    ],
    ids=["many nodes", "long", "aliases"],
)
def test_a_document_that_would_hold_up_admission_is_unreadable_and_told_from_another(text: str) -> None:
    path = FieldPath.parse("data.a|yaml.kube_version")
    (one,), (same,), (other,) = (list(path.values({"data": {"a": each}})) for each in (text, f"{text}", f"{text} "))
    assert isinstance(one, Unreadable)
    assert one == same != other


def test_a_value_is_told_from_any_other_whatever_it_is_and_not_by_the_order_of_its_fields() -> None:
    others = ["1", 1, None, True, "\ud800", '{"a": 1}', {"a": 1}, {"a": "1"}, ["1"]]
    assert len({digest_of(value) for value in others}) == len(others)
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "spec.",
        ".spec",
        "spec..version",
        "[*]",
        "spec[0]",
        "spec[*",
        "spec['a]",
        "spec|json",
        "1a",
        "a b",
        "|yaml",
    ],
)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(InvalidPath, match="write it like"):
        FieldPath.parse(text)


STEPS = st.sampled_from(["spec", ".version", ".kube-version", "['a.b']", "[*]", "|yaml"])


@given(st.lists(STEPS, max_size=4).map("".join), json_values)
def test_any_path_reads_any_value_without_an_error(text: str, value: Any) -> None:
    try:
        path = FieldPath.parse(text)
    except InvalidPath:
        return
    assert str(path) == text
    assert None not in path.values(value)
