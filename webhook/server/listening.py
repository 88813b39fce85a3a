"""Sockets to listen on, opened before anything else: an address in use is an error of the user, said plainly."""

import ipaddress
import socket


class CannotListen(OSError):
    """Raised when an address cannot be listened on."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Port 0 picks a free one. Raises CannotListen."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host,
            port,
            type=socket.SOCK_STREAM,
            flags=socket.AI_PASSIVE,
        )[0]
        # The host's own address alone, also for "::": an IPv6 listener takes IPv4 along only where asked.
        return socket.create_server((address[0], address[1]), family=family, backlog=2048)
    except OSError as error:
        raise CannotListen(f"cannot listen on {at(host, port)}: {error.strerror or error}") from None


def at(host: str, port: int) -> str:
    """Write host and port as in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_loopback(sock: socket.socket) -> bool:
    """Whether nobody but this machine can reach the socket."""
    return ipaddress.ip_address(sock.getsockname()[0]).is_loopback
