"""Whatever happens, and in whatever order: what recreation must never do, it never does, and it comes to an end."""

import asyncio
from collections.abc import Callable
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recreation.scene import Killed, Life, Scene
from tests.recreation.virtual_time import run
from tests.recreation.world import Reborn, Workload, later
from webhook.recreation.outcome import DONE, Fate
from webhook.recreation.plan import Strategy

NAMES = ["web", "api", "db", "single", "queue"]
Happening = Callable[[Scene, Workload], object]


def delete_first(scene: Scene, workload: Workload) -> None:
    for pod in scene.world.of(workload.ref)[:1]:
        scene.world.delete_pod(pod.uid)


HAPPENINGS: dict[str, Happening] = {
    "the API server goes away": lambda scene, _: scene.cluster.go_away(20),
    "the watch is lost": lambda scene, _: scene.cluster.go_away(50, answers=True),
    "answers are lost": lambda scene, _: setattr(scene.cluster, "loses_answers_until", now() + 10),
    "the API server is busy": lambda scene, _: setattr(scene.cluster, "throttled_until", now() + 10),
    "somebody deletes a pod": delete_first,
    "the owner is deleted": lambda scene, workload: scene.world.delete_owner(workload),
    "the owner is deleted without its pods": lambda scene, workload: scene.world.orphan(workload),
    "it is paused": lambda _, workload: setattr(workload, "paused", True),
    "it is scaled up": lambda scene, workload: scene.world.scale(workload, 5),
    "it is scaled down": lambda scene, workload: scene.world.scale(workload, 1),
    "its budget closes": lambda _, workload: setattr(workload, "min_available", 99),
    "its budget opens": lambda _, workload: setattr(workload, "min_available", 0),
    "new pods are never Ready": lambda _, workload: setattr(workload, "reborn", Reborn(ready_after=None)),
    "new pods are annotated late": lambda _, workload: setattr(workload, "reborn", Reborn(annotated_after=15)),
    "new pods are unfit": lambda _, workload: setattr(workload, "reborn", Reborn(version="1.0.0")),
}


def now() -> float:
    return asyncio.get_running_loop().time()


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.floats(0, 30), st.sampled_from(sorted(HAPPENINGS)), st.sampled_from(NAMES)), max_size=12),
    st.lists(st.tuples(st.sampled_from(["", "shop", "other"]), st.booleans(), st.integers(1, 150)), max_size=4),
)
def test_any_weather(happenings: list[tuple[float, str, str]], earlier: list[tuple[str, bool, int]]) -> None:
    """Runs of all or of one namespace come before the last, and are stopped in good order or killed."""

    async def main() -> None:
        scene = Scene(most=2)
        scene.world.add("web", 3, min_available=2, budget="both")
        scene.world.add("api", 3, min_available=2, budget="both")
        scene.world.add("db", 2, kind="StatefulSet", min_available=1, min_ready_seconds=3)
        scene.world.add("single", 2, strategy=Strategy.RESTART)
        scene.world.add("queue", 2, namespace="other")
        scene.world.add_bare("lone")
        plan = scene.cluster.plan()
        workloads = {workload.ref.name: workload for workload in scene.world.workloads.values()}
        for when, what, where in happenings:
            later(when, partial(HAPPENINGS[what], scene, workloads[where]))
        for namespace, in_good_order, point in earlier:
            carrying_out = scene.carrying_out(scene.cluster.plan(namespace), Life(None if in_good_order else point))
            later(point / 10, partial(carrying_out.stop, "asked to stop"))
            try:
                await carrying_out.carry_out(scene.tell)
            except Killed:
                await asyncio.sleep(1)
        result = await scene.run(plan)
        assert {one.pod.uid for one in result.outcomes} >= {pod.uid for step in plan.steps for pod in step.pods}
        called_done = {one.pod.uid for one in result.outcomes if one.fate in DONE - {Fate.FIT}}
        assert called_done.isdisjoint(scene.world.pods)
        assert [pod.name for pod in scene.world.pods.values() if not pod.owner_uid] == ["lone"]

    run(main())
