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
    ("text", "number"),
    [
        (",", 1),
        ("app=web,", 2),
        ("app=a b", 1),
        ("app in web", 1),
        ("app in (web", 1),
        ("app in (web,db),env,app<5", 3),
        ("=web", 1),
        ("a/b/c=d", 1),
        ("app=-web", 1),
        ("app===web", 1),
        ("!app=web", 1),
    ],
)
def test_what_is_no_selector_is_refused_by_the_number_of_its_part(text: str, number: int) -> None:
    with pytest.raises(InvalidSelector, match=rf"^not a label selector \(requirement {number}\); write it like app="):
        parse_selector(text)


WORDS = st.from_regex(r"[a-z]([a-z0-9.-]{0,5}[a-z0-9])?", fullmatch=True)


@given(st.dictionaries(WORDS, WORDS, min_size=1, max_size=4), st.dictionaries(WORDS, WORDS, max_size=4))
def test_what_all_labels_of_an_object_spell_selects_what_has_them(
    labels: dict[str, str], other: dict[str, str]
) -> None:
    selector = parse_selector(",".join(f"{key}={value}" for key, value in labels.items()))
    assert selector.selects(other | labels)
    assert selector.selects(other) is (labels.items() <= other.items())
