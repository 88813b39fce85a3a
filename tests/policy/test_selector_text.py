"""Label selectors as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.policy.selector_text import InvalidSelector, parse_selector

WEB = {"app": "web", "env": "prod", "example.com/tier": "", "in": "x"}


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("", True),
        (" ", True),
        ("app=web", True),
        ("app==web", True),
        (" app = web , env = prod ", True),
        ("app=db", False),
        ("app=web,env=test", False),
        ("app!=db", True),
        ("app!=web", False),
        ("absent!=web", True),
        ("absent=", False),
        ("example.com/tier=", True),
        ("app in (web)", True),
        ("app in(db, web),env", True),
        ("app in (db,cache)", False),
        ("env notin (test, prod)", False),
        ("env notin (test),absent notin (a)", True),
        ("app", True),
        ("absent", False),
        ("!absent", True),
        ("! absent,app", True),
        ("!app", False),
        ("in in (x),in", True),
    ],
)
def test_a_selector_selects_as_kubectl_does(text: str, *, selected: bool) -> None:
    assert parse_selector(text).selects(WEB) is selected


@pytest.mark.parametrize(
    "text",
    [
        ",",
        "app=web,",
        "app=a b",
        "app in web",
        "app in (web",
        "app<5",
        "=web",
        "a/b/c=d",
        "app=-web",
        "app===web",
        "!app=web",
    ],
)
def test_what_is_no_selector_is_refused(text: str) -> None:
    with pytest.raises(InvalidSelector, match=r"not a label selector \(requirement \d\)"):
        parse_selector(text)


WORDS = st.from_regex(r"[a-z]([a-z0-9.-]{0,5}[a-z0-9])?", fullmatch=True)


@given(st.dictionaries(WORDS, WORDS, min_size=1, max_size=4), st.dictionaries(WORDS, WORDS, max_size=4))
def test_what_all_labels_of_an_object_spell_selects_what_has_them(
    labels: dict[str, str], other: dict[str, str]
) -> None:
    selector = parse_selector(",".join(f"{key}={value}" for key, value in labels.items()))
    assert selector.selects(other | labels)
    assert selector.selects(other) is (labels.items() <= other.items())
