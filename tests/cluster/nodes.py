"""The cluster's nodes: three virtual ones, labelled and tainted as on ACK, and two ordinary ones. KWOK plays them all.

Source: ACK user guide, "Configure ECI scheduling" (label ``type``, taint ``virtual-kubelet.io/provider``).
"""

from typing import Any

Json = dict[str, Any]

VIRTUAL_NODES = tuple(f"virtual-kubelet-cn-hangzhou-{zone}" for zone in "ijk")
ORDINARY_NODES = ("cn-hangzhou.10.0.12.7", "cn-hangzhou.10.0.12.8")

VIRTUAL_NODE_TAINT = {"key": "virtual-kubelet.io/provider", "value": "alibabacloud", "effect": "NoSchedule"}
ON_VIRTUAL_NODES: Json = {
    "nodeSelector": {"type": "virtual-kubelet"},
    "tolerations": [{"key": VIRTUAL_NODE_TAINT["key"], "operator": "Exists"}],
}
"""What a pod's spec says to run as an ECI pod."""

PLAYED = "kwok.x-k8s.io/node=fake"
"""Annotation of the nodes that KWOK is to play."""


def nodes(version: str) -> list[Json]:
    """Return all nodes, at a version of Kubernetes such as "1.37"; ``stages.yaml`` makes them Ready."""
    virtual = [
        _node(name, version, {"type": "virtual-kubelet", "topology.kubernetes.io/zone": f"cn-hangzhou-{name[-1]}"})
        for name in VIRTUAL_NODES
    ]
    for one in virtual:
        one["spec"] = {"taints": [VIRTUAL_NODE_TAINT]}
    return [
        *virtual,
        *(_node(name, version, {"topology.kubernetes.io/zone": "cn-hangzhou-i"}) for name in ORDINARY_NODES),
    ]


def _node(name: str, version: str, labels: Json) -> Json:
    key, _, value = PLAYED.partition("=")
    common = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": common | labels, "annotations": {key: value}},
        "status": {"nodeInfo": {"kubeletVersion": f"v{version}.0-aliyun.1"}},
    }
