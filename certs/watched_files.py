"""Serving a pair that somebody else keeps in files, and each newer one as it comes."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from cryptography import x509

from certs.directory import PairDirectory
from certs.keeping import Time
from certs.pair import Pair
from certs.problem import Problem
from certs.reading import BadPair, read_pair
from certs.state import Shown, State
from certs.tell import Tell
from certs.validity import written

_EVERY = 10.0
"""Seconds between two looks. The kubelet takes a minute or so to bring a Secret that changed."""


class WatchedFiles:
    """Follows two files. ``serve`` is called with each new good pair, on the event loop; it may raise BadPair."""

    def __init__(
        self,
        directory: PairDirectory,
        serve: Callable[[Pair], None],
        tell: Tell,
        passing: Time | None = None,
    ) -> None:
        self._directory = directory
        self._serve = serve
        self._tell = tell
        self._time = passing or Time()
        self._leaf: x509.Certificate | None = None
        self._changed_at: datetime | None = None
        self._problem = Problem(tell)

    @property
    def state(self) -> State:
        """How it stands now."""
        leaf = Shown.of(self._leaf) if self._leaf else None
        return State(leaf=leaf, leaf_changed_at=self._changed_at, problem=self._problem.text)

    def begin(self) -> None:
        """Serve what is there. Raises BadPair where that is no good: there is nothing to go on with."""
        now = self._time.clock()
        if problem := self._take(self._directory.look(now), now):
            raise BadPair(problem)

    async def run(self) -> NoReturn:
        """Follow them until cancelled. A pair that is no good is the state's problem, and the one before goes on."""
        while True:
            await self._time.sleep(_EVERY)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 -- a fault of ours must not end what is served
                self._problem.say_fault(error)

    async def look(self) -> None:
        """Look once."""
        now, before = self._time.clock(), self._leaf
        problem = self._take(await asyncio.to_thread(self._directory.look, now), now)
        if self._leaf is not None and self._leaf is not before:
            self._tell(logging.INFO, "certificate taken", until=written(self._leaf.not_valid_after_utc))
        self._problem.say(problem)

    def _take(self, pair: Pair | None, now: datetime) -> str:
        """Serve what was found, if anything; return what is amiss."""
        if pair is None:
            return self._directory.problem
        try:
            self._serve(pair)
        except BadPair as error:
            self._directory.put_back()
            return str(error)
        self._leaf, self._changed_at = read_pair(pair).certificate, now
        return ""
