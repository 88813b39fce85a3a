"""What the API server is told to send follows from the policy: all that is judged, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from tests.admission.upgrades.asking import spec
from tests.builders import policy, version
from webhook.admission.kinds import JUDGED
from webhook.admission.registration.conditions import of_virtual_nodes
from webhook.admission.registration.entries import Entry, entries_for
from webhook.policy.evidence import EvidenceRules
from webhook.policy.modes import Mode, Modes, UnsetAtCreate, UpgradeAnswer
from webhook.policy.patterns import Patterns
from webhook.policy.policy import Policy
from webhook.policy.upgrades.catalogue import UpgradeKinds, catalogue

OLD, NARROW = version("1.27"), version("1.28")
ALL = policy()


def entries(chosen: Policy = ALL, kubernetes: Any = NARROW, **options: Any) -> dict[str, Entry]:
    return {entry.name.partition(".")[0]: entry for entry in entries_for(chosen, kubernetes, **options)}


def sent(entry: Entry) -> set[tuple[str, str]]:
    return {(group, one) for rule in entry.rules for group in rule["apiGroups"] for one in rule["resources"]}


@pytest.mark.parametrize("kubernetes", [None, OLD])
def test_before_1_28_there_are_no_conditions_and_what_needs_them_is_left_out(kubernetes: Any) -> None:
    found = entries(kubernetes=kubernetes)
    assert set(found) == {"pods", "workloads", "upgrades", "upgrade-notices"}
    assert not any(entry.conditions for entry in found.values())
    assert not [
        group for entry in found.values() if "upgrade" in entry.name[:8] for group, _ in sent(entry) if not group
    ]


def test_from_1_28_on_conditions_keep_away_what_asks_for_nothing() -> None:
    found = entries()
    assert set(found) == {"pods", "bindings", "workloads", "upgrades", "upgrade-notices"}
    assert {name for name, entry in found.items() if entry.conditions} == set(found) - {"workloads"}
    assert ("", "configmaps") in sent(found["upgrade-notices"])
    assert ("", "nodes") not in sent(found["upgrade-notices"])


def test_bindings_come_before_1_28_too_where_somebody_asks_for_them() -> None:
    assert not entries(kubernetes=OLD, bindings=True)["bindings"].conditions


def test_every_kind_that_may_be_denied_stands_where_a_denial_counts_and_every_other_beside_it() -> None:
    found = entries()
    denied = {key for key, kind in catalogue().items() if kind.deniable}
    assert sent(found["upgrades"]) == denied
    assert sent(found["upgrade-notices"]) == set(catalogue()) - denied - {("", "nodes")}


def test_all_that_is_judged_at_create_is_sent() -> None:
    found = entries()
    judged = {(group, f"{resource}/{sub}" if sub else resource) for group, resource, sub in JUDGED}
    assert sent(found["pods"]) | sent(found["bindings"]) | sent(found["workloads"]) == judged


OFF = [
    (Modes(pods=Mode.OFF), {"pods", "bindings"}),
    (Modes(workloads=Mode.OFF), {"workloads"}),
    (Modes(upgrades=Mode.OFF), {"upgrades", "upgrade-notices"}),
]


@pytest.mark.parametrize(("modes", "missing"), OFF)
def test_what_is_off_is_not_sent(modes: Modes, missing: set[str]) -> None:
    assert set(entries()) - set(entries(replace(ALL, modes=modes))) == missing


def test_what_is_on_inside_a_window_or_outside_alone_is_sent() -> None:
    off = 'modes: {pods: "Off", workloads: "Off", upgrades: "Off"}\n'
    window = "windows: [{name: a, schedule: 0 2 * * *, duration: 1h, timeZone: UTC, modes: {pods: Deny}}]\n"
    assert set(entries(spec(off))) == set()
    assert set(entries(spec(off + window))) == {"pods", "bindings"}
    assert set(entries(spec(off + "outsideWindows: {modes: {workloads: Warn}}"))) == {"workloads"}
    rule = replace(spec(off), upgrades_outside_windows=UpgradeAnswer.DENY)
    assert set(entries(rule)) == {"upgrades", "upgrade-notices"}


def test_a_kind_that_is_switched_off_is_not_sent_and_one_that_is_added_is() -> None:
    kinds = UpgradeKinds(off=frozenset({"clusters.cluster.x-k8s.io"}))
    assert ("cluster.x-k8s.io", "clusters") not in sent(entries(replace(ALL, upgrade_kinds=kinds))["upgrades"])
    added = spec(
        "upgradeKinds:\n"
        "  add:\n"
        "    - {group: example.com, resource: wonders, kind: Wonder, scope: Cluster, upgrades: This, source: us,\n"
        "       reads: [{path: \"spec['kube-version']\"}]}\n"
    )
    entry = entries(added)["upgrades"]
    assert ("example.com", "wonders") in sent(entry)
    assert "'kube-version' in object.spec ? object.spec['kube-version'] : null" in "".join(entry.conditions.values())


def test_new_pods_are_all_sent_where_the_policy_judges_those_that_declare_nothing() -> None:
    assert not entries(policy(unset_at_create=UnsetAtCreate.JUDGE))["pods"].conditions


def test_bindings_are_all_sent_where_every_pod_is_eci() -> None:
    assert not entries(policy(evidence=EvidenceRules(every_pod=True)))["bindings"].conditions


@pytest.mark.parametrize("name", ["upgrades", "upgrade-notices"])
def test_objects_of_kube_system_are_not_spared_where_upgrades_are_asked_for(name: str) -> None:
    found = entries()
    assert not found[name].spares
    assert all(found[other].spares for other in ("pods", "bindings", "workloads"))


def test_a_rule_names_scope_groups_and_resources_and_no_subresource_of_an_upgrade_kind() -> None:
    for entry in entries().values():
        for rule in entry.rules:
            assert rule["scope"] in {"Namespaced", "Cluster"}
            assert "*" not in [*rule["apiGroups"], *rule["resources"]]
            assert entry.name.startswith("bindings") or not any("/" in one for one in rule["resources"])


def test_where_no_name_is_a_virtual_nodes_none_is_taken_for_one() -> None:
    assert of_virtual_nodes("object.target.name", EvidenceRules(node_names=Patterns([]))) == "false"
