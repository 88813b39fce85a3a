"""``recreate`` and its journal: what an earlier run left in hand counts, and so does what this one did not finish."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.builders import policy, running
from tests.fake_api import FakeApi
from tests.recreation.planning.objects import deployment
from tests.recreation.planning.sights import planned, seen
from webhook.cli import beforehand, carrying_out, planned_cluster, recreate
from webhook.cli.beforehand import Doing
from webhook.cli.commands import parser_of
from webhook.cli.exit_codes import ExitCode
from webhook.recreation.journal import Event, Line
from webhook.recreation.journal_file import JournalFile
from webhook.recreation.outcome import DONE, Fate, Outcome, Result
from webhook.recreation.plan import Plan, PlannedPod, WorkloadRef
from webhook.recreation.planning import Planned

Run = Callable[..., Any]

LONE = WorkloadRef(namespace="team-a", kind="Pod", name="lone", uid="uid-of-team-a-lone")


@pytest.fixture
def look(run: Run, kubeconfig: Path, tmp_path: Path) -> Run:
    """Look what there would be to do."""
    known = ("--kubeconfig", kubeconfig, "--target", "1.26", "--journal", tmp_path / "journal")
    return lambda *arguments: run("recreate", *known, "--dry-run", *arguments)


def leave(look: Run, journal: Path, *events: Event, cluster: str = "") -> None:
    """Write what a run that ended with these left of a bare pod."""
    plan = msgspec.json.decode(look("-o", "json").out, type=Plan)
    when = datetime(2026, 11, 26, 9, tzinfo=UTC)
    line = Line(when=when, who="anna", run="run-0", cluster=cluster or plan.cluster, event=Event.BEGUN, workload=LONE)
    with JournalFile(journal) as written:
        written.write(*(replace(line, event=event, pod="lone", uid="uid-of-team-a-lone") for event in events))


@pytest.mark.parametrize(
    ("is_there", "events", "code"),
    [
        (False, [Event.EVICTING], ExitCode.NOT_READY),
        (False, [Event.EVICTING, Event.EVICTED], ExitCode.NOT_READY),
        (True, [Event.EVICTING], ExitCode.OK),
        (False, [Event.EVICTING, Event.REFUSED], ExitCode.OK),
        (False, [Event.EVICTING, Event.EVICTED, Event.REPLACED], ExitCode.OK),
    ],
)
def test_a_dry_run_tells_what_an_earlier_run_left_in_hand(
    look: Run, api: FakeApi, tmp_path: Path, *, is_there: bool, events: list[Event], code: ExitCode
) -> None:
    api.cluster.put(running("web-1", "1.1.0"))
    if is_there:
        api.cluster.put(running("lone", "1.1.0"))
    leave(look, tmp_path / "journal", *events)
    ended = look()
    assert ended.code == code
    assert ("Going on from" in ended.err) == (code != 0)


def test_what_was_left_where_it_does_not_look_is_told_and_not_counted(look: Run, api: FakeApi, tmp_path: Path) -> None:
    api.cluster.put_namespace({"metadata": {"name": "team-b", "uid": "u"}})
    api.cluster.put(running("web-1", "1.1.0", namespace="team-b"))
    leave(look, tmp_path / "journal", Event.EVICTED)
    leave(look, tmp_path / "journal", Event.EVICTED, cluster="prod (https://127.0.0.1:1)")
    ended = look("-n", "team-b")
    assert ended.code == ExitCode.OK
    for place in ("namespace team-a", "cluster prod (https://127.0.0.1:1)"):
        assert f"an earlier run left something in hand in {place}: it is seen to by a run of that\n" in ended.err


class Stage:
    """The command, whose cluster is planned for as it is told, and whose plan somebody else carries out."""

    def __init__(self) -> None:
        self.plans: Iterator[Planned] = iter(())
        self.fate = Fate.REPLACED
        self.in_hand = ""
        self.given: list[Doing] = []

    def carry_out(self, doing: Doing) -> Result:
        self.given.append(doing)
        pod = PlannedPod(namespace="team-a", name="lone", uid="uid-of-team-a-lone")
        return Result(outcomes=(Outcome(workload=LONE, pod=pod, fate=self.fate),))

    def run(self, *before_and_after: Planned) -> int:
        self.plans = iter(before_and_after)
        return recreate.run(parser_of("recreate", "x").parse(["--target", "1.26", "--yes"]))


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()
    monkeypatch.setattr(planned_cluster, "plan_for", lambda *_: (seen(), policy(), next(stage.plans)))
    monkeypatch.setattr(beforehand, "ask_beforehand", lambda _: {})
    monkeypatch.setattr(carrying_out, "left_in_hand", lambda *_: stage.in_hand)
    monkeypatch.setattr(carrying_out, "carry_out", stage.carry_out)
    return stage


@pytest.mark.parametrize("fate", list(Fate))
def test_it_ends_well_only_if_all_that_went_came_back(
    stage: Stage, capsys: pytest.CaptureFixture[str], fate: Fate
) -> None:
    """A pod that did not come back is in no list, and one that is Pending is not unfit."""
    stage.fate = fate
    is_done = fate in DONE
    assert stage.run(planned(*deployment()), planned()) == (ExitCode.OK if is_done else ExitCode.NOT_READY)
    assert capsys.readouterr().out.splitlines()[-1].startswith("Ready: " if is_done else "Not ready: ")


@pytest.mark.parametrize(("seconds", "steps"), [(59, 2), (61, 1)])
def test_a_plan_that_waited_long_for_its_answer_is_made_anew(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seconds: float, steps: int
) -> None:
    clock = iter([0.0, seconds])
    monkeypatch.setattr(beforehand, "monotonic", lambda: next(clock))
    one = deployment()
    stage.run(planned(*one, *deployment("api")), planned(*one), planned())
    assert [len(doing.plan.steps) for doing in stage.given] == [steps]


def test_where_too_much_is_left_out_what_is_in_hand_is_seen_to_and_nothing_else(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.in_hand = "Going on from a journal"
    much = planned(*deployment(replicas=1), *deployment("paused", replicas=3, paused=True))
    assert much.plan.count == 1
    assert stage.run(much, much) == ExitCode.NOT_READY
    assert [doing.plan.count for doing in stage.given] == [0]
    assert "nothing else is begun: 3 of 4 ECI pods left out, more than 50%" in capsys.readouterr().err
