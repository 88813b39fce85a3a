"""The entries of the webhook configuration that a policy needs: what the API server is to send, and what not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webhook.admission.kinds import JUDGED, Rule
from webhook.admission.registration import conditions
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.modes import Mode, UnsetAtCreate
from webhook.policy.policy import Policy
from webhook.policy.upgrades.kind import UpgradeKind

MATCH_CONDITIONS = KubernetesVersion(1, 28)
"""From this version on the API server knows them; 1.24 refuses a configuration that has any."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One webhook of the configuration."""

    name: str
    why: str
    """What it is for, for who reads the configuration."""
    rules: tuple[Json, ...]
    conditions: Mapping[str, str]
    """Expressions by name; all must hold."""
    timeout: int
    """Seconds."""
    spares: bool
    """Whether kube-system and the guard's own namespace are left out."""
    fails_closed: bool = False
    """Whether the API server refuses what it cannot ask the guard about."""


def entries_for(
    policy: Policy,
    kubernetes: KubernetesVersion | None,
    *,
    bindings: bool = False,
    fail_closed: bool = False,
) -> list[Entry]:
    """Return them for an API server of this version; None is one of any version, so without match conditions.

    Bindings are judged where match conditions can keep all others away, or where ``bindings`` asks for every one.
    With ``fail_closed`` no upgrade that a person asks for passes while the guard is away; nothing else ever fails.
    """
    narrow = kubernetes is not None and kubernetes >= MATCH_CONDITIONS
    found: list[Entry] = []
    if policy.ever(lambda modes: modes.pods is not Mode.OFF):
        found.append(_pods(policy, narrow=narrow))
        if narrow or bindings:
            found.append(_bindings(policy, narrow=narrow))
    if policy.ever(lambda modes: modes.workloads is not Mode.OFF):
        found.append(_workloads())
    if policy.ever(lambda modes: modes.upgrades is not Mode.OFF) or policy.upgrades_outside_windows is not None:
        found.extend(_upgrades(policy, narrow=narrow, fail_closed=fail_closed))
    return found


def _pods(policy: Policy, *, narrow: bool) -> Entry:
    every = policy.unset_at_create is UnsetAtCreate.JUDGE
    return Entry(
        name="pods.eci-upgrade-guard.io",
        why="New pods that declare an unfit ECI platform version.",
        rules=rules_at_create(Rule.POD),
        conditions=conditions.of_pods() if narrow and not every else {},
        timeout=2,
        spares=True,
    )


def _bindings(policy: Policy, *, narrow: bool) -> Entry:
    return Entry(
        name="bindings.eci-upgrade-guard.io",
        why="Such pods when the scheduler puts them on a virtual node. Never Fail here: it would stop the scheduler.",
        rules=rules_at_create(Rule.BINDING),
        conditions=conditions.of_bindings(policy.evidence) if narrow else {},
        timeout=2,
        spares=True,
    )


def _workloads() -> Entry:
    return Entry(
        name="workloads.eci-upgrade-guard.io",
        why="New workloads whose pod template declares an unfit platform version: their author hears of it, not a pod.",
        rules=rules_at_create(Rule.WORKLOAD),
        conditions={},
        timeout=2,
        spares=True,
    )


def _upgrades(policy: Policy, *, narrow: bool, fail_closed: bool) -> Iterator[Entry]:
    kinds = _sent_kinds(policy, narrow=narrow)
    if denied := [kind for kind in kinds if kind.deniable]:
        yield _entry_of(
            denied,
            name="upgrades.eci-upgrade-guard.io",
            why="Objects by which a person, or GitOps, asks for an upgrade of a cluster.",
            narrow=narrow,
            timeout=5,
            fails_closed=fail_closed,
        )
    if warned := [kind for kind in kinds if not kind.deniable]:
        yield _entry_of(
            warned,
            name="upgrade-notices.eci-upgrade-guard.io",
            why="Objects that controllers write in the middle of an upgrade: warned about at most, so never Fail here.",
            narrow=narrow,
            timeout=2,
        )


def _entry_of(kinds: Sequence[UpgradeKind], *, narrow: bool, **given: Any) -> Entry:
    """Return an entry that spares no namespace: upgrades are asked for in kube-system as well."""
    found = conditions.of_upgrades(kinds) if narrow else {}
    return Entry(rules=_rules_of(kinds), conditions=found, spares=False, **given)


def _sent_kinds(policy: Policy, *, narrow: bool) -> list[UpgradeKind]:
    """Return the upgrade kinds that are worth a call.

    Of the core group only a kind of which one object counts, and only where a condition keeps the others away: every
    ConfigMap of the cluster would come otherwise, and every heartbeat of a node.
    """
    kinds = policy.upgrade_kinds.by_key().values()
    return [kind for kind in kinds if kind.group or (narrow and kind.object is not None)]


def rules_at_create(rule: Rule) -> tuple[Json, ...]:
    """Return what names the kinds that a rule judges when they are created."""
    resources: dict[str, list[str]] = {}
    for (group, resource, sub_resource), judged in JUDGED.items():
        if judged.rule is rule:
            resources.setdefault(group, []).append(f"{resource}/{sub_resource}" if sub_resource else resource)
    return tuple(
        _rule(group, sorted(found), versions=["v1"], operations=["CREATE"], scope="Namespaced")
        for group, found in sorted(resources.items())
    )


def _rules_of(kinds: Sequence[UpgradeKind]) -> tuple[Json, ...]:
    """Return a rule for each group and scope. Any version: paths are read by what is there, and new versions come."""
    resources: dict[tuple[str, str], list[str]] = {}
    for kind in kinds:
        resources.setdefault((kind.group, kind.scope.value), []).append(kind.resource)
    return tuple(
        _rule(group, sorted(found), versions=["*"], operations=["CREATE", "UPDATE"], scope=scope)
        for (group, scope), found in sorted(resources.items())
    )


def _rule(group: str, resources: list[str], *, versions: list[str], operations: list[str], scope: str) -> Json:
    return {
        "apiGroups": [group],
        "apiVersions": versions,
        "operations": operations,
        "resources": resources,
        "scope": scope,
    }
