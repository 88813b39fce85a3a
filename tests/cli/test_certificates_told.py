"""What ``certs status`` tells, of every state in which certificates may be."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.bundle import fingerprint
from certs.pair import Pair
from certs.rotation import renewal_of
from certs.self_signed import make_self_signed
from certs.stores import Registered, StoredSecret
from certs.validity import CLOCK_SKEW
from tests.cli.certificate_builders import (
    BEFORE,
    CURRENT,
    DAY,
    ENDED,
    FOREIGN,
    LATER,
    NAMES,
    NEXT,
    NO_AUTHORITY,
    NOBODY_CALLS,
    NOW,
    PLACE,
    PODS,
    SECRET,
    UNKNOWN,
    UPGRADES,
    WHOLE,
    certificate,
    changed,
    impostor_of,
    in_all,
    instant,
    leaf_of,
    registered,
    shown,
    stored,
    trusting,
)
from webhook.cli.certificates_told import Told, as_json, as_text, tell_of

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is there, in order unless said otherwise, and what of it is told as a problem."""

    name: str
    secret: StoredSecret | None = field(default_factory=lambda: stored(CURRENT, BEFORE))
    registered: Registered | None = field(default_factory=lambda: in_all(CURRENT, BEFORE))
    served: Pair | None = None
    problems: tuple[str, ...] = ()

    def told(self) -> Told:
        served = certificate(self.served) if self.served else None
        return tell_of(PLACE, self.secret, self.registered, served, NOW)


def overdue(what: str, pair: Pair) -> str:
    one = certificate(pair)
    return (
        f"{what} was to be renewed at {instant(renewal_of(one))} and ends at {instant(one.not_valid_after_utc)}: {LOG}"
    )


