"""No further pod is touched once there is a reason, and what is in hand goes on to its end."""

import asyncio
import contextlib

from tests.recreation.scene import Scene, fates
from tests.recreation.virtual_time import run
from tests.recreation.world import Reborn, later
from webhook.recreation.journal import Event
from webhook.recreation.outcome import Fate


def test_a_window_that_closes_lets_the_waits_in_hand_end() -> None:
    async def main() -> None:
        scene = Scene()
        for name in ("a", "b", "c"):
            scene.world.add(name, 9)
        time = asyncio.get_running_loop().time
        result = await scene.run(may_go_on=lambda: "the window closed" if time() > 5 else "")
        assert result.stopped == "the window closed"
        assert set(fates(result)) == {Fate.REPLACED, Fate.NOT_BEGUN}
        assert len(scene.cluster.evicted) == len(result.of(Fate.REPLACED))
        assert max(when for when, _ in scene.cluster.asked) <= 5.1
        assert scene.lines[-1].event is Event.STOPPED

    run(main())


def test_a_closed_window_touches_nothing() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 2)
        result = await scene.run(may_go_on=lambda: "no window is open")
        assert fates(result) == [Fate.NOT_BEGUN] * 2
        assert scene.cluster.asked == []
        assert [line.event for line in scene.lines] == [Event.STOPPED]

    run(main())


def test_who_asks_to_stop_gets_what_is_in_hand_finished() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 3, reborn=Reborn(ready_after=30))
        carrying_out = scene.carrying_out()
        later(1, lambda: carrying_out.stop("asked to stop"))
        result = await carrying_out.carry_out()
        assert fates(result) == [Fate.REPLACED, Fate.NOT_BEGUN, Fate.NOT_BEGUN]
        assert result.stopped == "asked to stop"

    run(main())


def test_a_pod_that_waits_for_its_budget_is_not_in_hand() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 2, min_available=2)
        carrying_out = scene.carrying_out()
        later(20, lambda: carrying_out.stop("asked to stop"))
        assert fates(await carrying_out.carry_out()) == [Fate.NOT_BEGUN] * 2
        assert asyncio.get_running_loop().time() < 22

    run(main())


def test_to_cancel_ends_at_once_and_another_run_takes_up_what_was_in_hand() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 3, reborn=Reborn(ready_after=30))
        plan = scene.cluster.plan()
        doing = asyncio.create_task(scene.carrying_out(plan).carry_out())
        await asyncio.sleep(2)
        doing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await doing
        assert asyncio.get_running_loop().time() == 2
        result = await scene.run(plan)
        assert fates(result) == [Fate.REPLACED] * 3
        assert len(scene.cluster.asked) == 3

    run(main())


def test_an_api_server_that_goes_away_is_waited_for_and_no_time_of_a_pod_runs() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 3)
        scene.world.add("api", 3)
        later(3, lambda: scene.cluster.go_away(3600))
        assert fates(await scene.run()) == [Fate.REPLACED] * 6
        assert len(scene.cluster.asked) == 6

    run(main())


def test_what_may_have_been_accepted_is_looked_at_before_it_is_asked_for_again() -> None:
    async def main() -> None:
        scene = Scene()
        for name in ("a", "b", "c"):
            scene.world.add(name, 3)
        scene.cluster.loses_answers_until = 1000
        assert fates(await scene.run()) == [Fate.REPLACED] * 9
        assert len(scene.cluster.asked) == 9

    run(main())


def test_nothing_is_evicted_while_nobody_can_see_what_comes_of_it() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("api", 1)
        web = scene.world.add("web", 2, min_available=2)
        later(5, lambda: scene.cluster.go_away(300, answers=True))
        later(100, lambda: setattr(web, "min_available", 1))
        assert fates(await scene.run()) == [Fate.REPLACED] * 3
        assert [when for when, _ in scene.cluster.asked if 40 < when < 305] == []

    run(main())
