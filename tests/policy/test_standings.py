"""Pods that are judged alike at any time are counted as one, and counted anew only where a policy judges otherwise."""

from collections.abc import Hashable

import pytest

from tests.builders import Json, facts_of_json, running
from tests.policy.document.test_reading import MATRIX, read

EXEMPT = 'exemptions: [{reason: a, namespaces: [lab], expires: "2026-12-31T00:00:00Z", countsAsReady: true}]'


def spelt(replaces: str) -> str:
    return MATRIX.replace("{replace}", replaces)


@pytest.mark.parametrize(
    "spec", ["targetVersion: 1.26", spelt("true"), spelt("false"), f"targetVersion: 1.26\n{EXEMPT}"]
)
def test_the_same_document_read_twice_stands_alike(spec: str) -> None:
    one, other = read(spec), read(f"{spec}\nmodes: {{pods: Off}}")
    assert one.stands_alike(other)
    assert hash(one.matrix) == hash(other.matrix)
    assert one.evidence.node_names == other.evidence.node_names
    assert hash(one.evidence.node_names) == hash(other.evidence.node_names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("targetVersion: 1.26", spelt("false")),
        (spelt("true"), spelt("false")),
        ("targetVersion: 1.26", f"targetVersion: 1.26\n{EXEMPT}"),
    ],
)
def test_another_matrix_or_exemption_does_not(one: str, other: str) -> None:
    assert not read(one).stands_alike(read(other))


def standing(one: Json) -> Hashable:
    facts = facts_of_json(one)
    assert facts is not None
    return read(f"targetVersion: 1.26\n{EXEMPT}").standing_of(facts)


@pytest.mark.parametrize(("one", "other"), [("1.0.0", "v1.0.0"), ("", None), ("0.1", "0.2")])
def test_pods_stand_alike_whose_versions_are_spelt_differently_or_are_none(one: str, other: str | None) -> None:
    assert standing(running("a", one)) == standing(running("b", other))


@pytest.mark.parametrize(
    "other", [running("b", "1.1.0"), running("b", "1.0.0", phase="Failed"), running("b", "1.0.0", namespace="lab")]
)
def test_pods_do_not_whose_version_or_state_or_exemption_is_another(other: Json) -> None:
    assert standing(running("a", "1.0.0")) != standing(other)
