"""Outages at their real length. ``make test-long`` runs them; what they print stands in the README."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, age_pods, fill
from tests.cluster.following.comparing import assert_same_as_a_fresh_list
from tests.cluster.guarding import guarding, report_of
from tests.server.running_guard import RunningGuard

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200, func_only=True)]

AWAY = 300.0
"""Seconds."""
STALE = 180.0
BACK_WITHIN = 60.0


def seconds_until(is_so: Callable[[], bool], at_most: float) -> float:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < at_most, "it did not happen in time"
        time.sleep(0.5)
    return time.monotonic() - began


def in_doubt(guard: RunningGuard) -> bool:
    return bool(report_of(guard)["source"]["incompleteBecause"])


@pytest.mark.parametrize("weather", ["ended", "silent"])
def test_an_api_server_that_is_away_for_minutes_is_told_of_and_come_back_to(
    control_plane: ControlPlane, namespace: str, tmp_path: Path, weather: str
) -> None:
    end, begin = {
        "ended": (control_plane.stop_api_server, control_plane.start_api_server),
        "silent": (control_plane.pause_api_server, control_plane.resume_api_server),
    }[weather]
    fill(control_plane, Filling(workloads=1, pods_each=4, namespaces=(namespace,)))
    with guarding(control_plane, tmp_path) as guard:
        end()
        try:
            doubted_after = seconds_until(lambda: in_doubt(guard), STALE + 75)  # the last bookmark may be a minute old
            time.sleep(max(0.0, AWAY - doubted_after))
        finally:
            begin()
        back_after = seconds_until(lambda: not in_doubt(guard), BACK_WITHIN)
        age_pods(control_plane, namespace, "1.0.0")
        assert_same_as_a_fresh_list(control_plane, guard)
        _, log = guard.stop()
    asked = log[-1]["asked"]
    print(
        f"\n{weather} for {AWAY:.0f} s: in doubt after {doubted_after:.0f} s, back {back_after:.1f} s after it, {asked}"
    )
    assert asked["lists"] <= 2  # one more where the API server began anew and forgot what it had seen
    assert asked["failures"] <= AWAY / 5


def test_a_quiet_cluster_is_watched_for_many_minutes_without_another_list(
    control_plane: ControlPlane, tmp_path: Path
) -> None:
    """The API server ends each watch after four to six minutes, and bookmarks keep the age of the data low."""
    with guarding(control_plane, tmp_path) as guard:
        oldest = 0
        began = time.monotonic()
        while time.monotonic() - began < 450:
            with guard.client() as client:
                oldest = max(oldest, int(client.get("/report").headers["x-inventory-age"]))
            time.sleep(1)
        _, log = guard.stop()
    print(f"\nquiet for 450 s: data at most {oldest} s old, {log[-1]['asked']}")
    assert oldest < STALE
    assert log[-1]["asked"]["lists"] == 1
    assert log[-1]["asked"]["watches"] >= 2
