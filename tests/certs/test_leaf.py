"""The leaf: for whom it is good, and never for longer than its authority."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from certs.authority import LIFETIME as YEAR
from certs.authority import make_authority
from certs.key_usage import key_usage
from certs.leaf import LIFETIME, is_signed_by, make_leaf
from certs.pair import Pair
from certs.reading import BadPair, read_pair
from tests.certs.fakes import NAMES, NOW
from tests.certs.forging import forge
from tests.certs.handshakes import shake_hands

AUTHORITY = make_authority(NAMES, NOW)


def key_of(authority: x509.Certificate) -> x509.SubjectKeyIdentifier:
    return authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value


def name_of(authority: x509.Certificate) -> str:
    (name,) = authority.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(name.value)


def read(pair: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate)


def test_it_is_a_servers_for_a_week_for_the_names_given() -> None:
    leaf = read(make_leaf(AUTHORITY, [*NAMES, "127.0.0.1", NAMES[0]], NOW + timedelta(days=30)))
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == [*NAMES, "127.0.0.1"]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign
    assert list(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.SERVER_AUTH,
    ]
    assert leaf.not_valid_before_utc == NOW + timedelta(days=30, minutes=-5)
    assert leaf.not_valid_after_utc == NOW + timedelta(days=30) + LIFETIME


def test_every_leaf_has_a_key_and_a_serial_number_of_its_own() -> None:
    one, other = (make_leaf(AUTHORITY, NAMES, NOW) for _ in range(2))
    assert one.key != other.key
    assert read(one).serial_number != read(other).serial_number
    assert read_pair(one).pair == one


@given(st.timedeltas(timedelta(days=-400), YEAR))
def test_it_never_begins_before_its_authority_and_never_outlives_it(since: timedelta) -> None:
    leaf, authority = read(make_leaf(AUTHORITY, NAMES, NOW + since)), read(AUTHORITY)
    assert authority.not_valid_before_utc <= leaf.not_valid_before_utc
    assert leaf.not_valid_before_utc < leaf.not_valid_after_utc <= authority.not_valid_after_utc


def test_an_authority_that_has_ended_signs_no_more() -> None:
    make_leaf(AUTHORITY, NAMES, NOW + YEAR)
    with pytest.raises(ValueError, match="the authority has ended"):
        make_leaf(AUTHORITY, NAMES, NOW + YEAR + timedelta(seconds=1))


def test_a_pair_that_is_no_authority_signs_nothing() -> None:
    with pytest.raises(BadPair, match="no authority"):
        make_leaf(make_leaf(AUTHORITY, NAMES, NOW), NAMES, NOW)


def test_a_leaf_tells_who_signed_it() -> None:
    leaf = read(make_leaf(AUTHORITY, NAMES, NOW))
    leaf.verify_directly_issued_by(read(AUTHORITY))
    assert is_signed_by(leaf, read(AUTHORITY))
    assert not is_signed_by(leaf, read(make_authority(NAMES, NOW)))
    assert not is_signed_by(leaf, read(forge(name="another of that key", extensions=(key_of(read(AUTHORITY)),))))
    assert not is_signed_by(leaf, read(forge(name=name_of(read(AUTHORITY)))))


def test_an_authority_of_somebody_else_that_does_not_name_its_key_can_sign_too() -> None:
    now = datetime.now(UTC)
    usage = key_usage(key_cert_sign=True)
    basic = x509.BasicConstraints(ca=True, path_length=None)
    authority = forge(extensions=(basic, usage), begins=now - timedelta(days=1), ends=now + timedelta(days=1))
    leaf = make_leaf(authority, NAMES, now)
    assert is_signed_by(read(leaf), read(authority))
    read(leaf).verify_directly_issued_by(read(authority))
    with pytest.raises(
        Exception, match="Missing Subject Key Identifier"
    ):  # a strict client minds that of the authority
        shake_hands(leaf, authority.certificate, NAMES[0])
