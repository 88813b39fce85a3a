"""Every pod of a cluster, taken from the very list that the inventory is made of: it is read once."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Raw, Struct

from webhook.inventory.source import Change, ObjectSource, Page, PodGetter, VersionSource
from webhook.policy.owner import controller_of, group_of_controller
from webhook.policy.pod_document import PodAnnotations
from webhook.recreation.circumstances import PodAround, Reference


class _Metadata(Struct, rename="camel"):
    uid: str
    namespace: str
    name: str
    deletion_timestamp: str | None = None
    annotations: PodAnnotations | None = None
    owner_references: Any = None


class _Volume(Struct, rename="camel"):
    empty_dir: Any = None


class _Spec(Struct, rename="camel"):
    node_name: str = ""
    volumes: tuple[_Volume, ...] | None = None


class _Condition(Struct):
    type: str
    status: str


class _Status(Struct):
    phase: str = ""
    conditions: tuple[_Condition, ...] | None = None


class _Pod(Struct):
    metadata: _Metadata
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


_decoder = msgspec.json.Decoder(_Pod)


class OverheardPods:
    """A source of pods that remembers of each what recreation needs. Implements inventory.source.ObjectSource."""

    def __init__(self, source: ObjectSource) -> None:
        self._source = source
        self.pods: dict[str, PodAround] = {}
        """By uid."""

    async def list(self) -> AsyncIterator[Page]:
        """Yield all pods in pages. A list that begins anew is remembered anew."""
        self.pods = {}
        async for page in self._source.list():
            for item in page.items:
                self._remember(item)
            yield page

    def watch(self, version: str) -> AsyncIterator[Sequence[Change]]:
        """Follow the pods. Nothing of that is remembered: a plan is made of one list."""
        return self._source.watch(version)

    def _remember(self, item: Raw) -> None:
        try:
            pod = _around(_decoder.decode(item))
        except (ValueError, RecursionError):  # an odd pod, which the inventory tells of
            return
        self.pods[pod.uid] = pod


@dataclass(frozen=True, slots=True, kw_only=True)
class Overheard:
    """A cluster whose pods are overheard. Implements inventory.live.Cluster."""

    description: str
    pods: OverheardPods
    namespaces: ObjectSource
    getter: PodGetter
    surroundings: Mapping[str, ObjectSource]
    versions: VersionSource


def _around(pod: _Pod) -> PodAround:
    """Reduce a pod to what is needed of it."""
    metadata, status = pod.metadata, pod.status
    version = metadata.annotations.platform_version if metadata.annotations else None
    return PodAround(
        namespace=metadata.namespace,
        name=metadata.name,
        uid=metadata.uid,
        controller=reference_in(metadata.owner_references),
        platform_version=version if isinstance(version, str) else None,
        node_name=pod.spec.node_name,
        ready=any(one.type == "Ready" and one.status == "True" for one in status.conditions or ()),
        deleting=metadata.deletion_timestamp is not None,
        finished=status.phase in ("Succeeded", "Failed"),
        scratch=any(volume.empty_dir is not None for volume in pod.spec.volumes or ()),
    )


def reference_in(references: object) -> Reference | None:
    """Return the controlling one of owner references."""
    owner = controller_of(references)
    return None if owner is None else Reference(owner=owner, group=group_of_controller(references))
