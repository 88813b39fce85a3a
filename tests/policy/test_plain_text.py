"""Text from outside is made safe to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.policy.plain_text import plain


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("web-1", "web-1"),
        ("zwölf 服务", "zwölf 服务"),
        ("a\nb\tc\x00d", "a\ufffdb\ufffdc\ufffdd"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\u202egpj.exe", "\ufffdgpj.exe"),
        ("\x9b31m", "\ufffd31m"),
    ],
)
def test_what_drives_a_terminal_or_forges_a_line_is_replaced(given_text: str, shown: str) -> None:
    assert plain(given_text) == shown


@given(st.text(), st.integers(1, 50))
def test_any_text_becomes_printable_and_short(text: str, limit: int) -> None:
    assert plain(text, limit).isprintable()
    assert len(plain(text, limit)) <= limit
