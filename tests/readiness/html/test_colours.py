"""Words are readable on their ground, in light and in dark."""

import re
from importlib import resources

import pytest

from webhook.readiness.renderings import html_page

COLOURS = resources.files(html_page).joinpath("colours.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", scheme)) for scheme in COLOURS.split("prefers-color-scheme: dark")
)
PAIRS = [(word, ground) for word in ("ink", "quiet", "link") for ground in ("paper", "wash", "ready-wash")] + [
    (f"{word}{'-wash' * wash}", ground)
    for word, wash, ground in [
        (verdict, False, ground)
        for verdict in ("ready", "notready", "unknown")
        for ground in ("paper", "wash", f"{verdict}-wash")
    ]
]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("word", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(scheme: dict[str, str], word: str, ground: str) -> None:
    brighter, darker = sorted((luminance(scheme[word]), luminance(scheme[ground])), reverse=True)
    assert (brighter + 0.05) / (darker + 0.05) >= 4.5
