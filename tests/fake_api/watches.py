"""WATCH: what happened since a revision, and then what happens."""

import asyncio
from collections import deque
from contextlib import suppress

from .behaviours import Behaviour
from .collection import Event
from .exchange import Exchange
from .forms import event_line
from .settings import Settings
from .statuses import Expired
from .watch_behaviours import Gone


class Watch:
    """A watch that is served. Only its event loop may touch it."""

    def __init__(self, exchange: Exchange, settings: Settings) -> None:
        self.exchange = exchange
        exchange.go_on = self.go_on
        self._settings = settings
        self._ends = None if exchange.seconds is None else asyncio.get_running_loop().time() + exchange.seconds
        self._wake = asyncio.Event()
        self._interrupts: deque[tuple[int, Behaviour]] = deque()

    def wake(self) -> None:
        """Have it look for changes."""
        self._wake.set()

    def interrupt(self, behaviour: Behaviour, revision: int) -> None:
        """Play this after the changes up to this revision, and before all later ones."""
        self._interrupts.append((revision, behaviour))
        self.wake()

    async def go_on(self) -> None:
        """Send changes until the time is over. What interrupts is played beyond that: silence knows no timeout."""
        behaviour = None
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._ends):
                behaviour = await self._follow()
        if behaviour is not None:
            await behaviour.play(self.exchange)

    async def _follow(self) -> Behaviour:
        """Send changes until something interrupts, and return that."""
        while True:
            self._wake.clear()  # before looking, so that no change is slept over
            until, behaviour = self._interrupts.popleft() if self._interrupts else (None, None)
            try:
                lines = self._take(until)
            except Expired as expired:
                return Gone(self._settings.gone_as_event or self.exchange.response is not None, str(expired))
            await self.exchange.begin()
            for line in lines:
                await self.exchange.write(line)
            if behaviour is not None:
                return behaviour
            await self._sleep()

    def _take(self, until: int | None) -> list[bytes]:
        """Return the lines that were not sent yet, up to a revision."""
        exchange, target = self.exchange, self.exchange.target
        lines: list[bytes] = []
        if not exchange.revision:  # not given, or 0: what there is comes first, as if just added
            snapshot = exchange.cluster.snapshot(target.resource)
            lines += [self._line("ADDED", data) for data in snapshot.page(target.prefix).items]
            exchange.revision = snapshot.revision
        events, revision = exchange.cluster.after(target.resource, exchange.revision)
        if until is not None:
            events = [event for event in events if event.revision <= until]
            revision = max(exchange.revision, min(revision, until))
        exchange.revision = revision
        return lines + [self._line(event.type, event.data) for event in events if self._concerns(event)]

    def _line(self, kind: str, data: bytes) -> bytes:
        return event_line(kind, self.exchange.form.single(data))

    def _concerns(self, event: Event) -> bool:
        return event.key.startswith(self.exchange.target.prefix)

    async def _sleep(self) -> None:
        every = self._settings.bookmark_every
        try:
            await asyncio.wait_for(self._wake.wait(), every)
        except TimeoutError:
            await self.exchange.bookmark(self.exchange.revision)
