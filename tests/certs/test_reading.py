"""Pairs from outside: what is wrong with one is named, and nothing of it is repeated."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from certs.authority import make_authority
from certs.key_usage import key_usage
from certs.leaf import make_leaf
from certs.pair import Pair
from certs.reading import BadPair, read_authority, read_pair
from tests.certs.fakes import NAMES, NOW
from tests.certs.forging import forge, new_key, written_key

AUTHORITY = make_authority(NAMES, NOW)
LEAF = make_leaf(AUTHORITY, NAMES, NOW)
RSA = rsa.generate_private_key(65537, 2048)
ED25519 = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
NO_SIGNING = key_usage(crl_sign=True, digital_signature=True)
BROKEN = AUTHORITY.certificate.replace(b"MII", b"AAA", 1)

BAD_PAIRS = {
    "the key is another than the certificate's": Pair(LEAF.certificate, AUTHORITY.key),
    "the key is of another kind": Pair(LEAF.certificate, ED25519),
    "the key is encrypted": Pair(AUTHORITY.certificate, written_key(new_key(), b"secret")),
    "there is no certificate in PEM": Pair(b"", AUTHORITY.key),
    "there is no private key in PEM": Pair(AUTHORITY.certificate, b""),
    "there is no certificate in PEM, or one": Pair(BROKEN, AUTHORITY.key),
    "there is no private key in PEM, or one": Pair(AUTHORITY.certificate, AUTHORITY.certificate),
    "the key is that of a later certificate": Pair(AUTHORITY.certificate + LEAF.certificate, LEAF.key),
}
BAD_AUTHORITIES = {
    "there are several certificates": Pair(AUTHORITY.certificate * 2, AUTHORITY.key),
    "no authority's": LEAF,
    "no authority's, or may not sign": forge(extensions=(x509.BasicConstraints(ca=True, path_length=0), NO_SIGNING)),
    "no authority's, or": forge(extensions=()),
    "another type than ECDSA": forge(RSA),
    "another curve than P-256": forge(ec.generate_private_key(ec.SECP384R1())),
}


@pytest.mark.parametrize("why", BAD_PAIRS)
def test_what_is_wrong_with_a_pair_is_named(why: str) -> None:
    for read in (read_pair, read_authority):
        with pytest.raises(BadPair) as caught:
            read(BAD_PAIRS[why])
        assert why.replace("of another kind", "another than the certificate's") in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("why", BAD_AUTHORITIES)
def test_what_keeps_a_pair_from_being_an_authority_is_named(why: str) -> None:
    read_pair(BAD_AUTHORITIES[why])
    with pytest.raises(BadPair, match=why):
        read_authority(BAD_AUTHORITIES[why])


def test_a_chain_comes_after_the_leaf() -> None:
    loaded = read_pair(Pair(LEAF.certificate + AUTHORITY.certificate, LEAF.key))
    assert loaded.certificate == x509.load_pem_x509_certificate(LEAF.certificate)
    assert loaded.chain == (x509.load_pem_x509_certificate(AUTHORITY.certificate),)


@pytest.mark.parametrize("pair", [forge(RSA), forge(ec.generate_private_key(ec.SECP384R1())), forge(extensions=())])
def test_a_server_may_have_a_key_of_any_type(pair: Pair) -> None:
    assert read_pair(pair).pair == pair


def test_one_that_has_ended_is_refused_where_the_time_is_told() -> None:
    end = NOW + timedelta(days=7)
    read_pair(LEAF, end)
    read_pair(LEAF)
    with pytest.raises(BadPair, match="the certificate ended at 2026-11-29T09:00:00Z"):
        read_pair(LEAF, end + timedelta(seconds=1))


def test_two_are_the_same_if_their_certificates_are_and_a_key_never_shows() -> None:
    with_comment = Pair(b"# ours\n" + AUTHORITY.certificate, AUTHORITY.key)
    assert read_pair(AUTHORITY) == read_pair(with_comment) != read_pair(LEAF)
    assert "PRIVATE" not in repr(read_pair(AUTHORITY))
    assert "key=" not in repr(read_pair(AUTHORITY))


@given(st.data())
def test_whatever_was_damaged_is_read_or_refused_and_nothing_else_happens(data: st.DataObject) -> None:
    def damaged(pem: bytes) -> bytes:
        at = data.draw(st.integers(0, len(pem)))
        return pem[:at] + data.draw(st.binary(max_size=4)) + pem[at + data.draw(st.integers(0, 4)) :]

    pair = Pair(damaged(AUTHORITY.certificate), damaged(AUTHORITY.key))
    try:
        read_authority(pair)
    except BadPair as error:
        assert "BEGIN" not in str(error)
