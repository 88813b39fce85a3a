"""Durations of ``--wait``. What a duration is stands in tests/policy/test_durations.py."""

import argparse

import pytest

from tests.commands import Run
from webhook.cli.durations import duration


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90.0), ("1h30m", 5400.0), ("1d", 86400.0)])
def test_they_are_seconds(text: str, seconds: float) -> None:
    assert duration(text) == seconds


def test_what_is_no_duration_is_refused_in_the_way_of_argparse() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="not a duration; write it like 90s, 30m, 4h30m or 1d12h"):
        duration("soon")


@pytest.mark.parametrize("command", [["report", "--watch"], ["gate"]])
def test_the_option_is_named(command: list[str], run: Run) -> None:
    ended = run(*command, "--target", "1.26", "--wait", "soon")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("eci-upgrade-guard: argument --wait: not a duration; write it like 90s")
