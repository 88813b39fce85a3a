"""Serving a self-signed pair, made anew before it ends: for a laptop, or for a first try."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from cryptography import x509

from certs.keeping import Time
from certs.pair import Pair
from certs.problem import Problem
from certs.reading import BadPair, read_pair
from certs.rotation import renewal_of
from certs.self_signed import make_self_signed
from certs.state import Shown, State
from certs.tell import Tell
from certs.validity import has_begun, written

_EVERY = 60.0
"""Seconds between two looks at the wall clock."""


class SelfSigning:
    """Makes pairs for some host names. ``serve`` is called with each, on the event loop."""

    def __init__(
        self,
        names: tuple[str, ...],
        serve: Callable[[Pair], None],
        tell: Tell,
        passing: Time | None = None,
    ) -> None:
        self._names = names
        self._serve = serve
        self._tell = tell
        self._time = passing or Time()
        self._leaf: x509.Certificate | None = None
        self._made_at: datetime | None = None
        self._problem = Problem(tell)

    @property
    def state(self) -> State:
        """How it stands now."""
        leaf = Shown.of(self._leaf) if self._leaf else None
        return State(leaf=leaf, leaf_changed_at=self._made_at, problem=self._problem.text)

    def look(self) -> None:
        """Make a pair if one is due, which it is at first.

        Raises ValueError for a name that no certificate can hold; at first also BadPair, where it cannot be served.
        """
        now = self._time.clock()
        if self._leaf is not None and has_begun(self._leaf, now) and now < renewal_of(self._leaf):
            return
        pair = make_self_signed(self._names, now)
        try:
            self._serve(pair)
        except BadPair as error:
            if self._leaf is None:
                raise
            self._problem.say(str(error))
            return
        self._problem.say("")
        self._leaf, self._made_at = read_pair(pair).certificate, now
        self._tell(logging.WARNING, "self-signed certificate made", notAfter=written(self._leaf.not_valid_after_utc))

    async def run(self) -> NoReturn:
        """Keep a good one until cancelled."""
        while True:
            await self._time.sleep(_EVERY)
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 -- a fault of ours must not end what is served
                self._problem.say_fault(error)
