"""The type of options that take an instant."""

import argparse
from datetime import datetime

from webhook.policy.instants import InvalidInstant, parse_instant


def instant(text: str) -> datetime:
    """Return it in UTC. Raises argparse.ArgumentTypeError, as argparse has it of a type, and names the option then."""
    try:
        return parse_instant(text)
    except InvalidInstant as error:
        raise argparse.ArgumentTypeError(str(error)) from None
