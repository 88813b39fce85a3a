"""How it stands with the certificates, as ``certs status`` tells it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from msgspec import Struct

from certs.bundle import fingerprint, read_bundle
from certs.chest import read_chest
from certs.reading import UNREADABLE
from certs.rotation import renewal_of
from certs.stores import Registered, StoredSecret
from certs.validity import has_begun, has_ended, written
from webhook.cluster.certificate_names import CertificateNames
from webhook.policy.plain_text import plain
from webhook.readiness.aligned import aligned

_SHORT = 16
"""Digits of a fingerprint that are enough to tell a few apart."""
_LATE = timedelta(hours=1)
"""How long after it is due a renewal is no longer under way. It takes minutes."""


class Certificate(Struct, rename="camel", frozen=True):
    """What is told of one."""

    fingerprint: str
    not_before: datetime
    not_after: datetime


class Served(Struct, rename="camel", frozen=True):
    """What a server showed."""

    leaf: Certificate
    signed_by: str | None
    """The fingerprint of an authority that is known here; null where it is another."""


class Entry(Struct, rename="camel", frozen=True):
    """One webhook of the configuration."""

    name: str
    trusts: tuple[str, ...]
    """Fingerprints."""


class Told(Struct, rename="camel", frozen=True, kw_only=True):
    """All of it."""

    secret: str
    authority: Certificate | None
    next: Certificate | None
    trusted: tuple[Certificate, ...]
    """What is to be in each caBundle."""
    configuration: str
    entries: tuple[Entry, ...]
    served: Served | None
    problems: tuple[str, ...]


def tell_of(
    names: CertificateNames,
    secret: StoredSecret | None,
    registered: Registered | None,
    served: x509.Certificate | None,
    now: datetime,
) -> Told:
    """Tell it. ``now`` is aware; ``served`` is None where nobody looked."""
    chest = read_chest(secret.data if secret else {})
    current = chest.current.certificate if chest.current else None
    following = chest.next.certificate if chest.next else None
    bundles = registered.bundles if registered else {}
    trusted = {name: read_bundle(bundle).certificates for name, bundle in bundles.items()}
    known = [*chest.bundle, *(one for bundle in trusted.values() for one in bundle)]
    signer = next((one for one in known if served is not None and _is_by(served, one)), None)
    place = f"Secret {names.namespace}/{names.secret}"
    problems = [f"{place}: {problem}" for problem in chest.problems]
    if current is None:
        problems.append(f"{place} has no authority: a guard with --tls self makes it, and so does certs init")
    else:
        problems += _about_time("the authority", current, now, renewed=following is not None)
    if registered is None or not trusted:
        problems.append(f"there is no entry of a ValidatingWebhookConfiguration {names.configuration}: nobody calls")
    signing = {one for one in (current, signer) if one is not None}
    problems += [
        f"{name} does not trust the authority that signs"
        for name, bundle in trusted.items()
        if not signing.issubset(bundle)
    ]
    if served is not None:
        problems += _about_time("the certificate that is served", served, now)
        if signer is None:
            problems.append("the certificate that is served is by an authority that nobody trusts")
    return Told(
        secret=f"{names.namespace}/{names.secret}",
        authority=_certificate(current) if current else None,
        next=_certificate(following) if following else None,
        trusted=tuple(map(_certificate, chest.bundle)),
        configuration=names.configuration,
        entries=tuple(Entry(plain(name, 253), tuple(map(fingerprint, bundle))) for name, bundle in trusted.items()),
        served=Served(_certificate(served), fingerprint(signer) if signer else None) if served else None,
        problems=tuple(plain(problem, 400) for problem in problems),
    )


def as_json(told: Told) -> bytes:
    """Write it for programs."""
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def as_text(told: Told) -> str:
    """Write it for people: what is not in order first."""
    rows = [
        ("Authority", _row(told.authority), f"Secret {told.secret}"),
        ("Next", _row(told.next), ""),
        *(("Trusted", _row(one), "") for one in told.trusted),
        *(("Calls by", entry.name, f"trusts {_named(entry.trusts)}") for entry in told.entries),
    ]
    if told.served is not None:
        rows.append(("Served", _row(told.served.leaf), f"by {_named([told.served.signed_by or 'an unknown one'])}"))
    verdict = [f"Not in order: {problem}." for problem in told.problems] or ["All is in order."]
    return "\n".join([*verdict, "", *aligned(rows)]) + "\n"


def _is_by(served: x509.Certificate, authority: x509.Certificate) -> bool:
    """Tell whether it did sign it, not only whether that is said: another authority may have the same name."""
    try:
        served.verify_directly_issued_by(authority)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True


def _about_time(what: str, certificate: x509.Certificate, now: datetime, *, renewed: bool = False) -> Iterator[str]:
    ends, due = certificate.not_valid_after_utc, renewal_of(certificate)
    if has_ended(certificate, now):
        yield f"{what} ended at {written(ends)}"
    elif now > due + _LATE and not renewed:
        yield f"{what} was to be renewed at {written(due)} and ends at {written(ends)}: the guard's log says why"
    if not has_begun(certificate, now):
        yield f"{what} begins at {written(certificate.not_valid_before_utc)} only"


def _certificate(certificate: x509.Certificate) -> Certificate:
    return Certificate(fingerprint(certificate), certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def _row(certificate: Certificate | None) -> str:
    if certificate is None:
        return "none"
    return f"{certificate.fingerprint[:_SHORT]}, {written(certificate.not_before)} to {written(certificate.not_after)}"


def _named(fingerprints: Iterable[str]) -> str:
    return ", ".join(one[:_SHORT] for one in fingerprints) or "nobody"
