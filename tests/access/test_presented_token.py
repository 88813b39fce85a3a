"""Which token a request carries: one that somebody may have been given, or none."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.access.presented_token import MAX_TOKEN, presented_token

VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=300)


def carried(*values: bytes) -> str | None:
    return presented_token([(b"host", b"guard"), *((b"authorization", value) for value in values)])


def basic(credentials: bytes) -> bytes:
    return b"Basic " + base64.b64encode(credentials)


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (b"Bearer ey.J-_~+/=", "ey.J-_~+/="),
        (b"bearer good", "good"),
        (b"BEARER \t good  ", "good"),
        (b"Bearer " + b"x" * MAX_TOKEN, "x" * MAX_TOKEN),
        (basic(b":good"), "good"),
        (basic(b"anna:good"), "good"),
        (basic(b"anna:go:od"), "go:od"),
        (basic("änne:good".encode()), "good"),
        (b"basic " + base64.b64encode(b"\xff\xfe:good"), "good"),
        (basic(b"anna:" + b"x" * MAX_TOKEN), "x" * MAX_TOKEN),
    ],
)
def test_a_token_is_found(value: bytes, token: str) -> None:
    assert carried(value) == token


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b" ",
        b"Bearer",
        b"Bearer ",
        b"Bearer \t ",
        b"Bearergood",
        b"Bearer\tgood",
        b"good",
        b"Token good",
        b"Digest username=good",
        b"Bearer two tokens",
        b"Bearer a, Bearer b",
        b"Bearer g\x00od",
        b"Bearer good\r\nX-Remote-User: admin",
        b"Bearer g\x7fod",
        b"Bearer g\xc3\xb6d",
        b"Bearer \xff",
        "Bearer \N{FULLWIDTH LATIN SMALL LETTER A}".encode(),
        b"Bearer " + b"x" * (MAX_TOKEN + 1),
        b"Bearer " + b"x" * 1_000_000,
        b"Basic",
        b"Basic ",
        b"Basic good",
        b"Basic !!!!",
        b"Basic YW5uYTpnb29",
        b"Basic YW5uYTpnb29k\xff",
        b"Basic Y W5uYTpnb29k",
        basic(b""),
        basic(b"good"),
        basic(b"anna:"),
        basic(b"anna:two tokens"),
        basic(b"anna:g\x00od"),
        basic("anna:göd".encode()),
        basic(b"anna:" + b"x" * (MAX_TOKEN + 1)),
        basic(b"a" * 2 * MAX_TOKEN + b":good"),
    ],
)
def test_anything_else_is_none(value: bytes) -> None:
    assert carried(value) is None


def test_without_the_header_there_is_none_and_with_two_there_is_none_either() -> None:
    assert carried() is None
    assert carried(b"Bearer good", b"Bearer good") is None
    assert carried(b"Bearer good", b"") is None
    assert carried(b"Bearer good", basic(b"anna:good")) is None


@given(VISIBLE, st.binary(max_size=50).filter(lambda user: b":" not in user))
def test_what_is_sent_either_way_is_what_is_found(token: str, user: bytes) -> None:
    assert carried(b"Bearer " + token.encode()) == token
    assert carried(basic(user + b":" + token.encode())) == token


@given(st.lists(st.binary(max_size=200), max_size=3))
def test_no_header_whatsoever_is_an_error(values: list[bytes]) -> None:
    for scheme in (b"", b"Bearer ", b"Basic "):
        token = carried(*(scheme + value for value in values))
        assert token is None or (token.isascii() and token.isprintable() and " " not in token)
