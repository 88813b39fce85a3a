"""Numbers and times in words."""

import pytest

from webhook.policy.wording import elapsed, number


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
