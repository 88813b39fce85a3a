"""What ``/readyz?verbose`` tells beside its answer: lines for whoever stands in front of a guard that behaves oddly."""

from collections.abc import Callable, Iterator
from datetime import datetime

from webhook.inventory.known import KnownInventory
from webhook.inventory.question import ask
from webhook.policy.plain_text import plain
from webhook.readiness.remarks import in_words
from webhook.server.certificate_source import CertificateSource
from webhook.server.policy_in_force import PolicyInForce
from webhook.server.registered_rules import RegisteredRules
from webhook.server.window_now import WindowNow


class Details:
    """Names no pod, namespace or user: the plain port is open to all. What the API server said may, and is left out."""

    def __init__(
        self,
        in_force: PolicyInForce,
        inventory: KnownInventory,
        registered: RegisteredRules,
        window: WindowNow,
        certificates: CertificateSource,
        clock: Callable[[], datetime],
    ) -> None:
        self._in_force = in_force
        self._inventory = inventory
        self._registered = registered
        self._window = window
        self._certificates = certificates
        self._clock = clock

    def lines(self) -> Iterator[str]:
        """Yield them; "+" before what is well and "-" before what is not, as the API server does it.

        "i" is before what is so in the cluster, and well with the guard in any case.
        """
        policy = self._in_force.policy
        taken = f"{self._in_force.taken_at:%Y-%m-%dT%H:%M:%SZ}"
        yield f"[+]policy {plain(policy.name, 63)} for {policy.target}, read {taken}"
        for problem in self._in_force.problems:
            yield f"[-]a newer policy document is refused: {problem}"
        not_read = "the cluster was not read yet, and the log says why"
        doubt = self._inventory.doubt() if self._inventory.synced else not_read
        yield f"[-]inventory: {doubt}" if doubt else "[+]inventory"
        standing = ask(self._inventory.store, policy, policy.target, now=self._clock(), complete=not doubt, offenders=0)
        pods = ", ".join(f"{count} {verdict}" for verdict, count in standing.counts.items()) or "none"
        yield f"[i]readiness {standing.readiness} for {policy.target}, ECI pods: {pods}"
        yield f"[i]window {in_words(self._window.state())}"
        if self._registered.asks:
            yield self._about_rules()
        yield from self._about_certificates()

    def _about_certificates(self) -> Iterator[str]:
        """Yield nothing of what is amiss but that: it names objects."""
        state = self._certificates.state
        if state.problem:
            yield "[-]certificates: not everything is in order, and the log says why"
        if state.leaf is not None:
            yield f"[+]certificate until {state.leaf.not_after:%Y-%m-%dT%H:%M:%SZ}"

    def _about_rules(self) -> str:
        registered = self._registered
        if not registered.known:
            failed = "they cannot be read, and the log says why" if registered.problem else "they were not read yet"
            return f"[-]registered rules: {failed}"
        if registered.problem:
            return f"[-]registered rules: {registered.problem}"
        if registered.missing:
            return f"[-]registered rules send none of: {', '.join(registered.missing)}"
        return "[+]registered rules"
