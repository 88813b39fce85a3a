"""Who may post reviews, where clients have to prove who they are."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certs.pair import Pair
from tests.certs.forging import forge, new_key
from tests.certs.handshakes import shake
from tests.cli.serve_tls.serving import ALLOWED, DAY, NOW, ONE, TWO
from tests.server.running_guard import EXAMPLES, RunningGuard, run_guard
from tests.server.test_tls import der
from webhook.server.tls import ServedTls


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
