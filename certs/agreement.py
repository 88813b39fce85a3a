"""Agreeing with the other replicas on one authority, over the Secret that all of them read and write."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from certs.allowance import Allowance
from certs.bundle import fingerprint
from certs.chest import Chest, data_of, read_chest
from certs.in_time import in_time
from certs.publication import Publication
from certs.situation import Situation
from certs.steps import Step, next_step
from certs.stores import Conflict, SecretStore, StoredSecret, StoreFailed
from certs.tell import Tell
from certs.validity import written

RENEW_AUTHORITY = "eci-upgrade-guard.io/renew-authority"
"""An annotation of the Secret: the fingerprint of the authority that somebody wants replaced. It names no instant, so
that no clock can take it for unheard and rotate again."""
RENEW_LEAVES = "eci-upgrade-guard.io/renew-leaves"
"""An annotation of the Secret: any text. Each replica renews its leaf once after it changed."""

_ATTEMPTS = 5
"""At one go. Each conflict means that another replica did something, and mostly what this one would have done."""
_OVERRULES_AT_ONCE, _OVERRULES_EVERY = 5, 6 * 3600.0
"""A healthy year has two. Replicas whose clocks are most of a year apart would go on for ever."""
_SETTLED = 24 * 3600.0
"""Seconds for which the Secret and a replica have the same authority before those that have ended are let go."""


class Agreement:
    """Knows the authority to go by. It goes on by what it holds while the Secret is out of reach."""

    def __init__(
        self,
        secret: SecretStore,
        names: tuple[str, ...],
        tell: Tell,
        monotonic: Callable[[], float],
    ) -> None:
        self.held: Chest | None = None
        self.changed_at: datetime | None = None
        """When this replica took up the authority that it goes by."""
        self.leaf_wish = ""
        """What the Secret says about renewing leaves."""
        self._secret = secret
        self._names = names
        self._tell = tell
        self._monotonic = monotonic
        self._agreed_since = monotonic()
        self._overruling = Allowance(_OVERRULES_AT_ONCE, _OVERRULES_EVERY, monotonic)

    async def reach(self, publication: Publication, now: datetime) -> None:
        """Read the Secret, write what it lacks, and go by it. Raises StoreFailed."""
        for _ in range(_ATTEMPTS):
            stored = await in_time(self._secret.read())
            read = None if stored is None else read_chest(stored.data)
            wishes: Mapping[str, str] = stored.annotations if stored else {}
            self.leaf_wish = wishes.get(RENEW_LEAVES, "")
            step = next_step(self._situation(read, publication, wishes, now))
            if step is None:
                self._hold(read or Chest(), now)
                return
            if read is not None:
                self._hold(self._meanwhile(step, read), now)
            if step.overrules and self._overruling.is_used_up:
                raise StoreFailed(f"put off, since others undid it too often (do the clocks differ?): {step.why}")
            if await self._write(step, stored, now):
                return
        raise StoreFailed("others changed it each time before this replica could")

    def _situation(
        self,
        read: Chest | None,
        publication: Publication,
        wishes: Mapping[str, str],
        now: datetime,
    ) -> Situation:
        current = read.current if read else None
        if self.held is None or self.held.current != current:
            self._agreed_since = self._monotonic()
        return Situation(
            now=now,
            read=read,
            held=self.held,
            publication=publication,
            names=self._names,
            settled=self._monotonic() - self._agreed_since >= _SETTLED,
            asked=current is not None and _plain(wishes.get(RENEW_AUTHORITY, "")) == fingerprint(current.certificate),
        )

    async def _write(self, step: Step, stored: StoredSecret | None, now: datetime) -> bool:
        """Write, and tell whether nobody else was first."""
        data = data_of(step.chest)
        try:
            if stored is None:
                await in_time(self._secret.create(data))
            else:
                await in_time(self._secret.replace(data, stored.version))
        except Conflict:
            return False
        if step.overrules:
            self._overruling.use()
        self._tell(
            logging.WARNING if step.problems else logging.INFO,
            "authorities written",
            why=step.why,
            problems=step.problems,
        )
        self._hold(step.chest, now)
        return True

    def _meanwhile(self, step: Step, read: Chest) -> Chest:
        """Return what to go by as long as the writing takes, or fails, or is put off: nothing that is not written yet.

        That is what the Secret says, unless it says what this replica would undo.
        """
        held = self.held or Chest()
        stays = held if held.current is not None and held.current == step.chest.current else read
        known = {*read.bundle, *held.bundle, *(one.certificate for one in (read.current, read.next) if one)}
        bundle = tuple(one for one in step.chest.bundle if one in known)
        return Chest(current=stays.current, next=stays.next, bundle=bundle)

    def _hold(self, chest: Chest, now: datetime) -> None:
        before = self.held.current if self.held else None
        self.held = chest
        if chest.current is None or chest.current == before:
            return
        self.changed_at = now
        self._tell(
            logging.INFO,
            "authority taken up",
            fingerprint=fingerprint(chest.current.certificate),
            until=written(chest.current.certificate.not_valid_after_utc),
        )


def _plain(text: str) -> str:
    """Write a fingerprint as we do: others have capitals, and colons between."""
    return text.strip().replace(":", "").lower()
