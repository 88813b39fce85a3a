"""Who may post reviews, told by the certificate that a client has proven to hold: TLS verifies it, and we its name."""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.types import Scope

CLIENT_NAMES = "eci-upgrade-guard.client-names"
"""Where a request's scope has the names of the client's certificate."""


def proven_names(certificate: Mapping[str, Any] | None) -> frozenset[str]:
    """Return the common name and the DNS names of a verified certificate, as ``ssl`` tells it; none without one."""
    return frozenset(_names(certificate)) if certificate else frozenset()


def _names(certificate: Mapping[str, Any]) -> Iterator[str]:
    for relative in certificate.get("subject", ()):
        yield from (value for key, value in relative if key == "commonName")
    yield from (value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS")


class ClientGate:
    """Lets those through whose certificate has one of these names; everybody where none is asked for."""

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self._names = names

    def lets_in(self, scope: Scope) -> bool:
        """Whether a request may go on."""
        return not self._names or not self._names.isdisjoint(scope.get(CLIENT_NAMES, ()))
