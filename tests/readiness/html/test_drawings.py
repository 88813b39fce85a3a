"""The drawings are SVG that says in words what it shows."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.policy.verdict import Readiness
from webhook.readiness.renderings.html_page.drawings import Segment, bar, in_words, mark, tab_icon, widths

SEGMENTS = [Segment("incompatible", "incompatible", 3), Segment("exempt", "exempt", 1)]


def test_a_bar_is_one_line_of_svg() -> None:
    assert bar(SEGMENTS, 8) == (
        '<svg class="bar" role="img" aria-label="3 incompatible, 1 exempt">'
        '<rect class="incompatible" x="0%" width="37.5%" height="100%"/>'
        '<rect class="exempt" x="37.5%" width="12.5%" height="100%"/>'
        "</svg>"
    )


def test_large_numbers_are_grouped_and_nothing_is_said_too() -> None:
    assert in_words([Segment("compatible", "compatible", 80_000)]) == "80,000 compatible"
    assert in_words([]) == "none"


def test_words_in_a_drawing_are_escaped() -> None:
    drawn = bar([Segment('"/><script>', '"><script>', 1)], 1)
    root = ET.fromstring(drawn)
    assert [one.tag for one in root.iter()] == ["svg", "rect"]
    assert root.get("aria-label") == '1 "><script>'


@given(st.lists(st.integers(0, 10**6), max_size=6), st.integers(0, 10**6))
def test_every_part_of_a_bar_is_seen_and_the_bar_is_never_longer_than_its_room(parts: list[int], more: int) -> None:
    longest = sum(parts) + more or 1
    drawn = widths(parts, longest)
    assert sum(drawn) <= 100.001
    assert [width > 0.7 for width in drawn] == [part > 0 for part in parts]


@given(st.lists(st.integers(100, 1000), min_size=1, max_size=6))
def test_a_bar_of_all_pods_fills_its_room_in_proportion(parts: list[int]) -> None:
    assert widths(parts, sum(parts)) == pytest.approx([100 * part / sum(parts) for part in parts])


@pytest.mark.parametrize("readiness", Readiness)
def test_each_readiness_has_a_shape_of_its_own(readiness: Readiness) -> None:
    ET.fromstring(mark(readiness))
    assert len({mark(one) for one in Readiness}) == len(Readiness)
    assert tab_icon(readiness).startswith("data:image/svg+xml,%3Csvg")
    assert "#" not in tab_icon(readiness)
