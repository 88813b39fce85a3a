"""The webhook as the API server knows it: for one namespace, so that tests keep out of each other's way.

On versions that have match conditions, they keep away what the guard would allow in any case; older versions send
everything that a rule names.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from tests.cluster.control_plane import ControlPlane
from tests.server.running_guard import RunningGuard
from webhook.policy.pod_document import PLATFORM_VERSION

_CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"

PODS: dict[str, Any] = {
    "name": "pods.eci-upgrade-guard.io",
    "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}],
    "matchConditions": [
        {
            "name": "declares-a-platform-version",
            "expression": f"has(object.metadata.annotations) && '{PLATFORM_VERSION}' in object.metadata.annotations",
        }
    ],
}
BINDINGS: dict[str, Any] = {
    "name": "bindings.eci-upgrade-guard.io",
    "rules": [
        {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods/binding", "bindings"]}
    ],
    "matchConditions": [
        {"name": "to-a-virtual-node", "expression": "object.target.name.startsWith('virtual-kubelet')"},
    ],
}
WORKLOADS: dict[str, Any] = {
    "name": "workloads.eci-upgrade-guard.io",
    "rules": [
        {
            "apiGroups": ["apps", "batch"],
            "apiVersions": ["v1"],
            "operations": ["CREATE"],
            "resources": ["deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs"],
        }
    ],
}

_CANARY: dict[str, Any] = {
    "name": "canary.eci-upgrade-guard.io",
    "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}],
    "clientConfig": {"url": "https://127.0.0.1:1/nobody-is-here"},
}
"""Fails for whoever creates a ConfigMap: the API server reads the whole configuration at once, some time after it."""


@contextmanager
def registered(
    control_plane: ControlPlane, namespace: str, guard: RunningGuard, *webhooks: dict[str, Any]
) -> Iterator[None]:
    """Have the API server call the guard for objects of the namespace, until the block ends."""
    common = {
        "clientConfig": {
            "url": f"{guard.tls}/validate",
            "caBundle": base64.b64encode(guard.certificate.read_bytes()).decode(),
        },
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": "Fail",  # a call that goes wrong must be seen by the test
        "timeoutSeconds": 5,
    }
    unknown = {"matchConditions"} if control_plane.version == "1.24" else set()
    entries = [common | {key: value for key, value in one.items() if key not in unknown} for one in webhooks]
    document = {"metadata": {"name": namespace}, "webhooks": [*entries, common | _CANARY]}
    with control_plane.client() as client:
        client.post(_CONFIGURATIONS, json=document).raise_for_status()
        try:
            control_plane.wait_until("the webhook to be called", lambda: _canary_is_refused(client, namespace))
            yield
        finally:
            client.delete(f"{_CONFIGURATIONS}/{namespace}").raise_for_status()


def _canary_is_refused(client: httpx2.Client, namespace: str) -> bool:
    path = f"/api/v1/namespaces/{namespace}/configmaps"
    return client.post(path, params={"dryRun": "All"}, json={"metadata": {"name": "canary"}}).is_server_error
