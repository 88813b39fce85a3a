"""When a certificate is to be renewed, and why. Pure rules, asked every minute by the wall clock.

A clock may be set back or forth. What decides is therefore never how long ago something was done, but whether what is
held is good at the clock's instant, and whether a new one would be better.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from certs.leaf import is_signed_by, span_of_leaf
from certs.validity import has_begun, has_ended, written


@dataclass(frozen=True, slots=True)
class Due:
    """Whether something is to be renewed."""

    due: bool
    reason: str = ""
    """A piece of a sentence for a line of the log."""


NOT_DUE = Due(due=False)


def authority_due(authority: x509.Certificate, now: datetime) -> Due:
    """Tell whether another authority is to take its place, at ``now`` (aware)."""
    if not has_begun(authority, now):
        return Due(due=True, reason=f"it begins at {written(authority.not_valid_before_utc)} only, by this clock")
    if has_ended(authority, now):
        return Due(due=True, reason=f"it ended at {written(authority.not_valid_after_utc)}")
    return _aged(authority, now)


def leaf_due(leaf: x509.Certificate, authority: x509.Certificate, now: datetime, *, asked: bool = False) -> Due:
    """Tell whether another leaf, by the authority that signs now, is to take its place, at ``now`` (aware).

    ``asked`` is whether somebody wants it renewed. Age alone is no reason where a new one would end no later, as just
    before the authority's end; nor is an early start where a new one would begin no earlier.
    """
    if not is_signed_by(leaf, authority):
        return Due(due=True, reason="it is by another authority than the one that signs now")
    if asked:
        return Due(due=True, reason="somebody asked for it")
    anew = span_of_leaf(authority, now)
    if not has_begun(leaf, now) and anew.begins < leaf.not_valid_before_utc:
        return Due(due=True, reason=f"it begins at {written(leaf.not_valid_before_utc)} only, by this clock")
    if anew.ends <= leaf.not_valid_after_utc:
        return NOT_DUE
    return _aged(leaf, now)


def renewal_of(certificate: x509.Certificate) -> datetime:
    """Return when it is due by its age: a fraction of its life, so that no life is too short for the rule."""
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    return certificate.not_valid_before_utc + timedelta(seconds=life.total_seconds() * 2 / 3)


def _aged(certificate: x509.Certificate, now: datetime) -> Due:
    if now < renewal_of(certificate):
        return NOT_DUE
    return Due(due=True, reason=f"two thirds of its life were over at {written(renewal_of(certificate))}")
