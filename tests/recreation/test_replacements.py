"""One pod after the other, and none before the one before it has come back as it should."""

import asyncio
import contextlib

import pytest

from tests.recreation.scene import Scene, fates
from tests.recreation.virtual_time import clock, run
from tests.recreation.world import Reborn
from webhook.recreation.journal import Event, Line
from webhook.recreation.outcome import Fate


def test_all_pods_of_all_workloads_are_replaced() -> None:
    async def main() -> None:
        scene = Scene()
        for name in ("web", "api", "db"):
            scene.world.add(name, 3, kind="StatefulSet" if name == "db" else "Deployment", min_available=2)
        result = await scene.run()
        assert fates(result) == [Fate.REPLACED] * 9
        assert result.is_complete
        assert result.stopped == ""
        assert {pod.platform_version for pod in scene.world.pods.values()} == {"1.1.0"}

    run(main())


def test_a_stateful_pod_is_known_by_its_new_uid_under_the_same_name() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("db", 2, kind="StatefulSet")
        result = await scene.run()
        assert [(one.pod.name, one.replacement) for one in result.outcomes] == [("db-0", "db-0"), ("db-1", "db-1")]

    run(main())


@pytest.mark.parametrize(
    ("reborn", "why"),
    [
        (Reborn(version="1.0.0"), "came on platform version 1.0.0, which does not fit"),
        (Reborn(version="9.9.9"), "came on platform version 9.9.9, which does not fit"),
        (Reborn(ready_after=None), "to be Ready (ContainerCreating)"),
        (Reborn(annotated_after=None, node="worker-1"), "the platform version of web-x5 on worker-1"),
        (Reborn(made_after=None), "waited in vain for a new pod"),
    ],
    ids=["unfit", "of a version that nobody knows", "never Ready", "on an ordinary node", "never made"],
)
def test_a_canary_that_does_not_come_back_as_it_should_stops_all(reborn: Reborn, why: str) -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 2, reborn=reborn)
        scene.world.add("api", 2)
        result = await scene.run()
        assert fates(result) == [Fate.NOT_REPLACED, *[Fate.NOT_BEGUN] * 3]
        assert why in result.stopped
        assert "the canary failed" in result.stopped
        assert len(scene.cluster.evicted) == 1

    run(main())


def test_a_workload_with_pods_on_ordinary_nodes_may_get_new_ones_there_but_they_are_no_canary() -> None:
    async def main() -> None:
        scene = Scene(most=1)
        web = scene.world.add("web", 4, on_workers=1)
        scene.world.add("api", 2)
        plan = scene.cluster.plan()
        web.on_workers = 2
        result = await scene.run(plan, once=True)
        assert [(one.fate, one.new_version) for one in result.outcomes[:3]] == [
            (Fate.REPLACED, None),
            (Fate.REPLACED, "1.1.0"),
            (Fate.NOT_BEGUN, None),
        ]
        assert fates(await scene.run()) == [Fate.REPLACED] * 3

    run(main())


def test_a_run_that_takes_up_a_wait_knows_from_the_journal_that_there_were_pods_on_ordinary_nodes() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 2, on_workers=1)
        plan = scene.cluster.plan()
        web.on_workers = 2
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(scene.run(plan), 1)
        assert fates(await scene.run(scene.cluster.plan())) == [Fate.REPLACED]

    run(main())


def test_the_annotation_may_come_after_readiness() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 2, reborn=Reborn(annotated_after=50))
        assert fates(await scene.run()) == [Fate.REPLACED] * 2

    run(main())


def test_a_new_pod_counts_once_it_was_ready_for_as_long_as_its_workload_says() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 2, min_ready_seconds=20)
        assert fates(await scene.run()) == [Fate.REPLACED] * 2
        first, second = (when for when, _ in scene.cluster.asked)
        assert second - first > 20

    run(main())


def test_a_workload_that_fails_after_the_canary_ends_there_and_the_others_go_on() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 2)
        scene.world.add("api", 3, reborn=Reborn(ready_after=None))
        scene.world.add("db", 2)
        result = await scene.run()
        assert fates(result) == [*[Fate.REPLACED] * 2, Fate.NOT_REPLACED, *[Fate.NOT_BEGUN] * 2, *[Fate.REPLACED] * 2]
        assert result.stopped == ""
        assert "to be Ready" in result.outcomes[3].why

    run(main())


def test_three_failures_in_a_row_stop_all() -> None:
    async def main() -> None:
        scene = Scene(most=1)
        scene.world.add("web", 1)
        for name in ("a", "b", "c", "d"):
            scene.world.add(name, 1, reborn=Reborn(ready_after=None))
        result = await scene.run()
        assert fates(result) == [Fate.REPLACED, *[Fate.NOT_REPLACED] * 3, Fate.NOT_BEGUN]
        assert result.stopped.startswith("3 replacements in a row failed")

    run(main())


def test_failures_with_a_success_between_them_stop_nothing() -> None:
    async def main() -> None:
        scene = Scene(most=1)
        for name in ("a", "b", "c", "d", "e"):
            scene.world.add(name, 2, reborn=Reborn(ready_after=1 if name in {"a", "d"} else None))
        result = await scene.run()
        assert [one.fate for one in result.outcomes].count(Fate.NOT_REPLACED) == 3
        assert result.stopped == ""

    run(main())


def test_a_fit_pod_that_was_there_before_replaces_none() -> None:
    async def main() -> None:
        scene = Scene()
        web = scene.world.add("web", 2)
        await scene.run(once=True)
        web.reborn = Reborn(ready_after=None)
        plan = scene.cluster.plan()
        [left] = plan.steps[0].pods
        scene.lines.clear()
        scene.world.delete_pod(left.uid)
        await asyncio.sleep(0.1)
        assert fates(await scene.run(plan)) == [Fate.NOT_REPLACED]

    run(main())


def test_once_ends_after_the_canary() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("web", 2)
        scene.world.add("api", 2)
        result = await scene.run(once=True)
        assert fates(result) == [Fate.REPLACED, *[Fate.NOT_BEGUN] * 3]
        assert result.stopped == "only the canary was asked for"

    run(main())


def test_workloads_go_side_by_side_but_no_more_than_are_allowed() -> None:
    async def main() -> None:
        scene = Scene(most=3)
        for number in range(8):
            scene.world.add(f"web{number}", 2)
        assert fates(await scene.run()) == [Fate.REPLACED] * 16
        at_once = {round(when, 1) for when, _ in scene.cluster.asked}
        assert len(at_once) < 16, "they went one by one"

    run(main())


def test_a_pod_that_runs_is_not_done_whatever_the_journal_says_of_it() -> None:
    async def main(event: Event) -> None:
        scene = Scene()
        web = scene.world.add("web", 2)
        await scene.run(may_go_on=lambda: "not now")
        [first, _] = scene.world.of(web.ref)
        when, kept = clock(), {"who": "somebody", "run": "run-0", "cluster": "one", "workload": web.ref}
        scene.lines.append(Line(when=when, event=event, pod=first.name, uid=first.uid, **kept))  # type: ignore[arg-type]  # fields by their names
        assert fates(await scene.run()) == [Fate.REPLACED] * 2

    for event in (Event.GONE, Event.REPLACED):
        run(main(event))
