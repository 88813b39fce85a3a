"""Reading a pair that comes from outside: from files, or from a Secret that anybody may have edited."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from certs.pair import Pair
from certs.validity import has_ended, written

UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""How ``cryptography`` says that it cannot read something. Its texts may repeat what was read, and stay out of ours."""


class BadPair(ValueError):
    """Raised when a pair cannot be used. Its message says why, and nothing of what was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A pair that was read. Two are the same if their certificates are."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    """What followed the certificate: who signed it, and so on."""
    key: PrivateKeyTypes = field(repr=False, compare=False)
    pair: Pair = field(compare=False)

    @property
    def signing_key(self) -> ec.EllipticCurvePrivateKey:
        """Return the key of an authority. Raises BadPair for one of another type."""
        if not isinstance(self.key, ec.EllipticCurvePrivateKey):
            raise BadPair("the key is of another type than ECDSA")
        return self.key


def read_pair(pair: Pair, now: datetime | None = None) -> Loaded:
    """Read a certificate, what follows it, and its key. Raises BadPair; at ``now`` (aware) also where it has ended."""
    certificates = _read_certificates(pair.certificate)
    key = _read_key(pair.key)
    try:
        public, whose = _written(key.public_key()), [_written(certificate.public_key()) for certificate in certificates]
    except UNREADABLE:
        raise BadPair("the certificate's key is of a type that cannot be read") from None
    if public not in whose:
        raise BadPair("the key is another than the certificate's")
    if public != whose[0]:
        raise BadPair("the key is that of a later certificate: the server's own has to come first")
    if now is not None and has_ended(certificates[0], now):
        raise BadPair(f"the certificate ended at {written(certificates[0].not_valid_after_utc)}")
    return Loaded(certificate=certificates[0], chain=tuple(certificates[1:]), key=key, pair=pair)


def read_authority(pair: Pair) -> Loaded:
    """Read an authority that the guard may sign with. Raises BadPair. It may have ended: that is for the rules."""
    loaded = read_pair(pair)
    if loaded.chain:
        raise BadPair("there are several certificates, where an authority is one")
    if not is_authority(loaded.certificate):
        raise BadPair("the certificate is no authority's, or may not sign others")
    if not isinstance(loaded.signing_key.curve, ec.SECP256R1):
        raise BadPair("the key is on another curve than P-256")
    return loaded


@lru_cache(maxsize=64)
def is_authority(certificate: x509.Certificate) -> bool:
    """Tell whether it may sign others. What cannot be read may not."""
    try:
        extensions = certificate.extensions
        certificate.public_key()
        basic = extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = next((e.value for e in extensions if isinstance(e.value, x509.KeyUsage)), None)
    except (*UNREADABLE, x509.ExtensionNotFound):
        return False
    return basic.ca and (usage is None or usage.key_cert_sign)


def _read_certificates(pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except UNREADABLE:
        raise BadPair("there is no certificate in PEM, or one that cannot be read") from None


def _read_key(pem: bytes) -> PrivateKeyTypes:
    if b"ENCRYPTED" in pem:
        raise BadPair("the key is encrypted, and there is no password for it")
    try:
        return load_pem_private_key(pem, password=None)
    except UNREADABLE:
        raise BadPair("there is no private key in PEM, or one that cannot be read") from None


def _written(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
