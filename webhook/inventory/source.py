"""What the inventory needs of a cluster, as Protocols (``webhook.cluster`` implements them), and how reading fails."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from msgspec import Raw

NO_CAUSES: Mapping[str, str] = MappingProxyType({})


class SourceFailed(Exception):
    """Raised when the cluster could not be read. Its message is one line, for people, and holds nothing secret."""

    def __init__(
        self, message: str, *, status: int = 0, retry_after: float = 0, causes: Mapping[str, str] = NO_CAUSES
    ) -> None:
        super().__init__(message)
        self.status = status
        """HTTP; 0 where there was no answer."""
        self.retry_after = retry_after
        """Seconds that the API server asks to be left alone."""
        self.causes = causes
        """What the API server gives as causes: reason codes, and what it says of each in one plain line."""


class Outdated(SourceFailed):
    """Raised when there is no version to go on from, or the order of events is lost: list everything anew."""


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a list."""

    items: Sequence[Raw]
    version: str
    """The resourceVersion of the list; that of the last page is where a watch begins."""
    remaining: int | None = None
    """About how many objects come after this page; None where the API server does not say."""


class ChangeKind(StrEnum):
    """What a watch tells."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    BOOKMARK = "BOOKMARK"
    """Nothing changed up to this version."""


@dataclass(frozen=True, slots=True)
class Change:
    """One event of a watch."""

    kind: ChangeKind
    object: Raw
    version: str
    """The object's resourceVersion; "" where it could not be read."""


class ObjectSource(Protocol):
    """Objects of one kind. Implemented by cluster.objects."""

    def list(self) -> AsyncIterator[Page]:
        """Yield all objects in pages. Raises SourceFailed, Outdated."""

    def watch(self, version: str) -> AsyncIterator[Sequence[Change]]:
        """Yield what changes after ``version``, in the order it came; first an empty batch, once the watch is open.

        Ends when the API server ends it, as it does every few minutes. Raises SourceFailed, Outdated.
        """


class PodGetter(Protocol):
    """Looks at one pod. Implemented by cluster.objects."""

    async def get(self, namespace: str, name: str) -> Raw | None:
        """Return a pod, None where there is none. Raises SourceFailed."""


class VersionSource(Protocol):
    """Asks which Kubernetes a cluster runs. Implemented by cluster.objects."""

    async def version(self) -> str:
        """Return the ``gitVersion`` of the API server. Raises SourceFailed."""


class Sink(Protocol):
    """Takes what a reflector reads. A list is taken as a whole or not at all."""

    def start_over(self) -> None:
        """Begin a new list, and drop one that was begun before."""

    def add(self, item: Raw) -> None:
        """Take an object of the list that was begun. Never raises for an odd one."""

    def complete(self, version: str) -> None:
        """Let the new list, of this resourceVersion, stand in place of everything known."""

    def apply(self, change: Change) -> None:
        """Take a change. Never raises for an odd object."""
