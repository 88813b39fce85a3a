"""The journal on the disk: what a kill may leave of it, and who may read it."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.reading import ROOT
from webhook.recreation.journal import Event, Line
from webhook.recreation.journal_file import BadJournal, JournalFile, JournalInUse, JournalUnwritable, read_journal


def line(text: str) -> Line:
    when = datetime(2026, 11, 26, 9, tzinfo=UTC)
    return Line(when=when, who="somebody", run="run-0", cluster="one", event=Event.SAVED, text=text, manifest=text * 9)


FIRST, SECOND, THIRD = line("first"), line("second\nof two"), line("third" * 2000)


def test_what_is_written_is_read_again_by_every_later_run(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    assert read_journal(path) == ()
    for lines in ([FIRST, SECOND], [], [THIRD]):
        with JournalFile(path) as journal:
            journal.write(*lines)
    assert read_journal(path) == (FIRST, SECOND, THIRD)


@given(st.integers(0, 15_000))
def test_a_line_that_a_kill_cut_is_left_out_and_the_next_stands_on_its_own(
    tmp_path_factory: pytest.TempPathFactory, length: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "journal"
    torn = (msgspec.json.encode(THIRD) + b"\n")[: length % len(msgspec.json.encode(THIRD))]
    whole = msgspec.json.encode(FIRST) + b"\n"
    path.write_bytes(whole + torn)
    assert read_journal(path) == (FIRST,)
    with JournalFile(path) as journal:
        journal.write(SECOND)
    assert read_journal(path) == (FIRST, SECOND)


def test_a_file_that_holds_nothing_but_a_torn_line_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b'{"when":')
    with JournalFile(path) as journal:
        journal.write(FIRST)
    assert read_journal(path) == (FIRST,)


def test_a_line_in_the_middle_that_is_none_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(msgspec.json.encode(FIRST) + b"\n\xff\n" + msgspec.json.encode(SECOND) + b"\n")
    with pytest.raises(BadJournal, match="line 2 of the journal"):
        read_journal(path)


@pytest.mark.parametrize("mode", [None, 0o644], ids=["a new one", "one that was there"])
def test_only_its_owner_may_read_it_as_manifests_may_hold_secrets(tmp_path: Path, mode: int | None) -> None:
    path = tmp_path / "journal"
    if mode is not None:
        path.touch()
        path.chmod(mode)
    with JournalFile(path):
        assert path.stat().st_mode & 0o777 == 0o600


HOLD = """
import sys, time, pathlib
from webhook.recreation.journal_file import JournalFile
with JournalFile(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_refused_until_the_first_is_over_even_if_that_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        for _ in range(2):
            with pytest.raises(JournalInUse):
                JournalFile(path)
        holder.kill()
    with JournalFile(path) as journal:
        journal.write(FIRST)
    assert read_journal(path) == (FIRST,)


def test_who_is_refused_leaves_a_line_alone_that_the_other_is_writing(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with JournalFile(path):
        path.write_bytes(b'{"when":')
        with pytest.raises(JournalInUse):
            JournalFile(path)
        assert path.read_bytes() == b'{"when":'


def test_a_write_that_fails_leaves_no_half_line_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal"
    with JournalFile(path) as journal:
        journal.write(FIRST)

        def fails(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fails)
        with pytest.raises(JournalUnwritable, match="No space left"):
            journal.write(SECOND)
    assert read_journal(path) == (FIRST,)
