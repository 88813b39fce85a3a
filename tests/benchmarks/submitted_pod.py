"""A pod as a client sends it to the API server: the one of the review, without what the API server adds to it."""

from typing import Any

import msgspec

from tests.cluster.nodes import VIRTUAL_NODE_TAINT
from webhook.policy.pod_document import PLATFORM_VERSION

from .review import review_body

_REVIEWED: dict[str, Any] = msgspec.json.decode(review_body())["request"]["object"]
_SENT = ("containers", "restartPolicy", "terminationGracePeriodSeconds", "dnsPolicy", "securityContext", "volumes")
"""Fields of the spec; the others are defaults that the API server knows better."""


def submitted_pod(name: str, platform_version: str | None) -> dict[str, Any]:
    """Return a pod of two containers, about 2 KB, that declares a platform version unless that is None."""
    metadata = _REVIEWED["metadata"]
    annotations = {key: value for key, value in metadata["annotations"].items() if key != PLATFORM_VERSION}
    if platform_version is not None:
        annotations[PLATFORM_VERSION] = platform_version
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": metadata["labels"], "annotations": annotations},
        "spec": {
            **{field: _REVIEWED["spec"][field] for field in _SENT},
            "tolerations": [{"key": VIRTUAL_NODE_TAINT["key"], "operator": "Exists"}],
        },
    }
