"""What a run writes down, line by line, before it does what the line announces.

A line is on the disk before the call that it tells of is made. So a run that is killed anywhere left a line of
everything that it may have done, and the next can look what came of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from webhook.inventory.contact import utc_now
from webhook.recreation.plan import Strategy, WorkloadRef


class Event(StrEnum):
    """What a line tells of."""

    BEGUN = "Begun"
    """A run begins; ``text`` is why it does so outside of a window, if it does."""
    PLANNED = "Planned"
    """A pod of a workload that is begun now."""
    SAVED = "Saved"
    """The manifest of a bare pod, which is in the line."""
    EVICTING = "Evicting"
    """An eviction is about to be asked for."""
    REFUSED = "Refused"
    """It was not accepted, and no other may have been: the pod is not on its way by our hand. It may be asked again."""
    EVICTED = "Evicted"
    CREATED = "Created"
    """A bare pod was created again."""
    RESTARTING = "Restarting"
    """A restart is about to be asked for; ``when`` is the instant that it carries."""
    RESTARTED = "Restarted"
    REPLACED = "Replaced"
    """All is well with this pod: what came in its place is Ready and fit."""
    GONE = "Gone"
    """The pod went without us."""
    BLOCKED = "Blocked"
    """The pod stays: its eviction was not accepted."""
    FAILED = "Failed"
    """It is gone or on its way, and nothing good came in its place in time."""
    FINISHED = "Finished"
    """No more is done with this workload in this run."""
    STOPPED = "Stopped"
    """No more is begun in this run."""


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line."""

    when: datetime
    who: str
    run: str
    cluster: str
    """Its name. A journal may serve several clusters; what was in hand in one is never taken up in another."""
    cluster_id: str = ""
    """By which it is known under any name, and from others of its name; "" where nobody could tell, or wrote it."""
    event: Event
    workload: WorkloadRef | None = None
    strategy: Strategy | None = None
    min_ready_seconds: int = 0
    on_ordinary_nodes: int = 0
    pod: str = ""
    uid: str = ""
    text: str = ""
    beside: tuple[str, ...] = ()
    """Uids of pods of the workload that are not in the plan and were not told before: they replace none."""
    manifest: str = ""


class Journal(Protocol):
    """Where lines are kept. Whatever fails here ends the run: nothing is done that is not written down."""

    def write(self, *lines: Line) -> None:
        """Keep lines for good, before it returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who writes, in which run and of which cluster."""

    who: str
    run: str
    cluster: str
    cluster_id: str = ""
    clock: Callable[[], datetime] = utc_now

    def line(self, event: Event, workload: WorkloadRef | None = None, text: str = "") -> Line:
        """Begin a line; ``msgspec.structs.replace`` adds the rest."""
        when = self.clock().astimezone(UTC).replace(microsecond=0)
        return Line(
            when=when,
            who=self.who,
            run=self.run,
            cluster=self.cluster,
            cluster_id=self.cluster_id,
            event=event,
            workload=workload,
            text=text,
        )
