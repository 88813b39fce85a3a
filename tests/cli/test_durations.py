"""Durations of ``--wait``."""

import argparse

import pytest

from tests.cli.conftest import Run
from webhook.cli.durations import duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("30m", 1800), ("2h", 7200), ("1h30m", 5400), ("1h0m5s", 3605), ("0h1s", 1), ("007s", 7)],
)
def test_durations_are_hours_minutes_and_seconds(text: str, seconds: int) -> None:
    assert duration(text) == seconds


JUNK = ["", "30", "m", "1x", "-5m", "5m ", " 5m", "1.5h", "30m1h", "0s", "0h0m", "1h1h", "٣m", "inf", "1e3s", "9" * 99]


@pytest.mark.parametrize("text", JUNK)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="not a duration; write it like 90s, 30m, 2h or 1h30m"):
        duration(text)


@pytest.mark.parametrize("command", [["report", "--watch"], ["gate"]])
def test_the_option_is_named(command: list[str], run: Run) -> None:
    ended = run(*command, "--target", "1.26", "--wait", "soon")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("eci-upgrade-guard: argument --wait: not a duration; write it like 90s")
