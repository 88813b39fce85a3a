"""What the page says. ``UPDATE_GOLDEN=1 pytest tests/readiness/html`` writes the golden page anew: look at its diff."""

import base64
import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOW, policy, running
from tests.readiness.html.reading import Page
from tests.readiness.reports import AGAIN, example_report, page_of, report_on
from webhook.policy.exemptions import Exemption
from webhook.readiness.making import Show
from webhook.readiness.renderings.html_page.workload_rows import MOST_PODS, MOST_PODS_EACH, MOST_WORKLOADS

GOLDEN = Path(__file__).with_name("example.html")


def words(*items: object, **changes: Any) -> str:
    return Page(page_of(report_on(*items, **changes))).words


def owned(name: str, owner: str, version: str | None = "1.0.0") -> dict[str, object]:
    pod = running(name, version)
    pod["metadata"]["ownerReferences"] = [
        {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": owner, "uid": owner, "controller": True}
    ]
    return pod


def test_the_page_of_the_example_cluster_is_the_golden_one() -> None:
    page = page_of(example_report(), age=2670)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(page)
    assert page == GOLDEN.read_text()


def test_the_verdict_stands_first_and_the_next_command_last() -> None:
    said = words(running("old", "1.0.0"))
    start = "Not ready for Kubernetes 1.26 Not ready: 1 of 1 ECI pod cannot run under Kubernetes 1.26."
    assert said.index(start) < said.index("Overview")
    assert said.index(AGAIN) > said.rindex("What to do next") > said.index("PlatformVersionTooOld")


def test_nothing_found_still_says_what_was_examined() -> None:
    said = words()
    assert "Ready for Kubernetes 1.26" in said
    assert "Examined 0 objects, none of them ECI Source pods.json As of 2026-11-22 21:00:00 UTC" in said
    assert "None: of 0 pods on ECI, among 0 examined objects, none stands in the way." in said
    assert "Not examined owners, templates and budgets" in said


def test_what_is_missing_is_said_beside_the_verdict() -> None:
    said = words(running("fit", "1.1.0"), 5, metadata={"continue": "x"})
    assert "Unknown for Kubernetes 1.26" in said
    assert "This is not the whole truth. the list is one page of a longer one" in said
    assert "Where What is wrong items[1] Expected `object`, got `int`" in said
    assert "But not everything could be read." in said


def test_an_age_is_said_only_if_it_is_given() -> None:
    report = report_on(running("fit", "1.1.0"))
    assert "seen 1 min 40 s ago" in Page(page_of(report, age=100)).words
    assert " ago" not in Page(page_of(report)).words


def test_exemptions_stand_with_their_expiry() -> None:
    lab, ever = (
        Exemption(
            reason=reason,
            namespaces=frozenset({"team-a"}),
            pod_labels={"app": "x"} if expires else {},
            counts_as_ready=True,
            expires=expires,
        )
        for reason, expires in (("torn down", NOW + timedelta(days=2)), ("nobody knows", None))
    )
    said = words(running("old", "1.0.0", labels={"app": "x"}), chosen=policy(exemptions=(lab, ever)))
    assert "torn down namespace team-a, label app=x 1 2026-11-24 21:00:00 UTC" in said
    assert "nobody knows namespace team-a 1 never" in said


def test_each_workload_has_its_pods_and_their_evidence() -> None:
    said = words(owned("db-0", "db"), owned("db-1", "db", None), running("alone", "9"))
    assert "db StatefulSet team-a 2 of 2 PlatformVersionUnset PlatformVersionTooOld Not examined" in said
    assert "alone Pod team-a 1 of 1 PlatformVersionUnknown Bare pod no controller makes it anew" in said
    assert "Evidence 2 pods of db" in said
    assert "annotation 1.0.0, instance eci-db-0 running on virtual-kubelet-cn-hangzhou-j" in said


def test_pods_that_are_not_in_the_way_stand_apart_if_the_report_has_them() -> None:
    items = [owned("db-0", "db"), owned("db-1", "db", "1.1.0"), owned("fit-0", "fit", "1.1.0")]
    assert "not in the way" not in words(*items)
    said = words(*items, show=Show.ALL)
    assert "Evidence 2 pods of db" in said
    assert "Pods that are not in the way 1 pod" in said
    assert "Workloads 1 " in said


def test_a_long_report_says_what_the_page_leaves_out() -> None:
    said = words(*(running(f"pod-{number:04}", "1.0.0") for number in range(MOST_PODS)))
    assert f"This page shows the first {MOST_WORKLOADS} of {MOST_PODS:,} workloads" in said
    assert f"… and {MOST_PODS - MOST_WORKLOADS:,} more: -o json lists them all." in said
    assert said.count("Evidence 1 pod of") == MOST_WORKLOADS


def test_of_a_workload_with_very_many_pods_the_unfit_ones_are_shown() -> None:
    items = [owned(f"db-{number:04}", "db", "1.1.0") for number in range(MOST_PODS)]
    said = words(*items, owned("db-last", "db"), show=Show.ALL)
    assert f"Evidence {MOST_PODS_EACH} pods of db" in said
    assert "db-last 1.0.0 Incompatible" in said
    assert f"… and {MOST_PODS + 1 - MOST_PODS_EACH:,} more: -o json lists them all." in said


def test_the_same_report_gives_the_same_page() -> None:
    first, second = (page_of(report_on(running("b", "1.0.0"), running("a"))) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("element", ["script", "style"])
def test_the_page_lets_nothing_run_but_what_it_brings(element: str) -> None:
    page = Page(page_of(example_report()))
    (policy_tag,) = [tag for tag in page.tags if "http-equiv" in tag.attributes]
    rules = dict(rule.split(" ", 1) for rule in str(policy_tag.attributes["content"]).split("; "))
    assert rules.keys() == {"default-src", "style-src", "script-src", "img-src", "base-uri", "form-action"}
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    digest = base64.b64encode(hashlib.sha256("".join(page.code[element]).encode()).digest()).decode()
    assert rules[f"{element}-src"] == f"'sha256-{digest}'"


def test_the_page_needs_nothing_from_anywhere() -> None:
    page = Page(page_of(example_report()))
    addresses = [
        value
        for tag in page.tags
        for name, value in tag.attributes.items()
        if name in ("href", "src", "srcset", "data", "poster", "action", "xlink:href")
    ]
    assert addresses
    assert all(str(address).startswith(("#", "data:")) for address in addresses)
    assert "@import" not in page.code["style"][0]
    assert not any(name in tag.attributes for tag in page.tags for name in ("style", "onclick", "onload", "onerror"))
