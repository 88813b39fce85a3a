"""Kubeconfigs beyond the simple one that the fake writes."""

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def write_kubeconfig(path: Path, server: str, user: Json | None = None, **cluster: Any) -> Path:
    """Write a kubeconfig whose one user has these credentials."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "fake", "cluster": {"server": server, **cluster}}],
        "users": [{"name": "fake", "user": user or {}}],
        "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "fake"}}],
        "current-context": "fake",
    }
    path.write_text(json.dumps(document))
    return path


def exec_plugin(script: Path, body: str, **changes: Any) -> Json:
    """A user whose credentials are what a Python script prints."""
    script.write_text(body)
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": sys.executable,
            "args": [str(script)],
            "interactiveMode": "Never",
        }
        | changes
    }


def printing_token(source: Path) -> str:
    """A plugin that answers with the token in a file, as it is at that time, and counts its runs beside it."""
    return f"""
import json, os, pathlib
source = pathlib.Path({str(source)!r})
assert json.loads(os.environ["KUBERNETES_EXEC_INFO"])["kind"] == "ExecCredential"
with open(f"{{source}}.runs", "a") as runs:
    runs.write("run\\n")
status = {{"token": source.read_text()}}
print(json.dumps({{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}}))
"""


@contextmanager
def unused_port() -> Iterator[int]:
    """A port where nobody listens, and nobody will while the block lasts."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        yield port
