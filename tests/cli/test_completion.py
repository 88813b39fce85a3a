"""What a shell offers at TAB, asked of bash itself."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

# As readline does: the words so far, the last of them the one to finish, and what the function for the program offers.
_TAB = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
offers=$(complete -p eci-upgrade-guard); offers=${offers##*-F }; ${offers%% *}
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["rep"], {"report"}),
        (["report", "--tar"], {"--target"}),
        (["report", "-o", "j"], {"json", "junit"}),
        (["recreate", "--bare", ""], {"skip", "export", "recreate"}),
        (["certs", "rot"], {"rotate"}),
        (["check", "-f", "manifests/chart/Cha"], {"manifests/chart/Chart.yaml"}),
    ],
    ids=" ".join,
)
def test_tab_finishes_commands_flags_words_and_files(
    run: Run, tmp_path: Path, words: list[str], offered: set[str]
) -> None:
    script = tmp_path / "completion"
    script.write_text(run("completion", "bash").out)
    shell = ["bash", "--norc", "-c", _TAB, "-", str(script), "eci-upgrade-guard", *words]
    done = subprocess.run(shell, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered, done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_told_of_each_command(run: Run, shell: str) -> None:
    written = run("completion", shell)
    assert written.code == 0
    assert "windows" in written.out
