"""What a person, a log and a machine see of a recreation."""

import json
import sys
from typing import Any

import pytest
from msgspec.structs import replace

from tests.cli.terminals import Terminal
from webhook.cli.recreation_displays import Bars, JsonLines, Lines, line_of
from webhook.cli.recreation_ending import comparison, ending_lines
from webhook.recreation.forecast import Forecast
from webhook.recreation.outcome import Fate, Outcome, Result
from webhook.recreation.plan import Hindrance, LeftOut, Plan, PlannedPod, Step, Strategy, WorkloadRef
from webhook.recreation.planning import Planned
from webhook.recreation.progress import Progress

WEB = WorkloadRef(namespace="shop", kind="Deployment", name="web", uid="w")
FORECAST = Forecast(seconds_a_pod=35.5, seconds_left=840.0)
TOLD = "At 36 s a pod the rest takes 14 min, and what budgets make it wait"
EMPTY, FULL = "░" * 16, "█" * 16


def progress(**changed: Any) -> Progress:
    return replace(Progress(workload=WEB, strategy=Strategy.EVICT, total=4), **changed)


@pytest.mark.parametrize(
    ("at", "line"),
    [
        (progress(), f"{EMPTY}     0/4 shop/Deployment/web"),
        (
            progress(done=1, in_hand="web-1", waiting_for="web-9 to be Ready"),
            f"{'█' * 4}{'░' * 12}     1/4 shop/Deployment/web  web-1: web-9 to be Ready",
        ),
        (
            progress(done=2, blocked="web-2: a budget", ended=True),
            f"{'█' * 8}{'░' * 8}     2/4 shop/Deployment/web  blocked: web-2: a budget",
        ),
        (progress(done=4, ended=True), f"{FULL}     4/4 shop/Deployment/web"),
        (progress(in_hand="web-\x1b[31m1"), f"{EMPTY}     0/4 shop/Deployment/web  web-\ufffd[31m1"),
    ],
    ids=["not begun", "in hand", "blocked", "done", "a name that a terminal would obey"],
)
def test_a_line_says_how_far_a_workload_has_come_and_what_is_waited_for(at: Progress, line: str) -> None:
    assert line_of(at) == line


def test_elsewhere_than_on_a_terminal_a_line_comes_once_for_each_change(capfd: pytest.CaptureFixture[str]) -> None:
    shown = Lines()
    for at in (progress(), progress(), progress(done=1), progress(done=1)):
        shown.show(at)
    lines = capfd.readouterr().out.splitlines()
    assert [line.partition(" ")[2] for line in lines] == [line_of(progress()), line_of(progress(done=1))]


def test_how_long_the_rest_takes_is_a_line_too(capfd: pytest.CaptureFixture[str]) -> None:
    Lines().foretell(FORECAST)
    assert capfd.readouterr().out.partition(" ")[2] == f"{TOLD}\n"


def a_step(name: str) -> Step:
    workload = WorkloadRef(namespace="shop", kind="Deployment", name=name, uid=name)
    pods = tuple(PlannedPod(namespace="shop", name=f"{name}-{place}", uid=f"{name}-{place}") for place in range(4))
    return Step(workload=workload, strategy=Strategy.EVICT, pods=pods)


