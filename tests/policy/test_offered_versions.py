"""The next minor is the next that ACK offers, which is not always the next number."""

from itertools import pairwise

import pytest
from hypothesis import given

from tests.builders import version
from tests.strategies import minors
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.offered_versions import AS_OF, OFFERED, NoneOffered, next_offered

STEPS = [
    ("1.12", "1.14"),
    ("1.22", "1.24"),
    ("1.24", "1.26"),
    ("1.28", "1.30"),
    ("1.30", "1.31"),
    ("1.31", "1.32"),
    ("1.33", "1.34"),
    ("1.24.6-aliyun.1", "1.26"),
    ("1.25", "1.26"),
    ("1.29", "1.30"),
]


@pytest.mark.parametrize(("running", "expected"), STEPS)
def test_the_next_minor_is_the_next_that_is_offered(running: str, expected: str) -> None:
    assert str(next_offered(version(running))) == expected


@pytest.mark.parametrize("running", ["1.34", "1.35", "2.0"])
def test_after_the_newest_nothing_is_guessed_and_the_date_is_told(running: str) -> None:
    with pytest.raises(NoneOffered, match=f"as of {AS_OF} ACK offers nothing after 1.34, and the cluster runs "):
        next_offered(version(running))


def test_before_the_oldest_nothing_is_guessed() -> None:
    with pytest.raises(NoneOffered, match=r"begins with 1\.12, and says nothing of 1\.11"):
        next_offered(version("1.11"))


def test_the_table_is_in_order_and_holds_every_minor_from_1_30_on() -> None:
    assert list(OFFERED) == sorted(set(OFFERED))
    assert {after.minor - before.minor for before, after in pairwise(OFFERED) if before >= version("1.30")} == {1}
    assert {after.minor - before.minor for before, after in pairwise(OFFERED) if after <= version("1.30")} == {2}


@given(minors)
def test_the_next_is_always_later_and_nothing_offered_lies_between(minor_of_running: int) -> None:
    running = KubernetesVersion(1, minor_of_running)
    try:
        found = next_offered(running)
    except NoneOffered:
        assert running < OFFERED[0] or running >= OFFERED[-1]
    else:
        assert [minor for minor in OFFERED if running < minor < found] == []
        assert found > running
