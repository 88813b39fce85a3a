"""A bare pod's manifest: what somebody wrote, without what the cluster and the platform wrote into it since.

What admission and the scheduler write anew is left out, as it may not be given or may have changed. What they default
and accept again is kept, for it cannot be told from what somebody meant. So are all labels: newer versions copy the
zone from the node, and write it over whatever is given.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from webhook.policy.pod_document import INSTANCE_ID, PLATFORM_VERSION

Json = dict[str, Any]

_KEPT_METADATA = ("name", "namespace", "labels", "annotations")
"""The rest is the server's, or ties the pod to others: an owner that is gone by now would take the new pod with it, and
whoever has a finalizer on the old one puts it on the new."""

_DROPPED_SPEC = (
    "nodeName",  # the scheduler's choice
    "serviceAccount",  # the old name of serviceAccountName
    "priority",  # computed from priorityClassName, and refused where the class says otherwise by now
    "preemptionPolicy",  # as priority
    "overhead",  # computed from runtimeClassName, as priority
    "ephemeralContainers",  # somebody debugged; refused in a new pod
)

_PLATFORM = "k8s.aliyun.com"
_WRITTEN_BY_PLATFORM = frozenset(
    {
        INSTANCE_ID,
        PLATFORM_VERSION,  # to get another is why the pod is made anew
        "ProviderCreate",
        "kubernetes.io/pod-stream-port",
        "kubernetes.io/psp",  # by PodSecurityPolicy, which is gone since 1.25
        *(
            f"{_PLATFORM}/{name}"
            for name in (
                "allocated-eipAddress",
                "allocated-eipInstanceId",
                "allocated-ipv6Address",
                "cluster-dns",
                "cluster-domain",
                "eci-client-token",  # by which the platform knows a request again: the old instance would be meant
                "eci-created-by-template",
                "eci-drop-apiserver-interactive-caps",
                "eci-instance-compute-category",
                "eci-instance-cpu",
                "eci-instance-mem",
                "eci-instance-spec",
                "eci-instance-zone",
                "eci-kube-proxy-enabled",
                "eci-matched-image-cache",
                "eci-request-id",
                "eci-schedule-result",
                "eci-vpc",
                "eni-instance-id",
                "k8s-version",
                "vk-version",
            )
        ),
    }
)
"""What an instance is, and how it came about: as documented, and as seen on a pod that runs. The vSwitch and the
security group are not among them: users choose these too, and who did cannot be told."""

_TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 -- a path
_TOKEN_VOLUME = "kube-api-access-"  # noqa: S105 -- the beginning of a name
_CONTAINERS = ("containers", "initContainers")
_DEFAULT_SECONDS = 300
_DEFAULT_TOLERATIONS = [
    {
        "key": f"node.kubernetes.io/{key}",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": _DEFAULT_SECONDS,
    }
    for key in ("not-ready", "unreachable")
]
"""Of the admission plugin DefaultTolerationSeconds."""


def clean_manifest(pod: bytes) -> str:
    """Return the manifest (JSON) of a pod as the API server sent it. Raises ValueError for what is no pod."""
    found = msgspec.json.decode(pod, type=dict[str, Any])
    try:
        metadata, spec = found["metadata"], found["spec"]
        manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": _metadata(metadata), "spec": _spec(spec)}
    except (KeyError, TypeError, AttributeError):
        raise ValueError("it is no pod") from None
    return msgspec.json.encode(manifest).decode()


def _metadata(metadata: Mapping[str, Any]) -> Json:
    kept = {field: metadata[field] for field in _KEPT_METADATA if field in metadata}
    annotations = {key: value for key, value in kept.pop("annotations", {}).items() if key not in _WRITTEN_BY_PLATFORM}
    return kept | ({"annotations": annotations} if annotations else {})


def _spec(spec: Mapping[str, Any]) -> Json:
    kept = {field: value for field, value in spec.items() if field not in _DROPPED_SPEC}
    tokens = set(_token_volumes(spec))
    for field in _CONTAINERS:
        if field in kept:
            kept[field] = [_without(one, "volumeMounts", lambda mount: mount["name"] in tokens) for one in kept[field]]
    kept = _without(kept, "volumes", lambda volume: volume["name"] in tokens)
    return _without(kept, "tolerations", lambda toleration: toleration in _DEFAULT_TOLERATIONS)


def _token_volumes(spec: Mapping[str, Any]) -> Iterator[str]:
    """Yield the volumes with the service account's token: since 1.22 projected, before that its Secret."""
    mounted = {
        mount["name"]
        for field in _CONTAINERS
        for container in spec.get(field, ())
        for mount in container.get("volumeMounts", ())
        if mount["mountPath"] == _TOKEN_MOUNT
    }
    old = f"{spec.get('serviceAccountName', 'default')}-token-"
    for volume in spec.get("volumes", ()):
        name = volume["name"]
        projected = "projected" in volume and name.startswith(_TOKEN_VOLUME)
        if name in mounted and (projected or ("secret" in volume and name.startswith(old))):
            yield name


def _without(holder: Mapping[str, Any], field: str, unwanted: Callable[[Any], bool]) -> Json:
    """Return the holder with these items of a list left out, and without the list where it is empty then."""
    left = [one for one in holder.get(field, ()) if not unwanted(one)]
    rest = {key: value for key, value in holder.items() if key != field}
    return rest | ({field: left} if left else {})
