"""Where the certificate that is shown comes from, as a Protocol."""

from typing import Protocol

from certs.state import State


class CertificateSource(Protocol):
    """Implemented by certs: Keeper, WatchedFiles and SelfSigning. Each hands its pairs to ``ServedTls.show``."""

    @property
    def state(self) -> State:
        """How it stands now."""

    async def run(self) -> None:
        """Go on showing good ones until cancelled."""
