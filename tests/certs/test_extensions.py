"""What a client that does not know it must not pass over, in each certificate that we make."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from certs.authority import make_authority
from certs.leaf import make_leaf
from certs.pair import Pair
from certs.self_signed import make_self_signed
from tests.certs.fakes import NAMES, NOW

AUTHORITY = make_authority(NAMES, NOW)
SELF_SIGNED, LEAF = make_self_signed(NAMES, NOW), make_leaf(AUTHORITY, NAMES, NOW)


def read(pair: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate)


@pytest.mark.parametrize(
    ("pair", "critical", "others"),
    [
        (
            AUTHORITY,
            {x509.BasicConstraints, x509.KeyUsage, x509.NameConstraints},
            {x509.SubjectKeyIdentifier, x509.AuthorityKeyIdentifier},
        ),
        (
            LEAF,
            {x509.BasicConstraints, x509.KeyUsage},
            {
                x509.SubjectAlternativeName,
                x509.ExtendedKeyUsage,
                x509.SubjectKeyIdentifier,
                x509.AuthorityKeyIdentifier,
            },
        ),
        (SELF_SIGNED, {x509.BasicConstraints}, {x509.SubjectAlternativeName, x509.ExtendedKeyUsage}),
    ],
    ids=["authority", "leaf", "self-signed"],
)
def test_what_limits_it_is_critical_and_the_rest_is_not(pair: Pair, critical: set[type], others: set[type]) -> None:
    extensions = read(pair).extensions
    assert {type(one.value) for one in extensions if one.critical} == critical
    assert {type(one.value) for one in extensions if not one.critical} == others


@pytest.mark.parametrize("pair", [LEAF, SELF_SIGNED], ids=["leaf", "self-signed"])
def test_it_is_called_by_the_guards_name(pair: Pair) -> None:
    (name,) = read(pair).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "eci-upgrade-guard"
