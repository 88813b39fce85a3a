"""PodDisruptionBudgets, and which of them hold a pod."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from webhook.policy.label_selector import LabelSelector
from webhook.policy.plain_text import plain
from webhook.recreation.rounding import Amount


class Budget(Struct, frozen=True, kw_only=True):
    """A PodDisruptionBudget, and what its controller last counted."""

    namespace: str
    name: str
    selector: LabelSelector | None
    min_available: Amount | None = None
    max_unavailable: Amount | None = None
    allowed: int = 0
    healthy: int = 0
    desired: int = 0
    expected: int = 0
    stale: bool = False
    """Whether it changed since that was counted."""

    def __str__(self) -> str:
        return f"PodDisruptionBudget {plain(self.namespace, 63)}/{plain(self.name)}"

    @property
    def never(self) -> bool:
        """Whether it allows no disruption even with every pod healthy. Of a stale count that cannot be told."""
        return not self.stale and self.desired >= max(self.expected, 1)

    @property
    def term(self) -> str:
        """Return what it asks for, as in its spec."""
        if self.max_unavailable is not None:
            return f"maxUnavailable {plain(str(self.max_unavailable), 24)}"
        return f"minAvailable {plain(str(1 if self.min_available is None else self.min_available), 24)}"


class Budgets:
    """Budgets by a label that they ask for: a namespace may have as many of them as it has workloads."""

    def __init__(self, budgets: Iterable[Budget] = ()) -> None:
        self._by_label: dict[tuple[str, str, object], list[Budget]] = {}
        self._others: dict[str, list[Budget]] = {}
        for budget in budgets:
            labels = budget.selector.match_labels if budget.selector else None
            if labels:
                self._by_label.setdefault((budget.namespace, *next(iter(labels.items()))), []).append(budget)
            else:
                self._others.setdefault(budget.namespace, []).append(budget)

    def of(self, namespace: str, labels: Mapping[str, object]) -> tuple[Budget, ...]:
        """Return those that hold a pod with these labels, by name."""
        asking = [self._others.get(namespace, ())]
        asking += [
            self._by_label.get((namespace, key, value), ()) for key, value in labels.items() if isinstance(value, str)
        ]
        held = (one for some in asking for one in some if one.selector is not None and one.selector.selects(labels))
        return tuple(sorted(held, key=lambda one: one.name))
