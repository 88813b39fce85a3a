"""What it costs to decide and word a request for an upgrade: the same with a hundred unfit pods and a hundred thousand.

Two shapes of a cluster, because workloads are counted too: pods of Deployments, and pods that are each their own. In
one process, asked in turn, so that whatever disturbs meets all alike.
"""

import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from webhook.admission.engine import Engine
from webhook.admission.response import encode_response
from webhook.admission.review import Request, read_review
from webhook.inventory.inventory import Inventory
from webhook.inventory.known import FileInventory
from webhook.policy.evidence import Grade
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.owner import Owner
from webhook.policy.pod_facts import PodFacts, PodState
from webhook.policy.policy import Policy
from webhook.policy.upgrades.this_cluster import Claim, ThisCluster

from .figures import Spread, ratios
from .table import render_table

_SIZES = (100, 10_000, 100_000)
_CALLS = 2_000
_ROUNDS = 9
_EACH = 10
"""Pods of a Deployment."""
_NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
_POLICY = Policy(
    target=KubernetesVersion(1, 26),
    this_cluster=ThisCluster(objects=(Claim(name="prod"),)),
)


class _Shape(NamedTuple):
    name: str
    owner_of: Callable[[int], Owner | None]


_SHAPES = (
    _Shape("of Deployments", lambda place: Owner("ReplicaSet", f"web-{place // _EACH}-abc", f"u{place // _EACH}")),
    _Shape("bare", lambda _: None),
)


def measure() -> str:
    """Measure, and return the figures as text. Takes about half a minute."""
    request = _request()
    engines = {(shape, size): _engine(size, shape) for shape in _SHAPES for size in _SIZES}
    took: dict[tuple[_Shape, int], list[float]] = {key: [] for key in engines}
    gc.freeze()  # the pods are there for good, as in a guard; what a call makes is collected as ever
    for _ in range(_ROUNDS):
        for key, engine in engines.items():
            took[key].append(_microseconds(engine, request))
    rows = [
        (
            f"{size:,} unfit pods, {shape.name}",
            Spread.of(took[shape, size]).shown(0),
            ratios(took[shape, size], took[shape, _SIZES[0]]).shown(2),
        )
        for shape in _SHAPES
        for size in _SIZES
    ]
    heading = f"a denied upgrade request, read, decided, worded; {_ROUNDS} rounds of {_CALLS:,} calls, median of each"
    return f"{heading}\n\n" + render_table(("cluster", "us", f"times {_SIZES[0]}"), rows)


def _microseconds(engine: Engine, request: bytes) -> float:
    calls = []
    for _ in range(_CALLS):
        began = time.perf_counter_ns()
        _answer(engine, read_review(request))
        calls.append((time.perf_counter_ns() - began) / 1000)
    return statistics.median(calls)


def _answer(engine: Engine, request: Request) -> None:
    decision = engine.decide(request)
    assert not decision.allowed
    encode_response(request.uid, decision, engine.policy)


def _request() -> bytes:
    def ali(version: str) -> dict[str, object]:
        return {"metadata": {"namespace": "fleet", "name": "prod"}, "spec": {"kubernetesVersion": version}}

    request = {
        "uid": "0a7c1f3e-5f0e-4d5a-9c1f-2b8f6f1d9a11",
        "operation": "UPDATE",
        "resource": {"group": "ali.cattle.io", "version": "v1", "resource": "aliclusterconfigs"},
        "namespace": "fleet",
        "name": "prod",
        "userInfo": {"username": "anna"},
        "object": ali("1.26.3-aliyun.1"),
        "oldObject": ali("1.24.6-aliyun.1"),
    }
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    return msgspec.json.encode(review)


def _engine(size: int, shape: _Shape) -> Engine:
    pods = tuple(
        PodFacts(
            namespace=f"team-{place % 50}",
            name=f"web-{place}",
            uid=f"uid-{place}",
            state=PodState.RUNNING,
            grade=Grade.CERTAIN,
            sign=f"instance eci-{place}",
            platform_version="1.0.0" if place % 2 else None,
            instance_id=f"eci-{place}",
            node_name="virtual-kubelet-cn-hangzhou-j",
            owner=shape.owner_of(place),
            labels={"pod-template-hash": "abc"},
        )
        for place in range(size)
    )
    known = Inventory(source="made", taken_at=_NOW, pods=pods, examined=size, kubernetes_version="v1.24.6-aliyun.1")
    return Engine(_POLICY, FileInventory(known, _POLICY), lambda: _NOW)
