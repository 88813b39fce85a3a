"""How admission goes: answers, how long they took, and requests that got none.

Counted in plain numbers and turned into metric families when somebody scrapes: a Counter and a Histogram of
prometheus_client take a lock each and walk the buckets, which costs several times as much for each request.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.metrics_core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from webhook.admission.decision import Answer, Decision
from webhook.admission.kinds import JUDGED
from webhook.admission.review import Request
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.policy.reasons import Reason
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.server.metrics.families import PREFIX, counter

OTHER = "other"
NO_REASON = "none"
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: from an answer out of memory to the default timeout of a webhook."""

_RESOURCES = {key: "/".join(filter(None, key[1:])) for key in JUDGED}
_OPERATIONS = frozenset({"CREATE", "UPDATE", "DELETE", "CONNECT"})
_STATUSES = {status: str(status) for status in (400, 408, 413, 415, 500)}

UPGRADES = "upgrades"
"""Stands for every kind of object that asks for an upgrade. Which one it was is in the log."""

_Key = tuple[str, str, Answer, Reason | UpgradeReason | None]


class DecisionMetrics(Collector):
    """Counts on the event loop, and is read there: it has no lock."""

    def __init__(self) -> None:
        self._answers = dict.fromkeys([*_answers_at_create(), *_answers_to_upgrades()], 0)
        self._in_bucket = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self._failures = dict.fromkeys([*_STATUSES.values(), OTHER], 0)

    def decided(self, request: Request, decision: Decision, seconds: float) -> None:
        """Count an answer, and the time from the request's first byte read to it."""
        operation, objection = request.operation, decision.objection
        key = (
            UPGRADES if isinstance(objection, UpgradeObjection) else _resource_of(request),
            operation if operation in _OPERATIONS else OTHER,
            decision.answer,
            objection.reason if objection else None,
        )
        self._answers[key] = self._answers.get(key, 0) + 1
        self._in_bucket[bisect_left(BUCKETS, seconds)] += 1
        self._seconds += seconds

    def failed(self, status: int) -> None:
        """Count a request that got an HTTP error instead of a review."""
        self._failures[_STATUSES.get(status, OTHER)] += 1

    def collect(self) -> Iterator[Metric]:
        """Yield what was counted."""
        answers = counter("decisions", "Admission reviews answered.", "resource", "operation", "decision", "reason")
        for (resource, operation, answer, reason), count in self._answers.items():
            answers.add_metric([resource, operation, answer.value, reason.code if reason else NO_REASON], count)
        yield answers
        failures = counter(
            "request_failures", "Requests answered with an HTTP error: 5xx is our fault, 4xx the caller's.", "status"
        )
        for status, count in self._failures.items():
            failures.add_metric([status], count)
        yield failures
        bounds = [*map(floatToGoString, BUCKETS), "+Inf"]
        yield HistogramMetricFamily(
            PREFIX + "admission_duration_seconds",
            "Time from reading a review to its answer.",
            buckets=list(zip(bounds, accumulate(self._in_bucket), strict=True)),
            sum_value=self._seconds,
        )


def _resource_of(request: Request) -> str:
    resource = request.resource
    return _RESOURCES.get((resource.group, resource.resource, request.sub_resource or ""), OTHER)


def _answers_at_create() -> Iterator[_Key]:
    """Yield what a CREATE may be answered, so that a rate exists before the first denial. Anything else just comes."""
    for resource in [*_RESOURCES.values(), OTHER]:
        yield resource, "CREATE", Answer.ALLOWED, None
    for resource in _RESOURCES.values():
        for answer in Answer:
            if answer not in (Answer.ALLOWED, Answer.OVERRIDDEN):
                yield from ((resource, "CREATE", answer, reason) for reason in Reason if reason.verdict.unfit)


def _answers_to_upgrades() -> Iterator[_Key]:
    for operation in ("CREATE", "UPDATE"):
        for answer in (Answer.DENIED, Answer.WARNED, Answer.OVERRIDDEN):
            yield from ((UPGRADES, operation, answer, reason) for reason in UpgradeReason)
