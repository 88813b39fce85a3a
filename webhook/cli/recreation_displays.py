"""How a recreation shows itself: bars on a terminal, a line for each change elsewhere, or lines of JSON."""

import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

import msgspec

from webhook.cli.exit_codes import CliError
from webhook.cli.streams import write_error, write_output
from webhook.cli.terminal import ENTER_SCREEN, LEAVE_SCREEN, is_terminal, repaint, screenful, size_of
from webhook.policy.plain_text import plain
from webhook.policy.wording import number
from webhook.policy.wrapped import wrapped
from webhook.recreation.forecast import Forecast
from webhook.recreation.plan import Plan, WorkloadRef
from webhook.recreation.progress import Progress

_BAR = 16
_JSON = "json"


class Display(Protocol):
    """Shows progress as it comes."""

    def show(self, progress: Progress) -> None:
        """Show what has changed of a workload."""

    def foretell(self, forecast: Forecast) -> None:
        """Show how long the rest takes."""

    def say(self, text: str) -> None:
        """Tell a person something, be it on standard error."""


def display(plan: Plan, output: str) -> AbstractContextManager[Display]:
    """Return what fits standard output and the chosen format, and leaves a terminal as a person wants to find it."""
    if output == _JSON:
        return nullcontext(JsonLines())
    return Bars(plan) if is_terminal(sys.stdout) else nullcontext(Lines())


class Bars:
    """A bar for each workload, on a screen of its own."""

    def __init__(self, plan: Plan) -> None:
        self._progress: dict[WorkloadRef, Progress] = {
            step.workload: Progress(workload=step.workload, strategy=step.strategy, total=len(step.pods))
            for step in plan.steps
        }
        self._forecast = ""
        self._footer = "Ctrl-C ends it after what is in hand"

    def __enter__(self) -> Self:
        write_output(ENTER_SCREEN)
        self._draw()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            write_output(LEAVE_SCREEN)
        except CliError:
            if error is None:
                raise

    def show(self, progress: Progress) -> None:
        """Draw all bars anew."""
        self._progress[progress.workload] = progress
        self._draw()

    def foretell(self, forecast: Forecast) -> None:
        """Show it from now on."""
        self._forecast = f"{datetime.now(UTC):%H:%M:%SZ} {forecast}"
        self._draw()

    def say(self, text: str) -> None:
        """Show it from now on in the last line: standard error would write over the screen."""
        self._footer = text
        self._draw()

    def _draw(self) -> None:
        shown, size = sorted(self._progress.values(), key=_turn), size_of(sys.stdout)
        done, total = sum(one.done for one in shown), sum(one.total for one in shown)
        lines = [f"{_bar(done, total)} {done} of {number(total, 'pod')} made anew", self._forecast]
        for progress in shown:
            lines += [_row(progress), *_below(progress, size.columns)]
        write_output(repaint(screenful(lines, f"{datetime.now(UTC):%H:%M:%SZ}; {self._footer}", size)))


class Lines:
    """A line, with the time, whenever something of a workload has changed."""

    def __init__(self) -> None:
        self._said: dict[WorkloadRef, str] = {}

    def show(self, progress: Progress) -> None:
        """Write a line, if there is anything new to say."""
        line = line_of(progress)
        if self._said.get(progress.workload) != line:
            self._said[progress.workload] = line
            self._write(line)

    def foretell(self, forecast: Forecast) -> None:
        """Write it."""
        self._write(str(forecast))

    def say(self, text: str) -> None:
        """Write it to standard error."""
        write_error(text)

    def _write(self, line: str) -> None:
        write_output(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}\n")


class JsonLines:
    """A line of JSON for each change."""

    def show(self, progress: Progress) -> None:
        """Write it."""
        self._write(progress=progress)

    def foretell(self, forecast: Forecast) -> None:
        """Write it."""
        self._write(forecast=forecast)

    def say(self, text: str) -> None:
        """Write it to standard error."""
        write_error(text)

    def _write(self, **told: object) -> None:
        write_output(msgspec.json.encode({"at": datetime.now(UTC).replace(microsecond=0), **told}) + b"\n")


def line_of(progress: Progress) -> str:
    """Say how far a workload has come, and what is waited for or who blocks."""
    return f"{_row(progress)}  {_words(progress)}".rstrip()


def _row(progress: Progress) -> str:
    count = f"{progress.done}/{progress.total}"
    return f"{_bar(progress.done, progress.total)} {count:>7} {plain(str(progress.workload))}"


def _below(progress: Progress, columns: int) -> list[str]:
    """Return the lines under a row."""
    return wrapped(_words(progress), columns, first="    ", others="      ")


def _words(progress: Progress) -> str:
    words = progress.blocked and f"blocked: {progress.blocked}"
    if not words and not progress.ended and progress.in_hand:
        words = f"{progress.in_hand}: {progress.waiting_for}" if progress.waiting_for else progress.in_hand
    return plain(words)


def _bar(done: int, total: int) -> str:
    full = _BAR * done // total if total else _BAR
    return "█" * full + "░" * (_BAR - full)


def _turn(progress: Progress) -> tuple[bool, bool, bool, WorkloadRef]:
    """What goes on comes first, then what is blocked, then what has its turn to come."""
    return not progress.in_hand, not progress.blocked, progress.ended, progress.workload
