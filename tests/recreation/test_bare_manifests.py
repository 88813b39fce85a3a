"""What of a bare pod is written down, so that it can be created again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.recreation.bare_manifest import clean_manifest

Json = dict[str, Any]

TOKEN_MOUNT = {"name": "kube-api-access-abcde", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
OLD_TOKEN_MOUNT = TOKEN_MOUNT | {"name": "runner-token-abcde"}
DATA_MOUNT = {"name": "data", "mountPath": "/data"}
DATA: Json = {"name": "data", "emptyDir": {}}
EXISTS = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}


def pod(metadata: Json | None = None, spec: Json | None = None) -> bytes:
    document = {"metadata": {"name": "one"} | (metadata or {}), "spec": spec or {}, "status": {"phase": "Running"}}
    return json.dumps(document).encode()


def manifest(metadata: Json | None = None, spec: Json | None = None) -> Json:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"} | (metadata or {}), "spec": spec or {}}


METADATA = {
    "of a cluster's own": (
        {
            "uid": "u",
            "resourceVersion": "7",
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "generateName": "one-",
            "managedFields": [],
            "ownerReferences": [{"kind": "ConfigMap", "name": "x", "uid": "y"}],
            "finalizers": ["example.com/mine"],
            "deletionTimestamp": "2026-01-01T00:00:00Z",
            "deletionGracePeriodSeconds": 30,
        },
        {},
    ),
    "of a user's": ({"labels": {"a": "b"}, "namespace": "shop"}, {"labels": {"a": "b"}, "namespace": "shop"}),
    "of the platform's alone": (
        {"annotations": {"k8s.aliyun.com/eci-instance-id": "eci-1", "k8s.aliyun.com/eci-platform-version": "1.0.0"}},
        {},
    ),
    "of the platform's and the user's": (
        {
            "annotations": {
                "k8s.aliyun.com/eci-client-token": "t",
                "k8s.aliyun.com/eci-use-specs": "2-4Gi",
                "ProviderCreate": "done",
                "team": "a",
            }
        },
        {"annotations": {"k8s.aliyun.com/eci-use-specs": "2-4Gi", "team": "a"}},
    ),
}
SPECS = {
    "what the scheduler and admission chose": (
        {
            "nodeName": "n",
            "priority": 0,
            "preemptionPolicy": "x",
            "serviceAccount": "default",
            "priorityClassName": "p",
        },
        {"priorityClassName": "p"},
    ),
    "who debugged": ({"ephemeralContainers": [{"name": "debugger"}], "containers": []}, {"containers": []}),
    "a projected token": (
        {
            "containers": [{"name": "a", "volumeMounts": [TOKEN_MOUNT, DATA_MOUNT]}, {"name": "b"}],
            "initContainers": [{"name": "c", "volumeMounts": [TOKEN_MOUNT]}],
            "volumes": [DATA, {"name": "kube-api-access-abcde", "projected": {}}],
        },
        {
            "containers": [{"name": "a", "volumeMounts": [DATA_MOUNT]}, {"name": "b"}],
            "initContainers": [{"name": "c"}],
            "volumes": [DATA],
        },
    ),
    "a token of old": (
        {
            "serviceAccountName": "runner",
            "containers": [{"name": "a", "volumeMounts": [OLD_TOKEN_MOUNT]}],
            "volumes": [{"name": "runner-token-abcde", "secret": {"secretName": "runner-token-abcde"}}],
        },
        {"serviceAccountName": "runner", "containers": [{"name": "a"}]},
    ),
    "a token that somebody mounted himself": (
        given_token := {
            "containers": [{"name": "a", "volumeMounts": [TOKEN_MOUNT | {"name": "mine"}]}],
            "volumes": [{"name": "mine", "projected": {"sources": []}}],
        },
        given_token,
    ),
    "tolerations by default": (
        {
            "tolerations": [
                EXISTS | {"key": "node.kubernetes.io/not-ready"},
                EXISTS | {"key": "node.kubernetes.io/unreachable"},
            ]
        },
        {},
    ),
    "tolerations on purpose": (
        given_tolerations := {
            "tolerations": [
                EXISTS | {"key": "node.kubernetes.io/unreachable", "tolerationSeconds": 60},
                {"key": "virtual-kubelet.io/provider", "operator": "Exists"},
            ]
        },
        given_tolerations,
    ),
}


@pytest.mark.parametrize(("found", "left"), METADATA.values(), ids=METADATA)
def test_of_metadata_what_somebody_wrote_is_left(found: Json, left: Json) -> None:
    assert json.loads(clean_manifest(pod(found))) == manifest(left)


@pytest.mark.parametrize(("found", "left"), SPECS.values(), ids=SPECS)
def test_of_the_spec_all_is_left_but_what_is_written_anew(found: Json, left: Json) -> None:
    assert json.loads(clean_manifest(pod(spec=found))) == manifest(spec=left)


FIELDS = ["metadata", "spec", "annotations", "volumes", "containers", "volumeMounts", "name", "tolerations"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
)


@given(st.fixed_dictionaries({"metadata": ANYTHING, "spec": ANYTHING}) | ANYTHING)
def test_what_is_no_pod_is_a_value_error_and_nothing_worse(document: object) -> None:
    try:
        made = json.loads(clean_manifest(json.dumps(document).encode()))
    except ValueError:
        return
    assert made["kind"] == "Pod"
