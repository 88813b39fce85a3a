"""Authorities, leaves, and what of them is stored and registered."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certs.authority import make_authority
from certs.bundle import fingerprint
from certs.chest import Chest, data_of
from certs.leaf import make_leaf
from certs.names import service_names
from certs.pair import Pair
from certs.reading import read_authority
from certs.stores import Registered, StoredSecret
from tests.certs.forging import new_key
from webhook.cluster.certificate_names import CertificateNames

Json = dict[str, Any]


NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
NAMES = service_names("guard", "guards")
PLACE = CertificateNames(namespace="guards", secret="guard-authority", config_map="guard-ca", configuration="guard")  # noqa: S106 -- a name

BEFORE, CURRENT, NEXT, FOREIGN = (make_authority(NAMES, NOW - age * DAY) for age in (300, 100, 0, 10))
ENDED = make_authority(NAMES, NOW - 400 * DAY)
LATER = make_authority(NAMES, NOW + 3 * DAY)


def certificate(pair: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate)


def stored(current: Pair, *before: Pair, following: Pair | None = None) -> StoredSecret:
    """The Secret as a guard writes it."""
    trusted = [current, *before, *([following] if following else [])]
    chest = Chest(
        current=read_authority(current),
        next=read_authority(following) if following else None,
        bundle=tuple(map(certificate, trusted)),
    )
    return StoredSecret(data_of(chest), {}, "1")


def changed(secret: StoredSecret, **values: bytes | None) -> StoredSecret:
    """The Secret with other values; None takes one away. Dots are written as underlines."""
    data = dict(secret.data) | {key.replace("_", "."): value for key, value in values.items() if value is not None}
    gone = {key.replace("_", ".") for key, value in values.items() if value is None}
    return StoredSecret({key: value for key, value in data.items() if key not in gone}, {}, "1")


def trusting(*trusted: Pair) -> bytes:
    return b"".join(pair.certificate for pair in trusted)


def registered(pods: bytes, upgrades: bytes) -> Registered:
    return Registered("uid-1", "1", {"pods.guard.io": pods, "upgrades.guard.io": upgrades})


def in_all(*trusted: Pair) -> Registered:
    return registered(trusting(*trusted), trusting(*trusted))


def leaf_of(authority: Pair, *, age: timedelta = timedelta(0)) -> Pair:
    return make_leaf(authority, NAMES, NOW - age)


def impostor_of(authority: Pair) -> Pair:
    """A leaf that names this authority, which never signed it, and no key of it: of one made anew by the same name."""
    key = new_key()
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "guard")]))
        .issuer_name(certificate(authority).subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    )
    return Pair.of(built, key)


WHOLE = stored(CURRENT)
"""As it is when all is in order."""


SECRET = "Secret guards/guard-authority"  # noqa: S105 -- what it is called
NO_AUTHORITY = f"{SECRET} has no authority: a guard with --tls self makes it, and so does certs init"
NOBODY_CALLS = "there is no entry of a ValidatingWebhookConfiguration guard: nobody calls"
PODS, UPGRADES = (f"{kind}.guard.io does not trust the authority that signs" for kind in ("pods", "upgrades"))
UNKNOWN = "the certificate that is served is by an authority that nobody trusts"


def instant(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def shown(pair: Pair) -> Json:
    one = certificate(pair)
    return {
        "fingerprint": fingerprint(one),
        "notBefore": instant(one.not_valid_before_utc),
        "notAfter": instant(one.not_valid_after_utc),
    }
