"""What the TLS port shows of itself: a certificate that can be changed at any time, for new handshakes and them alone.

Each pair gets a context of its own, built whole before anybody sees it. The one that listens hands every handshake to
the newest, by the callback for server names, which is asked without a name too. To load another pair into a context
that is in use would break every handshake if certificate and key did not match.
"""

import os
import ssl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from certs.pair import Pair
from certs.reading import BadPair
from webhook.server.metrics.deadlines import Validity, validity_of


class ServedTls:
    """The certificate that is shown now. Until there is one, handshakes fail, and so the guard is not ready."""

    def __init__(self, *, client_authorities: bytes | None = None) -> None:
        """With ``client_authorities`` (PEM) a certificate is asked of clients, and one of somebody else refused.

        Raises BadPair where there are none in it.
        """
        self._client_authorities = client_authorities
        self._shown: ssl.SSLContext | None = None
        self.validity: Validity | None = None
        """Of the certificate that is shown."""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        """The one that listens."""
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.sni_callback = self._choose
        # A session that is resumed shows no certificate, and so none that is new.
        self.context.options |= ssl.OP_NO_TICKET
        self.context.num_tickets = 0
        if client_authorities is not None:  # this context tells whether to ask, the one shown by whom to verify
            _ask_clients(self.context, client_authorities)

    def show(self, pair: Pair) -> None:
        """Show a pair from now on. Raises BadPair, and goes on with the one before."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        _load(context, pair)
        if self._client_authorities is not None:
            _ask_clients(context, self._client_authorities)
        try:
            validity = validity_of(pair.certificate)
        except ValueError:
            raise BadPair("the certificate cannot be read") from None
        self._shown, self.validity = context, validity

    def _choose(self, connection: ssl.SSLObject | ssl.SSLSocket, _: str | None, __: ssl.SSLContext) -> int | None:
        if self._shown is None:
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        connection.context = self._shown
        return None


def _load(context: ssl.SSLContext, pair: Pair) -> None:
    try:
        with _as_files(pair) as (certificate, key):
            # An encrypted key would make OpenSSL ask the terminal, and a server has none.
            context.load_cert_chain(certificate, key, password=lambda: b"")
    except ssl.SSLError as error:
        raise BadPair(f"certificate and key cannot be used together: {error.reason or 'not PEM'}") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise BadPair(f"certificate and key cannot be loaded: {why}") from None


@contextmanager
def _as_files(pair: Pair) -> Iterator[tuple[str, str]]:
    """Give a pair that is in memory the paths of files: ``ssl`` reads nothing else.

    On Linux they are in memory too, so that a key never comes to a disk, and none has to be there that can be written.
    """
    with ExitStack() as stack:
        if sys.platform == "linux":
            files = [stack.enter_context(os.fdopen(os.memfd_create(name), "wb")) for name in ("tls.crt", "tls.key")]
            paths = [f"/proc/self/fd/{file.fileno()}" for file in files]
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="eci-upgrade-guard-"))  # for us alone
            paths = [f"{folder}/{name}" for name in ("tls.crt", "tls.key")]
            files = [stack.enter_context(Path(path).open("wb")) for path in paths]
        for file, content in zip(files, (pair.certificate, pair.key), strict=True):
            file.write(content)
            file.flush()
        yield paths[0], paths[1]


def _ask_clients(context: ssl.SSLContext, authorities: bytes) -> None:
    """Ask a certificate of clients, and require none: browsers and kubelets have none, and most routes want none."""
    try:
        context.load_verify_locations(cadata=authorities.decode("ascii"))
    except (ssl.SSLError, ValueError):
        raise BadPair("the authorities of clients cannot be read") from None
    context.verify_mode = ssl.CERT_OPTIONAL
