"""``serve --tls``: where the certificate comes from, what is said where that is no good, and who may post reviews."""

import argparse
import asyncio
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certs.names import LOOPBACK
from certs.pair import Pair
from certs.self_signed import make_self_signed
from certs.self_signing import SelfSigning
from certs.watched_files import WatchedFiles
from tests.certs.forging import forge, new_key
from tests.certs.handshakes import shake
from tests.cli.conftest import Run
from tests.server.running_guard import EXAMPLES, ROOT, RunningGuard, run_guard
from tests.server.test_tls import der, listening, shown
from webhook.cli import serve
from webhook.cli.arguments import CommandParser
from webhook.cli.certificate_options import certificate_names, host_names
from webhook.cli.exit_codes import CliError
from webhook.cli.tls_options import chosen_mode, local_source, served_tls
from webhook.cluster import credentials
from webhook.server.tls import ServedTls

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


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a service account would be mounted; nothing is, whatever machine the tests run on."""
    folder = tmp_path / "serviceaccount"
    folder.mkdir()
    monkeypatch.setattr(credentials, "SERVICE_ACCOUNT", folder)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    return folder


def mount(folder: Path, files: Account) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("arguments", "files", "mode"),
    [
        pytest.param((), NOT_MOUNTED, "dev", id="on a laptop"),
        pytest.param((), MOUNTED, "self", id="in a pod"),
        pytest.param((), {"namespace": b"guards"}, "dev", id="in a pod that may not ask"),
        pytest.param((), {"token": b"t"}, "dev", id="in a pod of nobody knows where"),
        pytest.param((), {"token": b"t", "namespace": b"\xff"}, "dev", id="in a pod of an unreadable namespace"),
        pytest.param((), {"token": b"t", "namespace": b" \n"}, "dev", id="in a pod of an empty namespace"),
        pytest.param(("--kubeconfig", "k"), NOT_MOUNTED, "dev", id="a kubeconfig alone is no wish to write"),
        pytest.param(("--kubeconfig", "k", "--inventory", "cluster"), NOT_MOUNTED, "dev", id="nor are its pods"),
        pytest.param(("--kubeconfig", "k"), MOUNTED, "self", id="in a pod that calls another cluster"),
        pytest.param(FILES, NOT_MOUNTED, "files", id="files are given"),
        pytest.param(FILES, MOUNTED, "files", id="files are given in a pod"),
        pytest.param(("--tls", "files", *FILES), MOUNTED, "files", id="files are asked for and given"),
        pytest.param(("--tls", "dev"), MOUNTED, "dev", id="self-signed is asked for in a pod"),
        pytest.param(("--tls", "self"), NOT_MOUNTED, "self", id="self is asked for outside of a pod"),
    ],
)
def test_where_the_certificate_comes_from(arguments: tuple[str, ...], files: Account, mode: str, account: Path) -> None:
    mount(account, files)
    assert chosen_mode(options(*arguments)) == mode


@pytest.mark.parametrize(
    ("files", "arguments", "namespace"),
    [
        (MOUNTED, (), "guards"),
        (MOUNTED, ("--namespace", "other"), "other"),
        (NOT_MOUNTED, (), "eci-upgrade-guard"),
        (NOT_MOUNTED, ("--namespace", "other"), "other"),
        ({"token": b"t", "namespace": b""}, (), "eci-upgrade-guard"),
    ],
)
def test_the_namespace_is_the_one_given_or_else_the_guards_own_or_else_called_like_it(
    files: Account, arguments: tuple[str, ...], namespace: str, account: Path
) -> None:
    mount(account, files)
    args = options(*arguments)
    assert certificate_names(args).namespace == namespace
    assert host_names(args) == (
        f"eci-upgrade-guard.{namespace}.svc",
        f"eci-upgrade-guard.{namespace}.svc.cluster.local",
    )


@pytest.mark.usefixtures("account")
def test_the_secret_and_the_config_map_are_called_after_the_service_and_the_configuration_is_not() -> None:
    usual = certificate_names(options())
    assert (usual.secret, usual.config_map, usual.configuration) == (
        "eci-upgrade-guard-authority",
        "eci-upgrade-guard-ca",
        "eci-upgrade-guard",
    )
    args = options("--service", "blue", "--webhook-configuration", "calls-blue", "--namespace", "n")
    named = certificate_names(args)
    assert (named.secret, named.config_map, named.configuration) == ("blue-authority", "blue-ca", "calls-blue")
    assert host_names(args) == ("blue.n.svc", "blue.n.svc.cluster.local")


TOGETHER = "--tls-cert and --tls-key go together"
FILES_ALONE = "--tls files goes with --tls-cert and --tls-key, and nothing else does"
CLIENTS = "--client-ca and --client-name go together"


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--tls-cert", "c.pem"), TOGETHER),
        (("--tls-key", "k.pem"), TOGETHER),
        (("--tls", "files", "--tls-key", "k.pem"), TOGETHER),
        (("--tls", "dev", "--tls-cert", "c.pem"), TOGETHER),
        (("--tls", "files"), FILES_ALONE),
        (("--tls", "dev", *FILES), FILES_ALONE),
        (("--tls", "self", *FILES), FILES_ALONE),
        (("--client-ca", "ca.pem"), CLIENTS),
        (("--client-name", ALLOWED), CLIENTS),
        (("--tls", "none"), "argument --tls: 'none' is none of"),
        (("--client-nam", "x"), "there is no --client-nam; did you mean --client-name?"),
    ],
)
def test_wrong_usage_is_2_and_one_line(run: Run, arguments: tuple[str, ...], message: str) -> None:
    ended = run(*SERVE, *NOWHERE, *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"eci-upgrade-guard: {message}")
    assert len(ended.err.splitlines()) == 1


def written(folder: Path, pair: Pair) -> tuple[str, str, str, str]:
    """Write a pair, and return the options that name it."""
    certificate, key = folder / "c.pem", folder / "k.pem"
    certificate.write_bytes(pair.certificate)
    key.write_bytes(pair.key)
    return "--tls-cert", str(certificate), "--tls-key", str(key)


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


@pytest.mark.usefixtures("account")
def test_a_pair_that_changes_is_shown_without_a_restart_and_a_bad_one_never(tmp_path: Path) -> None:
    served = ServedTls()
    source = local_source(options(*written(tmp_path, ONE)), served)
    assert isinstance(source, WatchedFiles)
    with listening(served) as port:
        assert shown(port) == der(ONE)
        written(tmp_path, Pair(TWO.certificate, ONE.key))
        asyncio.run(source.look())
        assert shown(port) == der(ONE)
        assert "the key is another than the certificate's" in source.state.problem
        written(tmp_path, TWO)
        asyncio.run(source.look())
        assert shown(port) == der(TWO)
        assert source.state.problem == ""


@pytest.mark.usefixtures("account")
def test_a_pair_that_tls_refuses_is_a_problem_for_as_long_as_it_is_in_the_files(tmp_path: Path) -> None:
    served = ServedTls()
    source = local_source(options(*written(tmp_path, ONE)), served)
    assert isinstance(source, WatchedFiles)
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 -- that is why it is refused
    written(tmp_path, forge(weak, begins=NOW - DAY, ends=NOW + DAY))
    for _ in range(2):
        asyncio.run(source.look())
        assert "EE_KEY_TOO_SMALL" in source.state.problem
    with listening(served) as port:
        assert shown(port) == der(ONE)


@pytest.mark.usefixtures("account")
def test_self_signed_is_for_the_loopback_and_for_the_address_that_is_listened_on() -> None:
    served = ServedTls()
    source = local_source(options("--host", "192.0.2.7"), served)
    assert isinstance(source, SelfSigning)
    with listening(served) as port:
        certificate = x509.load_der_x509_certificate(shown(port))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == {*LOOPBACK, "192.0.2.7"}


@pytest.mark.usefixtures("account")
def test_what_the_cluster_keeps_comes_from_no_file_and_shows_nothing_yet() -> None:
    served = ServedTls()
    assert local_source(options("--tls", "self"), served) is None
    assert served.validity is None


@dataclass(frozen=True)
class Client:
    """Somebody who may hold a certificate."""

    common_name: str = "somebody"
    host_names: tuple[str, ...] = ()
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH
    ends: datetime = NOW + DAY
    is_strange: bool = False
    """Whether another authority than the guard's clients' signed."""


KEY, STRANGE_KEY = new_key(), new_key()
CLIENTS_AUTHORITY = forge(KEY, begins=NOW - 30 * DAY, ends=NOW + 30 * DAY, name="clients")


def certificate_of(client: Client, folder: Path) -> Path:
    """Write its certificate with its key."""
    key = new_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, client.common_name)]))
        .issuer_name(x509.load_pem_x509_certificate(CLIENTS_AUTHORITY.certificate).subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 2 * DAY)
        .not_valid_after(client.ends)
        .add_extension(x509.ExtendedKeyUsage([client.purpose]), critical=False)
    )
    if client.host_names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name) for name in client.host_names]), critical=False
        )
    pair = Pair.of(builder.sign(STRANGE_KEY if client.is_strange else KEY, hashes.SHA256()), key)
    file = folder / "client.pem"
    file.write_bytes(pair.certificate + pair.key)
    return file


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGuard]:
    """A guard that takes reviews of two names alone."""
    folder = tmp_path_factory.mktemp("guard")
    authorities = folder / "clients.pem"
    authorities.write_bytes(CLIENTS_AUTHORITY.certificate)
    with run_guard(
        folder, "--client-ca", str(authorities), "--client-name", ALLOWED, "--client-name", "api.example"
    ) as running:
        yield running


def calling(
    guard: RunningGuard, client: Client | None, folder: Path, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> httpx2.Client:
    context = ssl.create_default_context(cafile=str(guard.certificate))
    context.maximum_version = newest
    if client is not None:
        context.load_cert_chain(certificate_of(client, folder))
    return httpx2.Client(base_url=guard.tls, verify=context)


def posted(client: httpx2.Client) -> httpx2.Response:
    review = (EXAMPLES / "admission-review.json").read_bytes()
    return client.post("/validate?timeout=5s", content=review, headers={"Content-Type": "application/json"})


WHO = [
    pytest.param(None, 403, id="nobody"),
    pytest.param(Client(), 403, id="another of the same authority"),
    pytest.param(Client(f"{ALLOWED}.example"), 403, id="a name that begins alike"),
    pytest.param(Client(ALLOWED.upper()), 403, id="a name in capitals"),
    pytest.param(Client(ALLOWED), 200, id="by its common name"),
    pytest.param(Client(host_names=("other.example", "api.example")), 200, id="by one of its host names"),
]


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(("client", "status"), WHO)
def test_reviews_are_taken_of_who_has_proven_such_a_name(
    client: Client | None, status: int, newest: ssl.TLSVersion, guard: RunningGuard, tmp_path: Path
) -> None:
    with calling(guard, client, tmp_path, newest) as connection:
        answer = posted(connection)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["response"]["allowed"] is False  # it was judged, and not just let through
    else:
        assert answer.text == "a certificate of the API server is needed to post reviews\n"


@pytest.mark.parametrize(
    "client",
    [
        pytest.param(Client(ALLOWED, is_strange=True), id="by another key of the same name"),
        pytest.param(Client(ALLOWED, ends=NOW - DAY), id="ended"),
        pytest.param(Client(ALLOWED, purpose=ExtendedKeyUsageOID.SERVER_AUTH), id="of a server"),
    ],
)
def test_a_certificate_that_proves_nothing_ends_the_handshake(
    client: Client, guard: RunningGuard, tmp_path: Path
) -> None:
    with calling(guard, client, tmp_path) as connection, pytest.raises(httpx2.TransportError):
        posted(connection)


@pytest.mark.parametrize("path", ["/report", "/readyz", "/livez"])
def test_all_else_is_for_who_has_no_certificate_too(path: str, guard: RunningGuard, tmp_path: Path) -> None:
    with calling(guard, None, tmp_path) as connection:
        assert connection.get(path).status_code == 200


def test_a_new_pair_asks_clients_as_the_one_before_did(tmp_path: Path) -> None:
    """In one process: the look at the files is every ten seconds."""
    served = ServedTls(client_authorities=CLIENTS_AUTHORITY.certificate)
    proof = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    proof.check_hostname, proof.verify_mode = False, ssl.CERT_NONE
    proof.load_cert_chain(certificate_of(Client(ALLOWED), tmp_path))
    for pair in (ONE, TWO):
        served.show(pair)
        here, there = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = served.context.wrap_bio(here, there, server_side=True)
        client = proof.wrap_bio(there, here, server_hostname="guard")
        shake(client, server)
        assert client.getpeercert(binary_form=True) == der(pair)
        proven = server.getpeercert()
        assert proven
        assert proven["subject"] == ((("commonName", ALLOWED),),)
