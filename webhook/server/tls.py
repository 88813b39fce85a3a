"""The TLS context of the listener."""

import ssl
import tempfile
from pathlib import Path

from certs.pair import Pair


class BadPair(ValueError):
    """Raised when certificate and key cannot be used together. Its message names the files and no content."""


def context_from_files(certificate: Path, key: Path) -> ssl.SSLContext:
    """Load a pair. Raises BadPair."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # An encrypted key would make OpenSSL ask the terminal, and a server has none.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
        raise BadPair(f"cannot use {certificate} with {key}: {why}") from None
    return context


def context_from_pair(pair: Pair) -> ssl.SSLContext:
    """Load a pair that is in memory. Raises BadPair.

    ``ssl`` reads files only: they live for an instant, where none else can read.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="eci-upgrade-guard-") as directory:
            certificate, key = Path(directory, "tls.crt"), Path(directory, "tls.key")
            certificate.write_bytes(pair.certificate)
            key.touch(mode=0o600)
            key.write_bytes(pair.key)
            return context_from_files(certificate, key)
    except OSError as error:
        raise BadPair(f"there is no folder to write a self-signed pair to for an instant: {error.strerror}") from None
