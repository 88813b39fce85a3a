"""A container engine with a store of its own: podman over runc, as Debian packages them. No registry is asked.

What Docker would do with the Dockerfile is done by another implementation of the same rules (buildah, inside podman).
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.cluster import cache_folder

ALONE = ("--pull-never", "--no-cache", "--layers=false")
"""Options of a build: on images that are here, and in layers that nobody asks for again."""

_SECONDS = 600
_LAST_LINES = 15


class Missing(Exception):
    """Raised with a line that says what this machine lacks."""


class Failed(Exception):
    """Raised with the end of what a command said."""

    @classmethod
    def of(cls, what: str, done: subprocess.CompletedProcess[str]) -> Self:
        """Word it."""
        return cls("\n".join([f"{what}:", *(done.stdout + done.stderr).strip().splitlines()[-_LAST_LINES:]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Its folder holds images, containers and what they wrote; nothing outlives it but wheels, where pip keeps them."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Where its commands run: what a build mounts as a cache is kept with what else is."""
        kept = cache_folder() / "image"
        kept.mkdir(parents=True, exist_ok=True)
        return {**os.environ, "TMPDIR": str(kept)}

    def command(self, *arguments: str) -> list[str]:
        """Return a command of podman that knows this store alone."""
        folders = [f"--root={self.folder}/store", f"--runroot={self.folder}/run", f"--tmpdir={self.folder}/state"]
        return ["podman", *folders, "--cgroup-manager=cgroupfs", "--runtime=runc", *arguments]

    def __call__(self, *arguments: str) -> str:
        """Run a command; return what it printed. Raises Failed."""
        done = self.ask(*arguments)
        if done.returncode:
            raise Failed.of(f"podman {arguments[0]}", done)
        return done.stdout.strip()

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command that may fail."""
        command, environment = self.command(*arguments), self.environment
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False)

    def add(self, name: str, tree: Path) -> None:
        """Make an image of a tar file."""
        self("import", "--quiet", str(tree), name)

    def contained(self, *options: str) -> Sequence[str]:
        """Options to run as a cluster that restricts its pods would: no rights, nothing to write to, no network."""
        closed = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt=no-new-privileges"]
        # Left alone, podman raises both, which root may not do in a container of somebody else.
        lowered = ["--ulimit=nofile=4096:4096", "--ulimit=nproc=4096:4096"]
        return [*closed, *lowered, "--network=none", *options]

    def settings(self, image: str) -> dict[str, Any]:
        """Return how an image is run: User, Entrypoint, Cmd, Env, Labels ..."""
        found: dict[str, Any] = json.loads(self("image", "inspect", "--format", "{{json .Config}}", image))
        return found

    def tree(self, image: str) -> Path:
        """Return the folder in which the files of an image can be looked at."""
        return Path(self("image", "mount", image))


@contextmanager
def start_engine() -> Iterator[Engine]:
    """Yield an engine, and leave nothing of it behind. Raises Missing."""
    if os.geteuid():
        raise Missing("to make the base of the image out of Debian's packages takes root")
    for program in ("podman", "runc", "mmdebstrap"):
        if shutil.which(program) is None:
            raise Missing(f"{program} is not installed; on Debian: apt-get install {program}")
    folder = Path(tempfile.mkdtemp(prefix="eci-upgrade-guard-image-"))
    engine = Engine(folder=folder)
    try:
        yield engine
    finally:
        engine.ask("rm", "--all", "--force", "--time", "0")
        engine.ask("image", "unmount", "--all", "--force")
        # The store is mounted upon itself, and stays so when a command of podman ends.
        subprocess.run(["umount", folder / "store/overlay"], capture_output=True, check=False)  # noqa: S607 -- the system's
        shutil.rmtree(folder)
