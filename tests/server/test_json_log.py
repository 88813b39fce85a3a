"""The log of libraries under the guard: what anybody can make them say is said once a minute, on one line."""

import json
import logging
import time

import pytest

from webhook.server.json_log import json_logs, say

library = logging.getLogger("uvicorn.error")


def logged(capfd: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


def events(capfd: pytest.CaptureFixture[str]) -> list[tuple[object, object]]:
    return [(line["event"], line.get("repeated")) for line in logged(capfd)]


def test_a_flood_of_the_same_warning_is_one_line_and_drives_out_nothing_of_ours(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with json_logs(logging.INFO):
        for _ in range(20_000):
            library.warning("Invalid HTTP request received.")
        say(logging.INFO, "ours")
    assert events(capfd) == [("Invalid HTTP request received.", None), ("ours", None)]


def test_after_a_minute_it_is_said_again_and_how_often_it_was(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with json_logs(logging.INFO):
        for _ in range(3):
            library.warning("junk")
        now += 61
        library.warning("junk")
    assert events(capfd) == [("junk", None), ("junk", 2), ("junk", None)]


def fail(whom: str) -> None:
    try:
        int(whom) if whom else json.loads(whom)
    except ValueError:
        library.exception("failed")


def test_errors_are_told_apart_by_what_they_are(capfd: pytest.CaptureFixture[str]) -> None:
    with json_logs(logging.INFO):
        for whom in ("x", "x", ""):
            fail(whom)
    assert [line["error"] for line in logged(capfd)] == ["ValueError", "JSONDecodeError"]


def test_what_we_say_is_never_folded_here(capfd: pytest.CaptureFixture[str]) -> None:
    with json_logs(logging.INFO):
        say(logging.INFO, "ours")
        say(logging.INFO, "ours")
    assert len(events(capfd)) == 2


def test_what_a_library_quotes_forges_no_line_and_drives_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with json_logs(logging.INFO):
        library.warning("from %s", 'a\n{"event":"forged"}\x9b2J\u202e' + "x" * 5000)
    [line] = logged(capfd)
    event = str(line["event"])
    assert event.isprintable()
    assert len(event) == 1000
