"""A bare pod is evicted only when it can be made again, and then it is."""

import asyncio

from tests.recreation.scene import Scene, fates
from tests.recreation.virtual_time import run
from tests.recreation.world import Reborn, later
from webhook.recreation.journal import Event
from webhook.recreation.outcome import Fate


def test_it_is_saved_evicted_and_created_in_this_order() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add_bare("lone")
        assert fates(await scene.run()) == [Fate.REPLACED]
        assert scene.events("lone") == [
            Event.PLANNED,
            Event.SAVED,
            Event.EVICTING,
            Event.EVICTED,
            Event.CREATED,
            Event.REPLACED,
        ]
        [line] = [line for line in scene.lines if line.event is Event.SAVED]
        assert line.manifest == "lone"

    run(main())


def test_what_cannot_be_created_now_is_tried_again() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add_bare("lone")
        scene.cluster.refuses_creates = "exceeded quota"
        later(20, lambda: setattr(scene.cluster, "refuses_creates", ""))
        assert fates(await scene.run()) == [Fate.REPLACED]

    run(main())


def test_what_could_not_be_created_in_time_is_created_by_the_next_run() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add_bare("lone")
        scene.cluster.refuses_creates = "exceeded quota"
        result = await scene.run()
        assert fates(result) == [Fate.NOT_REPLACED]
        assert "exceeded quota" in result.outcomes[0].why
        assert "its manifest is in the journal" in result.outcomes[0].why
        scene.cluster.refuses_creates = ""
        assert fates(await scene.run()) == [Fate.REPLACED]
        assert [pod.name for pod in scene.world.pods.values()] == ["lone"]

    run(main())


def test_one_that_somebody_else_deletes_is_not_created_again() -> None:
    async def main() -> None:
        scene = Scene()
        lone = scene.world.add_bare("lone")
        plan = scene.cluster.plan()
        scene.world.delete_pod(lone.ref.uid)
        for _ in range(2):
            await scene.run(plan)
            await asyncio.sleep(5)
        assert scene.world.pods == {}

    run(main())


def test_one_whose_eviction_was_refused_is_its_owners_to_delete() -> None:
    async def main(refusal: str, until: float) -> None:
        scene = Scene()
        lone = scene.world.add_bare("lone", min_available=1 if refusal == "by a budget" else None)
        scene.cluster.throttled_until = 99 if refusal == "as it is busy" else 0
        plan = scene.cluster.plan()
        carrying_out = scene.carrying_out(plan)
        later(until, lambda: carrying_out.stop("asked to stop"))
        assert fates(await carrying_out.carry_out()) == [Fate.NOT_BEGUN]
        scene.world.delete_pod(lone.ref.uid)
        await asyncio.sleep(5)
        await scene.run(plan)
        assert scene.world.pods == {}

    for refusal in ("by a budget", "as it is busy"):
        for until in (0.5, 5, 30):
            run(main(refusal, until))


def test_one_that_came_unfit_once_is_not_created_for_ever() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add_bare("lone", reborn=Reborn(version="1.0.0"))
        plan = scene.cluster.plan()
        assert fates(await scene.run(plan)) == [Fate.NOT_REPLACED]
        [made] = scene.world.pods.values()
        scene.world.delete_pod(made.uid)
        await scene.run(plan)
        await asyncio.sleep(5)
        assert scene.world.pods == {}

    run(main())
