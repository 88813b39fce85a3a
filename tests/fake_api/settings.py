"""How the fake answers. A test may set each of these while it runs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass
class Settings:
    """What is not the cluster's and not a script's."""

    tokens: Collection[str] | None = None
    """Bearer tokens that are accepted; None asks for none."""
    version: Mapping[str, str] = field(
        default_factory=lambda: {
            "major": "1",
            "minor": "24",
            "gitVersion": "v1.24.17-fake",
            "gitCommit": "",
            "gitTreeState": "clean",
            "buildDate": "2023-08-24T11:20:50Z",
            "goVersion": "go1.20.7",
            "compiler": "gc",
            "platform": "linux/amd64",
        }
    )
    """The answer to ``/version``."""
    bookmark_every: float | None = None
    """Seconds that a watch is quiet before it gets a bookmark (a real server: a minute). None sends none unasked."""
    gone_as_event: bool = True
    """Whether a watch from a forgotten revision gets an ERROR event, as from a real server, or the HTTP status 410."""
