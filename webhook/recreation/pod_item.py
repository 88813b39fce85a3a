"""A pod out of a list or an event, reduced to what recreation asks of it."""

import sys
from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from webhook.policy.owner import controller_of
from webhook.policy.plain_text import plain
from webhook.policy.pod_document import INSTANCE_ID, PLATFORM_VERSION
from webhook.recreation.seams import PodNow

_STARTING = ("ContainerCreating", "PodInitializing")
"""Why a container waits that is nothing to worry about."""


class _Annotations(Struct, rename={"platform_version": PLATFORM_VERSION, "instance_id": INSTANCE_ID}):
    platform_version: str | None = None
    instance_id: str = ""


class _Metadata(Struct, rename="camel"):
    name: str
    uid: str
    creation_timestamp: datetime
    namespace: str = ""
    deletion_timestamp: str | None = None
    annotations: _Annotations | None = None
    owner_references: list[dict[str, object]] | None = None


class _Spec(Struct, rename="camel"):
    node_name: str = ""


class _Condition(Struct, rename="camel"):
    type: str
    status: str
    reason: str | None = None
    message: str | None = None
    last_transition_time: datetime | None = None


class _Reason(Struct, rename="camel"):
    reason: str | None = None
    message: str | None = None
    exit_code: int = 0


class _ContainerState(Struct):
    waiting: _Reason | None = None
    terminated: _Reason | None = None


class _Container(Struct):
    name: str
    state: _ContainerState | None = None


class _Status(Struct, rename="camel"):
    phase: str = ""
    reason: str | None = None
    message: str | None = None
    conditions: list[_Condition] | None = None
    init_container_statuses: list[_Container] | None = None
    container_statuses: list[_Container] | None = None


class _Pod(Struct):
    metadata: _Metadata
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


_decoder = msgspec.json.Decoder(_Pod)


def pod_now(item: Raw) -> PodNow | None:
    """Reduce a pod; its owner is the one that it names. None for what is no pod that the API server would send."""
    try:
        pod = _decoder.decode(item)
    except (ValueError, RecursionError):  # of msgspec, and of Unicode
        return None
    metadata, annotations = pod.metadata, pod.metadata.annotations or _Annotations()
    owner = controller_of(metadata.owner_references)
    ready_since = _ready_since(pod)
    return PodNow(
        namespace=sys.intern(metadata.namespace),  # of many pods the same: one text for all
        name=metadata.name,
        uid=metadata.uid,
        owner_uid=owner.uid if owner else "",
        platform_version=annotations.platform_version,
        instance_id=annotations.instance_id,
        node_name=sys.intern(pod.spec.node_name),
        created_at=metadata.creation_timestamp,
        ready_since=ready_since,
        deleting=metadata.deletion_timestamp is not None,
        finished=pod.status.phase in ("Succeeded", "Failed"),
        trouble="" if ready_since else plain(_trouble(pod.status)),
    )


def _ready_since(pod: _Pod) -> datetime | None:
    for condition in pod.status.conditions or ():
        if condition.type == "Ready" and condition.status == "True":
            return condition.last_transition_time or pod.metadata.creation_timestamp
    return None


def _trouble(status: _Status) -> str:
    """Say why a pod is not ready: the container that is in trouble, else the condition that is not met."""
    for container in (*(status.init_container_statuses or ()), *(status.container_statuses or ())):
        state = container.state or _ContainerState()
        if state.waiting and state.waiting.reason not in (None, "", *_STARTING):
            return f"container {container.name}: {_worded(state.waiting)}"
        if state.terminated and state.terminated.exit_code:
            ended = f"ended with {state.terminated.exit_code}"
            return f"container {container.name} {ended} {_worded(state.terminated)}".rstrip()
    unmet = {one.type: one for one in status.conditions or () if one.status != "True"}
    for kind in ("PodScheduled", "Ready"):
        if kind in unmet and (said := _worded(unmet[kind])):
            return said
    return _worded(status) or status.phase


def _worded(what: _Condition | _Reason | _Status) -> str:
    return ": ".join(text for text in (what.reason, what.message) if text)
