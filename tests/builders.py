"""The smallest valid objects. A test takes one and changes the one thing that it is about."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from webhook.admission.engine import Engine
from webhook.admission.review import Request, read_review
from webhook.inventory.inventory import Inventory
from webhook.inventory.known import FileInventory
from webhook.inventory.pod_list import read_pod_list
from webhook.policy.evidence import EvidenceRules
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.modes import Mode, Modes
from webhook.policy.pod_document import INSTANCE_ID, PLATFORM_VERSION, PodDocument
from webhook.policy.pod_facts import PodFacts, facts_of
from webhook.policy.policy import Policy
from webhook.server.policy_in_force import PolicyInForce

Json = dict[str, Any]

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
VIRTUAL_NODE = "virtual-kubelet-cn-hangzhou-j"
ORDINARY_NODE = "cn-hangzhou.10.0.12.7"


def version(text: str) -> KubernetesVersion:
    return KubernetesVersion.parse(text)


def pod(
    name: str = "web-1",
    *,
    namespace: str = "team-a",
    platform_version: Any = None,
    instance_id: Any = None,
    node: Any = None,
    phase: Any = None,
    labels: Any = None,
) -> Json:
    """A pod with just what is given; ``None`` leaves a field out."""
    annotations = {PLATFORM_VERSION: platform_version, INSTANCE_ID: instance_id}
    metadata = {"name": name, "namespace": namespace, "uid": f"uid-of-{namespace}-{name}", "labels": labels}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": _given(metadata) | {"annotations": _given(annotations)},
        "spec": _given({"nodeName": node}),
        "status": _given({"phase": phase}),
    }


def running(name: str = "web-1", platform_version: Any = None, **changes: Any) -> Json:
    """An ECI pod whose instance runs."""
    given = {"instance_id": f"eci-{name}", "node": VIRTUAL_NODE, "phase": "Running"} | changes
    return pod(name, platform_version=platform_version, **given)


def workload(kind: str, template: Json, *, name: str = "web") -> Json:
    """A workload of this kind around a pod template."""
    group = {"ReplicationController": "v1", "CronJob": "batch/v1", "Job": "batch/v1"}.get(kind, "apps/v1")
    spec: Json = {"template": template}
    if kind == "CronJob":
        spec = {"jobTemplate": {"spec": spec}}
    return {"apiVersion": group, "kind": kind, "metadata": {"name": name, "namespace": "team-a"}, "spec": spec}


def binding(node: str, uid: str | None, *, name: str = "web-1", annotations: Json | None = None) -> Json:
    """What the scheduler posts to bind a pod."""
    metadata = _given({"name": name, "namespace": "team-a", "uid": uid, "annotations": annotations})
    return {"apiVersion": "v1", "kind": "Binding", "metadata": metadata, "target": {"kind": "Node", "name": node}}


def review(
    obj: Any,
    *,
    resource: str = "pods",
    group: str = "",
    sub_resource: str | None = None,
    operation: str = "CREATE",
    **request: Any,
) -> Json:
    """A review as the API server sends it (control plane 1.37)."""
    gvr = {"group": group, "version": "v1", "resource": resource}
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": _given({"subResource": sub_resource})
        | {
            "uid": "0a7c1f3e-5f0e-4d5a-9c1f-2b8f6f1d9a11",
            "kind": {"group": group, "version": "v1", "kind": "Pod"},
            "resource": gvr,
            "requestResource": gvr,
            "name": "web-1",
            "namespace": "team-a",
            "operation": operation,
            "userInfo": {"username": "anna", "groups": ["developers", "system:authenticated"]},
            "object": obj,
            "oldObject": None,
            "dryRun": False,
            "options": {"apiVersion": "meta.k8s.io/v1", "kind": "CreateOptions"},
        }
        | request,
    }


def request(obj: Any, **changes: Any) -> Request:
    return read_review(json.dumps(review(obj, **changes)).encode())


def policy(target: str = "1.26", mode: Mode = Mode.DENY, **changes: Any) -> Policy:
    """A policy that does the same to pods and workloads."""
    return Policy(target=version(target), modes=Modes(pods=mode, workloads=mode), **changes)


def engine(chosen: Policy | None = None, *known: Json) -> Engine:
    """An engine whose inventory knows these pods."""
    chosen = chosen or policy()
    return Engine(chosen, known_inventory(chosen, *known), lambda: NOW)


def known_inventory(chosen: Policy, *known: Any, **changes: Any) -> FileInventory:
    """An inventory that knows these pods, of a cluster that runs 1.24."""
    listed = inventory(*known, rules=chosen.evidence)
    return FileInventory(
        replace(listed, **{"kubernetes_version": "v1.24.6-aliyun.1", "resource_version": "7"} | changes), chosen
    )


def in_force(chosen: Policy | None = None) -> PolicyInForce:
    return PolicyInForce(chosen or policy(), NOW)


def facts_of_json(one: Json, rules: EvidenceRules | None = None) -> PodFacts | None:
    return facts_of(msgspec.convert(one, PodDocument), rules or EvidenceRules())


def pod_list(*items: Any, **changes: Any) -> bytes:
    """What kubectl writes for these items."""
    document = {"apiVersion": "v1", "kind": "List", "items": list(items), "metadata": {"resourceVersion": ""}}
    return json.dumps(document | changes, indent=4).encode()


def inventory(*items: Any, rules: EvidenceRules | None = None, **changes: Any) -> Inventory:
    return read_pod_list(pod_list(*items, **changes), rules or EvidenceRules(), source="pods.json", taken_at=NOW)


def _given(fields: Json) -> Json:
    return {key: value for key, value in fields.items() if value is not None}
