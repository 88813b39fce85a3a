"""The page's drawings, written by hand as inline SVG. Each says in words what it shows.

Widths are percentages of whatever room there is, so a bar needs no script and its text alternative no picture.
"""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from webhook.policy.verdict import Readiness

_THINNEST = 0.8
"""Percent. One pod of a hundred thousand is seen too."""

# A shape for each readiness: whoever sees no colour, or a grey printout, still tells them apart.
_SHAPES = {
    Readiness.READY: Markup('<circle cx="12" cy="12" r="11"/><path class="cut" d="M6.5 12.5l4 4 7-8"/>'),
    Readiness.NOT_READY: Markup(
        '<path d="M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z"/><path class="cut" d="M8 8l8 8M16 8l-8 8"/>'
    ),
    Readiness.UNKNOWN: Markup(
        '<rect x="1.5" y="1.5" width="21" height="21" rx="4"/>'
        '<path class="cut" d="M8.5 9c0-4.6 7-4.6 7 0 0 2.6-3.5 2.6-3.5 5"/>'
        '<circle class="dot" cx="12" cy="18.2" r="1.6"/>'
    ),
}
_TAB_COLOURS = {Readiness.READY: "#1c7a50", Readiness.NOT_READY: "#b8301f", Readiness.UNKNOWN: "#a86a00"}


class Segment(NamedTuple):
    """A part of a bar."""

    kind: str
    """Its class in the stylesheet."""
    words: str
    pods: int


def bar(segments: Sequence[Segment], longest: int) -> Markup:
    """Draw one stacked bar. A bar of ``longest`` pods fills its room."""
    drawn, x = [], 0.0
    for (kind, _, _), width in zip(segments, widths([segment.pods for segment in segments], longest), strict=True):
        drawn.append(
            Markup('<rect class="{}" x="{}%" width="{}%" height="100%"/>').format(kind, _short(x), _short(width))
        )
        x += width
    return Markup('<svg class="bar" role="img" aria-label="{}">{}</svg>').format(
        in_words(segments), Markup().join(drawn)
    )


def in_words(segments: Sequence[Segment]) -> str:
    """Say what a bar shows: "7 incompatible, 1 exempt"."""
    return ", ".join(f"{segment.pods:,} {segment.words}" for segment in segments) or "none"


def widths(parts: Sequence[int], longest: int) -> list[float]:
    """Return the percentages that ``parts`` fill: none too thin to be seen, and together never more than all."""
    wanted = [max(_THINNEST, 100 * part / longest) if part > 0 else 0.0 for part in parts]
    return [width * min(1.0, 100 / sum(wanted)) if width else 0.0 for width in wanted]


def mark(readiness: Readiness) -> Markup:
    """Draw the mark of a readiness. The word beside it says the same, so it is silent."""
    return Markup('<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(_SHAPES[readiness])


def tab_icon(readiness: Readiness) -> str:
    """Return the mark as a data address, for the browser's tab. Without one, a browser would ask the server for it."""
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="{_TAB_COLOURS[readiness]}">'
        "<style>.cut{fill:none;stroke:#fff;stroke-width:3}.dot{fill:#fff}</style>"
        f"{_SHAPES[readiness]}</svg>"
    )
    return f"data:image/svg+xml,{quote(picture)}"


def _short(percent: float) -> str:
    return f"{percent:.2f}".rstrip("0").rstrip(".")
