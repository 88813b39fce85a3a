"""The authority: what it may sign, and for whom."""

import shutil
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import VerificationError

from certs.authority import LIFETIME, make_authority, permits, permitted_names
from certs.leaf import make_leaf
from certs.names import LOOPBACK
from certs.pair import Pair
from tests.certs.fakes import NAMES, NOW
from tests.certs.forging import forge
from tests.certs.handshakes import openssl_verify, shake_hands, verify

GOOD_NAMES = (*NAMES, *LOOPBACK)
OTHER_NAMES = (
    "kubernetes.default.svc",
    "guard.kube-system.svc",
    "guard.eci-system.svc.cluster.example",
    "otherguard.eci-system.svc",
    "eci-system.svc",
    "example.com",
    "10.0.0.1",
    "127.0.0.2",
    "::2",
)


@pytest.fixture(scope="module")
def authority() -> Pair:
    return make_authority(NAMES, NOW)


def read(pair: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate)


def test_it_signs_certificates_and_nothing_else_and_no_further_authority(authority: Pair) -> None:
    certificate = read(authority)
    assert isinstance(key := certificate.public_key(), ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.SECP256R1)
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert usage.value.crl_sign
    assert not usage.value.digital_signature
    assert not usage.value.key_agreement
    assert certificate.extensions.get_extension_for_class(x509.NameConstraints).critical


def test_it_is_good_for_a_year_from_five_minutes_before_it_was_made(authority: Pair) -> None:
    certificate = read(authority)
    assert certificate.not_valid_before_utc == NOW - timedelta(minutes=5)
    assert certificate.not_valid_after_utc == NOW + LIFETIME


def test_it_names_its_key_so_that_two_are_told_apart(authority: Pair) -> None:
    first, second = read(authority), read(make_authority(NAMES, NOW))
    assert first.subject != second.subject
    assert first.serial_number != second.serial_number
    key_id = first.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    signer = first.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert signer.key_identifier == key_id
    assert key_id.hex()[:16] in first.subject.rfc4514_string()
    first.verify_directly_issued_by(first)


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_leaf_for_the_guards_names_is_believed_by_all_readers(name: str, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    authority = make_authority(NAMES, now)
    leaf = make_leaf(authority, GOOD_NAMES, now)
    verify(leaf, authority.certificate, name, now)
    assert shake_hands(leaf, authority.certificate, name) == "TLSv1.3"
    if shutil.which("openssl"):
        assert openssl_verify(leaf, authority.certificate, name, now, tmp_path).endswith("leaf.crt: OK\n")


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_a_leaf_for_another_name_is_believed_by_no_reader(name: str, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    authority = make_authority(NAMES, now)
    leaf = make_leaf(authority, [name], now)
    with pytest.raises(VerificationError):
        verify(leaf, authority.certificate, name, now)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(leaf, authority.certificate, name)
    if shutil.which("openssl"):
        assert "permitted subtree violation" in openssl_verify(leaf, authority.certificate, name, now, tmp_path)


def test_a_name_of_another_server_spoils_a_leaf_for_all_names() -> None:
    now = datetime.now(UTC)
    authority = make_authority(NAMES, now)
    leaf = make_leaf(authority, [NAMES[0], "kubernetes.default.svc"], now)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(leaf, authority.certificate, NAMES[0])


def test_by_a_bundle_of_several_authorities_the_leaves_of_each_are_believed() -> None:
    now = datetime.now(UTC)
    authorities = [make_authority(NAMES, now - timedelta(days=days)) for days in (0, 100, 300)]
    bundle = b"".join(authority.certificate for authority in authorities)
    for authority in authorities:
        shake_hands(make_leaf(authority, GOOD_NAMES, now), bundle, NAMES[0])


@pytest.mark.parametrize("name", ["ü", "10.0.0.1"])
def test_names_that_it_cannot_permit_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"DNSName|IP address"):
        make_authority([name], NOW)


@pytest.mark.parametrize(
    ("name", "permitted"),
    [*((name, True) for name in NAMES), ("pod-1.guard.eci-system.svc", True), ("localhost", True)]
    + [(name, False) for name in OTHER_NAMES[:6]],
)
def test_it_tells_what_it_permits(name: str, permitted: bool, authority: Pair) -> None:  # noqa: FBT001
    assert permits(read(authority), [name]) is permitted
    assert permits(read(authority), [NAMES[0], name]) is permitted


def test_it_tells_the_names_that_it_permits(authority: Pair) -> None:
    assert permitted_names(read(authority)) == (*NAMES, "localhost")


HOSTS, ADDRESSES = x509.DNSName("example.com"), x509.IPAddress(ip_network("10.0.0.0/8"))


@pytest.mark.parametrize(
    ("allowed", "excluded", "name", "permitted"),
    [
        ([HOSTS], None, "www.example.com", True),
        ([HOSTS], None, "EXAMPLE.com", True),
        ([HOSTS], None, "badexample.com", False),
        ([HOSTS], None, "10.1.2.3", True),  # of addresses nothing is said
        ([x509.DNSName(".example.com")], None, "www.example.com", True),
        ([x509.DNSName(".example.com")], None, "www.example.org", False),
        ([x509.DNSName("")], None, "example.org", True),
        ([ADDRESSES], None, "10.1.2.3", True),
        ([ADDRESSES], None, "11.1.2.3", False),
        ([ADDRESSES], None, "example.com", True),
        (None, [HOSTS], "www.example.com", False),
        (None, [HOSTS], "example.org", True),
        (None, [ADDRESSES], "10.1.2.3", False),
        ([HOSTS], [x509.DNSName("www.example.com")], "www.example.com", False),
    ],
)
def test_what_one_of_somebody_else_permits_is_told_too(
    allowed: list[x509.GeneralName] | None,
    excluded: list[x509.GeneralName] | None,
    name: str,
    permitted: object,
) -> None:
    assert permits(read(forge(extensions=(x509.NameConstraints(allowed, excluded),))), [name]) is permitted


def test_one_that_says_nothing_permits_everything() -> None:
    assert permits(read(forge()), ["example.com", "10.1.2.3"])
    assert permitted_names(read(forge())) == ()
