"""What an earlier run left is seen to by whoever follows where it is, and by nobody else."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from tests.recreation.scene import Scene, fates
from tests.recreation.simulated_cluster import TRAVEL
from tests.recreation.virtual_time import run
from tests.recreation.world import Reborn, Workload, later
from webhook.recreation.earlier import left_elsewhere, read_earlier
from webhook.recreation.journal import Event
from webhook.recreation.outcome import Fate
from webhook.recreation.plan import Plan, Strategy
from webhook.recreation.seams import Eviction, EvictionAnswer


def in_hand(scene: Scene) -> list[str]:
    """The names of pods that a run of all would wait for, if it began now."""
    works = read_earlier(scene.lines, scene.cluster.plan()).values()
    return [left.pod.name for work in works for left in work.in_hand(lambda uid: uid not in scene.world.pods)]


def killed_after(event: Event, add: Callable[[Scene], Workload], then: Callable[[Scene, Plan], Awaitable[None]]) -> int:
    """Kill a run every few milliseconds while this event is the last that it wrote; return how often that was.

    What it has asked for arrives all the same.
    """

    async def main(seconds: float) -> bool:
        scene = Scene()
        add(scene)
        plan = scene.cluster.plan("shop")
        doing = asyncio.create_task(scene.run(plan))
        await asyncio.wait([doing], timeout=seconds)
        doing.cancel()
        await asyncio.wait([doing])
        if not scene.lines or scene.lines[-1].event is not event:
            return False
        await then(scene, plan)
        return True

    return sum(run(main(tick * TRAVEL / 4)) for tick in range(1, 100))


def guarded(scene: Scene) -> Workload:
    return scene.world.add("web", 2)


def restarted(scene: Scene) -> Workload:
    return scene.world.add("web", 2, strategy=Strategy.RESTART)


def bare(scene: Scene) -> Workload:
    return scene.world.add_bare("lone")


@pytest.mark.parametrize("add", [guarded, restarted, bare])
def test_a_run_of_another_namespace_leaves_it_alone_and_says_so(add: Callable[[Scene], Workload]) -> None:
    async def then(scene: Scene, plan: Plan) -> None:
        scene.world.add("api", 1, namespace="other")
        before, other = len(scene.lines), scene.cluster.plan("other")
        assert left_elsewhere(scene.lines, other) == ["namespace shop"]
        assert left_elsewhere(scene.lines, scene.cluster.plan()) == []
        assert fates(await scene.run(other)) == [Fate.REPLACED]
        assert {line.workload.namespace for line in scene.lines[before:] if line.workload} == {"other"}
        assert (await scene.run(plan)).is_complete
        assert {pod.platform_version for pod in scene.world.pods.values()} == {"1.1.0"}
        assert left_elsewhere(scene.lines, other) == []

    assert killed_after(Event.RESTARTING if add is restarted else Event.EVICTING, add, then) > 2


@pytest.mark.parametrize(
    ("written", "now", "is_taken_up"),
    [
        (("one", ""), ("one", ""), True),
        (("one", ""), ("two", ""), False),
        (("one", "id"), ("one", "id"), True),
        (("one", "id"), ("two", "id"), True),
        (("one", "id"), ("one", "another"), False),
        (("one", ""), ("one", "id"), True),  # by a journal that is older than the id, or without the right to see it
        (("one", "id"), ("one", ""), True),
        (("one", "id"), ("two", ""), False),
    ],
)
def test_a_cluster_is_known_by_its_id_under_any_name_and_by_its_name_where_there_is_none(
    *, written: tuple[str, str], now: tuple[str, str], is_taken_up: bool
) -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add_bare("lone")
        scene.cluster.refuses_creates = "exceeded quota"
        await scene.run(replace(scene.cluster.plan(), cluster=written[0], cluster_id=written[1]))
        scene.cluster.refuses_creates = ""
        plan = replace(scene.cluster.plan(), cluster=now[0], cluster_id=now[1])
        assert left_elsewhere(scene.lines, plan) == ([] if is_taken_up else ["cluster one"])
        await scene.run(plan)
        assert len(scene.world.pods) == is_taken_up

    run(main())


@pytest.mark.parametrize("pause", [0, 5])
@pytest.mark.parametrize("plans_anew", [False, True], ids=["with the same plan", "with a new plan"])
@pytest.mark.parametrize("event", [Event.EVICTING, Event.EVICTED, Event.RESTARTING, Event.RESTARTED])
def test_what_may_be_under_way_is_seen_to_its_end_and_then_not_in_hand(
    *, event: Event, plans_anew: bool, pause: float
) -> None:
    async def then(scene: Scene, plan: Plan) -> None:
        await asyncio.sleep(pause)
        await scene.run(scene.cluster.plan("shop") if plans_anew else plan)
        assert in_hand(scene) == []
        pods = scene.world.pods.values()
        assert {(pod.platform_version, pod.ready_since is not None) for pod in pods} == {("1.1.0", True)}
        assert all(len(restarts) == 1 for restarts in scene.world.restarts.values())

    adds = (restarted,) if event in {Event.RESTARTING, Event.RESTARTED} else (guarded, bare)
    for add in adds:
        assert killed_after(event, add, then)


@pytest.mark.parametrize(
    ("event", "strategy", "fate"),
    [
        (Event.EVICTED, Strategy.EVICT, Fate.REPLACED),
        (Event.RESTARTING, Strategy.RESTART, Fate.RESTARTED),
        (Event.RESTARTED, Strategy.RESTART, Fate.RESTARTED),
    ],
)
def test_new_pods_that_are_annotated_late_are_waited_for_although_they_look_unfit_to_the_next_plan(
    event: Event, strategy: Strategy, fate: Fate
) -> None:
    def late(scene: Scene) -> Workload:
        return scene.world.add("web", 2, strategy=strategy, reborn=Reborn(annotated_after=10))

    async def then(scene: Scene, _: Plan) -> None:
        await asyncio.sleep(2)
        plan = scene.cluster.plan()
        assert len(plan.steps[0].pods) == 2
        result = await scene.run(plan)
        assert [one.fate for one in result.outcomes if one.fate is not Fate.FIT] == [fate] * 2
        assert {one.new_version for one in result.of(fate)} == {"1.1.0"}
        assert len(scene.world.pods) == 2
        assert (len(scene.cluster.evicted), len(scene.world.restarts)) in {(2, 0), (0, 1)}
        assert all(len(restarts) == 1 for restarts in scene.world.restarts.values())

    assert killed_after(event, late, then)


def test_a_bare_pod_that_ends_by_itself_is_not_created_again_although_its_eviction_may_be_under_way() -> None:
    async def main() -> None:
        scene = Scene()
        lone = scene.world.add_bare("lone", answer=EvictionAnswer(eviction=Eviction.UNREACHABLE, said="no answer"))
        later(0.5, lambda: scene.world.change(lone.ref.uid, finished=True, ready_since=None))
        assert fates(await scene.run()) == [Fate.GONE]
        assert Event.CREATED not in scene.events("lone")

    run(main())


def test_a_bare_pod_that_runs_on_is_not_in_hand_and_one_that_goes_after_all_is() -> None:
    async def then(scene: Scene, plan: Plan) -> None:
        [lone] = scene.world.pods.values()
        if scene.cluster.asked:
            return
        assert in_hand(scene) == []
        scene.world.delete_pod(lone.uid)
        await asyncio.sleep(5)
        assert in_hand(scene) == ["lone"]
        assert fates(await scene.run(replace(plan, steps=()))) == [Fate.REPLACED]

    assert killed_after(Event.EVICTING, bare, then)


def test_a_bare_pod_that_has_gone_by_its_turn_is_created_from_the_manifest_that_the_run_before_saved() -> None:
    async def then(scene: Scene, _: Plan) -> None:
        scene.world.add("web", 1)
        result = await scene.run()
        assert {outcome.pod.name for outcome in result.outcomes} == {"lone", "web-x2"}
        assert set(fates(result)) == {Fate.REPLACED}

    assert killed_after(Event.EVICTING, bare, then)


def test_one_that_was_refused_and_planned_again_is_its_owners_to_delete() -> None:
    async def main() -> None:
        scene = Scene()
        lone = scene.world.add_bare("lone", answer=EvictionAnswer(eviction=Eviction.REFUSED, said="forbidden"))
        plan = scene.cluster.plan()
        assert fates(await scene.run(plan)) == [Fate.BLOCKED]
        carrying_out = scene.carrying_out(plan)
        later(0.001, lambda: carrying_out.stop("asked to stop"))
        assert fates(await carrying_out.carry_out()) == [Fate.NOT_BEGUN]
        scene.world.delete_pod(lone.ref.uid)
        await asyncio.sleep(5)
        await scene.run(plan)
        assert scene.world.pods == {}

    run(main())
