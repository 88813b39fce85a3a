"""A self-signed pair for a guard that nobody gave one: on a laptop, or for a first try."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certs.names import general_name
from certs.pair import Pair
from certs.validity import CLOCK_SKEW

LIFETIME = timedelta(days=7)


def make_self_signed(names: Iterable[str], now: datetime) -> Pair:
    """Make an ECDSA P-256 server certificate for host names and IP addresses, valid for a week from ``now`` (aware).

    Raises ValueError for a name that no certificate can hold.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "eci-upgrade-guard")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(map(general_name, dict.fromkeys(names))), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Pair.of(certificate, key)
