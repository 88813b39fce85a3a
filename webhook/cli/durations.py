"""Durations as people write them: 90s, 30m, 2h, 1h30m."""

import argparse
import re

_FORM = re.compile(r"(?:(?P<h>[0-9]{1,4})h)?(?:(?P<m>[0-9]{1,6})m)?(?:(?P<s>[0-9]{1,8})s)?")
_SECONDS = {"h": 3600, "m": 60, "s": 1}


def duration(text: str) -> float:
    """Return seconds. Raises argparse.ArgumentTypeError, as argparse has it of a type, and names the option then."""
    match = _FORM.fullmatch(text)
    seconds = sum(int(count) * _SECONDS[unit] for unit, count in match.groupdict("0").items()) if match else 0
    if not seconds:
        raise argparse.ArgumentTypeError("not a duration; write it like 90s, 30m, 2h or 1h30m")
    return float(seconds)
