"""Pods as a cluster has them, about 5 KB each, as many as asked for. The same ones come out each time."""

from collections.abc import Iterator
from typing import Any

import msgspec

from tests.benchmarks.pod_list import _pod as _listed_pod
from tests.benchmarks.review import review_body

from .cluster import FakeCluster

_SUBMITTED: dict[str, Any] = msgspec.json.decode(review_body())["request"]["object"]


def fill(cluster: FakeCluster, pods: int, eci_share: float = 0.5) -> None:
    """Put so many pods into a cluster. The share of ECI pods is spread evenly."""
    for number in _numbers(pods, eci_share):
        pod = _pod(number, cluster.revision + 1)
        cluster.put_encoded(pod["metadata"]["namespace"], pod["metadata"]["name"], msgspec.json.encode(pod))


def _numbers(pods: int, eci_share: float) -> Iterator[int]:
    """Numbers for the benchmark's list, in which the even ones are ECI pods."""
    eci = 0
    for count in range(pods):
        is_eci = eci < (count + 1) * eci_share
        yield 2 * eci if is_eci else 2 * (count - eci) + 1
        eci += is_eci


def _pod(number: int, revision: int) -> dict[str, Any]:
    """A pod of the benchmark's list, with the two containers and the defaults of the benchmark's review."""
    listed = _listed_pod(number)
    fields = [*_SUBMITTED["metadata"]["managedFields"], listed["metadata"]["managedFields"][-1]]
    return {
        "metadata": {**listed["metadata"], "managedFields": fields, "resourceVersion": str(revision)},
        "spec": {**listed["spec"], **_SUBMITTED["spec"]},
        "status": listed["status"],
    }