LOG = "the guard's log says why"
HOUR = DAY / 24
CASES = [
    Case(name="all is in order"),
    Case(
        name="a change is under way",
        secret=stored(CURRENT, BEFORE, following=NEXT),
        registered=in_all(CURRENT, BEFORE, NEXT),
    ),
    Case(name="the next one is not trusted yet", secret=stored(CURRENT, following=NEXT), registered=in_all(CURRENT)),
    Case(name="others are trusted too", registered=in_all(FOREIGN, CURRENT)),
    Case(name="there is no Secret", secret=None, problems=(NO_AUTHORITY,)),
    Case(name="the Secret is empty", secret=StoredSecret({}, {}, "1"), problems=(NO_AUTHORITY,)),
    Case(name="there is nothing", secret=None, registered=None, problems=(NO_AUTHORITY, NOBODY_CALLS)),
    Case(name="there is no configuration", registered=None, problems=(NOBODY_CALLS,)),
    Case(name="the configuration has no entries", registered=Registered("uid-1", "1", {}), problems=(NOBODY_CALLS,)),
    Case(
        name="the key is missing",
        secret=changed(WHOLE, tls_key=None),
        problems=(f"{SECRET}: tls.key: it is missing", NO_AUTHORITY),
    ),
    Case(
        name="the key is another",
        secret=changed(WHOLE, tls_key=NEXT.key),
        problems=(f"{SECRET}: tls.crt and tls.key: the key is another than the certificate's", NO_AUTHORITY),
    ),
    Case(
        name="the Secret is of a server",
        secret=changed(WHOLE, tls_crt=leaf_of(CURRENT).certificate, tls_key=None),
        problems=(f"{SECRET}: tls.key: it is missing", NO_AUTHORITY),
    ),
    Case(
        name="the bundle is missing",
        secret=changed(WHOLE, ca_crt=None),
        problems=(f"{SECRET}: ca.crt: there is no certificate in it",),
    ),
    Case(
        name="the next one is without its key",
        secret=changed(stored(CURRENT, following=NEXT), next_key=None),
        problems=(f"{SECRET}: next.key: it is missing",),
    ),
    Case(
        name="one entry does not trust",
        registered=registered(trusting(CURRENT), trusting(BEFORE)),
        problems=(UPGRADES,),
    ),
    Case(name="entries have no bundle", registered=registered(b"", b""), problems=(PODS, UPGRADES)),
    Case(name="an entry has junk", registered=registered(b"junk", trusting(CURRENT)), problems=(PODS,)),
    Case(
        name="the authority has ended",
        secret=stored(ENDED),
        registered=in_all(ENDED),
        problems=(f"the authority ended at {instant(NOW - 35 * DAY)}",),
    ),
    Case(
        name="the authority is of the future",
        secret=stored(LATER),
        registered=in_all(LATER),
        problems=(f"the authority begins at {instant(NOW + 3 * DAY - CLOCK_SKEW)} only",),
    ),
    Case(
        name="the authority was not renewed",
        secret=stored(BEFORE),
        registered=in_all(BEFORE),
        problems=(overdue("the authority", BEFORE),),
    ),
    Case(name="the renewal is under way", secret=stored(BEFORE, following=NEXT), registered=in_all(BEFORE, NEXT)),
    Case(name="what is served is by the authority", served=leaf_of(CURRENT)),
    Case(
        name="what is served was not renewed",
        served=leaf_of(CURRENT, age=6 * DAY),
        problems=(overdue("the certificate that is served", leaf_of(CURRENT, age=6 * DAY)),),
    ),
    Case(name="what is served is due just now", served=leaf_of(CURRENT, age=5 * DAY - 8 * HOUR)),
    Case(name="what is served is by the one before, which is trusted", served=leaf_of(BEFORE)),
    Case(
        name="what is served is by the one before, which one entry does not trust",
        registered=registered(trusting(CURRENT), trusting(CURRENT, BEFORE)),
        served=leaf_of(BEFORE),
        problems=(PODS,),
    ),
    Case(
        name="what is served is by the authority, and nobody calls",
        registered=None,
        served=leaf_of(CURRENT),
        problems=(NOBODY_CALLS,),
    ),
    Case(
        name="what is served is by the authority, and no entry has a bundle",
        registered=registered(b"", b""),
        served=leaf_of(CURRENT),
        problems=(PODS, UPGRADES),
    ),
    Case(name="what is served is by an unknown authority", served=leaf_of(FOREIGN), problems=(UNKNOWN,)),
    Case(name="what is served is self-signed", served=make_self_signed(NAMES, NOW), problems=(UNKNOWN,)),
    Case(
        name="what is served names an authority that did not sign it", served=impostor_of(CURRENT), problems=(UNKNOWN,)
    ),
    Case(
        name="what is served is by another's authority, whom entries trust",
        registered=in_all(CURRENT, FOREIGN),
        served=leaf_of(FOREIGN),
    ),
    Case(
        name="what is served has ended",
        served=leaf_of(CURRENT, age=8 * DAY),
        problems=(f"the certificate that is served ended at {instant(NOW - DAY)}",),
    ),
    Case(
        name="what is served is of the future",
        served=leaf_of(CURRENT, age=-DAY),
        problems=(f"the certificate that is served begins at {instant(NOW + DAY - CLOCK_SKEW)} only",),
    ),
    Case(
        name="nothing is as it should be",
        secret=changed(stored(ENDED), ca_crt=b""),
        registered=registered(b"", trusting(ENDED)),
        served=leaf_of(FOREIGN, age=9 * DAY),
        problems=(
            f"{SECRET}: ca.crt: there is no certificate in it",
            f"the authority ended at {instant(NOW - 35 * DAY)}",
            PODS,
            f"the certificate that is served ended at {instant(NOW - 2 * DAY)}",
            UNKNOWN,
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_problem_is_told_and_no_other(case: Case) -> None:
    assert case.told().problems == case.problems


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_form_shows_a_key_and_each_shows_every_problem(case: Case) -> None:
    told = case.told()
    document, text = json.loads(as_json(told)), as_text(told)
    assert document["problems"] == list(told.problems)
    first = [f"Not in order: {problem}." for problem in told.problems] or ["All is in order."]
    assert text.splitlines()[: len(first) + 1] == [*first, ""]
    keys = [pair.key for pair in (BEFORE, CURRENT, NEXT, FOREIGN, ENDED, LATER)]
    lines = {line for key in keys for line in key.decode().splitlines()[1:-1]}
    assert not [line for line in lines if line in text or line in as_json(told).decode()]


@given(trusted=st.dictionaries(st.text(max_size=12), st.sets(st.sampled_from([BEFORE, CURRENT, NEXT])), min_size=1))
def test_an_entry_is_named_if_and_only_if_it_does_not_trust_who_signs(trusted: Mapping[str, set[Pair]]) -> None:
    entries = {name: trusting(*pairs) for name, pairs in trusted.items()}
    told = tell_of(PLACE, stored(CURRENT), Registered("uid-1", "1", entries), None, NOW)
    assert len(told.problems) == sum(CURRENT not in pairs for pairs in trusted.values())
    assert all(problem.isprintable() for problem in told.problems)
    assert [set(entry.trusts) for entry in told.entries] == [
        {fingerprint(certificate(pair)) for pair in pairs} for pairs in trusted.values()
    ]


SERVED = leaf_of(BEFORE)
FULL = Case(
    name="",
    secret=stored(CURRENT, BEFORE, following=NEXT),
    registered=registered(trusting(CURRENT, BEFORE), trusting(CURRENT)),
    served=SERVED,
    problems=(UPGRADES,),
)


def test_json_tells_all_of_it() -> None:
    current, before = shown(CURRENT), shown(BEFORE)
    assert json.loads(as_json(FULL.told())) == {
        "secret": "guards/guard-authority",
        "authority": current,
        "next": shown(NEXT),
        "trusted": [current, before, shown(NEXT)],
        "configuration": "guard",
        "entries": [
            {"name": "pods.guard.io", "trusts": [current["fingerprint"], before["fingerprint"]]},
            {"name": "upgrades.guard.io", "trusts": [current["fingerprint"]]},
        ],
        "served": {"leaf": shown(SERVED), "signedBy": before["fingerprint"]},
        "problems": [UPGRADES],
    }


def row(pair: Pair) -> str:
    one = shown(pair)
    return f"{one['fingerprint'][:16]}, {one['notBefore']} to {one['notAfter']}"


def short(pair: Pair) -> str:
    return fingerprint(certificate(pair))[:16]


def table(text: str) -> list[list[str]]:
    return [re.split(" {2,}", line) for line in text.split("\n\n", 1)[1].splitlines()]


def test_text_tells_all_of_it() -> None:
    assert table(as_text(FULL.told())) == [
        ["Authority", row(CURRENT), "Secret guards/guard-authority"],
        ["Next", row(NEXT)],
        ["Trusted", row(CURRENT)],
        ["Trusted", row(BEFORE)],
        ["Trusted", row(NEXT)],
        ["Calls by", "pods.guard.io", f"trusts {short(CURRENT)}, {short(BEFORE)}"],
        ["Calls by", "upgrades.guard.io", f"trusts {short(CURRENT)}"],
        ["Served", row(SERVED), f"by {short(BEFORE)}"],
    ]


def test_text_and_json_tell_what_there_is_not() -> None:
    leaf = leaf_of(FOREIGN)
    told = Case(name="", secret=None, registered=registered(b"", b""), served=leaf).told()
    assert table(as_text(told)) == [
        ["Authority", "none", "Secret guards/guard-authority"],
        ["Next", "none"],
        ["Calls by", "pods.guard.io", "trusts nobody"],
        ["Calls by", "upgrades.guard.io", "trusts nobody"],
        ["Served", row(leaf), "by an unknown one"],
    ]
    document = json.loads(as_json(told))
    assert (document["authority"], document["next"], document["trusted"]) == (None, None, [])
    assert document["served"]["signedBy"] is None
    assert json.loads(as_json(Case(name="").told()))["served"] is None


def test_an_entry_that_is_called_oddly_drives_no_terminal() -> None:
    odd = Registered("uid-1", "1", {"\x1b[31m\nAll is in order.": b""})
    told = tell_of(PLACE, WHOLE, odd, None, NOW)
    assert "\x1b" not in as_text(told)
    assert "\\u001b" not in as_json(told).decode()
    assert "All is in order." not in as_text(told).splitlines()
