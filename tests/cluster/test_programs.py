"""Programs are found where the user has them, and else built; where neither can be, one line says why."""

import os
import stat
from pathlib import Path

import pytest

from tests.cluster.building import Missing
from tests.cluster.programs import find_programs

NAMES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kwok")


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all programs, where nothing can be built and nothing was."""
    folder = tmp_path / "assets"
    folder.mkdir()
    for name in NAMES:
        program(folder / name, "v1.37.2")
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "")
    return folder


def program(path: Path, version: str) -> None:
    path.write_text(f"#!/bin/sh\necho Kubernetes {version}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_what_the_user_has_is_taken(assets: Path) -> None:
    assert find_programs("1.37") == {name: assets / name for name in NAMES}


def test_a_program_of_another_version_is_not_taken(assets: Path) -> None:
    with pytest.raises(Missing, match="go is not installed"):
        find_programs("1.24")


def test_where_nothing_can_be_built_one_line_says_so(assets: Path) -> None:
    (assets / "kwok").unlink()
    with pytest.raises(Missing, match=r"^go is not installed, and KUBEBUILDER_ASSETS does not have kwok$"):
        find_programs("1.37")


def test_what_go_says_on_failure_is_the_reason(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = assets.parent / "go"
    go.write_text("#!/bin/sh\n[ $1 = version ] && echo go version go1.26 && exit\necho 'no network' >&2\nexit 1\n")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", str(assets.parent))
    (assets / "kwok").unlink()
    with pytest.raises(Missing, match=r"^cannot build kwok: no network$"):
        find_programs("1.37")
    assert [left for _, _, files in os.walk(assets.parent / "cache") for left in files] == []


def test_what_was_built_is_not_built_again(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go, log = assets.parent / "go", assets.parent / "log"
    go.write_text(
        f'#!/bin/sh\n[ $1 = version ] && echo go version go1.26 && exit\necho "$*" >> {log}\n'
        'while [ "$1" != -o ]; do shift; done\n: > "$2"\n'
    )
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{assets.parent}:/bin")
    (assets / "kube-scheduler").unlink()
    found = find_programs("1.37")["kube-scheduler"]
    assert found.exists()
    assert find_programs("1.37")["kube-scheduler"] == found
    (command,) = log.read_text().splitlines()
    assert "-mod=readonly -trimpath" in command
    assert "-X k8s.io/component-base/version.gitVersion=v1.37." in command
    assert command.endswith("k8s.io/kubernetes/cmd/kube-scheduler")


def test_an_unknown_version_is_said_to_be_unknown() -> None:
    with pytest.raises(Missing, match=r"no module builds Kubernetes 1\.30, only 1\.37 and 1\.24"):
        find_programs("1.30")
