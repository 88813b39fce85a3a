"""The pod list that ``report`` is measured with: indented and sorted as kubectl writes it, managedFields and all.

Every second pod is an ECI pod with its instance, running on one of three virtual nodes; the others run on ordinary
nodes. All have a node, so that the vendor's listing comes to its end. The same pods come out each time.
"""

import uuid
from pathlib import Path
from typing import Any

import msgspec

from .managed_fields import managed_fields

_BATCH = 500
"""Pods that are held at a time, so that the benchmark's own memory stays small."""
_HEAD = b'{\n    "apiVersion": "v1",\n    "items": [\n'
_TAIL = b'\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n'
_ITEMS_HEAD, _ITEMS_TAIL = b'{\n    "items": [\n', b"\n    ]\n}"

_VERSIONS = ("1.1.0", "1.0.0", "1.1.0", None, "1.1.0", "1.0.0", "1.1.0", "", "1.1.0", "1.1.0")
"""Platform versions of ECI pods, in turn: four of ten are unfit for 1.26."""
_TEMPLATE_HASH = "7d9c5b8f6c"
_CREATED, _STARTED = "2026-03-12T08:02:00Z", "2026-03-12T08:02:41Z"


def write_pod_list(path: Path, pods: int) -> int:
    """Write a list of so many pods, about 5 KB each, in pieces. Returns its size in bytes."""
    with path.open("wb") as file:
        file.write(_HEAD)
        for start in range(0, pods, _BATCH):
            batch = [_pod(number) for number in range(start, min(start + _BATCH, pods))]
            text = msgspec.json.format(msgspec.json.encode({"items": batch}, order="sorted"), indent=4)
            file.write(b",\n" if start else b"")
            file.write(text.removeprefix(_ITEMS_HEAD).removesuffix(_ITEMS_TAIL))
        file.write(_TAIL)
        return file.tell()


def _pod(number: int) -> dict[str, Any]:
    is_eci = number % 2 == 0
    workload = f"app-{number // 20:04}"
    replica_set = f"{workload}-{_TEMPLATE_HASH}"
    name = f"{replica_set}-{number:05x}"
    labels = {"app": workload, "pod-template-hash": _TEMPLATE_HASH}
    spec = {"containers": [_container(workload)], "dnsPolicy": "ClusterFirst", "restartPolicy": "Always"}
    state = {"phase": "Running", "podIP": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "annotations": _eci_annotations(number) if is_eci else {"kubernetes.io/psp": "ack.privileged"},
            "creationTimestamp": _CREATED,
            "generateName": f"{replica_set}-",
            "labels": labels,
            "managedFields": [
                managed_fields("kube-controller-manager", _CREATED, {"metadata": {"labels": labels}, "spec": spec}),
                managed_fields("virtual-kubelet" if is_eci else "kubelet", _STARTED, {"status": state}),
            ],
            "name": name,
            "namespace": f"team-{number // 1000:02}",
            "ownerReferences": [_owner(replica_set)],
            "resourceVersion": str(48_211_037 + number),
            "uid": _uid(name),
        },
        "spec": {
            **spec,
            "nodeName": _virtual_node(number) if is_eci else _ordinary_node(number),
            "priority": 0,
            "schedulerName": "default-scheduler",
            "serviceAccountName": "default",
            "tolerations": [{"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists"}],
        },
        "status": {
            **state,
            "conditions": [
                {"lastProbeTime": None, "lastTransitionTime": _STARTED, "status": "True", "type": "Ready"},
            ],
            "qosClass": "Burstable",
            "startTime": _CREATED,
        },
    }


def _eci_annotations(number: int) -> dict[str, str]:
    version = _VERSIONS[number // 2 % len(_VERSIONS)]
    set_by_eci = {
        "k8s.aliyun.com/eci-instance-cpu": "2.0",
        "k8s.aliyun.com/eci-instance-id": f"eci-bp1{number:013x}",
        "k8s.aliyun.com/eci-instance-mem": "4.0",
    }
    return set_by_eci if version is None else {**set_by_eci, "k8s.aliyun.com/eci-platform-version": version}


def _container(name: str) -> dict[str, Any]:
    return {
        "image": f"registry.example.com/shop/{name}:v2.14.3",
        "imagePullPolicy": "IfNotPresent",
        "name": "app",
        "resources": {"requests": {"cpu": "1", "memory": "2Gi"}},
    }


def _owner(replica_set: str) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "blockOwnerDeletion": True,
        "controller": True,
        "kind": "ReplicaSet",
        "name": replica_set,
        "uid": _uid(replica_set),
    }


def _virtual_node(number: int) -> str:
    return f"virtual-kubelet-cn-hangzhou-{'ijk'[number // 2 % 3]}"


def _ordinary_node(number: int) -> str:
    return f"cn-hangzhou.10.0.{number // 30 >> 8}.{number // 30 & 255}"


def _uid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
