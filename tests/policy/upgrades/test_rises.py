"""Which versions in an object are a request for an upgrade: those that rise above what was, and above what runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import version
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.upgrades.asking import Asked, rise_in, versions_in
from webhook.policy.upgrades.dialects import Dialect
from webhook.policy.upgrades.field_path import FieldPath
from webhook.policy.upgrades.kind import Part, Read, Scope, UpgradeKind, Upgrades, Writer

UNTOLD = "latest"
POOLS = FieldPath.parse("pools[*]")


def asked(texts: str, path: str = "spec.version") -> list[Asked]:
    """Versions of one field, written like "1.24 1.26 latest"."""
    return [
        Asked(path=path, of=Part.BOTH, version=None if text == UNTOLD else version(text), text=text)
        for text in texts.split()
    ]


RISES = [
    # new, old, running -> highest, whether one cannot be told
    ("1.26", "1.24", "1.24", "1.26", False),
    ("1.26", "", "1.24", "1.26", False),  # a first value above what runs
    ("1.24", "", "1.24", None, False),  # a first value at what runs
    ("1.26", "1.24", "1.26", None, False),  # a pool that catches up
    ("1.26", "", "1.28", None, False),  # a late default below what runs
    ("1.24", "1.26", "1.26", None, False),  # a downgrade
    ("1.26", "1.26", "1.24", None, False),  # no change, or a patch
    ("", "1.24", "1.24", None, False),
    ("1.26 1.28 1.24", "1.24", "1.24", "1.28", False),
    ("1.24 1.26", "1.26 1.24", "1.24", None, False),  # pools that changed places
    ("1.26", "", None, "1.26", False),  # nobody knows what runs
    ("1.20", "1.18", None, "1.20", False),
    ("1.18", "1.20", None, None, False),
    ("latest", "", "1.24", None, True),
    ("latest", "latest", "1.24", None, False),
    ("latest", "1.24", "1.24", None, True),
    ("1.26", "latest", "1.24", "1.26", False),
    ("1.26 latest", "1.24", "1.24", "1.26", True),
]


@pytest.mark.parametrize(("new", "old", "running", "highest", "untold"), RISES)
def test_a_request_asks_for_an_upgrade_or_it_does_not(
    new: str, old: str, running: str | None, highest: str | None, untold: object
) -> None:
    rise = rise_in(asked(new), asked(old), version(running) if running else None)
    if highest is None and not untold:
        assert rise is None
        return
    assert rise is not None
    assert (str(rise.highest.version) if rise.highest else None) == highest
    assert (rise.untold is not None) == untold
    assert rise.first is (rise.highest or rise.untold)


def test_fields_are_compared_each_with_itself() -> None:
    """Workers may follow a control plane that was upgraded, and are not above it."""
    new = [*asked("1.26", "spec.control"), *asked("1.26", "spec.workers")]
    old = [*asked("1.26", "spec.control"), *asked("1.24", "spec.workers")]
    rise = rise_in(new, old, version("1.24"))
    assert rise is not None
    assert rise.first.path == "spec.workers"
    assert rise_in(new, old, version("1.26")) is None


def test_of_fields_that_rise_alike_the_first_is_told() -> None:
    rise = rise_in([*asked("1.26", "spec.workers"), *asked("1.26", "spec.control")], [], version("1.24"))
    assert rise is not None
    assert rise.first.path == "spec.workers"


@pytest.mark.parametrize(
    ("read", "texts"),
    [
        (Read(path=POOLS), ["", "1.26"]),
        (Read(path=POOLS, only=frozenset({"1.26"})), ["1.25", "1.26"]),
        (Read(path=POOLS, dialect=Dialect.FREE_TEXT), ["bionic", "1.26"]),
    ],
)
def test_a_text_that_does_not_count_hides_none_behind_it(read: Read, texts: list[str]) -> None:
    kind = UpgradeKind(
        group="example.com",
        resource="wonders",
        kind="Wonder",
        scope=Scope.CLUSTER,
        upgrades=Upgrades.THIS,
        writer=Writer.PERSON,
        reads=(read,),
        source="us",
    )
    assert [one.text for one in versions_in(kind, {"pools": texts})] == ["1.26"]


versions = st.lists(st.integers(20, 30).map(lambda minor: f"1.{minor}") | st.just(UNTOLD), max_size=4).map(" ".join)


@given(versions, versions, st.none() | st.integers(20, 30))
def test_no_rise_means_that_nothing_new_lies_above_what_was_and_what_runs(
    new: str, old: str, running: int | None
) -> None:
    runs = None if running is None else KubernetesVersion(1, running)
    before = [one.version for one in asked(old) if one.version]
    above = [
        one.version
        for one in asked(new)
        if one.version and one.version > max(before, default=version("1.0")) and (runs is None or one.version > runs)
    ]
    rise = rise_in(asked(new), asked(old), runs)
    assert (rise and rise.highest and rise.highest.version) == max(above, default=None)
    assert (rise is not None and rise.untold is not None) == (UNTOLD in new.split() and UNTOLD not in old.split())
