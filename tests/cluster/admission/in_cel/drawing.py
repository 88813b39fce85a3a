"""Policies and objects at random, odd ones among them, all of them such as their readers take."""

import json
from random import Random
from typing import Any

from tests.builders import ORDINARY_NODE, VIRTUAL_NODE
from tests.cases import HEADER
from webhook.policy.document.reading import read_policy
from webhook.policy.pod_document import ACS_INSTANCE_ID, BURST_RESOURCE, INSTANCE_ID, PLATFORM_VERSION
from webhook.policy.policy import Policy

Json = dict[str, Any]

ODD = "2.0'\"\\\n\u2028\x07{version}0"
"""What would end a text, a line or an expression somewhere, if nobody escaped it."""

_MODES = ["Deny", "Deny", "Warn", "Audit", "Off"]
_PATTERNS = ["^vk-lab-", "0$", "(?i)^CN-", r"^[\"'\\]?x\.y$", "", "\u2028"]
_ROWS = [
    {"platformVersion": ODD, "supports": ["1.12"]},
    {"platformVersion": "", "supportsFrom": "1.20"},
    {"platformVersion": "1.0.0", "supports": ["1.30"], "unsupportedFrom": "1.31"},
    {"platformVersion": "vv2", "supportsFrom": "1.24"},
]
_EXEMPTIONS: list[Json] = [
    {"reason": ODD, "users": ["bob", ODD]},
    {"reason": "by group", "groups": ["restorers", "it's"]},
    {"reason": "by label", "namespaces": ["NAMESPACE", "other"], "podLabels": {"tier": "scratch"}},
    {"reason": "an empty label", "namespaces": ["NAMESPACE"], "podLabels": {"team": ""}, "users": ["anna"]},
    {"reason": "of another namespace " + "x" * 200, "namespaces": ["other"]},
]
_VERSIONS = [
    *("1.0.0", "1.0.0", "1.1.0", "v1.0.0", " 1.0.0\n", "\x1c\u20031.1.0\x1f", "vv2", "v 1.1.0", "v", " ", "", "9.9"),
    *(ODD, "é" * 30, "\U0001f40b\u202e1.0.0", None, None, None),
]
_LABELS: list[Json] = [
    *({"eci": "true"}, {"alibabacloud.com/acs": "true"}, {"tier": "scratch"}, {"team": ""}, {"pool": "e"}),
]
_VIRTUAL = {"key": "type", "operator": "In", "values": ["virtual-kubelet"]}
_TERMS: list[Json] = [
    {"matchExpressions": [{"key": "kubernetes.io/arch", "operator": "Exists"}, _VIRTUAL]},
    {"matchExpressions": [_VIRTUAL | {"values": ["virtual-kubelet", "x"]}]},
    {"matchExpressions": [_VIRTUAL | {"operator": "NotIn"}]},
    {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["x"]}]},
]
_SELECTORS: list[Json] = [{"type": "virtual-kubelet"}, {"k8s.aliyun.com/vnode": "true"}, {"type": "x"}]
KINDS = {
    "Pod": "v1",
    "ReplicationController": "v1",
    **dict.fromkeys(("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"), "apps/v1"),
    **dict.fromkeys(("CronJob", "Job"), "batch/v1"),
}


def draw_policy(random: Random, namespace: str) -> Policy:
    """One that depends on no time."""
    some = random.choice
    matrix = {"source": "us", "replace": random.random() < 0.3, "platformVersions": random.sample(_ROWS, 2)}
    spec: Json = {
        "targetVersion": some(["1.24", "1.25", "1.26", "1.31"]),
        "modes": {"pods": some(_MODES), "workloads": some(_MODES[:-1])},
        "unsetAtCreate": some(["Allow", "Judge"]),
        "evidence": {
            "nodeNamePatterns": random.sample(_PATTERNS[: some([2, 4, 6])], random.randrange(3)),
            "podLabels": some([{}, {"pool": "e"}, {"team": ""}, {ODD: ODD}]),
            "everyPodIsECI": random.random() < 0.2,
            "builtIn": random.random() < 0.8,
        },
        "exemptions": random.sample(_EXEMPTIONS, some([0, 0, 2, 3])),
    }
    if random.random() < 0.4:
        spec["matrix"] = matrix
    document = HEADER | {"metadata": {"name": some(["night", ODD, "生产"])}, "spec": spec}
    return read_policy(json.dumps(document).replace("NAMESPACE", namespace).encode())


def draw_object(random: Random) -> Json:
    """A pod, or a workload around one."""
    some, drawn = random.choice, _draw_pod(random)
    kind = some(["Pod", "Pod", "Pod", *KINDS])
    head = {"apiVersion": KINDS[kind], "kind": kind}
    if kind == "Pod":
        return head | drawn | {"metadata": drawn["metadata"] | {"name": "web"}}
    return head | {"metadata": {"name": "web"}, "spec": workload_spec(kind, drawn)}


def workload_spec(kind: str, template: Json) -> Json:
    """What an API server needs around a pod template to take it."""
    labels = template["metadata"].get("labels", {}) | {"app": "web"}
    template = template | {"metadata": template["metadata"] | {"labels": labels}}
    if kind in {"Job", "CronJob"}:
        job = {"template": template | {"spec": template["spec"] | {"restartPolicy": "Never"}}}
        return job if kind == "Job" else {"schedule": "0 3 * * *", "jobTemplate": {"spec": job}}
    selector = {"app": "web"} if kind == "ReplicationController" else {"matchLabels": {"app": "web"}}
    return {"selector": selector, "template": template}


def _draw_pod(random: Random) -> Json:
    some = random.choice
    annotations = {
        PLATFORM_VERSION: some(_VERSIONS),
        INSTANCE_ID: some([None] * 6 + ["eci-1", "acs-1", "i-1"]),
        ACS_INSTANCE_ID: some([None] * 6 + ["acs-1", "x"]),
        BURST_RESOURCE: some([None] * 3 + ["eci", "eci_only", "ecs"]),
    }
    labels = {key: value for one in random.sample(_LABELS, some([0, 0, 1, 2])) for key, value in one.items()}
    spec: Json = {"containers": [{"name": "main", "image": "registry.invalid/web:1"}]}
    if random.random() < 0.4:
        spec["nodeName"] = some([VIRTUAL_NODE, ORDINARY_NODE, "vk-lab-1", "x.y", "virtual-node-eci-0"])
    if random.random() < 0.3:
        spec["nodeSelector"] = some(_SELECTORS)
    if random.random() < 0.3:
        terms = {"nodeSelectorTerms": random.sample(_TERMS, some([1, 1, 2]))}
        spec["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    given = {key: value for key, value in annotations.items() if value is not None}
    metadata = {"annotations": given} | ({"labels": labels} if labels else {})
    return {"metadata": metadata if random.random() < 0.95 else {}, "spec": spec}
