"""A certificate and its key, as PEM."""

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True, slots=True)
class Pair:
    """Both in PEM. The key stays out of any repr, and so out of logs."""

    certificate: bytes
    """With the certificates of who signed it, if any, after it."""
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> "Pair":
        """Write a certificate and its key."""
        return cls(
            certificate.public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
