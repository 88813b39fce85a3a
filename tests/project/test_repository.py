"""What the repository promises about itself."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_dependencies_are_locked_by_hash_in_files_that_name_no_address(lock: Path) -> None:
    text = lock.read_text()
    requirements = re.findall(r"^[a-z0-9].*", text, re.MULTILINE)
    assert requirements
    assert all(re.match(r"[a-z0-9.-]+==\S+ ", one) and one.endswith("\\") for one in requirements)
    assert not re.search(r"://|--(extra-)?index|--find-links", text)


def test_what_runs_is_the_same_version_in_every_lock() -> None:
    pinned = {lock.stem: set(re.findall(r"^(\S+==\S+)", lock.read_text(), re.MULTILINE)) for lock in LOCKS}
    assert pinned["runtime"] <= pinned["build"] <= pinned["dev"]
    every = set().union(*pinned.values())
    assert len(every) == len({one.partition("==")[0] for one in every})


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout, so what is tracked cannot be told")
def test_the_top_level_holds_what_it_is_meant_to_hold() -> None:
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S607 -- git
    top = {line.partition("/")[0] for line in tracked.stdout.splitlines()}
    rooms = {"webhook", "manifests", "certs", "tests", "Dockerfile", "pyproject.toml"}
    documents = {"README.md", "README.zh-CN.md", "CONTRIBUTING.md"}
    tooling = {".ci", ".dockerignore", ".gitignore", "Makefile", "requirements"}
    assert top == rooms | documents | tooling


def test_make_help_lists_every_target() -> None:
    done = subprocess.run(["make", "help"], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S607 -- make
    phony = re.findall(r"^\.PHONY: (.+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert all(f"  {target} " in done.stdout for line in phony for target in line.split())


def test_what_is_installed_is_the_whole_program(tmp_path: Path) -> None:
    """An editable install hides a wheel that lacks a package; the image is built from the wheel."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*build, str(tmp_path), str(ROOT)], check=True)
    wheel = next(tmp_path.glob("*.whl"))
    code = "import certs.self_signed, webhook.cli.main as m; print(m.__file__); m.main(['report', '--help'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(wheel)},
    )
    assert done.stdout.startswith(str(wheel))
