"""Peers that mean harm, a bounded number of them: ``python -m tests.benchmarks.attackers KIND ADDRESS`` runs them."""

import asyncio
import contextlib
import itertools
import json
import os
import random
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.builders import Json, pod, review
from tests.server.peers import REVIEW_HEAD

_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
"""A record of 512 bytes with a ClientHello begins."""
_REQUEST = b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
OPENED_WITHIN = 4.0
"""Seconds until all have come."""
_NICE = 15
"""They share a core with who measures, and what they cost there is not the guard's."""
_REST = 10.0
"""Seconds from the end of one connection to the same peer's next, on average."""
_numbers = itertools.count()


class Peer(NamedTuple):
    """An open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def post(self, pod: Json) -> None:
        """Forge a review of a pod, and wait for the answer."""
        body = json.dumps(review(pod), separators=(",", ":")).encode()
        await self.say(REVIEW_HEAD % len(body) + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        await self.reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split()[0]))

    async def drip(self, beginning: bytes) -> None:
        """Go on with a byte a second."""
        await self.say(beginning)
        while True:
            await asyncio.sleep(1)
            await self.say(b"x")


async def _nothing(_: Peer) -> None:
    pass


async def _half_a_hello(peer: Peer) -> None:
    await peer.say(_HELLO)


async def _slow_head(peer: Peer) -> None:
    await peer.drip(b"GET /x")


async def _slow_body(peer: Peer) -> None:
    await peer.drip(REVIEW_HEAD % 5_000_000 + b"{")


async def _large_body(peer: Peer) -> None:
    await peer.say(REVIEW_HEAD % 8_000_000 + b" " * 7_900_000)


async def _pipeline(peer: Peer) -> None:
    await peer.say(_REQUEST * 8_000)


async def _junk(peer: Peer) -> None:
    await peer.say(b"JUNK\r\n\r\n")


async def _forged(peer: Peer) -> None:
    while True:
        await peer.post(pod(f"forged-{next(_numbers)}", platform_version="1.0.0"))
        await asyncio.sleep(0.05)


async def _forged_to_be_slow(peer: Peer) -> None:
    labels = {f"{number:07}": "" for number in range(500_000)}
    while True:
        await peer.post(pod(platform_version="1.0.0", labels=labels))
        await asyncio.sleep(2)


class Attack(NamedTuple):
    """So many peers that do the same, each again and again."""

    peers: int
    does: Callable[[Peer], Awaitable[None]]
    agrees_on_tls: bool = True


ATTACKS = {
    "3,000 connections that say nothing": Attack(3000, _nothing, agrees_on_tls=False),
    "3,000 handshakes that do not end": Attack(3000, _half_a_hello, agrees_on_tls=False),
    "1,000 idle connections": Attack(1000, _nothing),
    "400 heads, a byte a second": Attack(400, _slow_head),
    "400 bodies, a byte a second": Attack(400, _slow_body),
    "50 bodies of 8 MB that do not end": Attack(50, _large_body),
    "20 peers that pipeline": Attack(20, _pipeline),
    "200 peers that send junk": Attack(200, _junk),
    "10 peers that forge reviews": Attack(10, _forged),
    "1 that forges reviews to be slow": Attack(1, _forged_to_be_slow),
}


@contextlib.asynccontextmanager
async def _connected(address: str, context: ssl.SSLContext | None) -> AsyncIterator[Peer]:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=context)
    try:
        yield Peer(reader, writer)
    finally:
        writer.transport.abort()


async def _again_and_again(attack: Attack, address: str, context: ssl.SSLContext) -> None:
    await asyncio.sleep(random.uniform(0, OPENED_WITHIN))
    while True:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            async with _connected(address, context if attack.agrees_on_tls else None) as peer:
                await attack.does(peer)
                await peer.reader.read()
        await asyncio.sleep(random.uniform(0, 2 * _REST))


async def _all(attack: Attack, address: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # a self-signed certificate on the loopback
    await asyncio.gather(*(_again_and_again(attack, address, context) for _ in range(attack.peers)))


if __name__ == "__main__":
    os.nice(_NICE)
    asyncio.run(_all(ATTACKS[sys.argv[1]], sys.argv[2]))
