"""The formats of a report, and what each needs beside the report itself.

A format is a line of ``Format``, and the module of its name in ``renderings``: ``render`` in it writes a report, and
``render_list`` one over several clusters. It is loaded when somebody asks for it, and its means with it.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from webhook.readiness.making import Show
from webhook.readiness.report import ReadinessReport
from webhook.readiness.report_list import ReadinessReportList


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """What is to be known of a format before it is written."""

    media_type: str = "text/plain"
    for_people: bool = False
    """Whether it says how old the data is. The others are the same bytes for the same state."""
    show: Show = Show.UNFIT
    """Which pods it lists where nobody says."""
    of_several: bool = True
    """Whether there is one over several clusters."""


_PLAIN = Nature()


class Format(StrEnum):
    """What a report can be written as. Of those with one media type the first is what a caller gets for it."""

    TABLE = "table", Nature(for_people=True)
    WIDE = "wide", Nature(for_people=True)
    JSON = "json", Nature(media_type="application/json")
    YAML = "yaml", Nature(media_type="application/yaml")
    CSV = "csv", Nature(media_type="text/csv")
    MARKDOWN = "markdown", Nature(media_type="text/markdown", for_people=True)
    HTML = "html", Nature(media_type="text/html", for_people=True, of_several=False)
    JUNIT = "junit", Nature(media_type="application/xml", show=Show.ALL)
    PROMETHEUS = "prometheus"

    nature: Nature

    def __new__(cls, name: str, nature: Nature = _PLAIN) -> Self:
        """Make a member of its line."""
        one = str.__new__(cls, name)
        one._value_ = name
        one.nature = nature
        return one


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What only the moment knows. Formats for programs look at ``headers`` alone."""

    now: datetime
    heard_at: datetime | None
    """When the cluster was last heard, or a file was written."""
    again: str
    """The command that makes this report anew."""
    recreate: str = ""
    """The command that makes its unfit pods anew; "" where their cluster is not known."""
    headers: bool = True
    """Whether there is more than the rows, in a format that has rows."""

    @property
    def age(self) -> float | None:
        """Seconds since the cluster was heard."""
        return None if self.heard_at is None else max(0.0, (self.now - self.heard_at).total_seconds())


def render(report: ReadinessReport, chosen: Format, occasion: Occasion) -> bytes:
    """Write a report."""
    return _as_bytes(_module_of(chosen).render(report, occasion))


def render_list(reports: ReadinessReportList, chosen: Format, whole: Occasion, each: Mapping[str, Occasion]) -> bytes:
    """Write one over several clusters, in a format that is ``of_several``. ``each`` has the occasion of each."""
    return _as_bytes(_module_of(chosen).render_list(reports, whole, each))


def _module_of(chosen: Format) -> Any:
    return importlib.import_module(f"webhook.readiness.renderings.{chosen}")


def _as_bytes(written: str | bytes) -> bytes:
    return written if isinstance(written, bytes) else written.encode()
