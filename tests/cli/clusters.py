"""Kubeconfigs of several clusters, and the program as a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.fake_api import FakeApi

from .terminals import LIMIT

NOBODY = "http://127.0.0.1:1"


def kubeconfig_of(path: Path, servers: Mapping[str, FakeApi | str]) -> Path:
    """Write a kubeconfig with a context for each."""
    urls = {name: one if isinstance(one, str) else one.url for name, one in servers.items()}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": url}} for name, url in urls.items()],
        "users": [{"name": "user", "user": {}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": "user"}} for name in urls],
        "current-context": next(iter(urls)),
    }
    path.write_text(json.dumps(document))
    return path


@contextmanager
def started(*arguments: object, out: int | IO[Any] = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    """Run the program beside the test, which ends it if it does not end by itself."""
    command = [sys.executable, "-m", "webhook", *map(str, arguments)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, text=True)
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for its end; return its code and what it wrote."""
    out, err = process.communicate(timeout=LIMIT)
    return process.returncode, out or "", err
