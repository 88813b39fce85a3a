"""What a replica knows at an instant, before it decides what the Secret is to hold."""

from dataclasses import dataclass
from datetime import datetime

from certs.authority import permits
from certs.chest import Chest
from certs.names import LOOPBACK
from certs.publication import Publication
from certs.reading import Loaded
from certs.rotation import Due, authority_due
from certs.validity import has_begun, has_ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a replica knows and wants."""

    now: datetime
    """Aware. By a clock that may be wrong."""
    read: Chest | None
    """What the Secret holds; None where there is none."""
    held: Chest | None
    """What this replica went by until now; None for one that begins."""
    publication: Publication
    names: tuple[str, ...]
    """The host names that an authority has to permit."""
    settled: bool = False
    """Whether this replica has gone by the Secret's authority for long, and by a clock that nobody sets."""
    asked: bool = False
    """Whether somebody wants the authority of the Secret replaced."""

    @property
    def mine(self) -> Loaded | None:
        """The authority that this replica signs with, where the Secret has another; None also where it has ended."""
        mine = self.held.current if self.held else None
        return None if mine is None or self.is_over(mine) or (self.read and self.read.current == mine) else mine

    @property
    def following(self) -> Loaded | None:
        """The next authority of the Secret; None also where it has ended."""
        return None if self.read is None or self.read.next is None or self.is_over(self.read.next) else self.read.next

    def is_over(self, authority: Loaded) -> bool:
        """Tell whether it has ended."""
        return has_ended(authority.certificate, self.now)

    def is_good(self, authority: Loaded | None) -> bool:
        """Tell whether there is one, which has begun and not ended."""
        return authority is not None and has_begun(authority.certificate, self.now) and not self.is_over(authority)

    def fits(self, authority: Loaded) -> bool:
        """Tell whether it permits the names of the guard's leaves."""
        return permits(authority.certificate, (*self.names, *LOOPBACK))

    def due(self, authority: Loaded) -> Due:
        """Tell whether the authority that signs is to be replaced."""
        if not self.fits(authority):
            return Due(due=True, reason="it does not permit the guard's names")
        if self.asked:
            return Due(due=True, reason="somebody asked for it")
        return authority_due(authority.certificate, self.now)
