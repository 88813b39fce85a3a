"""The way in: commands, help, version, and what an error of ours looks like."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import webhook
from webhook.cli.commands import COMMANDS

BIN = Path(sys.executable).parent
Run = Callable[..., Any]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_a_screen_and_ends_with_a_command_to_try(run: Run, command: str) -> None:
    done = subprocess.run(
        [BIN / "eci-upgrade-guard", command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "80"},
    )
    lines = done.stdout.splitlines()
    assert len(lines) <= 50
    assert [line for line in lines if len(line) > 80] == []
    assert lines[lines.index("try:") + 1].startswith("  ")
    assert all(line.startswith("  ") for line in lines[lines.index("try:") + 1 :])


def test_the_top_help_names_every_command(run: Run) -> None:
    assert all(f"\n  {name} " in run("--help").out for name in COMMANDS)


def test_version(run: Run) -> None:
    assert run("--version").out == f"eci-upgrade-guard {webhook.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "a command is needed: serve, report, gate, check, recreate, windows, policy, export, certs, completion"),
        (["reprot"], "there is no command reprot; did you mean report?"),
        (["zzz"], "there is no command zzz"),
    ],
)
def test_a_command_that_is_none_gets_the_nearest(run: Run, arguments: list[str], message: str) -> None:
    ended = run(*arguments)
    assert (ended.code, ended.err) == (2, f"eci-upgrade-guard: {message} (see eci-upgrade-guard --help)\n")


def test_an_error_of_ours_shows_its_place_and_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr("webhook.cli.check.chosen_policy", broken)
    ended = run("check", "-f", "-", stdin=b"{}")
    assert ended.code == 1
    assert ended.err.startswith("eci-upgrade-guard: internal error: RuntimeError at test_main.py:")
    assert "hunter2" not in ended.err


@pytest.mark.parametrize(
    "command",
    [[str(BIN / "eci-upgrade-guard")], [sys.executable, "-m", "webhook"], [str(BIN / "kubectl-eci_upgrade")]],
    ids=["program", "module", "kubectl plugin"],
)
def test_every_way_in_leads_to_the_same_program(command: list[str]) -> None:
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"eci-upgrade-guard {webhook.__version__}\n"


def test_the_kubectl_plugin_calls_itself_by_the_name_that_was_typed() -> None:
    done = subprocess.run([BIN / "kubectl-eci_upgrade", "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: kubectl eci-upgrade ")


HEAVY = ["fastapi", "starlette", "uvicorn", "cryptography", "pydantic", "asyncio", "webhook.server"]


@pytest.mark.parametrize("command", ["report", "check"])
def test_a_command_imports_only_what_it_uses(command: str) -> None:
    """A start within 0.3 s is measured by ``make bench``; what makes it slow is held here."""
    option = "--from" if command == "report" else "-f"
    code = (
        "import sys; from webhook.cli.main import main; "
        f"main(['{command}', '{option}', 'manifests/examples/pods.json', '--target', '1.26', '-o', 'json']); "
        f"sys.exit(','.join(set(sys.modules) & set({HEAVY!r})))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=root)
    assert (done.returncode, done.stderr) == (1, "\n"), done.stderr
