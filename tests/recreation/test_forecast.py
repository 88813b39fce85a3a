"""How long it takes: before it is begun for pods as they are assumed, after the first for pods like that."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recreation.scene import Scene
from tests.recreation.virtual_time import run
from tests.recreation.world import Reborn, later
from webhook.recreation.forecast import Forecast, foretold, foretold_beforehand
from webhook.recreation.plan import Plan, PlannedPod, Step, Strategy, WorkloadRef


def a_step(name: str, pods: int, *, budget: str = "", **more: int | Strategy) -> Step:
    return Step(
        workload=WorkloadRef(namespace="shop", kind="Deployment", name=name, uid=name),
        strategy=more.get("strategy", Strategy.EVICT),  # type: ignore[arg-type]  # it is one
        pods=tuple(PlannedPod(namespace="shop", name=str(number), uid=str(number)) for number in range(pods)),
        min_ready_seconds=more.get("ready", 0),  # type: ignore[arg-type]  # as above
        budgets=(budget,) if budget else (),
    )


@pytest.mark.parametrize(
    ("steps", "concurrency", "seconds"),
    [
        ([], 5, 0),
        ([a_step("web", 4)], 5, 40),
        ([a_step("web", 4, ready=5)], 5, 60),
        ([a_step("web", 4), a_step("api", 3)], 2, 40),
        ([a_step("web", 4), a_step("api", 3)], 1, 70),
        ([a_step("web", 4), a_step("api", 3), a_step("db", 2)], 2, 50),
        ([a_step("web", 4, budget="both"), a_step("api", 3, budget="both")], 5, 70),
    ],
    ids=["nothing", "pod by pod", "Ready for a while", "side by side", "one by one", "in turn", "one budget"],
)
def test_what_goes_side_by_side_takes_as_long_as_the_longest(
    steps: list[Step], concurrency: int, seconds: float
) -> None:
    assert foretold(steps, concurrency, 10) == seconds


@pytest.mark.parametrize(
    ("steps", "once", "told"),
    [
        ([a_step("web", 4)], False, "2 min if a pod takes 30 s, 8 min if a pod takes 2 min"),
        ([a_step("web", 4), a_step("api", 3)], False, "2 min if a pod takes 30 s, 8 min if a pod takes 2 min"),
        ([a_step("web", 4), a_step("api", 4)], False, "2 min 30 s if a pod takes 30 s, 10 min if a pod takes 2 min"),
        ([a_step("web", 4, ready=60)], True, "1 min 30 s if a pod takes 30 s, 3 min if a pod takes 2 min"),
        (
            [a_step("web", 2, strategy=Strategy.RESTART), a_step("api", 2, strategy=Strategy.RESTART)],
            True,
            "1 min if a pod takes 30 s, 4 min if a pod takes 2 min",
        ),
    ],
    ids=["one workload", "two", "none begins before the canary is back", "the canary alone", "a restart is whole"],
)
def test_before_it_is_begun_it_is_said_for_pods_as_they_are_assumed(
    steps: list[Step], told: str, *, once: bool
) -> None:
    said = foretold_beforehand(steps, 5, once=once)
    assert said == f"How long: {told}, and what budgets make it wait; after the first pod it is told by what that took"


async def told_and_taken(scene: Scene, plan: Plan | None = None) -> tuple[Forecast, float]:
    """Run, and return what was foretold, and how long it took from then on."""
    heard: list[tuple[Forecast, float]] = []
    time = asyncio.get_running_loop().time
    carrying_out = scene.carrying_out(plan)
    await carrying_out.carry_out(scene.tell, lambda forecast: heard.append((forecast, time())))
    [(forecast, when)] = heard
    return forecast, time() - when


@given(st.lists(st.integers(1, 5), min_size=2, max_size=6), st.integers(20, 40), st.integers(0, 15), st.integers(1, 3))
def test_where_all_pods_take_as_long_as_the_first_it_comes_true(
    sizes: list[int], ready_after: int, ready_for: int, concurrency: int
) -> None:
    async def main() -> None:
        scene = Scene(most=concurrency)
        for number, size in enumerate(sizes):
            scene.world.add(f"w{number}", size, min_ready_seconds=ready_for, reborn=Reborn(ready_after=ready_after))
        forecast, taken = await told_and_taken(scene)
        assert forecast.seconds_left == pytest.approx(taken, rel=0.1)

    run(main())


@pytest.mark.parametrize("strategy", [Strategy.EVICT, Strategy.RESTART])
def test_a_restart_and_a_lost_answer_show_it_too(strategy: Strategy) -> None:
    async def main() -> None:
        scene = Scene()
        scene.cluster.loses_answers_until = 1
        for name in ("web", "api"):
            scene.world.add(name, 1, strategy=strategy, reborn=Reborn(ready_after=20))
        forecast, taken = await told_and_taken(scene)
        assert forecast.seconds_a_pod == pytest.approx(taken, abs=1)

    run(main())


@pytest.mark.parametrize(("pods", "once"), [(1, False), (4, True)], ids=["a single pod", "only the canary"])
def test_where_nothing_is_left_nothing_is_foretold(pods: int, *, once: bool) -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", pods)
        heard: list[Forecast] = []
        await scene.carrying_out(once=once).carry_out(scene.tell, heard.append)
        assert heard == []

    run(main())


def test_a_run_that_takes_up_another_is_told_by_its_first_pod() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 4, reborn=Reborn(ready_after=20))
        plan = scene.cluster.plan()
        carrying_out = scene.carrying_out(plan)
        later(1, lambda: carrying_out.stop("asked to stop"))
        await carrying_out.carry_out()
        forecast, taken = await told_and_taken(scene, plan)
        assert forecast.seconds_left == pytest.approx(taken, abs=2)

    run(main())
