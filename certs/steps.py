"""What to write into the Secret next. Every replica asks this one function, and none of them leads: who comes too late
gets a conflict, and reads what is there by now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509

from certs.authority import permits, permitted_names
from certs.bundle import bundle_of
from certs.chest import Chest
from certs.choosing import choose
from certs.situation import Situation

STAYS_AFTER_ITS_END = timedelta(days=1)
"""How long an authority is trusted: by a clock that is behind, it is good for a while yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to write."""

    chest: Chest
    why: str
    """For a line of the log."""
    problems: tuple[str, ...]
    """What it puts right."""
    overrules: bool
    """Whether a replica with another clock may want it undone: there is another next authority than the Secret's, or
    its current one makes way for one that it did not announce. The caller takes few of these, lest they go on."""


def next_step(situation: Situation) -> Step | None:
    """Return what to write; None where the Secret is as it has to be."""
    read = situation.read or Chest()
    choice = choose(situation)
    keep = [one.certificate for one in (choice.current, choice.next, read.current) if one is not None]
    # Where a clock was set far ahead, all have ended at once, and others, whose clocks were not, serve leaves of them.
    is_settled = situation.settled and choice.current == read.current
    chest = Chest(
        current=choice.current,
        next=choice.next,
        bundle=bundle_of(
            _trusted(situation, read),
            keep=keep,
            ended_before=situation.now - STAYS_AFTER_ITS_END if is_settled else None,
        ),
    )
    if chest == situation.read:
        return None
    announced = {choice.current, choice.next} <= {read.current, read.next, None}
    asked = situation.asked and choice.current == read.current and read.next is None
    return Step(
        chest=chest,
        why=choice.why or "other authorities are to be trusted",
        problems=read.problems,
        overrules=read.current is not None and not announced and not asked,
    )


def _trusted(situation: Situation, read: Chest) -> Iterable[x509.Certificate]:
    """Yield the authorities that have to stay trusted. The rules of the bundle sort them out."""
    # One that was to come next and does not has signed nothing. One that does is kept in any case.
    yield from (one for one in read.bundle if read.next is None or one != read.next.certificate)
    if situation.held is not None:
        if situation.held.current is not None:
            yield situation.held.current.certificate  # the leaf that is served is by it
        if read.current is None or read.problems:
            yield from situation.held.bundle
    if read.current is None:
        # Whoever begins while the Secret is gone: others go on serving leaves of what stood there.
        yield from (one for one in situation.publication.ages if _is_ours(one, situation.names))


def _is_ours(authority: x509.Certificate, names: tuple[str, ...]) -> bool:
    """Tell whether a guard of these names made it: ours name what they permit, and others mostly do not."""
    return bool(permitted_names(authority)) and permits(authority, names)
