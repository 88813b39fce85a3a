"""That no call is lost while replicas are replaced, and what one costs that has no time to say goodbye."""

import time
from pathlib import Path

import pytest

from tests.cluster.calls import load
from tests.cluster.control_plane import ControlPlane
from tests.cluster.rollouts.fleet import LAG, fleet

A_SECOND = 50
DELAY = int(LAG) + 1
TIMES = [
    pytest.param(2, marks=pytest.mark.timeout(240, func_only=True), id="two"),
    pytest.param(10, marks=[pytest.mark.long, pytest.mark.timeout(1200, func_only=True)], id="ten"),
]


@pytest.mark.parametrize("rollouts", TIMES)
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


@pytest.mark.parametrize("kills", TIMES)
def test_a_replica_that_is_killed_costs_the_calls_in_flight_and_those_that_are_still_sent_to_it(
    control_plane: ControlPlane, namespace: str, tmp_path: Path, kills: int
) -> None:
    lost: list[tuple[int, int]] = []
    with fleet(control_plane, namespace, tmp_path, drain_delay=DELAY) as guards, control_plane.client() as client:
        guards.start()
        guards.start()
        guards.await_known()
        guards.await_calls()
        for _ in range(kills):
            refused = guards.balancer.refused
            with load(lambda: guards.create(client), A_SECOND) as going:
                time.sleep(1)
                alive, gone = guards.kill()
                guards.await_known()
                known = time.monotonic()
                time.sleep(1)
            in_flight = sum(begin <= gone and end >= alive for begin, end in going.spans)
            lost.append((len(going.failures), in_flight))
            assert len(going.failures) <= in_flight + guards.balancer.refused - refused, going.failures
            assert [begin for begin, _ in going.failed if begin > known] == []
            guards.start()
            guards.await_known()
    print(f"\ncalls that failed for a replica that was killed, and calls in flight then: {lost}")
    print(f"connections that were sent to one that was gone: {guards.balancer.refused}")


@pytest.mark.long
@pytest.mark.timeout(600, func_only=True)
def test_connections_that_were_idle_for_longer_than_a_minute_fail_no_call(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    """The API server drops what was idle for 90 seconds: before that it uses it again, after that it has to connect."""
    with fleet(control_plane, namespace, tmp_path, drain_delay=DELAY) as guards, control_plane.client() as client:
        guards.start()
        guards.await_known()
        guards.await_calls()
        for pause in (0, 70, 89, 91, 110):
            time.sleep(pause)
            with load(lambda: guards.create(client), A_SECOND) as going:
                time.sleep(2)
            print(f"\nafter {pause} s: {going}")
            assert going.failures == []
