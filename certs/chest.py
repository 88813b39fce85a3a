"""What the guard keeps in its Secret: the authority that signs, the one that comes next, and all that are trusted.

Anybody who may write Secrets can leave anything there. What is no good is left out and named, and what is good stays:
the next writing puts it right.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509

from certs.bundle import MOST_BYTES, read_bundle, written_bundle
from certs.pair import Pair
from certs.reading import BadPair, Loaded, read_authority

CERTIFICATE, KEY = "tls.crt", "tls.key"
"""Of the authority that signs now."""
NEXT_CERTIFICATE, NEXT_KEY = "next.crt", "next.key"
"""Of the authority that comes next. It is trusted already, or about to be, and has signed nothing."""
BUNDLE = "ca.crt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chest:
    """What was read, or is to be written."""

    current: Loaded | None = None
    """None where there is none, or none that can be used."""
    next: Loaded | None = None
    bundle: tuple[x509.Certificate, ...] = ()
    problems: tuple[str, ...] = ()
    """What is in the Secret and no good. Safe to show."""


def read_chest(data: Mapping[str, bytes]) -> Chest:
    """Read what a Secret holds. It never raises. An empty one is as good as none, and has no problem."""
    if not any(data.values()):
        return Chest()
    problems: list[str] = []
    good = {}
    for key, value in sorted(data.items()):
        if key in (CERTIFICATE, KEY, NEXT_CERTIFICATE, NEXT_KEY, BUNDLE) and len(value) > MOST_BYTES:
            problems.append(f"{key}: it is larger than {MOST_BYTES // 1024} KiB")
        elif value:
            good[key] = value
    current = _read(good, CERTIFICATE, KEY, problems)
    if not data.get(CERTIFICATE) and not data.get(KEY):
        problems.append(f"{CERTIFICATE} and {KEY}: they are missing")
    following = _read(good, NEXT_CERTIFICATE, NEXT_KEY, problems)
    bundle = read_bundle(good.get(BUNDLE, b""))
    if bundle.unreadable:
        problems.append(f"{BUNDLE}: {bundle.unreadable} of its certificates cannot be read")
    elif not bundle.certificates:
        problems.append(f"{BUNDLE}: there is no certificate in it")
    return Chest(current=current, next=following, bundle=bundle.certificates, problems=tuple(problems))


def data_of(chest: Chest) -> dict[str, bytes]:
    """Write what a Secret is to hold."""
    data = {BUNDLE: written_bundle(chest.bundle)}
    for loaded, certificate, key in (
        (chest.current, CERTIFICATE, KEY),
        (chest.next, NEXT_CERTIFICATE, NEXT_KEY),
    ):
        if loaded is not None:
            data |= {certificate: loaded.pair.certificate, key: loaded.pair.key}
    return data


def _read(data: Mapping[str, bytes], certificate: str, key: str, problems: list[str]) -> Loaded | None:
    match data.get(certificate), data.get(key):
        case None, None:
            return None
        case None, _:
            problems.append(f"{certificate}: it is missing")
        case _, None:
            problems.append(f"{key}: it is missing")
        case one, other:
            try:
                return read_authority(Pair(one, other))
            except BadPair as error:
                problems.append(f"{certificate} and {key}: {error}")
    return None
