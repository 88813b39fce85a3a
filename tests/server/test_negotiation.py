"""Which format a caller gets who says what it accepts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.readiness.rendering import Format
from webhook.server.negotiation import acceptable


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", Format.JSON),
        ("*/*", Format.JSON),
        ("application/json", Format.JSON),
        ("application/yaml", Format.YAML),
        ("text/csv", Format.CSV),
        ("text/markdown", Format.MARKDOWN),
        ("application/xml", Format.JUNIT),
        ("text/plain", Format.TABLE),
        ("TEXT/HTML", Format.HTML),
        ("text/html;q=0.5, application/json;q=0.9", Format.JSON),
        ("text/html, application/json", Format.HTML),
        ("application/json;q=0, text/csv", Format.CSV),
        ("image/png, */*;q=0.1", Format.JSON),
        ("text/*", Format.TABLE),
        ("image/png", None),
        ("text/html;q=nonsense", None),
    ],
)
def test_the_accept_header_is_read_as_rfc_9110_says(accept: str, chosen: Format | None) -> None:
    assert acceptable(accept) is chosen


def test_a_browser_gets_the_page() -> None:
    assert acceptable("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8") is Format.HTML


@given(st.text())
def test_no_header_breaks_it(accept: str) -> None:
    assert acceptable(accept) in {None, *Format}
