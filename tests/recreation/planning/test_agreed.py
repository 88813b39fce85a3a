"""Of a plan that waited for its answer, what is right still is done, and nothing else."""

from typing import Any

import pytest

from webhook.recreation.agreed import still
from webhook.recreation.ways import Preference

from .objects import deployment
from .sights import plan


@pytest.mark.parametrize(
    ("now", "pods"),
    [
        ({}, ["web-5d9-0", "web-5d9-1", "web-5d9-2"]),
        ({"pods": 2}, []),
        ({"paused": True}, []),
        ({"replicas": 4}, ["web-5d9-0", "web-5d9-1", "web-5d9-2"]),
    ],
    ids=["as it was", "short of a pod", "paused", "scaled up"],
)
def test_what_was_agreed_to_is_done_if_it_is_right_still(now: dict[str, Any], pods: list[str]) -> None:
    left = still(plan(*deployment()), plan(*deployment(**now)))
    assert [pod.name for step in left.steps for pod in step.pods] == pods


def test_who_agreed_to_evictions_gets_no_restart() -> None:
    restarted = plan(*deployment(), preference=Preference.RESTART)
    assert restarted.count == 3
    assert still(plan(*deployment()), restarted).steps == ()
