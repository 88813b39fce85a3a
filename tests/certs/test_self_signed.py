"""The self-signed pair that a guard makes where nobody gave it one."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from certs.pair import Pair
from certs.self_signed import LIFETIME, make_self_signed

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def pair() -> Pair:
    return make_self_signed(["localhost", "127.0.0.1", "::1", "localhost"], NOW)


def test_it_is_good_for_a_week_for_the_names_given_as_a_server_alone(pair: Pair) -> None:
    certificate = x509.load_pem_x509_certificate(pair.certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["localhost", "127.0.0.1", "::1"]
    assert certificate.not_valid_after_utc == NOW + LIFETIME
    assert certificate.not_valid_before_utc < NOW - timedelta(minutes=1)  # clocks differ
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_a_key_never_shows_in_a_repr(pair: Pair) -> None:
    assert "PRIVATE" not in repr(pair)


def test_a_name_that_no_certificate_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="DNSName"):
        make_self_signed(["ü"], NOW)
