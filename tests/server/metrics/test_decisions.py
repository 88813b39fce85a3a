"""Answers are counted by what they were about, and no request adds more than it may."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from tests.builders import engine, pod, policy, request, workload
from tests.server.metrics.scraping import Scraped, scrape
from webhook.admission.decision import ALLOWED, Answer, Decision
from webhook.admission.kinds import JUDGED
from webhook.admission.objection import Objection, Surface
from webhook.policy.modes import Mode
from webhook.policy.reasons import Reason
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.server.metrics.decisions import BUCKETS, DecisionMetrics

UPGRADES = 2 * 3 * len(UpgradeReason)
"""Two operations, three answers, and every reason to say something about an upgrade."""
AT_START = (len(JUDGED) + 1) + len(JUDGED) * 4 * sum(reason.unfit for reason in Reason) + UPGRADES
"""Each resource allowed, and each that is judged by four answers and every reason to object."""
AT_MOST = (len(JUDGED) + 1) * 5 * len(Answer) * (len(Reason) + 1) + UPGRADES
OLD = pod(platform_version="1.0.0")


def scraped(metrics: DecisionMetrics) -> Scraped:
    registry = CollectorRegistry()
    registry.register(metrics)
    return scrape(registry)


def decide(metrics: DecisionMetrics, obj: Any, mode: Mode = Mode.DENY, seconds: float = 0.001, **changes: Any) -> None:
    asked = request(obj, **changes)
    metrics.decided(asked, engine(policy(mode=mode)).decide(asked), seconds)


def series(metrics: DecisionMetrics, name: str = "decisions_total") -> int:
    return sum(sample.name.endswith(name) for sample in scraped(metrics).samples)


def objection(reason: Reason) -> Objection:
    return Objection(
        surface=Surface.PODS, kind="pod", namespace="a", name="b", reason=reason, platform_version="", evidence=""
    )


def test_an_answer_is_counted_by_resource_operation_decision_and_reason() -> None:
    metrics = DecisionMetrics()
    decide(metrics, pod())
    decide(metrics, OLD)
    decide(metrics, OLD, Mode.WARN)
    decide(metrics, workload("Deployment", OLD), group="apps", resource="deployments")
    decide(metrics, OLD, operation="DELETE")
    decide(metrics, {}, group="example.com", resource="wonders")
    found = scraped(metrics)
    assert {tuple(sorted(s.labels.items())): s.value for s in found.samples if s.value and "_total" in s.name} == {
        tuple(sorted(zip(("resource", "operation", "decision", "reason"), labels, strict=True))): 1.0
        for labels in [
            ("pods", "CREATE", "allowed", "none"),
            ("pods", "CREATE", "denied", "PlatformVersionTooOld"),
            ("pods", "CREATE", "warned", "PlatformVersionTooOld"),
            ("deployments", "CREATE", "denied", "PlatformVersionTooOld"),
            ("pods", "DELETE", "allowed", "none"),
            ("other", "CREATE", "allowed", "none"),
        ]
    }


def test_both_ways_to_bind_a_pod_are_told_apart() -> None:
    metrics = DecisionMetrics()
    decide(metrics, {}, Mode.OFF, resource="pods", sub_resource="binding")
    decide(metrics, {}, Mode.OFF, resource="bindings")
    decide(metrics, {}, resource="pods", sub_resource="status")
    allowed = scraped(metrics).by("resource", "decisions_total", decision="allowed")
    assert {resource for resource, count in allowed.items() if count} == {"pods/binding", "bindings", "other"}


def test_what_was_never_counted_stands_at_zero() -> None:
    found = scraped(DecisionMetrics())
    at_zero = {"resource": "pods", "operation": "CREATE", "decision": "denied", "reason": "PlatformVersionTooOld"}
    assert found.value("decisions_total", **at_zero) == 0
    assert found.by("status", "request_failures_total") == dict.fromkeys(
        ["400", "408", "413", "415", "500", "other"], 0
    )
    assert found.value("admission_duration_seconds_count") == 0
    assert series(DecisionMetrics()) == AT_START


def test_ten_thousand_odd_requests_add_a_handful_of_series() -> None:
    metrics = DecisionMetrics()
    for number in range(10_000):
        odd: dict[str, Any] = {
            "resource": f"wonders-{number}" if number % 2 else "pods",
            "group": f"g{number}.example.com" if number % 3 else "",
            "sub_resource": f"s{number}" if number % 5 else None,
            "operation": f"OP{number}" if number % 7 else "CREATE",
            "namespace": f"n{number}",
            "name": f"p{number}",
        }
        decide(metrics, pod(f"p{number}", platform_version=f"9.{number}"), **odd)
        metrics.failed(number)
    assert series(metrics) <= AT_START + 2
    assert series(metrics, "request_failures_total") == 6


def test_there_can_never_be_more_series_than_the_labels_allow() -> None:
    metrics = DecisionMetrics()
    reasons = [None, *Reason]
    resources = [
        *(dict(zip(("group", "resource", "sub_resource"), key, strict=True)) for key in JUDGED),
        {"resource": "x"},
    ]
    for place, operation in itertools.product(resources, ["CREATE", "UPDATE", "DELETE", "CONNECT", "x", "y"]):
        asked = request({}, operation=operation, **place)
        for answer, reason in itertools.product(Answer, reasons):
            metrics.decided(asked, Decision(answer, objection(reason) if reason else None), 0)
    assert series(metrics) == AT_MOST


@given(st.lists(st.floats(0, 100)))
def test_the_histogram_is_what_counting_by_hand_gives(durations: list[float]) -> None:
    metrics = DecisionMetrics()
    for seconds in durations:
        metrics.decided(request(pod()), ALLOWED, seconds)
    buckets = scraped(metrics).by("le", "admission_duration_seconds_bucket")
    assert {float(bound): count for bound, count in buckets.items()} == {
        bound: sum(seconds <= bound for seconds in durations) for bound in (*BUCKETS, float("inf"))
    }
    assert scraped(metrics).value("admission_duration_seconds_count") == len(durations)
    assert scraped(metrics).value("admission_duration_seconds_sum") == sum(durations)


def test_nothing_of_the_object_and_nobody_who_asks_is_on_the_page() -> None:
    metrics, registry = DecisionMetrics(), CollectorRegistry()
    registry.register(metrics)
    decide(
        metrics, pod("hunter2", namespace="hunter2", platform_version="hunter2"), namespace="hunter2", name="hunter2"
    )
    metrics.decided(request({}, userInfo={"username": "hunter2"}, resource="hunter2", operation="hunter2"), ALLOWED, 0)
    assert b"hunter2" not in generate_latest(registry)
