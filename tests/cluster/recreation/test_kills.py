"""A run that is killed (SIGKILL) again and again is brought to its end by the next.

It is killed a moment after a line of its journal: that is as far as it can be repeated, for the pace is the cluster's.
StatefulSets and bare pods end as ``staging.ending_by_uid`` tells.
"""

import json
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import MERGE_PATCH
from tests.cluster.recreation.commanding import command, recreate
from tests.cluster.recreation.staging import MADE_ANEW, SMALL, one_at_a_time, stage_old_cluster
from tests.cluster.recreation.test_staging import versions_in
from tests.cluster.recreation.watching_pods import watching_pods
from tests.server.running_guard import ROOT
from webhook.recreation.journal import Event, Line
from webhook.recreation.journal_file import read_journal

Death = Callable[[Sequence[Line]], bool]
"""Whether the lines that a run has written by now are all that it is to write."""


def at(event: Event, sort: str) -> Death:
    return lambda lines: any(
        line.event is event and line.workload is not None and line.workload.name.startswith(sort) for line in lines
    )


def after(count: int) -> Death:
    return lambda lines: sum(line.event not in {Event.BEGUN, Event.PLANNED} for line in lines) >= count


# Where most could be lost or done twice, in the order of the plan.
CHOSEN = [
    at(Event.EVICTING, "guarded"),
    at(Event.EVICTED, "stateful"),
    at(Event.RESTARTING, "single"),
    at(Event.EVICTED, "bare"),
    at(Event.CREATED, "bare"),
]
_counts = random.Random(26)
DRAWN = [*(after(_counts.randint(1, 5)) for _ in range(17)), *CHOSEN[2:]]
"""The last three are not left to chance, which would hardly meet them: of 110 lines they are a few, at the end."""


def run_and_kill(line: list[str], journal: Path, death: Death, pause: float) -> bool:
    """Kill a run so many seconds after its time has come; return whether it was not over by then."""
    before = len(read_journal(journal))
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        while process.poll() is None and not death(read_journal(journal)[before:]):
            time.sleep(0.001)
        time.sleep(pause)
        was_alive = process.poll() is None
        process.kill()
    return was_alive


def let_two_minutes_pass(control_plane: ControlPlane, namespace: str) -> None:
    """Forget evictions that were begun and not done.

    Who hangs up in the middle of one may leave his pod running and counted as gone: Kubernetes forgets that after two
    minutes, and until then the budget refuses.
    """
    path = f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets"
    with control_plane.client() as client:
        for budget in client.get(path).raise_for_status().json()["items"]:
            if budget["status"].get("disruptedPods"):
                body = json.dumps({"status": {"disruptedPods": None}})
                status = f"{path}/{budget['metadata']['name']}/status"
                client.patch(status, content=body, headers=MERGE_PATCH).raise_for_status()


@pytest.mark.timeout(420, func_only=True)
@pytest.mark.parametrize(
    "deaths",
    [
        pytest.param(CHOSEN, id="where most could be lost"),
        pytest.param(DRAWN, id="at random", marks=[pytest.mark.long, pytest.mark.timeout(900, func_only=True)]),
    ],
)
def test_it_comes_to_its_end_and_nothing_is_lost_or_done_twice(
    control_plane: ControlPlane, namespace: str, tmp_path: Path, deaths: Sequence[Death]
) -> None:
    stage_old_cluster(control_plane, namespace, SMALL)
    options = ("--yes", "--bare", "recreate")
    line, pauses = command(control_plane, namespace, tmp_path, *options), random.Random(26)
    with watching_pods(control_plane, namespace) as witness:
        old = witness.had(*MADE_ANEW)
        for death in deaths:
            assert run_and_kill(line, tmp_path / "journal.jsonl", death, pauses.uniform(0, 0.03))
            let_two_minutes_pass(control_plane, namespace)
        done = recreate(control_plane, namespace, tmp_path, *options)
    assert done.returncode == 3, done.stdout + done.stderr
    assert versions_in(control_plane, namespace) == {"1.1.0": 36, "1.0.0": 4}
    assert witness.gone == old
    assert len(witness.had("bare")) == 2 * SMALL.bare
    assert witness.broken == {}
    assert one_at_a_time(witness.missed), witness.missed
    print(f"\nKilled {len(deaths)} times on {control_plane.version}; the last run: {done.stdout.splitlines()[-3]}")
