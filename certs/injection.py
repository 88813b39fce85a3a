"""Having whoever calls the guard trust its authorities: the caBundle of each entry of its webhook configuration."""

import logging
from collections.abc import Callable
from dataclasses import replace

from cryptography import x509

from certs.bundle import read_bundle
from certs.in_time import in_time
from certs.publication import Publication, PublicationRecord
from certs.stores import ConfigurationStore, Conflict, Registered, StoreFailed
from certs.tell import Tell

_ATTEMPTS = 3


class Injection:
    """Reads the configuration, and repairs it. It is read before the Secret is: whatever was put in later stays."""

    def __init__(self, configuration: ConfigurationStore, tell: Tell, monotonic: Callable[[], float]) -> None:
        self.failures = 0
        """How often the bundle could not be put in."""
        self._configuration = configuration
        self._tell = tell
        self._monotonic = monotonic
        self._record = PublicationRecord()
        self._registered: Registered | None = None

    async def look(self) -> Publication:
        """Read the configuration, and tell how long it has had which authority. Raises StoreFailed."""
        self._registered = None
        try:
            self._registered = await in_time(self._configuration.read())
        except StoreFailed:
            self._record.forget()
            raise
        return self._record.see(self._registered, self._monotonic())

    def is_trusted(self, authority: x509.Certificate) -> bool:
        """Tell whether every entry has this authority, as the configuration was read or written last."""
        bundles = self._registered.bundles.values() if self._registered else ()
        return all(authority in read_bundle(bundle).certificates for bundle in bundles)

    async def inject(self, bundle: bytes) -> None:
        """Put the bundle into every entry that has another one, as the configuration was read. Raises StoreFailed."""
        try:
            await self._inject(bundle)
        except StoreFailed:
            self.failures += 1
            raise

    async def _inject(self, bundle: bytes) -> None:
        for _ in range(_ATTEMPTS):
            if self._registered is None or _is_done(self._registered, bundle):
                return
            try:
                await in_time(self._configuration.inject(self._registered, bundle))
            except Conflict:
                self._registered = await in_time(self._configuration.read())
                continue
            self._tell(logging.INFO, "bundle injected", entries=len(self._registered.bundles))
            self._registered = replace(self._registered, bundles=dict.fromkeys(self._registered.bundles, bundle))
            return
        raise StoreFailed("it was made anew each time before this replica could write")


def _is_done(registered: Registered, bundle: bytes) -> bool:
    """Tell whether every entry has this bundle, and nothing of ours is left to let go of."""
    return not registered.owned and all(one == bundle for one in registered.bundles.values())
