"""Clusters for plans, as the API server would list them: every object is JSON, and is read as it is in earnest."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
from msgspec import Raw

from tests.builders import NOW, Json, inventory, policy
from webhook.inventory.source import Change, Page, SourceFailed
from webhook.recreation.bare_pods import Bare
from webhook.recreation.overheard import OverheardPods
from webhook.recreation.plan import LeftOut, Plan, Step
from webhook.recreation.planning import Planned, Sight, Wishes, make_plan
from webhook.recreation.reading import read_circumstances
from webhook.recreation.scope import Scope
from webhook.recreation.ways import Preference

KINDS = {
    "Deployment": "deployments",
    "StatefulSet": "statefulsets",
    "ReplicaSet": "replicasets",
    "ReplicationController": "replicationcontrollers",
    "Job": "jobs",
    "PodDisruptionBudget": "poddisruptionbudgets",
    "ResourceQuota": "resourcequotas",
    "Node": "nodes",
}


class Listed:
    """A source that lists what it was given, or fails."""

    def __init__(self, items: Sequence[Any], failure: str | None = None) -> None:
        self._items = items
        self._failure = failure

    async def list(self) -> AsyncIterator[Page]:
        if self._failure is not None:
            raise SourceFailed(self._failure, status=403)
        yield Page([Raw(msgspec.json.encode(item)) for item in self._items], "1")

    def watch(self, version: str) -> AsyncIterator[Sequence[Change]]:
        raise AssertionError(f"a plan follows nothing, and not from {version}")


def seen(*objects: Json, failing: Sequence[str] = ()) -> Sight:
    """Read these objects as a cluster; kinds that fail are named by their resource."""
    return asyncio.run(_seen(objects, failing))


async def _seen(objects: Sequence[Json], failing: Sequence[str]) -> Sight:
    chosen = policy()
    pods = [one for one in objects if one["kind"] == "Pod"]
    overheard = OverheardPods(Listed(pods))
    async for _ in overheard.list():
        pass
    sources = {
        resource: Listed(
            [one for one in objects if one["kind"] == kind],
            "forbidden" if resource in failing else None,
        )
        for kind, resource in KINDS.items()
    }
    around = await read_circumstances(sources, chosen.evidence)
    return Sight(inventory=inventory(*pods), pods=overheard.pods, circumstances=around)


def planned(
    *objects: Json,
    failing: Sequence[str] = (),
    preference: Preference = Preference.AUTO,
    bare: Bare = Bare.SKIP,
    scope: Scope | None = None,
) -> Planned:
    wishes = Wishes(scope=scope or Scope(), preference=preference, bare=bare)
    return make_plan(seen(*objects, failing=failing), policy(), wishes, NOW)


def plan(*objects: Json, **changes: Any) -> Plan:
    return planned(*objects, **changes).plan


def only_step(*objects: Json, **changes: Any) -> Step:
    """Plan what has one step, and leaves nothing out."""
    made = plan(*objects, **changes)
    assert made.left_out == ()
    (step,) = made.steps
    return step


def only_left(*objects: Json, **changes: Any) -> LeftOut:
    """Plan what does nothing, and leaves one out."""
    made = plan(*objects, **changes)
    assert made.steps == ()
    (left,) = made.left_out
    return left
