"""The certificate that a replica serves: short-lived, held in memory, and never good for longer than its authority."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certs.key_usage import key_usage
from certs.names import general_name
from certs.pair import Pair
from certs.reading import read_authority
from certs.validity import CLOCK_SKEW, has_ended, whole_second

LIFETIME = timedelta(days=7)

_USAGE = key_usage(digital_signature=True)


class Span(NamedTuple):
    """From when until when something is good."""

    begins: datetime
    ends: datetime


def make_leaf(authority: Pair, names: Iterable[str], now: datetime) -> Pair:
    """Make an ECDSA P-256 server certificate for host names and IP addresses, for a week from ``now`` (aware).

    Raises BadPair where the authority is none, and ValueError where it has ended or a name is none.
    """
    signer = read_authority(authority)
    if has_ended(signer.certificate, now):
        raise ValueError("the authority has ended, and a certificate of it would be good for nobody")
    key = ec.generate_private_key(ec.SECP256R1())
    span = span_of_leaf(signer.certificate, now)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "eci-upgrade-guard")]))
        .issuer_name(signer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span.begins)
        .not_valid_after(span.ends)
        .add_extension(x509.SubjectAlternativeName(map(general_name, dict.fromkeys(names))), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(key_id_of(signer.certificate), None, None), critical=False)
        .sign(signer.signing_key, hashes.SHA256())
    )
    return Pair.of(certificate, key)


def span_of_leaf(authority: x509.Certificate, now: datetime) -> Span:
    """Tell when a leaf would be good that an authority, which has not ended, signed now.

    By a clock that is behind, the authority may begin only later: its leaf is then made as if it were that late.
    """
    now = max(whole_second(now), authority.not_valid_before_utc)
    begins = max(now - CLOCK_SKEW, authority.not_valid_before_utc)
    return Span(begins, min(now + LIFETIME, authority.not_valid_after_utc))


def is_signed_by(leaf: x509.Certificate, authority: x509.Certificate) -> bool:
    """Tell whether a leaf of ours names this authority as the one that signed it."""
    named = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    return leaf.issuer == authority.subject and named.key_identifier == key_id_of(authority)


def key_id_of(authority: x509.Certificate) -> bytes:
    """Return the name of its key, as it says itself, or as one that does not say is called."""
    try:
        return authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return x509.SubjectKeyIdentifier.from_public_key(authority.public_key()).digest
