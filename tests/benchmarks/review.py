"""The review that ``/validate`` is measured with: an ordinary ECI pod at CREATE, as the API server sends it.

It declares platform version 1.1.0, so that it is judged to the end, and allowed.
"""

from typing import Any

import msgspec

from .managed_fields import managed_fields

UID = "5b1d0f0c-7a54-4e0f-9d0e-3f6c2a9b7e11"
_NOW = "2026-07-16T08:42:00Z"
_OWNER = {
    "apiVersion": "apps/v1",
    "blockOwnerDeletion": True,
    "controller": True,
    "kind": "ReplicaSet",
    "name": "storefront-7d9c5b8f6c",
    "uid": "8edff583-1412-490d-aac8-3dbd143b18fa",
}
_TOKEN = "kube-api-access-7xk2m"  # noqa: S105 -- the name of a volume


def review_body() -> bytes:
    """Return the review, about 5 KB, without blanks and in the order of the API server's Go types."""
    pod_kind = {"group": "", "version": "v1", "kind": "Pod"}
    pods = {"group": "", "version": "v1", "resource": "pods"}
    request = {
        "uid": UID,
        "kind": pod_kind,
        "resource": pods,
        "requestKind": pod_kind,
        "requestResource": pods,
        "namespace": "shop",
        "operation": "CREATE",
        "userInfo": {
            "username": "system:serviceaccount:kube-system:replicaset-controller",
            "uid": "b3a0c9de-51c4-4f0e-8d7d-0c6f7f0a2f4e",
            "groups": ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
        },
        "object": _pod(),
        "oldObject": None,
        "dryRun": False,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
    }
    return msgspec.json.encode({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": request})


def _pod() -> dict[str, Any]:
    declared = {
        "generateName": "storefront-7d9c5b8f6c-",
        "labels": {"app": "storefront", "alibabacloud.com/eci": "true", "pod-template-hash": "7d9c5b8f6c"},
        "annotations": {
            "k8s.aliyun.com/eci-platform-version": "1.1.0",
            "k8s.aliyun.com/eci-use-specs": "2-4Gi,ecs.c6.large",
            "prometheus.io/port": "9102",
            "prometheus.io/scrape": "true",
        },
        "ownerReferences": [_OWNER],
    }
    spec = {
        "containers": [_container("app", 8080), _container("metrics", 9102)],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {"fsGroup": 1000, "runAsNonRoot": True},
        "schedulerName": "default-scheduler",
    }
    owned = {"metadata": declared, "spec": spec}
    set_by_admission = {
        "serviceAccountName": "storefront",
        "volumes": [_token_volume()],
        "tolerations": [
            {
                "key": f"node.kubernetes.io/{state}",
                "operator": "Exists",
                "effect": "NoExecute",
                "tolerationSeconds": 300,
            }
            for state in ("not-ready", "unreachable")
        ],
        "priority": 0,
        "enableServiceLinks": True,
        "preemptionPolicy": "PreemptLowerPriority",
    }
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {
            **declared,
            "namespace": "shop",
            "uid": "84d67e45-3997-4335-ab59-b7c0fc16e7a8",
            "creationTimestamp": _NOW,
            "managedFields": [managed_fields("kube-controller-manager", _NOW, owned)],
        },
        "spec": {**spec, **set_by_admission},
        "status": {"phase": "Pending", "qosClass": "Burstable"},
    }


def _container(name: str, port: int) -> dict[str, Any]:
    return {
        "name": name,
        "image": f"registry.example.com/shop/{name}:v2.14.3",
        "ports": [{"name": "http", "containerPort": port, "protocol": "TCP"}],
        "env": [{"name": "LOG_LEVEL", "value": "info"}],
        "resources": {"limits": {"cpu": "2", "memory": "4Gi"}, "requests": {"cpu": "1", "memory": "2Gi"}},
        "volumeMounts": [
            {"name": _TOKEN, "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"},
        ],
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }


def _token_volume() -> dict[str, Any]:
    return {
        "name": _TOKEN,
        "projected": {
            "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            ],
            "defaultMode": 420,
        },
    }
