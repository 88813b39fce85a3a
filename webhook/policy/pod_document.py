"""A pod, or a pod template, as JSON: only the fields that we read.

Whatever decides is declared as any type that JSON has, so that one odd value makes one odd pod and not a list that
cannot be read. msgspec skips every other field without building it.
"""

from typing import Any

from msgspec import Struct

PLATFORM_VERSION = "k8s.aliyun.com/eci-platform-version"
INSTANCE_ID = "k8s.aliyun.com/eci-instance-id"
ACS_INSTANCE_ID = "alibabacloud.com/instance-id"
BURST_RESOURCE = "alibabacloud.com/burst-resource"

_NoObject = str | int | float | bool | list[Any] | None


class PodAnnotations(
    Struct,
    frozen=True,
    gc=False,
    rename={
        "platform_version": PLATFORM_VERSION,
        "instance_id": INSTANCE_ID,
        "acs_instance_id": ACS_INSTANCE_ID,
        "burst_resource": BURST_RESOURCE,
    },
):
    """The annotations that count. Values are strings in every object the API server sends."""

    platform_version: Any = None
    instance_id: Any = None
    acs_instance_id: Any = None
    burst_resource: Any = None


class PodMetadata(Struct, frozen=True, gc=False, rename="camel"):
    """Of ``metadata``."""

    name: str | None = None
    generate_name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    deletion_timestamp: str | None = None
    annotations: PodAnnotations | _NoObject = None
    labels: dict[str, Any] | _NoObject = None
    owner_references: Any = None


class PodSpec(Struct, frozen=True, gc=False, rename="camel"):
    """Of ``spec``."""

    node_name: Any = None
    node_selector: Any = None
    affinity: Any = None


class PodStatus(Struct, frozen=True, gc=False):
    """Of ``status``."""

    phase: Any = None


class PodDocument(Struct, frozen=True, gc=False):
    """A pod as the API server sends it, or the pod template of a workload."""

    kind: str | None = None
    metadata: PodMetadata | None = None
    spec: PodSpec | None = None
    status: PodStatus | None = None
