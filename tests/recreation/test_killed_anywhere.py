"""A run that is killed, wherever that is, is brought to its end by the next: no pod evicted twice, no bare pod lost."""

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recreation.scene import Killed, Life, Scene
from tests.recreation.virtual_time import run
from tests.recreation.world import Reborn
from webhook.recreation.plan import Plan, Strategy


def old_cluster(*, loses_answers: bool = False) -> Scene:
    """One of each, so small that every point of a run can be tried."""
    scene = Scene(most=3)
    scene.world.add("web", 2, min_available=1, min_ready_seconds=2)
    scene.world.add("db", 2, kind="StatefulSet", min_available=1, reborn=Reborn(annotated_after=2))
    scene.world.add("single", 1, strategy=Strategy.RESTART, min_available=1)
    scene.world.add_bare("lone")
    scene.world.add_bare("only")
    scene.cluster.loses_answers_until = 2.0 if loses_answers else 0.0
    return scene


async def killed_at(scene: Scene, point: int, plan: Plan) -> bool:
    """Run until it is killed or ends; return whether it was killed. Others go on a little while."""
    try:
        await scene.run(plan, Life(point))
    except Killed:
        await asyncio.sleep(1)
        return True
    return False


def all_is_well(scene: Scene) -> None:
    pods = scene.world.pods.values()
    assert {pod.platform_version for pod in pods} == {"1.1.0"}
    assert sum(not pod.owner_uid for pod in pods) == 2, "a bare pod is lost"
    assert sorted(pod.name for pod in pods if not pod.owner_uid) == ["lone", "only"]
    assert len(pods) == 7
    assert len(scene.cluster.evicted) == len(set(scene.cluster.evicted)), "a pod was evicted twice"
    assert len(scene.cluster.evicted) == 6, "one was evicted that had been made anew"
    assert all(len(restarts) == 1 for restarts in scene.world.restarts.values()), "restarted twice"


def points_of_a_run(*, loses_answers: bool) -> int:
    async def main() -> int:
        scene, life = old_cluster(loses_answers=loses_answers), Life()
        assert (await scene.run(life=life)).is_complete
        all_is_well(scene)
        return life.points

    return run(main())


@pytest.mark.parametrize("loses_answers", [False, True], ids=["all answers come", "answers are lost"])
@pytest.mark.parametrize("plans_anew", [False, True], ids=["with the same plan", "with a new plan"])
def test_whatever_point_it_was_killed_at(*, plans_anew: bool, loses_answers: bool) -> None:
    async def main(point: int) -> None:
        scene = old_cluster(loses_answers=loses_answers)
        plan = scene.cluster.plan()
        assert await killed_at(scene, point, plan)
        result = await scene.run(scene.cluster.plan() if plans_anew else plan)
        assert result.is_complete, result
        all_is_well(scene)

    points = points_of_a_run(loses_answers=loses_answers)
    assert points > 100
    for point in range(points):
        run(main(point))


@given(st.lists(st.integers(0, 60), max_size=20), st.booleans(), st.booleans())
def test_however_often_it_was_killed(deaths: Iterable[int], plans_anew: bool, loses_answers: bool) -> None:  # noqa: FBT001  # hypothesis draws them in this order
    async def main() -> None:
        scene = old_cluster(loses_answers=loses_answers)
        plan = scene.cluster.plan()
        for point in deaths:
            await killed_at(scene, point, plan)
            plan = scene.cluster.plan() if plans_anew else plan
        assert (await scene.run(plan)).is_complete
        all_is_well(scene)

    run(main())
