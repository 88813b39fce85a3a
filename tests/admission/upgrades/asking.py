"""Requests for upgrades, and engines that answer them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.builders import NOW, Json, known_inventory, policy, request, running
from webhook.admission.engine import Engine
from webhook.admission.review import Request
from webhook.policy.document.reading import read_policy
from webhook.policy.modes import Mode, Modes
from webhook.policy.policy import Policy
from webhook.policy.upgrades.override import ANNOTATION
from webhook.policy.upgrades.this_cluster import Claim, ThisCluster

UNFIT = [running("old-1", "1.0.0"), running("old-2"), running("new", "1.1.0")]
FIT = [running("new", "1.1.0")]
CLAIMED = ThisCluster(objects=(Claim(namespace="fleet", name="prod"),))


def ali(version: str | None, *, override: str | None = None, **metadata: Any) -> Json:
    """The object by which Rancher upgrades a cluster of ACK."""
    annotations = {} if override is None else {ANNOTATION: override}
    return {
        "apiVersion": "ali.cattle.io/v1",
        "kind": "AliClusterConfig",
        "metadata": {"namespace": "fleet", "name": "prod", "annotations": annotations, **metadata},
        "spec": {"kubernetesVersion": version},
    }


def asks(new: Any, old: Any = None, **changes: Any) -> Request:
    """A create, or with an old object an update."""
    given: dict[str, Any] = {
        "group": "ali.cattle.io",
        "resource": "aliclusterconfigs",
        "operation": "CREATE" if old is None else "UPDATE",
        "oldObject": old,
        "namespace": "fleet",
        "name": "prod",
    }
    return request(new, **given | changes)


RISES = asks(ali("1.26.3-aliyun.1"), ali("1.24.6-aliyun.1"))
"""What everybody fears: from 1.24 to 1.26."""


def upgrading(mode: Mode = Mode.DENY, **changes: Any) -> Policy:
    """A policy whose cluster is claimed."""
    chosen = policy(this_cluster=CLAIMED, **changes)
    return replace(chosen, modes=Modes(upgrades=mode))


def spec(text: str) -> Policy:
    """A policy by its document's spec; the cluster is claimed if that claims nothing itself."""
    lines = "".join(f"  {line}\n" for line in f'targetVersion: "1.26"\n{text}'.splitlines())
    header = "apiVersion: eci-upgrade-guard.io/v1alpha1\nkind: UpgradePolicy\nmetadata: {name: spec}\nspec:\n"
    read = read_policy(f"{header}{lines}".encode())
    return replace(read, this_cluster=replace(read.this_cluster, objects=read.this_cluster.objects or CLAIMED.objects))


def guard(chosen: Policy | None = None, *pods: Json, now: datetime = NOW, **inventory: Any) -> Engine:
    """An engine over a cluster of 1.24 with these pods, or with unfit ones."""
    chosen = chosen or upgrading()
    return Engine(chosen, known_inventory(chosen, *(pods or UNFIT), **inventory), lambda: now)
