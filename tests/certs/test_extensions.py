"""What a client that does not know it must not pass over, in each certificate that we make."""

from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from certs.authority import make_authority
from certs.leaf import make_leaf
from certs.pair import Pair
from certs.self_signed import make_self_signed
from tests.certs.fakes import NAMES, NOW


def authority() -> Pair:
    return make_authority(NAMES, NOW)


def leaf() -> Pair:
    return make_leaf(authority(), NAMES, NOW)


def self_signed() -> Pair:
    return make_self_signed(NAMES, NOW)


def read(pair: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate)


@pytest.mark.parametrize(
    ("make", "critical", "others"),
    [
        (
            authority,
            {x509.BasicConstraints, x509.KeyUsage, x509.NameConstraints},
            {x509.SubjectKeyIdentifier, x509.AuthorityKeyIdentifier},
        ),
        (
            leaf,
            {x509.BasicConstraints, x509.KeyUsage},
            {
                x509.SubjectAlternativeName,
                x509.ExtendedKeyUsage,
                x509.SubjectKeyIdentifier,
                x509.AuthorityKeyIdentifier,
            },
        ),
        (self_signed, {x509.BasicConstraints}, {x509.SubjectAlternativeName, x509.ExtendedKeyUsage}),
    ],
)
def test_what_limits_it_is_critical_and_the_rest_is_not(
    make: Callable[[], Pair], critical: set[type], others: set[type]
) -> None:
    extensions = read(make()).extensions
    assert {type(one.value) for one in extensions if one.critical} == critical
    assert {type(one.value) for one in extensions if not one.critical} == others


@pytest.mark.parametrize("make", [leaf, self_signed])
def test_it_is_called_by_the_guards_name(make: Callable[[], Pair]) -> None:
    (name,) = read(make()).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "eci-upgrade-guard"
