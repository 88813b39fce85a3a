"""Certificates that the program itself would never make, for tests of what it reads."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from certs.pair import Pair
from tests.certs.fakes import NOW

type_of_key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def written_key(key: type_of_key, password: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def forge(
    key: type_of_key | None = None,
    *,
    extensions: tuple[x509.ExtensionType, ...] = (x509.BasicConstraints(ca=True, path_length=None),),
    begins: datetime = NOW - timedelta(days=1),
    ends: datetime = NOW + timedelta(days=100),
    name: str = "somebody else",
) -> Pair:
    """Make a self-signed pair of any kind: by default another authority that could sign."""
    key = key or new_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    return Pair(certificate.public_bytes(Encoding.PEM), written_key(key))
