"""What the guard goes by: its policy, the hours of it, the rules that are registered, and who overrides."""

from collections.abc import Iterator

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from webhook.admission.override_right import Right
from webhook.policy.plain_text import plain
from webhook.server.metrics.families import counter, info, instant, number
from webhook.server.override_rights import OverrideRights
from webhook.server.policy_in_force import PolicyInForce
from webhook.server.registered_rules import RegisteredRules
from webhook.server.window_now import WindowNow


class GoingByMetrics(Collector):
    """To be collected on the event loop, where the policy does not change meanwhile."""

    def __init__(
        self,
        in_force: PolicyInForce,
        registered: RegisteredRules,
        overrides: OverrideRights,
        window: WindowNow,
    ) -> None:
        self._in_force = in_force
        self._registered = registered
        self._overrides = overrides
        self._window = window

    def collect(self) -> Iterator[Metric]:
        """Yield them."""
        policy = self._in_force.policy
        yield info(
            "policy",
            "The policy that is in force, and the Kubernetes version that it is for.",
            policy=plain(policy.name, 63),
            target=str(policy.target),
        )
        refused = bool(self._in_force.problems)
        yield number("policy_refused", "Whether the policy document, as it is now, was refused.", refused)
        yield instant("policy_taken_timestamp_seconds", "When the policy in force was read.", self._in_force.taken_at)
        yield from self._hours()
        yield from self._registration()
        reviews = counter("override_reviews", "Questions whether somebody may override a denial.", "right")
        for right in Right:
            reviews.add_metric([right.value.replace(" ", "_")], self._overrides.outcomes[right])
        yield reviews

    def _registration(self) -> Iterator[Metric]:
        """Yield nothing of a guard that no cluster calls, and no number of what is not known."""
        registered = self._registered
        known = registered.known if registered.asks else None
        yield number("registered_rules_known", "Whether it could be read how the guard is registered.", known)
        missing = len(registered.missing) if registered.known else None
        yield number("kinds_not_sent", "Kinds that the policy claims and that no registered rule sends.", missing)

    def _hours(self) -> Iterator[Metric]:
        window = self._window.state()
        yield number("window_open", "Whether upgrades may be now: a window is open, and no freeze holds.", window.open)
        yield instant("window_change_timestamp_seconds", "When that changes next, if it does.", window.until)
        opens = window.next_opening.opens_at if window.next_opening else None
        yield instant("window_opening_timestamp_seconds", "When a window opens next, if one does.", opens)
