"""The authorities that are to be trusted: the one that signs, the one that comes next, and those before them.

No leaf outlives its authority. An authority that stays in the bundle until it has ended is therefore there for as long
as anybody may serve a leaf of it.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from certs.reading import UNREADABLE, is_authority
from certs.validity import has_ended

MOST_BYTES = 64 * 1024
"""Of a bundle, or of another value beside it. Ours have a tenth of that."""
MOST = 8
"""Authorities. A guard's own life has three of them at most: more were put there by somebody else."""
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


class ReadBundle(NamedTuple):
    """A bundle as it was read."""

    certificates: tuple[x509.Certificate, ...]
    unreadable: int
    """Certificates that are there and cannot be read."""


def bundle_of(
    certificates: Iterable[x509.Certificate],
    *,
    keep: Iterable[x509.Certificate],
    ended_before: datetime | None,
) -> tuple[x509.Certificate, ...]:
    """Return the authorities among some certificates, each once, newest first, without those that have ended.

    What is to be kept is among them in any case; without an instant, no end is a reason to leave one out. Of too many,
    those go first that began first: their leaves are the nearest to their end, if there still are any.
    """
    kept = set(keep)
    others = {
        one for one in certificates if is_authority(one) and (ended_before is None or not has_ended(one, ended_before))
    } - kept
    newest = sorted(others, key=_age)[: MOST - len(kept)]
    return tuple(sorted([*kept, *newest], key=_age))


@lru_cache(maxsize=16)
def read_bundle(pem: bytes) -> ReadBundle:
    """Read every certificate that can be read, in the order given; of what is far too large none."""
    if len(pem) > MOST_BYTES:
        return ReadBundle((), 1)
    found = _PEM.findall(pem)
    read = tuple(certificate for one in found if (certificate := _read(one)) is not None)
    return ReadBundle(read, len(found) - len(read))


def written_bundle(bundle: Iterable[x509.Certificate]) -> bytes:
    """Write certificates as PEM, in the order given. The same ones always come to the same bytes."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in bundle)


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, in hexadecimal: as ``openssl x509 -fingerprint`` has it, but for colons."""
    return certificate.fingerprint(SHA256()).hex()


def _age(certificate: x509.Certificate) -> tuple[float, str]:
    return -certificate.not_valid_before_utc.timestamp(), fingerprint(certificate)


def _read(pem: bytes) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(pem)
    except UNREADABLE:
        return None
