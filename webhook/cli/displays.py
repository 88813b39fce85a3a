"""What ``report --watch`` writes: a screen that is drawn anew on a terminal, a line for each change elsewhere."""

import sys
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Protocol, Self

from msgspec import structs

from webhook.cli.exit_codes import CliError
from webhook.cli.streams import write_output
from webhook.cli.terminal import (
    ENTER_SCREEN,
    LEAVE_SCREEN,
    is_terminal,
    may_colour,
    paint,
    repaint,
    screenful,
    size_of,
)
from webhook.readiness.rendering import Format, Occasion, render
from webhook.readiness.report import ReadinessReport


class Display(Protocol):
    """Shows reports as they come."""

    def show(self, report: ReadinessReport, occasion: Occasion) -> bool:
        """Show a report; return whether anybody still looks. Raises CliError."""


def display(chosen: Format) -> AbstractContextManager[Display]:
    """Return what fits standard output, and leaves it as a person wants to find it."""
    return Screen(chosen) if is_terminal(sys.stdout) else nullcontext(Lines())


class Screen:
    """The report's table on a screen of its own. The last one stays behind, whole, when it ends."""

    def __init__(self, chosen: Format) -> None:
        self._chosen = chosen
        self._last: tuple[ReadinessReport, Occasion] | None = None

    def __enter__(self) -> Self:
        write_output(ENTER_SCREEN + repaint(["Reading the cluster; Ctrl-C ends"]))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            write_output(LEAVE_SCREEN + (self._text(*self._last) if self._last else ""))
        except CliError:
            if error is None:
                raise

    def show(self, report: ReadinessReport, occasion: Occasion) -> bool:
        """Draw a report over the one before."""
        self._last = report, occasion
        size = size_of(sys.stdout)
        if len(report.findings) > size.lines:  # nothing behind them is seen, and many thousands take a while to write
            report = structs.replace(report, findings=report.findings[: size.lines])
        lines = self._text(report, occasion).splitlines()
        return write_output(repaint(screenful(lines, f"{occasion.now:%H:%M:%SZ}; Ctrl-C ends", size)))

    def _text(self, report: ReadinessReport, occasion: Occasion) -> str:
        text = render(report, self._chosen, occasion).decode()
        return paint(text, report.readiness) if may_colour() else text


class Lines:
    """A line, with the time, whenever readiness or what stands in its way has changed."""

    def __init__(self) -> None:
        self._said = ""

    def show(self, report: ReadinessReport, occasion: Occasion) -> bool:
        """Write a line, if there is anything new to say."""
        if report.summary == self._said:
            return True
        self._said = report.summary
        return write_output(f"{occasion.now:%Y-%m-%dT%H:%M:%SZ} {report.summary}\n")
