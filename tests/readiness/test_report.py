"""The report: one model, the same bytes for the same state."""

import json
from datetime import timedelta

import pytest

from tests.builders import NOW, ORDINARY_NODE, VIRTUAL_NODE, Json, inventory, pod, policy, running, version
from tests.readiness.reports import report_on, written
from webhook.policy.exemptions import Exemption
from webhook.policy.verdict import Readiness, Verdict
from webhook.readiness.making import Show, make_report
from webhook.readiness.rendering import Format

CLUSTER = [
    running("old", "1.0.0", namespace="team-b"),
    running("unset"),
    running("fit", "1.1.0"),
    running("fit-too", "v1.1.0"),
    running("new", "9.9.0"),
    pod("waiting", node=VIRTUAL_NODE, phase="Pending"),
    running("done", "1.0.0", phase="Succeeded"),
    pod("ordinary", node=ORDINARY_NODE),
]
LAB = Exemption(reason="torn down", namespaces=frozenset({"lab"}), pod_labels={}, counts_as_ready=True)


def test_counts_say_what_was_examined_and_what_was_found() -> None:
    counts = report_on(*CLUSTER).counts
    assert counts.examined == 8
    assert counts.eci_pods == 7
    assert counts.by_verdict == {
        "Compatible": 2,
        "Incompatible": 2,
        "Unknown": 1,
        "Pending": 1,
        "Finished": 1,
        "Exempt": 0,
    }
    assert counts.by_platform_version == {
        "1.0.0": {Verdict.INCOMPATIBLE: 1},
        "1.1.0": {Verdict.COMPATIBLE: 2},
        "9.9.0": {Verdict.UNKNOWN: 1},
        "unset": {Verdict.INCOMPATIBLE: 1},
    }
    assert counts.by_namespace["team-b"] == {"Incompatible": 1}


def test_unfit_pods_are_listed_in_order_and_all_pods_if_so_asked() -> None:
    chosen = policy()
    found = inventory(*CLUSTER)
    unfit = make_report(found, chosen, target=chosen.target, now=NOW).findings
    assert [(one.namespace, one.name) for one in unfit] == [("team-a", "new"), ("team-a", "unset"), ("team-b", "old")]
    assert len(make_report(found, chosen, target=chosen.target, now=NOW, show=Show.ALL).findings) == 7


SUMMARIES: list[tuple[list[object], Json, Readiness, str]] = [
    ([], {}, Readiness.READY, "Ready: no ECI pods, so nothing stands in the way of Kubernetes 1.26"),
    (
        [running("a", "1.1.0")],
        {},
        Readiness.READY,
        "Ready: of 1 ECI pod none stands in the way of Kubernetes 1.26",
    ),
    (
        [running("a", "1.0.0"), running("b", "1.1.0")],
        {},
        Readiness.NOT_READY,
        "Not ready: 1 of 2 ECI pods cannot run under Kubernetes 1.26",
    ),
    (
        [running("a", "9"), running("b", "1.1.0")],
        {},
        Readiness.UNKNOWN,
        "Unknown: 1 pod could not be judged; Kubernetes 1.26 may not be safe",
    ),
    (
        [running("a", "1.1.0"), 5],
        {"metadata": {"continue": "x"}},
        Readiness.UNKNOWN,
        (
            "Unknown: 1 object could not be read, the list is cut (it has a continue token); "
            "Kubernetes 1.26 may not be safe"
        ),
    ),
    (
        [running("a", "1.0.0"), running("b", "9"), 5],
        {},
        Readiness.NOT_READY,
        (
            "Not ready: 1 of 2 ECI pods cannot run under Kubernetes 1.26; "
            "1 pod could not be judged, 1 object could not be read"
        ),
    ),
    (
        [running("a", "1.0.0", namespace="lab"), running("b", "9", namespace="lab")],
        {},
        Readiness.READY,
        "Ready, with 2 pods exempt: of 2 ECI pods none stands in the way of Kubernetes 1.26",
    ),
    (
        [running("a", "1.0.0", namespace="lab"), running("b", "1.0.0")],
        {},
        Readiness.NOT_READY,
        "Not ready, with 1 pod exempt: 1 of 2 ECI pods cannot run under Kubernetes 1.26",
    ),
]


@pytest.mark.parametrize(("items", "changes", "readiness", "summary"), SUMMARIES)
def test_one_sentence_says_the_readiness_and_why(
    items: list[object],
    changes: Json,
    readiness: Readiness,
    summary: str,
) -> None:
    report = report_on(*items, chosen=policy(exemptions=(LAB,)), **changes)
    assert (report.readiness, report.summary) == (readiness, summary)


def test_another_target_than_the_policys_can_be_asked_for() -> None:
    report = make_report(inventory(*CLUSTER[:3]), policy("1.26"), target=version("1.24"), now=NOW)
    assert (report.target, report.readiness) == ("1.24", Readiness.READY)


def test_the_same_state_gives_the_same_bytes_whatever_the_clock_says() -> None:
    now, later = (written(report_on(*CLUSTER, at=at), Format.JSON) for at in (NOW, NOW + timedelta(days=1)))
    assert now == later
    assert now == written(report_on(*reversed(CLUSTER)), Format.JSON)


def test_the_json_has_the_shape_that_scripts_rely_on() -> None:
    decoded = json.loads(written(report_on(running("a", "1.0.0"), 5), Format.JSON))
    assert decoded["apiVersion"] == "eci-upgrade-guard.io/v1alpha1"
    assert decoded["kind"] == "ReadinessReport"
    assert decoded["readiness"] == "NotReady"
    assert decoded["source"] == {
        "description": "pods.json",
        "takenAt": "2026-11-22T21:00:00Z",
        "complete": False,
        "incompleteBecause": ["1 of 2 objects could not be read"],
        "kubernetesVersion": None,
        "resourceVersion": None,
        "clusterId": None,
        "namespace": None,
        "notExamined": ["owners, templates and budgets"],
    }
    assert decoded["unreadable"] == [{"place": "items[1]", "problem": "Expected `object`, got `int`"}]
    assert decoded["findings"][0] == {
        "namespace": "team-a",
        "id": "uid-of-team-a-a",
        "workload": "team-a/Pod/a",
        "name": "a",
        "verdict": "Incompatible",
        "reason": "PlatformVersionTooOld",
        "platformVersion": "1.0.0",
        "instanceId": "eci-a",
        "node": VIRTUAL_NODE,
        "evidence": f"annotation 1.0.0, instance eci-a running on {VIRTUAL_NODE}",
        "remedy": "Recreate the pod: evicted, it is made anew by its controller, on the current platform version "
        "unless its template pins one. A pod without a controller does not come back by itself.",
    }
