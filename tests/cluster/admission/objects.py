"""What the tests create."""

from typing import Any

from tests.cluster.nodes import ON_VIRTUAL_NODES
from webhook.policy.pod_document import PLATFORM_VERSION

Json = dict[str, Any]

_CONTAINERS = {"containers": [{"name": "main", "image": "registry.invalid/web:1"}]}


def new_pod(name: str = "web", platform_version: str | None = None, **spec: Any) -> Json:
    """A pod for virtual nodes, as a person writes it."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "annotations": _declaring(platform_version)},
        "spec": _CONTAINERS | ON_VIRTUAL_NODES | spec,
    }


def deployment(name: str = "web", platform_version: str | None = None, *, replicas: int = 2) -> Json:
    """A deployment for virtual nodes, whose template may pin a version."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}, "annotations": _declaring(platform_version)},
                "spec": _CONTAINERS | ON_VIRTUAL_NODES,
            },
        },
    }


def _declaring(platform_version: str | None) -> dict[str, str]:
    return {} if platform_version is None else {PLATFORM_VERSION: platform_version}
