"""Durations as people write them: 90s, 30m, 4h30m, 1d12h."""

import re
from datetime import timedelta

_FORM = re.compile(
    r"(?:(?P<days>[0-9]{1,3})d)?(?:(?P<hours>[0-9]{1,4})h)?(?:(?P<minutes>[0-9]{1,6})m)?(?:(?P<seconds>[0-9]{1,8})s)?",
)


class InvalidDuration(ValueError):
    """Raised when a text is no duration, or none at all. Its message does not repeat the text."""


def parse_duration(text: str) -> timedelta:
    """Read days, hours, minutes and seconds, in this order. Raises InvalidDuration."""
    match = _FORM.fullmatch(text)
    length = timedelta(**{unit: int(count) for unit, count in match.groupdict("0").items()}) if match else timedelta()
    if not length:
        raise InvalidDuration("not a duration; write it like 90s, 30m, 4h30m or 1d12h")
    return length
