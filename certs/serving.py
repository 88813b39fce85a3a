"""The leaf of one replica: made in memory, handed over to be served, and made anew in time."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from cryptography import x509

from certs.choosing import TRUSTED_FIRST
from certs.leaf import is_signed_by, make_leaf
from certs.names import LOOPBACK
from certs.pair import Pair
from certs.reading import BadPair, Loaded, read_pair
from certs.rotation import Due, leaf_due
from certs.tell import Tell
from certs.validity import has_begun, has_ended, written


class Serving:
    """Knows what is served."""

    def __init__(self, names: tuple[str, ...], serve: Callable[[Pair], None], tell: Tell) -> None:
        self.leaf: x509.Certificate | None = None
        self.changed_at: datetime | None = None
        self._names = (*names, *LOOPBACK)
        self._serve = serve
        self._tell = tell
        self._wish = ""

    def waits(
        self, authority: Loaded, age: timedelta | None, trusted: Iterable[x509.Certificate], now: datetime
    ) -> bool:
        """Tell whether the leaf of the authority before is still the better one: it is trusted, this one only just is.

        ``age`` is how long this one is trusted; ``trusted`` has all that are, and go on to be. The Secret may have got
        another authority by somebody who was not told what is served, as when it was deleted.
        """
        leaf = self.leaf
        if leaf is None or has_ended(leaf, now) or is_signed_by(leaf, authority.certificate):
            return False
        is_known = (age or timedelta()) >= TRUSTED_FIRST
        return not is_known and any(is_signed_by(leaf, one) for one in trusted)

    def renew(self, authority: Loaded, wish: str, now: datetime) -> Iterator[str]:
        """Serve a leaf of this authority, another one if it is due, and yield what is not as it should be.

        ``wish`` is what somebody wrote to have leaves renewed: once for each text.
        """
        if has_ended(authority.certificate, now):
            yield f"the authority ended at {written(authority.certificate.not_valid_after_utc)}"
            return
        if not has_begun(authority.certificate, now):
            begins = written(authority.certificate.not_valid_before_utc)
            yield f"the authority begins at {begins} only, by this replica's clock"
        due = Due(due=True, reason="there was none")
        if self.leaf is not None:
            due = leaf_due(self.leaf, authority.certificate, now, asked=wish not in ("", self._wish))
        if not due.due:
            return
        pair = make_leaf(authority.pair, self._names, now)
        try:
            self._serve(pair)
        except BadPair as error:
            yield f"the new certificate cannot be served: {error}"
            return
        self.leaf, self.changed_at, self._wish = read_pair(pair).certificate, now, wish
        self._tell(logging.INFO, "leaf renewed", why=due.reason, until=written(self.leaf.not_valid_after_utc))
