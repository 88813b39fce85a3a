"""The image can be built for either architecture: all that is locked has a wheel for it, of a hash in the lock."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster import ROOT

DEBIAN_13 = "manylinux_2_40"
"""The newest glibc, at most Debian 13's 2.41, that uv knows wheels to ask for."""


@pytest.mark.parametrize("architecture", ["x86_64", "aarch64"])
@pytest.mark.parametrize("lock", ["runtime", "image"])
def test_everything_locked_has_a_wheel(lock: str, architecture: str, tmp_path: Path) -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    only = ["--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", f"--target={tmp_path}"]
    where = ["--python-version=3.13", f"--python-platform={architecture}-{DEBIAN_13}"]
    command = [uv, "pip", "install", *only, *where, f"--requirement={ROOT}/requirements/{lock}.txt"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    compiled = [file.name for file in tmp_path.rglob("*.cpython-313-*.so")]
    assert compiled
    assert all(architecture in name for name in compiled)
