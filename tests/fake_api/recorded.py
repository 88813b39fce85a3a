"""What was asked, for a test to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

from .targets import Kind


@dataclass
class Recorded:
    """A request and how far its answer has come."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By name, in any case."""
    kind: Kind | None
    """None for what the fake does not have."""
    time: float = field(default_factory=monotonic)
    code: int | None = None
    """The HTTP status, once the answer has begun."""
    bytes_sent: int = 0
    """Of the body, without the framing of chunks."""
    ended: float | None = None
    """When the answer was complete or broke off, or the client left."""
