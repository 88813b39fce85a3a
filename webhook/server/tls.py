"""What the listener shows of itself: its certificate."""

import ssl
import tempfile
from pathlib import Path
from typing import NamedTuple

from certs.pair import Pair
from webhook.server.metrics.deadlines import Validity, validity_of


class Served(NamedTuple):
    """What the TLS port shows."""

    context: ssl.SSLContext
    validity: Validity
    """Of its certificate."""


class BadPair(ValueError):
    """Raised when certificate and key cannot be used together. Its message names the files and no content."""


def served_from_files(certificate: Path, key: Path) -> Served:
    """Load a pair. Raises BadPair."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # An encrypted key would make OpenSSL ask the terminal, and a server has none.
        context.load_cert_chain(certificate, key, password=lambda: b"")
        validity = validity_of(certificate.read_bytes())
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
        raise BadPair(f"cannot use {certificate} with {key}: {why}") from None
    return Served(context, validity)


def served_from_pair(pair: Pair) -> Served:
    """Load a pair that is in memory. Raises BadPair.

    ``ssl`` reads files only: they live for an instant, where none else can read.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="eci-upgrade-guard-") as directory:
            certificate, key = Path(directory, "tls.crt"), Path(directory, "tls.key")
            certificate.write_bytes(pair.certificate)
            key.touch(mode=0o600)
            key.write_bytes(pair.key)
            return served_from_files(certificate, key)
    except OSError as error:
        raise BadPair(f"there is no folder to write a self-signed pair to for an instant: {error.strerror}") from None
