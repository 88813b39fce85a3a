"""What is answered to an eviction, and what others do meanwhile."""

from itertools import pairwise

import pytest

from tests.recreation.scene import Scene, fates
from tests.recreation.virtual_time import run
from tests.recreation.world import later
from webhook.recreation.journal import Event
from webhook.recreation.outcome import Fate
from webhook.recreation.plan import Strategy
from webhook.recreation.seams import Eviction, EvictionAnswer


def test_a_budget_is_asked_again_at_growing_intervals_until_it_allows() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 2, min_available=2)
        later(40, lambda: setattr(web, "min_available", 1))
        assert fates(await scene.run()) == [Fate.REPLACED] * 2
        asked = [when for when, name in scene.cluster.asked if name == "web-x1"]
        pauses = [after - before for before, after in pairwise(asked)]
        assert all(1 <= pause <= 31 for pause in pauses)
        assert 3 <= len(asked) <= 15
        assert max(pauses) > 4

    run(main())


def test_a_budget_that_never_allows_blocks_its_workload_alone_and_says_its_arithmetic() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 2, min_available=2)
        scene.world.add("api", 2)
        result = await scene.run()
        assert fates(result) == [Fate.BLOCKED, Fate.NOT_BEGUN, Fate.REPLACED, Fate.REPLACED]
        assert result.outcomes[0].why == "budget needs 2 healthy pods and has 2"
        assert result.outcomes[1].why == "web-x1: budget needs 2 healthy pods and has 2"
        assert result.stopped == ""

    run(main())


@pytest.mark.parametrize("eviction", [Eviction.TWO_BUDGETS, Eviction.FORBIDDEN, Eviction.REFUSED])
def test_what_no_waiting_mends_is_asked_once(eviction: Eviction) -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 2, answer=EvictionAnswer(eviction=eviction, said="the reason"))
        scene.world.add("api", 1)
        result = await scene.run()
        assert fates(result) == [Fate.BLOCKED, Fate.NOT_BEGUN, Fate.REPLACED]
        assert result.outcomes[0].why == "the reason"
        assert [name for _, name in scene.cluster.asked].count("web-x1") == 1

    run(main())


def test_a_busy_api_server_is_left_alone_by_all_for_as_long_as_it_asks() -> None:
    async def main() -> None:
        scene = Scene()
        for name in ("a", "b", "c", "d"):
            scene.world.add(name, 2)
        later(2, lambda: setattr(scene.cluster, "throttled_until", 22))
        assert fates(await scene.run()) == [Fate.REPLACED] * 8
        asked = sorted(when for when, _ in scene.cluster.asked)
        refused = [when for when in asked if 2 <= when < 22]
        assert refused
        travelling = 0.05  # seconds in which others have asked already
        assert not [(one, when) for one in refused for when in asked if travelling < when - one < 5]

    run(main())


def test_pods_that_somebody_else_evicts_are_waited_for_and_counted_apart() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 4)
        plan = scene.cluster.plan()
        _, second, third, fourth = scene.world.of(web.ref)
        scene.world.delete_pod(fourth.uid)
        later(0.5, lambda: scene.world.delete_pod(second.uid))
        later(0.6, lambda: scene.world.delete_pod(third.uid))
        result = await scene.run(plan)
        assert fates(result) == [Fate.REPLACED, *[Fate.GONE] * 3]
        assert {pod.platform_version for pod in scene.world.pods.values()} == {"1.1.0"}
        assert result.is_complete

    run(main())


def test_no_second_pod_goes_while_somebody_else_has_taken_one_of_its_workload() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 3)
        plan = scene.cluster.plan()
        last = scene.world.of(web.ref)[2]
        later(0.9, lambda: scene.world.delete_pod(last.uid))
        result = await scene.run(plan)
        assert sorted(fates(result)) == [Fate.GONE, Fate.REPLACED, Fate.REPLACED]
        first, second = (when for when, _ in scene.cluster.asked)
        assert second > 0.9 + 0.3 + 0.1 + 1.0, "the second waited until what the other had taken was back"
        assert second > first

    run(main())


@pytest.mark.parametrize("strategy", [Strategy.EVICT, Strategy.RESTART])
def test_pods_that_are_annotated_before_their_turn_are_left_as_they_are(strategy: Strategy) -> None:
    async def main() -> None:
        scene = Scene(most=1)
        scene.world.add("aaa", 2)
        web, lone = scene.world.add("web", 2, strategy=strategy), scene.world.add_bare("lone")
        late = [*scene.world.of(web.ref), *scene.world.of(lone.ref)]
        for pod in late:
            scene.world.change(pod.uid, platform_version=None)
            later(2, lambda uid=pod.uid: scene.world.change(uid, platform_version="1.1.0"))  # type: ignore[misc]  # it is called with nothing
        result = await scene.run()
        assert fates(result) == [*[Fate.REPLACED] * 2, *[Fate.FIT] * 3]
        assert result.is_complete
        assert all(pod.uid in scene.world.pods for pod in late)

    run(main())


