"""Which kinds of the policy nobody sends: the rules that are registered, held against those that the policy needs."""

from collections.abc import Iterator, Sequence
from typing import Any

from webhook.admission.registration.entries import Entry

Json = dict[str, Any]


def not_sent(needed: Sequence[Entry], registered: Any) -> tuple[str, ...]:
    """Return the kinds (``clusters.cluster.x-k8s.io``) of which no rule sends every operation, in order.

    ``registered`` is the configuration as the API server has it. Selectors and conditions of its own are not weighed:
    whoever wrote them meant to leave something out.
    """
    rules = list(_rules(registered))
    missing = {
        f"{resource}.{group}" if group else resource
        for entry in needed
        for rule in entry.rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for operation in rule["operations"]
        if not any(_sends(one, rule, group, resource, operation) for one in rules)
    }
    return tuple(sorted(missing))


def _rules(registered: Any) -> Iterator[Json]:
    for webhook in _list(registered, "webhooks"):
        for rule in _list(webhook, "rules"):
            if isinstance(rule, dict):
                yield rule


def _sends(rule: Json, needed: Json, group: str, resource: str, operation: str) -> bool:
    wanted = {resource, "*/*", *(["*"] if "/" not in resource else [f"*/{resource.partition('/')[2]}"])}
    if "/" in resource:
        wanted.add(f"{resource.partition('/')[0]}/*")
    return (
        not {group, "*"}.isdisjoint(_list(rule, "apiGroups"))
        and not wanted.isdisjoint(_list(rule, "resources"))
        and not {operation, "*"}.isdisjoint(_list(rule, "operations"))
        and rule.get("scope", "*") in ("*", needed["scope"])
        and _sends_versions(_list(rule, "apiVersions"), needed["apiVersions"])
    )


def _sends_versions(sent: list[Any], needed: list[str]) -> bool:
    """Whether the versions of a rule are enough: of a kind in any version one is, since others are converted to it."""
    return "*" in sent or (bool(sent) if needed == ["*"] else not set(needed).isdisjoint(sent))


def _list(value: Any, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
