"""The version that a pod declares is spelt in CEL as everywhere else. RE2 is what both of them run."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from webhook.admission.in_cel.declared_version import TRIMMED
from webhook.policy.matrix import normalise

BLANKS = [chr(code) for code in range(0x10000) if chr(code).isspace()]


def spelt(declared: str) -> str:
    """What the expressions do."""
    found = re2.search(TRIMMED, declared)
    trimmed = found[0] if found else ""
    return trimmed[1:] if trimmed.startswith("v") else str(trimmed)


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_every_blank_around_it_goes(blank: str) -> None:
    assert spelt(f"{blank}v1.0{blank}0{blank}") == normalise(f"{blank}v1.0{blank}0{blank}") == f"1.0{blank}0"


@given(st.text(st.sampled_from([*BLANKS, "v", "1", ".", "\u200b", "\u180e", "é"]), max_size=8))
def test_it_is_spelt_as_everywhere_else(declared: str) -> None:
    assert spelt(declared) == normalise(declared)
