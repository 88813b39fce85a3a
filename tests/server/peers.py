"""Clients of a running guard, down to single bytes."""

import json
import signal
import socket
import ssl
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from tests.server.running_guard import RunningGuard

REVIEW_HEAD = b"POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def plain_socket(guard: RunningGuard) -> socket.socket:
    """A peer of the TLS port that has not said anything."""
    address = urlsplit(guard.tls)
    peer = socket.create_connection((str(address.hostname), address.port or 0), timeout=20)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or what is sent may wait for 40 ms in the kernel
    return peer


def tls_socket(guard: RunningGuard) -> ssl.SSLSocket:
    """A peer that has shaken hands."""
    context = ssl.create_default_context(cafile=str(guard.certificate))
    return context.wrap_socket(plain_socket(guard), server_hostname=urlsplit(guard.tls).hostname)


def tls_connection(guard: RunningGuard) -> HTTPSConnection:
    """A client of the TLS port."""
    context = ssl.create_default_context(cafile=str(guard.certificate))
    return HTTPSConnection(urlsplit(guard.tls).netloc, context=context, timeout=20)


def plain_connection(guard: RunningGuard) -> HTTPConnection:
    """A client of the plain port."""
    return HTTPConnection(urlsplit(guard.health).netloc, timeout=20)


def answer_on(peer: socket.socket) -> tuple[HTTPResponse, bytes]:
    """Read one answer, whole."""
    with closing(HTTPResponse(peer)) as answer:
        answer.begin()
        return answer, answer.read()


def ask(connection: HTTPConnection, path: str, body: bytes | None = None) -> tuple[HTTPResponse, bytes]:
    """Ask one thing: a body is posted as JSON."""
    connection.request("GET" if body is None else "POST", path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer, answer.read()


def ask_once(connection: HTTPConnection, path: str, body: bytes | None = None) -> tuple[HTTPResponse, bytes]:
    """Ask, and go away."""
    with closing(connection):
        return ask(connection, path, body)


def tell_to_end(guard: RunningGuard) -> None:
    """Send the signal, and return when it was heard."""
    guard.process.send_signal(signal.SIGTERM)
    assert guard.process.stderr is not None
    while json.loads(guard.process.stderr.readline())["event"] != "told to end":
        pass
