"""What the API server sends, held against what the policy claims: kinds that nobody sends are judged by nobody."""

import asyncio
import logging
from typing import Any, NoReturn, Protocol

from webhook.admission.registration.coverage import not_sent
from webhook.admission.registration.entries import entries_for
from webhook.inventory.source import SourceFailed
from webhook.policy.plain_text import plain
from webhook.server.json_log import say
from webhook.server.policy_in_force import PolicyInForce

EVERY = 60.0
"""Seconds between two looks."""
SOON = 5.0
"""The same while nothing is known, as before the guard is registered at all."""
_LONGEST = 400
"""Characters of a problem: what the API server says, and what we say before it."""


class ConfigurationSource(Protocol):
    """Reads how the guard is registered. Implemented by cluster.webhook_configurations."""

    async def get(self, name: str) -> Any | None:
        """Return a ValidatingWebhookConfiguration as it is; None where there is none. Raises SourceFailed."""


class RegisteredRules:
    """Compares once a minute. Of a guard that no cluster calls nothing is said."""

    def __init__(self, source: ConfigurationSource | None, name: str, in_force: PolicyInForce) -> None:
        self._source = source
        self._name = name
        self._in_force = in_force
        self._found: Any | None = None
        self.known = False
        """Whether the last look showed anything."""
        self.missing: tuple[str, ...] = ()
        """Kinds of the policy that no registered rule sends, as CustomResourceDefinitions are named. Safe to show."""
        self.problem = ""
        """Why there is nothing to compare with. A line that is safe to show, and may name who the guard is."""

    @property
    def asks(self) -> bool:
        """Whether there is a cluster to ask."""
        return self._source is not None

    async def follow(self) -> None:
        """Look until cancelled."""
        if self._source is not None:
            await self._follow(self._source)

    async def _follow(self, source: ConfigurationSource) -> NoReturn:
        while True:
            await self.look(source)
            await asyncio.sleep(SOON if self.problem else EVERY)

    async def look(self, source: ConfigurationSource) -> None:
        """Compare now, and log what is new."""
        told = (self.problem, self.missing)
        try:
            self._found = await source.get(self._name)
        except SourceFailed as failure:
            self.known, self.missing = False, ()
            self.problem = plain(f"how the guard is registered cannot be read: {failure}", _LONGEST)
        else:
            self.known = True
            absent = f"there is no ValidatingWebhookConfiguration {plain(self._name)}, so nobody calls the guard"
            self.problem = absent if self._found is None else ""
            self._compare()
        if (self.problem, self.missing) != told:
            self._say()

    def policy_changed(self) -> None:
        """Compare what was seen last with another policy: what is missing by it is to be said at once."""
        told = self.missing
        if self.known:
            self._compare()
        if self.missing != told:
            self._say()

    def _compare(self) -> None:
        needed = entries_for(self._in_force.policy, None)
        self.missing = tuple(map(plain, not_sent(needed, self._found)))  # a policy may call a kind what it likes

    def _say(self) -> None:
        if self.problem:
            say(logging.WARNING, "registered rules", problem=self.problem)
        elif self.missing:
            say(logging.WARNING, "registered rules", notSent=self.missing)
        else:
            say(logging.INFO, "registered rules", notSent=[])
