"""A pod document with its deciding fields proven to have the right types."""

from collections.abc import Mapping

from msgspec import Struct

from webhook.policy.pod_document import INSTANCE_ID, PLATFORM_VERSION, PodAnnotations, PodDocument, PodMetadata, PodSpec

_NO_ANNOTATIONS = PodAnnotations()
_NO_METADATA = PodMetadata()
_NO_SPEC = PodSpec()
_NO_LABELS: Mapping[str, object] = {}


class Malformed(ValueError):
    """Raised when a field that decides has a wrong type. Its message names the field and never the value."""


class PodShape(Struct, frozen=True, gc=False):
    """What decides about a pod. ``null`` is as absent, and absent is empty."""

    metadata: PodMetadata
    annotations: PodAnnotations
    labels: Mapping[str, object]
    spec: PodSpec
    node_name: str
    phase: str
    instance_id: str

    @classmethod
    def of(cls, pod: PodDocument) -> "PodShape":
        """Check the fields that tell what kind of pod it is. Raises Malformed."""
        metadata = pod.metadata or _NO_METADATA
        spec = pod.spec or _NO_SPEC
        annotations = _NO_ANNOTATIONS if metadata.annotations is None else metadata.annotations
        if not isinstance(annotations, PodAnnotations):
            raise Malformed("metadata.annotations is not a map")
        labels = _NO_LABELS if metadata.labels is None else metadata.labels
        if not isinstance(labels, Mapping):
            raise Malformed("metadata.labels is not a map")
        return cls(
            metadata=metadata,
            annotations=annotations,
            labels=labels,
            spec=spec,
            node_name=text(spec.node_name, "spec.nodeName"),
            phase=text(pod.status and pod.status.phase, "status.phase"),
            instance_id=text(annotations.instance_id, f"the annotation {INSTANCE_ID}"),
        )

    @property
    def platform_version(self) -> str | None:
        """The annotation's text, None where it is absent. Raises Malformed. Ask for it last."""
        version = self.annotations.platform_version
        return None if version is None else text(version, f"the annotation {PLATFORM_VERSION}")


def text(value: object, field: str) -> str:
    """Return a field that must be a string, "" where it is absent or null. Raises Malformed."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"{field} is not a string")
    return value
