"""A Deployment that cannot lose a pod is restarted, once."""

import asyncio

from tests.recreation.scene import Killed, Life, Scene, fates
from tests.recreation.virtual_time import run
from tests.recreation.world import Reborn, later
from webhook.recreation.journal import Event
from webhook.recreation.outcome import Fate
from webhook.recreation.plan import Strategy


def test_all_pods_go_by_one_restart() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 3, strategy=Strategy.RESTART, min_available=3)
        result = await scene.run()
        assert fates(result) == [Fate.RESTARTED] * 3
        assert len(scene.world.restarts[web.ref.uid]) == 1
        assert scene.cluster.asked == []
        assert scene.events("web-x1") == [Event.PLANNED, Event.RESTARTING, Event.RESTARTED, Event.REPLACED]
        done = [progress.done for progress in scene.told]
        assert (done, done[-1]) == (sorted(done), 3), "the bar went back"

    run(main())


def test_the_canary_is_evicted_before_anything_is_restarted() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 3, strategy=Strategy.RESTART)
        scene.world.add("api", 1, reborn=Reborn(version="1.0.0"))
        result = await scene.run()
        assert fates(result) == [*[Fate.NOT_BEGUN] * 3, Fate.NOT_REPLACED]
        assert scene.world.restarts == {}

    run(main())


def test_a_restart_is_the_canary_where_nothing_is_evicted() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 1, strategy=Strategy.RESTART)
        scene.world.add("api", 1, strategy=Strategy.RESTART)
        assert fates(await scene.run(once=True)) == [Fate.RESTARTED, Fate.NOT_BEGUN]

    run(main())


def test_a_restart_that_brings_unfit_pods_is_one_failure() -> None:
    async def main() -> None:
        scene = Scene(most=1)
        scene.world.add("api", 1)
        scene.world.add("web", 4, strategy=Strategy.RESTART, reborn=Reborn(version="1.0.0"))
        scene.world.add("db", 1)
        result = await scene.run()
        assert fates(result) == [Fate.REPLACED, *[Fate.NOT_REPLACED] * 4, Fate.REPLACED]
        assert result.stopped == ""

    run(main())


def test_a_restart_has_the_time_of_all_its_pods() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 3, strategy=Strategy.RESTART, reborn=Reborn(ready_after=170))
        scene.world.add("api", 2, strategy=Strategy.RESTART, reborn=Reborn(ready_after=170))
        assert fates(await scene.run()) == [*[Fate.RESTARTED] * 3, *[Fate.NOT_REPLACED] * 2]

    run(main())


def test_an_api_server_that_is_away_gets_the_same_restart_again() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 3, strategy=Strategy.RESTART)
        plan = scene.cluster.plan()
        later(0.001, lambda: scene.cluster.go_away(20))
        later(5, lambda: scene.world.scale(web, 2))
        assert set(fates(await scene.run(plan))) == {Fate.RESTARTED}
        assert len(scene.world.restarts[web.ref.uid]) == 1

    run(main())


def test_a_deployment_that_was_paused_since_the_plan_is_not_restarted() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("api", 1)
        web = scene.world.add("web", 2, strategy=Strategy.RESTART)
        later(1, lambda: setattr(web, "paused", True))
        result = await scene.run()
        assert fates(result) == [Fate.REPLACED, *[Fate.BLOCKED] * 2]
        assert result.outcomes[1].why == "its rollout is paused: resume it first"
        assert scene.world.restarts == {}

    run(main())


def test_a_restart_whose_deployment_is_deleted_ends_with_its_pods_and_not_before() -> None:
    async def main(delete: str) -> list[Fate]:
        scene = Scene()
        web = scene.world.add("web", 2, strategy=Strategy.RESTART, end_after=20, reborn=Reborn(made_after=None))
        later(1, lambda: getattr(scene.world, delete)(web))
        scene.world.restart = lambda *_: None  # type: ignore[method-assign]  # nobody acts on it any more
        return fates(await scene.run())

    assert run(main("delete_owner")) == [Fate.GONE] * 2
    assert run(main("orphan")) == [Fate.NOT_REPLACED] * 2


def test_pods_on_ordinary_nodes_are_only_to_be_ready() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 4, strategy=Strategy.RESTART, on_workers=2)
        assert fates(await scene.run()) == [Fate.RESTARTED] * 4
        assert asyncio.get_running_loop().time() < 10
        assert [pod.platform_version for pod in scene.world.pods.values()] == [None, None, "1.1.0", "1.1.0"]

    run(main())


def test_whenever_it_is_killed_the_next_run_waits_for_the_same_restart() -> None:
    async def main(point: int, on_workers: int) -> bool:
        scene, life = Scene(), Life(point)
        web = scene.world.add(
            "web", 3, strategy=Strategy.RESTART, end_after=5, reborn=Reborn(ready_after=30), on_workers=on_workers
        )
        plan = scene.cluster.plan()
        try:
            await scene.run(plan, life)
        except Killed:
            await asyncio.sleep(1.5)
            assert fates(await scene.run(plan)) == [Fate.RESTARTED] * 3
        assert len(scene.world.restarts[web.ref.uid]) == 1
        assert all(pod.ready_since for pod in scene.world.pods.values())
        return life.points > point

    assert [run(main(point, on_workers)) for point in range(40) for on_workers in (0, 1)] == [True] * 80
