"""That no call is lost while replicas are replaced, and what one costs that has no time to say goodbye."""

from pathlib import Path

import pytest

from tests.cluster.calls import load
from tests.cluster.control_plane import ControlPlane
from tests.cluster.rollouts.fleet import LAG, fleet

A_SECOND = 50
DELAY = int(LAG) + 1
ROLLOUTS = [
    pytest.param(2, marks=pytest.mark.timeout(240, func_only=True), id="two"),
    pytest.param(10, marks=[pytest.mark.long, pytest.mark.timeout(1200, func_only=True)], id="ten"),
]


@pytest.mark.parametrize("rollouts", ROLLOUTS)
def test_no_create_fails_while_all_replicas_are_replaced(
    control_plane: ControlPlane, namespace: str, tmp_path: Path, rollouts: int
) -> None:
    with fleet(control_plane, namespace, tmp_path, drain_delay=DELAY) as guards, control_plane.client() as client:
        guards.start()
        guards.start()
        guards.await_known()
        guards.await_calls()
        with load(lambda: guards.create(client), A_SECOND) as going:
            for _ in range(rollouts):
                guards.roll()
        guards.retire()
        guards.retire()
    print(f"\nboth replicas replaced {rollouts} x: {going}")
    print(f"from its start until it was ready a replica took {max(guards.starts):.1f} s at most")
    assert going.failures == []
    assert guards.balancer.refused == 0
    assert guards.answers["allowed"] >= going.calls  # they were asked about each


@pytest.mark.timeout(120, func_only=True)
@pytest.mark.parametrize("delay", [0, DELAY])
def test_without_a_delay_creates_fail_until_it_is_known_everywhere_that_a_replica_ends(
    control_plane: ControlPlane, namespace: str, tmp_path: Path, delay: int
) -> None:
    with fleet(control_plane, namespace, tmp_path, drain_delay=delay) as guards, control_plane.client() as client:
        guards.start()
        guards.await_known()
        guards.await_calls()
        guards.start()
        with load(lambda: guards.create(client), A_SECOND) as going:
            guards.retire()  # the other is ready, and hardly anybody knows
            guards.await_known()
    print(f"\none replica by another, with a delay of {delay} s: {going}")
    assert (going.failures == []) == (delay > LAG)
