"""The kinds that are judged at CREATE, by group and resource."""

from enum import Enum, auto
from typing import NamedTuple


class Rule(Enum):
    """Which rule judges a kind."""

    POD = auto()
    BINDING = auto()
    WORKLOAD = auto()


class Judged(NamedTuple):
    """A kind, and its rule."""

    kind: str
    rule: Rule


JUDGED: dict[tuple[str, str, str], Judged] = {
    # group, resource, subresource
    ("", "pods", ""): Judged("Pod", Rule.POD),
    ("", "pods", "binding"): Judged("Binding", Rule.BINDING),
    ("", "bindings", ""): Judged("Binding", Rule.BINDING),  # the older way to bind a pod
    ("", "replicationcontrollers", ""): Judged("ReplicationController", Rule.WORKLOAD),
    ("apps", "daemonsets", ""): Judged("DaemonSet", Rule.WORKLOAD),
    ("apps", "deployments", ""): Judged("Deployment", Rule.WORKLOAD),
    ("apps", "replicasets", ""): Judged("ReplicaSet", Rule.WORKLOAD),
    ("apps", "statefulsets", ""): Judged("StatefulSet", Rule.WORKLOAD),
    ("batch", "cronjobs", ""): Judged("CronJob", Rule.WORKLOAD),
    ("batch", "jobs", ""): Judged("Job", Rule.WORKLOAD),
}


def names() -> tuple[str, ...]:
    """Return the kinds that have a resource of their own, as kubectl names them: ``Deployment.apps``."""
    return tuple(
        f"{judged.kind}.{group}".rstrip(".") for (group, _, sub_resource), judged in JUDGED.items() if not sub_resource
    )


def resource_of(group: str, kind: str) -> str | None:
    """Return the resource by which a manifest of this kind is created, if it is judged."""
    return next(
        (
            resource
            for (judged_group, resource, sub_resource), judged in JUDGED.items()
            if (judged_group, judged.kind) == (group, kind) and not sub_resource
        ),
        None,
    )
