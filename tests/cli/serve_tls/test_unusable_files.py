"""Files that are no good end it with a line before it listens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from certs.pair import Pair
from certs.self_signed import make_self_signed
from tests.cli.serve_tls.serving import ALLOWED, DAY, NOW, NOWHERE, ONE, SERVE, TWO, options, written
from tests.commands import Run
from tests.server.running_guard import ROOT
from webhook.cli.exit_codes import CliError
from webhook.cli.tls_options import served_tls

UNUSABLE = {
    "the key is another than the certificate's": Pair(ONE.certificate, TWO.key),
    "there is no certificate in PEM": Pair(b"junk", ONE.key),
    "there is no private key in PEM": Pair(ONE.certificate, b""),
    "the certificate ended at ": make_self_signed(["127.0.0.1"], NOW - 8 * DAY),
}


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("why", UNUSABLE)
def test_a_pair_that_cannot_be_used_is_1_and_one_line_that_shows_nothing_of_it(
    run: Run, tmp_path: Path, why: str
) -> None:
    files = written(tmp_path, UNUSABLE[why])
    ended = run(*SERVE, *NOWHERE, *files)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"eci-upgrade-guard: cannot use {files[1]} with {files[3]}: {why}")
    assert len(ended.err.splitlines()) == 1
    assert "BEGIN" not in ended.err


def unreadable(folder: Path, how: str) -> tuple[str, ...]:
    match how:
        case "the certificate is missing":
            return "--tls-cert", str(folder / "no.pem"), *written(folder, ONE)[2:]
        case "the key is a folder":
            return *written(folder, ONE)[:2], "--tls-key", str(folder)
        case "the folder is missing":
            return "--tls-cert", str(folder / "no" / "c.pem"), "--tls-key", str(folder / "no" / "k.pem")
        case "the clients' authorities are missing":
            return "--client-ca", str(folder / "no.pem"), "--client-name", ALLOWED
        case _:
            return "--client-ca", str(folder), "--client-name", ALLOWED


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("the certificate is missing", "no.pem: No such file or directory"),
        ("the key is a folder", "Is a directory"),
        ("the folder is missing", "no: No such file or directory"),
        ("the clients' authorities are missing", "no.pem: No such file or directory"),
        ("the clients' authorities are a folder", "Is a directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_1_and_one_line(run: Run, tmp_path: Path, how: str, why: str) -> None:
    ended = run(*SERVE, *NOWHERE, *unreadable(tmp_path, how))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("eci-upgrade-guard: cannot ")
    assert ended.err.endswith(f"{why}\n")
    assert len(ended.err.splitlines()) == 1


NO_AUTHORITIES = {
    "nothing": b"",
    "junk": b"junk",
    "a key": ONE.key,
    "not ASCII": "é".encode(),
    "cut": ONE.certificate[:99],
}


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("mode", ["self", "dev"])
@pytest.mark.parametrize("content", NO_AUTHORITIES)
def test_authorities_of_clients_that_are_none_are_1_before_anything_is_shown(
    content: str, mode: str, tmp_path: Path
) -> None:
    """Whatever the mode: a guard that would take no review at all must not seem to be well."""
    authorities = tmp_path / "ca.pem"
    authorities.write_bytes(NO_AUTHORITIES[content])
    with pytest.raises(CliError) as raised:
        served_tls(options("--tls", mode, "--client-ca", authorities, "--client-name", ALLOWED))
    assert raised.value.code == 1
    assert str(raised.value) == f"cannot use {authorities}: the authorities of clients cannot be read"


@pytest.mark.usefixtures("account")
def test_authorities_of_clients_that_are_none_are_one_line(run: Run, tmp_path: Path) -> None:
    authorities = tmp_path / "ca.pem"
    authorities.write_text("junk")
    ended = run(*SERVE, *NOWHERE, "--client-ca", authorities, "--client-name", ALLOWED)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith("the authorities of clients cannot be read\n")
    assert len(ended.err.splitlines()) == 1


def test_an_authority_of_its_own_needs_a_cluster_and_says_so(tmp_path: Path) -> None:
    arguments = [*SERVE, "--port", 0, "--health-port", 0, "--tls", "self", "--kubeconfig", tmp_path / "none"]
    started = [sys.executable, "-m", "webhook", *map(str, arguments)]
    without = {key: value for key, value in os.environ.items() if key != "KUBERNETES_SERVICE_HOST"}
    ended = subprocess.run(started, capture_output=True, text=True, check=False, cwd=ROOT, env=without, timeout=30)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("eci-upgrade-guard: ")
    assert str(tmp_path / "none") in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
