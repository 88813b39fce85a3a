"""How ``serve --tls`` is started, and what is in its files."""

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

from certs.pair import Pair
from certs.self_signed import make_self_signed
from tests.server.running_guard import EXAMPLES
from webhook.cli import serve
from webhook.cli.arguments import CommandParser

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
ONE, TWO = (make_self_signed(["127.0.0.1"], NOW) for _ in range(2))
ALLOWED = "kube-apiserver"
FILES = ("--tls-cert", "c.pem", "--tls-key", "k.pem")
SERVE = ("serve", "--policy", EXAMPLES / "policy.yaml", "--inventory", EXAMPLES / "pods.json")
NOWHERE = ("--host", "192.0.2.1")
"""An address of no machine: where an error does not end the program before it listens, this does."""

Account = dict[str, bytes]
MOUNTED: Account = {"token": b"t", "namespace": b"guards\n"}
"""What Kubernetes mounts of a service account."""
NOT_MOUNTED: Account = {}


def options(*arguments: object) -> argparse.Namespace:
    parser = CommandParser(prog="serve")
    serve.add_options(parser)
    return parser.parse(["--policy", "p.yaml", *map(str, arguments)])


def mount(folder: Path, files: Account) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


def written(folder: Path, pair: Pair) -> tuple[str, str, str, str]:
    """Write a pair, and return the options that name it."""
    certificate, key = folder / "c.pem", folder / "k.pem"
    certificate.write_bytes(pair.certificate)
    key.write_bytes(pair.key)
    return "--tls-cert", str(certificate), "--tls-key", str(key)
