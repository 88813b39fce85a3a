"""How long whoever calls the guard has trusted which authority: every entry of its webhook configuration.

Each API server reads the configuration on its own. That an authority is in it now says little; that it was in it for a
minute without a break says that all of them know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography import x509

from certs.bundle import read_bundle
from certs.stores import Registered


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What is known of it at an instant; by itself, that nothing is known."""

    ages: Mapping[x509.Certificate, timedelta] = field(default_factory=dict)
    """Of each authority that every entry has, how long it is known to be so."""
    nobody_calls: bool = False
    """Whether it is known that there is no entry: then nobody can miss an authority."""

    def age_of(self, authority: x509.Certificate) -> timedelta | None:
        """Return for how long everybody has trusted it; None where that is not so, or not known."""
        return timedelta.max if self.nobody_calls else self.ages.get(authority)


class PublicationRecord:
    """Remembers since when. Instants are seconds of a clock that never runs back."""

    def __init__(self) -> None:
        self._since: dict[x509.Certificate, float] = {}
        self._whose: object = None

    def see(self, registered: Registered | None, monotonic: float) -> Publication:
        """Take note of the configuration as it was read just now; None is that there is none.

        Another object, or an entry of another name, begins anew: what was known was of others.
        """
        if registered is None or not registered.bundles:
            self.forget()
            return Publication(nobody_calls=True)
        whose = registered.uid, frozenset(registered.bundles)
        before = self._since if whose == self._whose else {}
        trusted = [frozenset(read_bundle(bundle).certificates) for bundle in set(registered.bundles.values())]
        self._since = {one: before.get(one, monotonic) for one in frozenset.intersection(*trusted)}
        self._whose = whose
        return Publication(ages={one: timedelta(seconds=monotonic - since) for one, since in self._since.items()})

    def forget(self) -> None:
        """Take note that it could not be read: meanwhile anything may have been in it."""
        self._since = {}
        self._whose = None
