"""Go programs, built from a module that pins all they are made of, and kept between runs."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import ROOT, cache_folder

_FLAGS = ("-mod=readonly", "-trimpath")
_STRIPPED = "-s -w"

_SURPRISES = ("GOFLAGS", "GOOS", "GOARCH", "GOEXPERIMENT", "GO111MODULE")
"""Settings of other people's builds, under which ours would fail or be another program."""


class Missing(Exception):
    """Raised with one line for the user: a program is not there, and why it cannot be built."""


def built(module: Path, name: str, package: str, *, stamps: str = "", sources: Iterable[Path] = ()) -> Path:
    """Return a program of the module in a folder, built now unless it was before. Raises Missing.

    The program is kept under a name for all that decides what comes out: the module's pins, Go, the flags with the
    linker's ``stamps``, and the ``sources`` where the package is the module's own. It appears whole or not at all.
    """
    ldflags = f"{_STRIPPED} {stamps}".strip()
    files = [module / "go.mod", module / "go.sum", *sources]
    inputs = [*(file.read_text(encoding="utf-8") for file in files), _go_version(name), *_FLAGS, ldflags]
    folder = cache_folder() / f"{module.name}-{hashlib.sha256(repr(inputs).encode()).hexdigest()[:16]}"
    program = folder / name
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{name}.{os.getpid()}"
        try:
            with _told(f"{name} ({module.name})"):
                _go(["build", *_FLAGS, "-ldflags", ldflags, "-o", str(unfinished), package], module, name)
            unfinished.replace(program)
        finally:
            unfinished.unlink(missing_ok=True)
    return program


def source_of(module: Path, name: str) -> Path:
    """Return the folder with the source of a Go module which the one in a folder pins, fetched if it must be."""
    fetched = json.loads(_go(["mod", "download", "-json", name], module, name))
    return Path(fetched["Dir"])


def _go_version(program: str) -> str:
    return _go(["version"], ROOT, program).strip()


def _go(arguments: Sequence[str], module: Path | str, program: str) -> str:
    go = shutil.which("go")
    if go is None:
        raise Missing(f"go is not installed, and KUBEBUILDER_ASSETS does not have {program}")
    # A toolchain is for people to choose: none is fetched in the middle of a build.
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOWORK": "off"}
    for setting in _SURPRISES:
        environment.pop(setting, None)
    done = subprocess.run([go, *arguments], cwd=module, env=environment, capture_output=True, text=True)  # noqa: PLW1510 -- what it says on failure is reworded below
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Missing(f"cannot build {program}: {said[-1].strip()}")
    return done.stdout


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Say that a build begins and how long it took: people wait minutes for some of them."""
    sys.stderr.write(f"building {what} ... ")
    sys.stderr.flush()
    began = time.monotonic()
    try:
        yield
    except BaseException:
        sys.stderr.write("failed\n")
        raise
    sys.stderr.write(f"{time.monotonic() - began:.0f} s\n")
