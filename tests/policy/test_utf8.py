"""Whether bytes are UTF-8, piece by piece."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.policy import utf8
from webhook.policy.utf8 import is_utf8


@pytest.mark.parametrize("data", [b"", b"ascii", "zwölf 服务".encode(), ("x" * 70_000 + "é").encode()])
def test_text_is(data: bytes) -> None:
    assert is_utf8(data)


@pytest.mark.parametrize("data", [b"\xff", b"\xff" + b"a" * 70_000, b"a" * 200_000 + b"\xff", "服".encode()[:2]])
def test_other_bytes_are_not(data: bytes) -> None:
    assert not is_utf8(data)


@given(st.text(max_size=12), st.binary(max_size=2))
def test_it_is_as_decoding_it_at_once_says_wherever_the_pieces_end(text: str, more: bytes) -> None:
    data = text.encode(errors="surrogatepass") + more
    try:
        data.decode()
    except UnicodeDecodeError:
        expected = False
    else:
        expected = True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utf8, "_PIECE", 3)
        assert is_utf8(data) is expected
