"""``recreate`` does not begin while another run writes its journal."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import policy
from webhook.cli import carrying_out
from webhook.cli.beforehand import Doing
from webhook.cli.carrying_out import carry_out
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cluster.credentials import Credentials
from webhook.recreation.journal import Event, Line
from webhook.recreation.journal_file import JournalFile
from webhook.recreation.plan import Plan

WHEN = datetime(2026, 11, 26, 9, tzinfo=UTC)
BEGUN = Line(when=WHEN, who="anna@desk", run="run-0", cluster="one", event=Event.BEGUN)


def doing(journal: Path) -> Doing:
    args = argparse.Namespace(journal=str(journal), outside_window=None, namespace=None)
    plan = Plan(cluster="one", target="1.26", made_at="2026-11-26T09:00:00Z")
    return Doing(args=args, credentials=Credentials(), policy=policy(), plan=plan)


@pytest.mark.parametrize(
    ("lines", "who"), [([BEGUN], "; the last to begin was anna@desk, at 2026-11-26T09:00:00Z"), ([], "")]
)
def test_the_second_run_with_a_journal_is_told_who_holds_it(tmp_path: Path, lines: list[Line], who: str) -> None:
    path = tmp_path / "journal"
    with JournalFile(path) as journal:
        journal.write(*lines)
        written = path.read_bytes()
        with pytest.raises(CliError) as refused:
            carry_out(doing(path))
    assert (refused.value.code, str(refused.value)) == (
        ExitCode.FAILED,
        f"not begun: another run writes {path}{who}",
    )
    assert path.read_bytes() == written


def test_a_journal_that_cannot_be_written_is_told_and_no_other_error_is_taken_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "none" / "journal"
    with pytest.raises(CliError, match=f"cannot write {path}: No such file or directory"):
        carry_out(doing(path))

    def fails(*_: object, **__: object) -> None:
        raise OSError(5, "of something else")

    monkeypatch.setattr(carrying_out, "connect_for_recreation", fails)
    with pytest.raises(OSError, match="of something else"):
        carry_out(doing(tmp_path / "journal"))
