"""What the TLS port shows: for new handshakes the newest certificate, and never one that was loaded by halves."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread

import pytest
from cryptography import x509

from certs.pair import Pair
from certs.reading import BadPair
from certs.self_signed import make_self_signed
from webhook.server.tls import ServedTls

NOW = datetime.now(UTC)
FIRST, SECOND = make_self_signed(["first.example"], NOW), make_self_signed(["second.example"], NOW)


@contextmanager
def listening(served: ServedTls) -> Iterator[int]:
    """Shake hands with whoever comes, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                try:
                    with served.context.wrap_socket(plain, server_side=True) as connection:
                        while data := connection.recv(64):
                            connection.sendall(data)
                except OSError:
                    continue

        Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def connect(port: int, name: str | None = None, **versions: ssl.TLSVersion) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    for key, version in versions.items():
        setattr(context, key, version)
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=5), server_hostname=name)


def shown(port: int, name: str | None = None) -> bytes:
    with connect(port, name) as connection:
        return connection.getpeercert(binary_form=True) or b""


def der(pair: Pair) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 -- here alone

    return x509.load_pem_x509_certificate(pair.certificate).public_bytes(Encoding.DER)


def test_until_there_is_a_certificate_no_handshake_succeeds() -> None:
    served = ServedTls()
    assert served.validity is None
    with listening(served) as port, pytest.raises(OSError, match=r"SSL|EOF|reset"):
        connect(port)


@pytest.mark.parametrize("name", [None, "first.example", "anything.example"])
def test_new_handshakes_get_the_new_certificate_at_once_and_old_connections_live_on(name: str | None) -> None:
    served = ServedTls()
    served.show(FIRST)
    with listening(served) as port:
        with connect(port, name) as before:
            served.show(SECOND)
            before.sendall(b"still here")
            assert before.recv(64) == b"still here"
        assert shown(port, name) == der(SECOND)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (Pair(SECOND.certificate, FIRST.key), "KEY_VALUES_MISMATCH"),
        (Pair(b"", FIRST.key), "cannot be used together"),
        (Pair(b"junk", b"junk"), "cannot be used together"),
        (Pair(SECOND.certificate, b""), "cannot be used together"),
        (Pair(SECOND.certificate[:-200], SECOND.key), "cannot be used together"),
    ],
)
def test_a_bad_pair_is_refused_and_the_last_good_one_stays(bad: Pair, why: str) -> None:
    served = ServedTls()
    served.show(FIRST)
    with listening(served) as port:
        with pytest.raises(BadPair, match=why):
            served.show(bad)
        assert shown(port) == der(FIRST)
    assert served.validity is not None


def test_tls_1_2_is_the_least_1_3_is_preferred_and_http_1_1_alone_is_spoken() -> None:
    served = ServedTls()
    served.show(FIRST)
    with listening(served) as port:
        with connect(port) as connection:
            assert (connection.version(), connection.selected_alpn_protocol()) == ("TLSv1.3", "http/1.1")
        with connect(port, maximum_version=ssl.TLSVersion.TLSv1_2) as connection:
            assert connection.version() == "TLSv1.2"
    assert served.context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_no_session_is_resumed_since_that_would_show_no_certificate() -> None:
    served = ServedTls()
    served.show(FIRST)
    with listening(served) as port, connect(port, maximum_version=ssl.TLSVersion.TLSv1_2) as connection:
        assert connection.session is not None
        assert not connection.session.has_ticket
