"""What of a report is written, and how: ``-o``, ``--show`` and ``--no-headers``."""

import argparse

from webhook.readiness.making import Show
from webhook.readiness.rendering import Format

TABLES = (Format.TABLE, Format.WIDE)
"""Those that are painted on a terminal, and drawn anew."""
_OF_ALL = ", ".join(one for one in Format if one.nature.show is Show.ALL)


def add_format_options(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "-o",
        "--output",
        metavar="FORMAT",
        choices=[one.value for one in Format],
        default="table",
        help=f"{', '.join(Format)} (default: table)",
    )
    parser.add_argument(
        "--show",
        choices=[show.value for show in Show],
        help=f"which pods to list: unfit (incompatible or unknown, the default but of {_OF_ALL}) or all",
    )
    parser.add_argument("--no-headers", action="store_true", help="print the rows alone, where the format has rows")


def chosen_show(args: argparse.Namespace) -> Show:
    """Return which pods the report lists."""
    return Show(args.show or Format(args.output).nature.show)
