"""The README in Chinese says what the one in English says: as far as that can be told without reading either."""

import re

import pytest

from tests.documents.reading import ROOT, console_lines, headings, links

ENGLISH, CHINESE = ((ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md"))


def test_it_has_the_same_commands() -> None:
    assert console_lines(CHINESE) == console_lines(ENGLISH)


def test_what_it_shows_as_code_is_the_same() -> None:
    shown = r"^```.*?^```$"
    found = [re.findall(shown, text, re.MULTILINE | re.DOTALL) for text in (ENGLISH, CHINESE)]
    assert found[0] == found[1]


def test_it_has_the_same_headings_in_the_same_order() -> None:
    assert [level for level, _ in headings(CHINESE)] == [level for level, _ in headings(ENGLISH)]
    assert headings(CHINESE)[0] == headings(ENGLISH)[0]


def test_its_links_lead_to_the_same_places() -> None:
    found = [sorted(link for link in links(text) if not link.startswith("README")) for text in (ENGLISH, CHINESE)]
    assert found[0] == found[1]


@pytest.mark.parametrize("start", ["- ", "| "], ids=["points", "rows of tables"])
def test_nothing_that_is_listed_is_missing(start: str) -> None:
    found = [sum(line.startswith(start) for line in text.splitlines()) for text in (ENGLISH, CHINESE)]
    assert found[0] == found[1]


def test_figures_and_names_are_the_same() -> None:
    """What stands in backquotes, and every number: those are not translated."""
    for pattern in (r"`[^`\n]+`", r"\d[\d,.]*\d"):
        found = [sorted(set(re.findall(pattern, text))) for text in (ENGLISH, CHINESE)]
        assert found[0] == found[1]
