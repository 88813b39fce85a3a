"""Which authority signs, and which comes next.

An authority's way: made, *next* (trusted, signing nothing), *current* (signing), *before* (trusted until it has ended).
It goes from one to the other only by what the Secret holds, so that replicas which see the same do the same.

Clocks may be wrong. A replica whose clock is ahead finds an authority due too early, which harms nobody. One whose
clock is behind finds authorities that begin in its future, and has them replaced by one that begins in its past: that
one is good for both, so they agree. Only clocks that are most of a year apart cannot.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from certs.authority import make_authority, permitted_names
from certs.names import is_service_name
from certs.reading import Loaded, read_authority
from certs.rotation import authority_due
from certs.situation import Situation

TRUSTED_FIRST = timedelta(minutes=1)
"""How long everybody has to trust an authority before it signs. API servers learn of a change within a second or so."""
_MOST_NAMES = 8
"""Of before, that are still permitted: those of four Services."""


class Choice(NamedTuple):
    """What the Secret is to hold."""

    current: Loaded
    next: Loaded | None
    why: str
    """What is done; "" where everything stays."""


def choose(situation: Situation) -> Choice:
    """Choose."""
    current = situation.read.current if situation.read else None
    if current is None:
        return _restored(situation)
    better = None if situation.is_good(current) else _replaced(situation, current)
    return better or _defended(situation, current) or _rotated(situation, current)


def _restored(situation: Situation) -> Choice:
    """Choose where the Secret has no authority: what signed before goes on signing, so that its leaves stay good."""
    mine, following = situation.mine, situation.following
    if mine is not None:
        held = situation.held.next if situation.held else None
        held = None if held is None or situation.is_over(held) else held
        return Choice(mine, _other(following or held, mine), "there was no authority: wrote back the one held")
    if following is not None:
        return Choice(following, None, "there was no authority but the next one: it signs")
    return Choice(_made(situation), None, "there was no authority: made one")


def _replaced(situation: Situation, current: Loaded) -> Choice | None:
    """Choose where the authority has ended, or begins later; None where there is nothing better yet."""
    mine, following = situation.mine, situation.following
    following = following if situation.is_good(following) else None
    if following is not None and _may_sign(situation, following):
        return Choice(following, None, "the authority is not good now, and the next one is: it signs")
    if situation.is_over(current):
        if mine is not None:
            return Choice(mine, _other(following, mine), "the authority in the Secret has ended, the one held has not")
        # Nothing that it signs is believed: there is nothing to wait for.
        if following is not None:
            return Choice(following, None, "the authority has ended: the next one signs")
        return Choice(_made(situation), None, "the authority has ended, and no next one is good: made another")
    if mine is not None and situation.is_good(mine):
        # One that begins now is good also by the clock of whoever wrote this one, and ends the matter.
        compromise = following or _made(situation)
        return Choice(mine, _other(compromise, mine), "the authority in the Secret is not good yet, the one held is")
    return None


def _defended(situation: Situation, current: Loaded) -> Choice | None:
    """Choose the authority held, where somebody put another into the Secret that nobody trusts."""
    mine, trusted = situation.mine, situation.publication.age_of
    if mine is None or trusted(current.certificate) is not None or trusted(mine.certificate) is None:
        return None
    return Choice(mine, current, "nobody trusts the authority in the Secret, but the one held: it comes next")


def _rotated(situation: Situation, current: Loaded) -> Choice:
    """Choose where the authority can sign, and may be due."""
    due, following, why = situation.due(current), situation.following, ""
    if following is not None and not situation.is_good(following):
        # Or a replica whose clock is ahead would have it sign before it is good.
        following, why = _made(situation), "the next authority is not good yet: made another"
    elif due.due and (following is None or not situation.fits(following)):
        following, why = _successor(situation, current), f"the authority is due, since {due.reason}"
    if due.due and following is not None and _may_sign(situation, following):
        return Choice(following, None, f"the next authority signs: the one before is due, since {due.reason}")
    return Choice(current, following, why)


def _may_sign(situation: Situation, following: Loaded) -> bool:
    """Tell whether everybody trusts it, and it would not be due itself: then nothing would be gained."""
    age = situation.publication.age_of(following.certificate)
    return age is not None and age >= TRUSTED_FIRST and not authority_due(following.certificate, situation.now).due


def _successor(situation: Situation, current: Loaded) -> Loaded:
    """Return what comes next: the authority held, where the Secret came from a backup and has an older one.

    Where the names have changed, guards with those before go on for a while, and theirs are permitted too.
    """
    mine = situation.mine
    if mine is not None and situation.fits(mine) and not authority_due(mine.certificate, situation.now).due:
        return mine
    if situation.fits(current):
        return _made(situation)
    return _made(
        situation, [name for name in permitted_names(current.certificate) if is_service_name(name)][:_MOST_NAMES]
    )


def _made(situation: Situation, also: Iterable[str] = ()) -> Loaded:
    return read_authority(make_authority((*situation.names, *also), situation.now))


def _other(authority: Loaded | None, than: Loaded) -> Loaded | None:
    return None if authority == than else authority
