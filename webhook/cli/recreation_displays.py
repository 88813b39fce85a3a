"""How a recreation shows itself: bars on a terminal, a line for each change elsewhere, or lines of JSON."""

import sys
from collections import Counter
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

import msgspec

from webhook.cli.exit_codes import CliError
from webhook.cli.streams import write_output
from webhook.cli.terminal import ENTER_SCREEN, LEAVE_SCREEN, is_terminal, repaint, screenful, size_of
from webhook.policy.plain_text import plain
from webhook.policy.wording import number
from webhook.recreation.outcome import DONE, Fate, Outcome, Result
from webhook.recreation.plan import Plan, WorkloadRef
from webhook.recreation.progress import Progress

_BAR = 16
_JSON = "json"
_MOST_TOLD = 20


class Display(Protocol):
    """Shows progress as it comes."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Leave everything as a person wants to find it."""

    def show(self, progress: Progress) -> None:
        """Show what has changed of a workload."""


def display(plan: Plan, output: str) -> Display:
    """Return what fits standard output and the chosen format."""
    if output == _JSON:
        return JsonLines()
    return Bars(plan) if is_terminal(sys.stdout) else Lines()


class Bars:
    """A bar for each workload, on a screen of its own."""

    def __init__(self, plan: Plan) -> None:
        self._progress: dict[WorkloadRef, Progress] = {
            step.workload: Progress(workload=step.workload, strategy=step.strategy, total=len(step.pods))
            for step in plan.steps
        }

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
        """Draw all bars anew. What goes on comes first, what has ended last."""
        self._progress[progress.workload] = progress
        self._draw()

    def _draw(self) -> None:
        shown = sorted(self._progress.values(), key=_turn)
        done, total = sum(one.done for one in shown), sum(one.total for one in shown)
        lines = [f"{_bar(done, total)} {done} of {number(total, 'pod')} made anew", "", *map(line_of, shown)]
        footer = f"{datetime.now(UTC):%H:%M:%SZ}; Ctrl-C ends it after what is in hand"
        write_output(repaint(screenful(lines, footer, size_of(sys.stdout))))


class Lines:
    """A line, with the time, whenever something of a workload has changed."""

    def __init__(self) -> None:
        self._said: dict[WorkloadRef, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass

    def show(self, progress: Progress) -> None:
        """Write a line, if there is anything new to say."""
        line = line_of(progress)
        if self._said.get(progress.workload) != line:
            self._said[progress.workload] = line
            write_output(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}\n")


class JsonLines:
    """A line of JSON for each change."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass

    def show(self, progress: Progress) -> None:
        """Write it."""
        write_output(
            msgspec.json.encode({"at": datetime.now(UTC).replace(microsecond=0), "progress": progress}) + b"\n"
        )


def line_of(progress: Progress) -> str:
    """Say how far a workload has come, and what is waited for."""
    words = progress.blocked and f"blocked: {progress.blocked}"
    if not words and not progress.ended and progress.in_hand:
        words = f"{progress.in_hand}: {progress.waiting_for}" if progress.waiting_for else progress.in_hand
    count = f"{progress.done}/{progress.total}"
    return f"{_bar(progress.done, progress.total)} {count:>7} {plain(str(progress.workload))}  {plain(words)}".rstrip()


def ending_lines(result: Result, output: str) -> bytes | str:
    """Return what became of all: counts, and each pod that is not done, with the reason."""
    if output == _JSON:
        return msgspec.json.encode({"result": result}) + b"\n"
    counts = Counter(outcome.fate for outcome in result.outcomes)
    told = ", ".join(f"{counts[fate]} {_WORDS[fate]}" for fate in Fate if counts[fate])
    lines = [told.capitalize() or "Nothing was to be done"]
    if result.stopped:
        lines.append(f"Stopped: {plain(result.stopped)}")
    left = [outcome for outcome in result.outcomes if outcome.fate not in DONE]
    lines += [f"  {_left(outcome)}" for outcome in left[:_MOST_TOLD]]
    if len(left) > _MOST_TOLD:
        lines.append(f"  ... and {len(left) - _MOST_TOLD} more, as the journal tells")
    if missing := result.of(Fate.NOT_REPLACED):
        look = f"kubectl get events -n {plain(missing[0].pod.namespace)} --field-selector type=Warning"
        lines.append(f"Next: {look} tells why; mend that, and run this again")
    return "\n".join(lines) + "\n"


_WORDS = {
    Fate.REPLACED: "made anew",
    Fate.RESTARTED: "made anew by a restart",
    Fate.GONE: "gone by themselves",
    Fate.EARLIER: "made anew by an earlier run",
    Fate.BLOCKED: "blocked",
    Fate.NOT_REPLACED: "not replaced as they should be",
    Fate.NOT_BEGUN: "not begun",
}


def _left(outcome: Outcome) -> str:
    pod = f"{plain(outcome.pod.namespace)}/{plain(outcome.pod.name)}"
    return f"{pod}: {_WORDS[outcome.fate]}{f': {plain(outcome.why)}' if outcome.why else ''}"


def _bar(done: int, total: int) -> str:
    full = _BAR * done // total if total else _BAR
    return "█" * full + "░" * (_BAR - full)


def _turn(progress: Progress) -> tuple[bool, bool, WorkloadRef]:
    return progress.ended, not progress.in_hand, progress.workload