def test_pods_that_are_not_ready_need_not_wait_for_each_other_but_a_ready_one_waits_for_them() -> None:
    async def main(ready: tuple[bool, ...]) -> tuple[list[Fate], str]:
        scene = Scene()
        web = scene.world.add("web", 3)
        for pod, is_ready in zip(scene.world.of(web.ref), ready, strict=True):
            scene.world.change(pod.uid, ready_since=pod.created_at if is_ready else None)
        result = await scene.run()
        return fates(result), result.outcomes[0].why

    assert run(main((False, False, True)))[0] == [Fate.REPLACED] * 3
    assert run(main((False, False, False)))[0] == [Fate.REPLACED] * 3
    blocked = [Fate.BLOCKED, Fate.NOT_BEGUN, Fate.NOT_BEGUN]
    assert run(main((True, False, False))) == (blocked, "others of its workload: 0 are Ready, 2 are due")


def test_a_workload_that_does_not_say_how_many_pods_it_wants_is_held_to_those_it_had() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 3)
        scene.cluster.tells_wanted = False
        plan = scene.cluster.plan()
        last = scene.world.of(web.ref)[2]
        later(0.9, lambda: scene.world.delete_pod(last.uid))
        assert sorted(fates(await scene.run(plan))) == [Fate.GONE, Fate.REPLACED, Fate.REPLACED]
        assert scene.cluster.asked[1][0] > 0.9 + 0.3 + 0.1 + 1.0

    run(main())


def test_an_owner_that_is_deleted_ends_its_workload_and_nothing_else() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 3)
        scene.world.add("api", 3)
        later(2, lambda: scene.world.delete_owner(web))
        result = await scene.run()
        assert set(fates(result)[:3]) <= {Fate.REPLACED, Fate.GONE}
        assert Fate.GONE in fates(result)[:3]
        assert fates(result)[3:] == [Fate.REPLACED] * 3

    run(main())


def test_pods_that_outlive_their_workload_are_left_alone_and_are_done_by_nobody() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 3)
        scene.world.add("api", 1)
        later(1, lambda: scene.world.orphan(web))
        assert fates(await scene.run()) == [Fate.REPLACED, Fate.BLOCKED, Fate.NOT_BEGUN, Fate.REPLACED]
        web.alive = True  # another has adopted them
        assert fates(await scene.run()) == [Fate.REPLACED] * 2
        assert {pod.platform_version for pod in scene.world.pods.values()} == {"1.1.0"}

    run(main())


def test_a_workload_that_is_scaled_down_misses_no_replacement() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 4)
        scene.world.add("api", 1)
        later(0.2, lambda: scene.world.scale(web, 1))
        result = await scene.run()
        assert result.is_complete
        assert result.stopped == ""
        assert len(scene.world.of(web.ref)) == 1

    run(main())


def test_a_pod_is_written_down_before_it_is_evicted_and_told_to_its_owner() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 1)
        await scene.run()
        assert scene.events("web-x1") == [Event.PLANNED, Event.EVICTING, Event.EVICTED, Event.REPLACED]
        assert [line.event for line in scene.lines][-1] is Event.FINISHED
        assert {(line.who, line.run, line.cluster) for line in scene.lines} == {("somebody", "run-0", "one")}
        assert scene.cluster.notes == [
            ("web", "Recreating: 1 pods are to be made anew (Evict)"),
            ("web", "RecreationEnded: 1 of 1 pods are done"),
        ]

    run(main())


def test_progress_tells_what_is_waited_for_and_who_blocks() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 2, min_available=2)
        scene.world.add("api", 1)
        await scene.run()
        waits = [progress.waiting_for for progress in scene.told]
        assert "budget needs 2 healthy pods and has 2" in waits
        assert "it to be gone" in waits
        assert "a new pod" in waits
        assert any("to be Ready (ContainerCreating)" in wait for wait in waits)
        web, api = ([one for one in scene.told if one.workload.name == name][-1] for name in ("web", "api"))
        assert (web.done, web.total, web.ended) == (0, 2, True)
        assert web.blocked == "web-x1: budget needs 2 healthy pods and has 2"
        assert (api.done, api.total, api.ended, api.blocked) == (1, 1, True, "")

    run(main())
