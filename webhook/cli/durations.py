"""The type of options that take a duration."""

import argparse

from webhook.policy.durations import InvalidDuration, parse_duration


def duration(text: str) -> float:
    """Return seconds. Raises argparse.ArgumentTypeError, as argparse has it of a type, and names the option then."""
    try:
        return parse_duration(text).total_seconds()
    except InvalidDuration as error:
        raise argparse.ArgumentTypeError(str(error)) from None
