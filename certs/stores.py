"""What keeping an authority needs of the cluster that calls the guard, as Protocols, and how it fails.

Implemented by ``webhook.cluster``. Each names one object, and nothing else can be reached by it.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol


class StoreFailed(Exception):
    """Raised when the cluster could not be asked, or refuses. Its message is one line for people, and not secret."""


class Conflict(StoreFailed):
    """Raised when somebody else was first: what is there now is to be read and taken as it is."""


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A Secret as it was read."""

    data: Mapping[str, bytes]
    """Decoded. What could not be decoded is left out."""
    annotations: Mapping[str, str]
    version: str
    """The resourceVersion: a replacement is for just this state."""


class SecretStore(Protocol):
    """One Secret, in the guard's own namespace."""

    async def read(self) -> StoredSecret | None:
        """Return it; None where there is none. Raises StoreFailed."""

    async def create(self, data: Mapping[str, bytes]) -> None:
        """Create it. Raises Conflict where there is one by now, StoreFailed."""

    async def replace(self, data: Mapping[str, bytes], version: str) -> None:
        """Put other data in place of what ``version`` holds. Raises Conflict where it changed, StoreFailed.

        Labels, annotations and the type stay as they are.
        """


class BundleStore(Protocol):
    """One ConfigMap, in the guard's own namespace, for whoever calls the guard by hand."""

    async def publish(self, bundle: bytes) -> None:
        """Have it hold this bundle under ``ca.crt``, whether it exists or not. Raises StoreFailed."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The ValidatingWebhookConfiguration by which the API server calls the guard."""

    uid: str
    version: str
    bundles: Mapping[str, bytes]
    """The caBundle of each entry by its name; empty where it has none."""
    owned: bool = False
    """Whether something is left to let go of, as by a guard that ended while it injected: then it is to be injected
    into though all its bundles are right."""


class ConfigurationStore(Protocol):
    """One ValidatingWebhookConfiguration. It is never created, and no entry is added."""

    async def read(self) -> Registered | None:
        """Return it; None where there is none. Raises StoreFailed."""

    async def inject(self, registered: Registered, bundle: bytes) -> None:
        """Put the bundle into every entry of just this object that has another, and own none of it afterwards.

        Raises Conflict where it is another object by now, or an entry was renamed; StoreFailed.
        """

    def changes(self) -> AsyncIterator[None]:
        """Yield whenever it may have changed; first at once. It never ends and never raises."""
