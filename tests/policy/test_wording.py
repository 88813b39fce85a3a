"""Numbers and times in words."""

import pytest

from webhook.policy.wording import elapsed, number, pods_against


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (0.9, "0 s"),
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (3601, "1 h 1 s"),
        (86_399, "23 h 59 min"),
        (86_400, "1 d"),
        (90_061, "1 d 1 h"),
    ],
)
def test_ages_are_written_with_two_units(seconds: float, words: str) -> None:
    assert elapsed(seconds) == words


def test_one_is_singular_and_any_other_number_is_not() -> None:
    assert [number(count, "pod") for count in (0, 1, 2)] == ["0 pods", "1 pod", "2 pods"]


@pytest.mark.parametrize(
    ("unfit", "pods", "words"),
    [
        (0, 24, "of 24 ECI pods none stands in the way of Kubernetes 1.26"),
        (1, 1, "1 of 1 ECI pod cannot run under Kubernetes 1.26"),
        (3, 24, "3 of 24 ECI pods cannot run under Kubernetes 1.26"),
    ],
)
def test_that_no_pod_stands_in_the_way_is_not_said_by_a_zero(unfit: int, pods: int, words: str) -> None:
    assert pods_against(unfit, pods, "1.26") == words
