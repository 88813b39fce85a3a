"""The authority that signs for the guard, and for nothing else.

Whoever gets hold of its key can pass for the guard, and for no other server: its name constraints permit only the
names of the guard's own Service and the loopback's, and it may sign no further authority.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certs.key_usage import key_usage
from certs.names import LOOPBACK, general_name
from certs.pair import Pair
from certs.validity import CLOCK_SKEW, whole_second

LIFETIME = timedelta(days=365)

_USAGE = key_usage(key_cert_sign=True, crl_sign=True)


def make_authority(names: Iterable[str], now: datetime) -> Pair:
    """Make a self-signed ECDSA P-256 authority for a year from ``now`` (aware).

    ``names`` are host names, each with all that is under it; the loopback's names are always permitted. Raises
    ValueError for a name that no certificate can hold, and for another IP address than the loopback's.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    # Its own name tells an authority from the one before it, also to who looks for the signer by name alone.
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, f"eci-upgrade-guard authority {key_id.digest.hex()[:16]}")]
    )
    now = whole_second(now)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.NameConstraints(list(_permitted(names)), None), critical=True)
        .add_extension(key_id, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Pair.of(certificate, key)


def permits(authority: x509.Certificate, names: Iterable[str]) -> bool:
    """Tell whether a certificate by this authority, for these hosts, is believed. It is where nothing is said.

    Raises ValueError for what no certificate can hold.
    """
    permitted, excluded = _constraints(authority)
    return all(
        _is_among(name, permitted, unsaid=True) and not _is_among(name, excluded, unsaid=False) for name in names
    )


def permitted_names(authority: x509.Certificate) -> tuple[str, ...]:
    """Return the host names that an authority permits, each with all that is under it; none where it permits all."""
    return tuple(tree.value for tree in _constraints(authority)[0] if isinstance(tree, x509.DNSName))


def _constraints(authority: x509.Certificate) -> tuple[Sequence[x509.GeneralName], Sequence[x509.GeneralName]]:
    """Return what is permitted and what is excluded."""
    try:
        said = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return (), ()
    return said.permitted_subtrees or (), said.excluded_subtrees or ()


def _is_among(name: str, trees: Sequence[x509.GeneralName], *, unsaid: bool) -> bool:
    """Tell whether a host is in one of the subtrees; ``unsaid`` where there is none for its kind of name."""
    match general_name(name):
        case x509.IPAddress():
            address = ipaddress.ip_address(name)
            networks = [ipaddress.ip_network(tree.value) for tree in trees if isinstance(tree, x509.IPAddress)]
            return any(address in network for network in networks) if networks else unsaid
        case host:
            hosts = [tree.value for tree in trees if isinstance(tree, x509.DNSName)]
            return _is_under(host.value, hosts) if hosts else unsaid


def _permitted(names: Iterable[str]) -> Iterator[x509.GeneralName]:
    """Yield the subtrees. Once a kind of name is permitted in part, all others of that kind are refused."""
    for name in dict.fromkeys((*names, *LOOPBACK)):
        match general_name(name):
            case x509.IPAddress() if name not in LOOPBACK:
                raise ValueError("an authority permits no IP address but the loopback's")
            case x509.IPAddress():
                yield x509.IPAddress(ipaddress.ip_network(name))
            case host_name:
                yield host_name


def _is_under(name: str, trees: Iterable[str]) -> bool:
    return any(not tree or f".{name}".lower().endswith(f".{tree.removeprefix('.')}".lower()) for tree in trees)