def test_on_a_terminal_what_is_waited_for_and_who_blocks_stand_whole_under_the_bars(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = [a_step(name) for name in ("api", "blocked", "done", "web")]
    _, blocked, done, web = (progress(workload=step.workload) for step in steps)
    plan = Plan(cluster="one", target="1.26", made_at="2026-11-26T09:00:00Z", steps=tuple(steps))
    waiting_for = "web-595bcf4749-4qj95 on virtual-kubelet-cn-hangzhou-j to be Ready (Pending)"
    with Terminal() as terminal, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", terminal.stream)
        with Bars(plan) as shown:
            shown.show(replace(done, done=4, ended=True))
            shown.show(replace(blocked, blocked="blocked-0: The disruption budget needs 4 healthy pods", ended=True))
            shown.foretell(FORECAST)
            shown.say("Ctrl-C: what is in hand is awaited")
            shown.show(replace(web, done=1, in_hand="web-595bcf4749-2lqzx", waiting_for=waiting_for))
        terminal.until("\x1b[?1049l")
    last = terminal.screens[-1]
    assert last[1].partition(" ")[2] == TOLD
    assert [last[0], *last[2:-1]] == [
        f"{'█' * 5}{'░' * 11} 5 of 16 pods made anew",
        f"{'█' * 4}{'░' * 12}     1/4 shop/Deployment/web",
        "    web-595bcf4749-2lqzx: web-595bcf4749-4qj95 on virtual-kubelet-cn-hangzhou-j",
        "      to be Ready (Pending)",
        f"{EMPTY}     0/4 shop/Deployment/blocked",
        "    blocked: blocked-0: The disruption budget needs 4 healthy pods",
        f"{EMPTY}     0/4 shop/Deployment/api",
        f"{FULL}     4/4 shop/Deployment/done",
    ]
    assert last[-1].endswith("Z; Ctrl-C: what is in hand is awaited")
    assert all(len(line) <= 80 for screen in terminal.screens for line in screen)


def test_a_machine_gets_a_line_of_json_for_each_change(capfd: pytest.CaptureFixture[str]) -> None:
    shown = JsonLines()
    shown.show(progress(done=1, in_hand="web-1"))
    shown.foretell(FORECAST)
    line, forecast = [json.loads(one) for one in capfd.readouterr().out.splitlines()]
    assert line["at"].endswith("Z")
    assert line["progress"]["workload"] == {"namespace": "shop", "kind": "Deployment", "name": "web", "uid": "w"}
    assert forecast["forecast"] == {"secondsAPod": 35.5, "secondsLeft": 840.0}
    assert (line["progress"]["done"], line["progress"]["inHand"]) == (1, "web-1")


def outcome(name: str, fate: Fate, why: str = "") -> Outcome:
    return Outcome(workload=WEB, pod=PlannedPod(namespace="shop", name=name, uid=name), fate=fate, why=why)


def test_the_end_has_counts_and_each_pod_that_is_not_done_with_the_reason() -> None:
    outcomes = (outcome("a", Fate.REPLACED), outcome("b", Fate.BLOCKED, "a budget"), outcome("c", Fate.NOT_BEGUN))
    assert ending_lines(Result(outcomes=outcomes, stopped="Ctrl-C"), "table") == (
        "1 made anew, 1 blocked, 1 not begun\nStopped: Ctrl-C\n  shop/b: blocked: a budget\n  shop/c: not begun\n"
    )
    assert ending_lines(Result(outcomes=()), "table") == "Nothing was to be done\n"


def test_where_a_pod_did_not_come_back_it_says_where_the_reason_is() -> None:
    text = ending_lines(Result(outcomes=(outcome("a", Fate.NOT_REPLACED, "waited in vain for a new pod"),)), "table")
    assert isinstance(text, str)
    assert "\nNext: kubectl get events -n shop --field-selector type=Warning tells why" in text


def test_of_very_many_the_journal_tells() -> None:
    result = Result(outcomes=tuple(outcome(str(number), Fate.BLOCKED) for number in range(50)))
    text = ending_lines(result, "table")
    assert isinstance(text, str)
    assert text.endswith("  ... and 30 more, as the journal tells\n")
    told = json.loads(ending_lines(result, "json"))["result"]
    assert len(told["outcomes"]) == 50


def planned(*steps: Step, left: tuple[Hindrance, ...] = (), unfit: int = 0) -> Planned:
    out = tuple(LeftOut(workload=WEB, pods=a_step("web").pods, hindrance=one, why="") for one in left)
    plan = Plan(cluster="one", target="1.26", made_at="2026-11-26T09:00:00Z", steps=steps, left_out=out)
    return Planned(plan=plan, in_scope=20, unfit=unfit, unknown=0)


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (planned(), ["Ready: of 20 ECI pods none stands in the way of Kubernetes 1.26, 16 could not run there before"]),
        (
            planned(a_step("web"), left=(Hindrance.JOB, Hindrance.BARE_POD, Hindrance.JOB), unfit=16),
            [
                "Not ready: 16 of 20 ECI pods cannot run under Kubernetes 1.26, 16 could not before",
                "Left out: 8 Job, 4 BarePod; --dry-run tells why",
                "Left to do: 4 pods; run it again to go on",
            ],
        ),
    ],
    ids=["ready", "a part is left"],
)
def test_the_last_lines_say_what_is_left_and_which_of_it_another_run_does(after: Planned, lines: list[str]) -> None:
    assert comparison(planned(unfit=16), after, "table", is_complete=True) == "".join(f"{line}\n" for line in lines)


def test_ready_is_only_what_came_back_whole_also_where_no_pod_is_unfit() -> None:
    """A pod that did not come back is in no list."""
    last = comparison(planned(unfit=16), planned(), "table", is_complete=False)
    assert str(last).startswith("Not ready: not every pod came back as it should, ")
