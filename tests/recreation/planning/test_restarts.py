"""Deployments that cannot lose a pod are restarted, where that loses none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ORDINARY_NODE, Json
from webhook.recreation.plan import Strategy
from webhook.recreation.rounding import Rollout, scaled
from webhook.recreation.ways import Preference

from .objects import budget, controller, deployment, member, quota, rolling
from .sights import only_step

SURE = rolling(1, 0)
RECREATE = {"type": "Recreate"}
CAREFUL = budget(healthy=3, desired=2, allowed=1, maxUnavailable=1)


@pytest.mark.parametrize(
    ("objects", "preference", "strategy"),
    [
        ([*deployment(strategy=SURE), budget()], Preference.AUTO, Strategy.RESTART),
        ([*deployment(strategy=SURE), budget()], Preference.RESTART, Strategy.RESTART),
        ([*deployment(strategy=SURE), CAREFUL], Preference.AUTO, Strategy.EVICT),
        ([*deployment(strategy=SURE), CAREFUL], Preference.RESTART, Strategy.RESTART),
        ([*deployment(strategy=SURE), CAREFUL], Preference.EVICT, Strategy.EVICT),
        (deployment(replicas=1), Preference.AUTO, Strategy.RESTART),
        (deployment(replicas=1), Preference.EVICT, Strategy.EVICT),
        (deployment(replicas=1, strategy=RECREATE), Preference.AUTO, Strategy.EVICT),
        (deployment(replicas=10), Preference.RESTART, Strategy.EVICT),
        ([*deployment(replicas=1), quota("1", "1", what="count/pods")], Preference.AUTO, Strategy.EVICT),
    ],
)
def test_the_way_depends_on_what_can_be_lost(objects: list[Json], preference: Preference, strategy: Strategy) -> None:
    assert only_step(*objects, preference=preference).strategy is strategy


def test_a_restart_names_all_pods_that_it_makes_anew() -> None:
    top, below, *pods = deployment()
    fit, ordinary = member(below, "web-8", "1.1.0"), member(below, "web-9", None, instance_id=None, node=ORDINARY_NODE)
    step = only_step(top, below, pods[0], fit, ordinary, budget())
    assert [pod.name for pod in step.pods] == ["web-5d9-0", "web-8", "web-9"]
    assert step.notes == (
        "a restart obeys the Deployment and not the budget: it makes all 3 pods anew, 2 of them fit or not asked for",
        "1 of its 3 pods on ordinary nodes: a new one that comes up there needs no platform version",
    )
    assert step.on_ordinary_nodes == 1


def test_a_pod_that_nobody_can_judge_is_not_left_out_of_a_restart_as_well() -> None:
    top, below, *pods = deployment(replicas=2)
    step = only_step(top, below, pods[0], member(below, "web-9", "0.9.0"), budget())
    assert [pod.name for pod in step.pods] == ["web-5d9-0", "web-9"]


def test_a_restart_does_not_make_anew_what_has_finished() -> None:
    step = only_step(*deployment(replicas=1), member(controller("ReplicaSet", "web-5d9"), "web-9", phase="Failed"))
    assert [pod.name for pod in step.pods] == ["web-5d9-0"]


def test_why_there_is_no_restart_is_said() -> None:
    assert only_step(*deployment(replicas=1, strategy=RECREATE)).notes == (
        "one replica: nothing serves until the new one is ready",
        "no restart: its strategy is Recreate",
    )
    assert only_step(*deployment(replicas=10), preference=Preference.RESTART).notes == (
        "no restart: its rolling update resolves to maxSurge 3, maxUnavailable 2",
    )
    unread = only_step(*deployment(replicas=1), failing=["resourcequotas"])
    assert unread.notes[-1] == "no restart: resourcequotas could not be read"


def test_how_long_a_new_pod_has_to_be_ready_is_in_the_step() -> None:
    assert only_step(*deployment(minReadySeconds=20)).min_ready_seconds == 20
    assert only_step(*deployment(replicas=1, minReadySeconds=20)).min_ready_seconds == 20


def test_a_stateful_set_is_never_restarted() -> None:
    top = controller("StatefulSet", "db", replicas=1)
    assert only_step(top, member(top, "db-0"), preference=Preference.RESTART).strategy is Strategy.EVICT


@pytest.mark.parametrize(
    ("surge", "unavailable", "replicas", "resolved"),
    [
        ("25%", "25%", 1, (1, 0)),
        ("25%", "25%", 3, (1, 0)),
        ("25%", "25%", 4, (1, 1)),
        ("25%", "25%", 10, (3, 2)),
        (0, "25%", 3, (0, 1)),
        ("0%", 0, 3, (0, 1)),
        (1, 0, 3, (1, 0)),
        ("100%", "0%", 3, (3, 0)),
    ],
)
def test_a_surge_is_rounded_up_and_what_is_missing_down(
    surge: Any, unavailable: Any, replicas: int, resolved: tuple[int, int]
) -> None:
    assert Rollout(max_surge=surge, max_unavailable=unavailable).resolve(replicas) == resolved


@given(st.integers(0, 200), st.integers(0, 5000))
def test_rounding_is_off_by_less_than_a_pod_and_exact_where_it_can_be(percent: int, replicas: int) -> None:
    up, down = (scaled(f"{percent}%", replicas, up=direction) for direction in (True, False))
    assert down * 100 <= percent * replicas <= up * 100
    assert up - down == (0 if percent * replicas % 100 == 0 else 1)


@given(st.integers(0, 9) | st.integers(0, 200).map("{}%".format), st.integers(0, 9), st.integers(0, 100))
def test_a_rolling_update_can_always_move(surge: Any, unavailable: int, replicas: int) -> None:
    assert sum(Rollout(max_surge=surge, max_unavailable=unavailable).resolve(replicas)) > 0


@pytest.mark.parametrize("odd", ["", "%", "half", "-1%", "1.5%", "٣%"])
def test_an_amount_that_is_none_allows_no_restart(odd: str) -> None:
    step = only_step(*deployment(replicas=1, strategy=rolling(odd, 0)))
    assert step.strategy is Strategy.EVICT
    assert "no restart: its maxSurge or maxUnavailable cannot be read" in step.notes
