"""Tell whether an upgrade window of a policy is open, and when the next are.

exit codes:
  0 open   1 the tool failed, or the policy is refused   2 usage
  5 closed: no window is open, or there is a freeze

try:
  eci-upgrade-guard windows --policy policy.yaml
  eci-upgrade-guard windows --policy policy.yaml --at 2026-12-24T22:00:00+08:00
"""

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.instants import instant
from webhook.cli.policy_option import load_policy
from webhook.cli.streams import write_output
from webhook.policy.plain_text import plain
from webhook.policy.windows.openings import Opening
from webhook.policy.wording import elapsed
from webhook.readiness.aligned import aligned

_HEADERS = ("WINDOW", "OPENS", "CLOSES", "TIME ZONE", "OPENS (UTC)", "CLOSES (UTC)", "TO KNOW")
_COUNTS = range(101)


class Next(Struct, frozen=True, rename="camel"):
    """An opening to come. Texts are safe to show."""

    window: str
    time_zone: str
    opens_at: datetime
    closes_at: datetime | None
    """None where no end was found."""
    opens_at_local: datetime
    """The same instants, on the clock of the window."""
    closes_at_local: datetime | None
    to_know: str


class Told(Struct, frozen=True, rename="camel"):
    """What the command tells. All instants are in UTC."""

    at: datetime
    open: bool
    because: str
    since: datetime | None
    """Since when it has been open, or closed, without a break; None where that is not within a year."""
    until: datetime | None
    """Until when it stays so; None where no end was found."""
    openings: tuple[Next, ...]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--policy", metavar="FILE", help="the policy document, which names the windows")
    parser.add_argument("--at", metavar="TIME", type=instant, help="tell it of this instant, like 2026-12-31T00:00:00Z")
    parser.add_argument("--next", metavar="N", type=_count, default=5, help="how many openings to list (default: 5)")
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table", help="the format")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.policy is None:
        raise CliError(ExitCode.USAGE, "--policy is needed: it names the windows")
    calendar = load_policy(args.policy).calendar
    now = args.at or datetime.now(UTC).replace(microsecond=0)
    hours = calendar.at(now)
    told = Told(
        at=now,
        open=hours.open,
        because=hours.because,
        since=calendar.began_at(now),
        until=calendar.ends_at(now),
        openings=tuple(map(_next, calendar.openings(now, args.next))),
    )
    write_output(_json(told) if args.output == "json" else _table(told))
    return ExitCode.OK if hours.open else ExitCode.WINDOW_CLOSED


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < len("1000") and int(text) in _COUNTS):
        raise argparse.ArgumentTypeError(f"not a number from 0 to {_COUNTS[-1]}")
    return int(text)


def _next(opening: Opening) -> Next:
    zone = opening.window.schedule.zone
    return Next(
        window=plain(opening.window.name, 63),
        time_zone=zone.key,
        opens_at=opening.opens_at,
        closes_at=opening.closes_at,
        opens_at_local=opening.opens_at.astimezone(zone),
        closes_at_local=None if opening.closes_at is None else opening.closes_at.astimezone(zone),
        to_know=_to_know(opening, zone),
    )


def _to_know(opening: Opening, zone: ZoneInfo) -> str:
    """Say so where the clock is put forward over the start."""
    skipped = opening.window.schedule.skipped_at(opening.opens_at)
    if skipped is None:
        return ""
    if skipped.date() == opening.opens_at.astimezone(zone).date():
        return f"{skipped:%H:%M} does not exist that day"
    return f"{skipped:%Y-%m-%d %H:%M} does not exist"


def _json(told: Told) -> bytes:
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def _table(told: Told) -> str:
    return "\n".join((f"{told.because[0].upper()}{told.because[1:]}.", *_times(told), *_openings(told))) + "\n"


def _times(told: Told) -> Iterator[str]:
    rows = [("At", _written(told.at))]
    if told.since is not None:
        rows.append(("Since", f"{_written(told.since)}, {elapsed((told.at - told.since).total_seconds())} ago"))
    if told.until is None:
        rows.append(("Until", "not known: no end was found"))
    else:
        rows.append(("Until", f"{_written(told.until)}, in {elapsed((told.until - told.at).total_seconds())}"))
    return aligned(rows)


def _openings(told: Told) -> Iterator[str]:
    if told.openings:
        yield ""
        yield from aligned([_HEADERS, *map(_row, told.openings)])


def _row(opening: Next) -> Sequence[str]:
    return (
        opening.window,
        _written(opening.opens_at_local),
        _written(opening.closes_at_local),
        opening.time_zone,
        _written(opening.opens_at),
        _written(opening.closes_at),
        opening.to_know,
    )


def _written(instant: datetime | None) -> str:
    """Write a time with its offset, a local one with its day of the week too."""
    if instant is None:
        return "no end was found"
    text = instant.isoformat(sep=" ", timespec="seconds" if instant.second else "minutes")
    return f"{text.removesuffix('+00:00')}Z" if instant.tzinfo is UTC else f"{instant:%a} {text}"
