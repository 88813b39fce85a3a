"""What the guard says about its answers: a line for what matters, never the object, repeats folded."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Json, engine, in_force, pod, policy, request, review
from tests.server.running_guard import run_guard
from webhook.policy.modes import Mode
from webhook.policy.policy import Policy
from webhook.server.folding import CAPACITY, Folding
from webhook.server.journal import Journal

OLD = pod(platform_version="1.0.0")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lines(caplog: pytest.LogCaptureFixture) -> list[Json]:
    return [{"event": record.getMessage(), **getattr(record, "fields", {})} for record in caplog.records]


def decide(journal: Journal, obj: Any, chosen: Policy | None = None, **changes: Any) -> None:
    asked = request(obj, **changes)
    journal.decided(asked, engine(chosen or policy()).decide(asked))


def test_a_denial_is_one_line_with_names_and_a_reason(caplog: pytest.LogCaptureFixture) -> None:
    decide(Journal(in_force()), OLD)
    assert lines(caplog) == [
        {
            "event": "denied",
            "kind": "pod",
            "namespace": "team-a",
            "name": "web-1",
            "reason": "PlatformVersionTooOld",
            "platformVersion": "1.0.0",
            "user": "anna",
        },
    ]


def test_plain_allows_are_counted_and_logged_at_debug_alone(caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal(in_force())
    decide(journal, pod())
    assert lines(caplog) == []
    caplog.set_level(logging.DEBUG, "eci-upgrade-guard")
    decide(journal, pod())
    assert lines(caplog) == [
        {"event": "allowed", "operation": "CREATE", "resource": "pods", "namespace": "team-a", "name": "web-1"},
    ]
    assert journal.answers == {"allowed": 2}


def test_a_storm_of_the_same_denial_is_two_lines(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    journal = Journal(in_force(), clock)
    for _ in range(1000):
        decide(journal, OLD)
        clock.now += 0.01
    journal.say_repeats(all_of_them=True)
    assert [(line["event"], line.get("repeated")) for line in lines(caplog)] == [("denied", None), ("denied", 999)]


def test_a_storm_of_denials_of_different_names_is_a_bounded_number_of_lines_and_all_are_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    journal = Journal(in_force(), Clock())
    for number in range(3 * CAPACITY):
        decide(journal, pod(name=f"web-{number}", platform_version="1.0.0"))
    journal.say_repeats(all_of_them=True)
    said = lines(caplog)
    others = [line for line in said if "others" in line]
    assert len(said) - len(others) == CAPACITY
    assert [line.get("repeated") for line in others] == [None, 2 * CAPACITY - 1]


def test_after_a_minute_it_is_said_again(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    journal = Journal(in_force(), clock)
    decide(journal, OLD)
    clock.now = 61
    journal.say_repeats()
    decide(journal, OLD)
    assert len(lines(caplog)) == 2


def test_what_was_read_is_not_logged_beyond_names(caplog: pytest.LogCaptureFixture) -> None:
    secret = pod(platform_version="hunter2", labels={"password": "hunter2"})
    decide(Journal(in_force()), secret, policy(mode=Mode.WARN))
    assert lines(caplog)[0]["platformVersion"] == "not in the matrix"
    assert "hunter2" not in str(lines(caplog))


def test_our_own_error_is_logged_by_class_and_place_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("hunter2")  # noqa: TRY301 -- its traceback is what is asked for
    except ValueError as error:
        Journal(in_force()).failed(error)
    line = lines(caplog)[0]
    assert line["error"] == "ValueError"
    assert line["at"].startswith("test_journal.py:")
    assert "hunter2" not in str(line)


def test_folding_remembers_no_more_than_its_capacity_and_loses_no_count() -> None:
    folding: Folding[int] = Folding(window=60, capacity=10)
    told = 0
    for number in range(100):
        assert folding.is_news(number, 0.0)
        assert not folding.is_news(number, 0.0)
        told += sum(repeats for _, repeats in folding.over(0.0))
    told += sum(repeats for _, repeats in folding.over(1000.0))
    assert told == 100


def test_a_name_cannot_forge_a_log_line(tmp_path: Path) -> None:
    forged = pod('web\n{"event":"allowed"}\x1b[2J', platform_version="1.0.0")
    with run_guard(tmp_path) as guard:
        with guard.client() as client:
            for _ in range(3):
                client.post(
                    "/validate", content=json.dumps(review(forged)), headers={"Content-Type": "application/json"}
                )
        code, log = guard.stop()
    assert code == 0
    log = [line for line in log if line["event"] not in {"readiness", "told to end"}]
    assert [line["event"] for line in log] == ["denied", "denied", "stopped"]
    assert log[0]["name"] == 'web\ufffd{"event":"allowed"}\ufffd[2J'
    assert log[1]["repeated"] == 2
    assert log[2]["answers"] == {"denied": 3}
