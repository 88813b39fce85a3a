"""What an object asks for: the versions that stand in it. And what of that is an upgrade, told from what was before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.upgrades.dialects import Dialect, version_in
from webhook.policy.upgrades.field_path import FieldPath, Unreadable, digest_of
from webhook.policy.upgrades.kind import Condition, Part, Read, UpgradeKind

_MOST_VALUES = 1_000
"""Of one field: more pools than that has no cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A version that stands in an object."""

    path: str
    of: Part
    version: KubernetesVersion | None
    """None is one that cannot be told."""
    text: str
    """As it stands there. Make it ``plain`` before showing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """What an upgrade is asked for."""

    highest: Asked | None
    """The version that rises highest."""
    untold: Asked | None
    """A new version that cannot be told: it may rise higher still."""

    @property
    def first(self) -> Asked:
        """The one to speak of. One of them is there."""
        found = self.highest or self.untold
        assert found is not None  # noqa: S101 -- rise_in makes no other
        return found


def versions_in(kind: UpgradeKind, found: Any) -> tuple[Asked, ...]:
    """Return the versions that an object of the kind asks for, in the order of the kind's fields."""
    if (kind.when and not _holds(kind.when, found)) or (kind.unless and _holds(kind.unless, found)):
        return ()
    return tuple(asked for read in kind.reads for asked in _read(kind, read, found))


def rise_in(new: Sequence[Asked], old: Sequence[Asked], running: KubernetesVersion | None) -> Rise | None:
    """Return the upgrade that is asked for; None where there is none.

    A version rises if it is above all that the same field held before, and above what the cluster runs (None: not
    known, and then whatever is above the one before rises). One that cannot be told rises if it is new.
    """
    before: dict[str, KubernetesVersion] = {}
    texts = {(asked.path, asked.text) for asked in old}
    for asked in old:
        if asked.version is not None:
            before[asked.path] = max(asked.version, before.get(asked.path, asked.version))
    rising = [
        (asked.version, asked)
        for asked in new
        if asked.version is not None
        and (asked.path not in before or asked.version > before[asked.path])
        and (running is None or asked.version > running)
    ]
    untold = next((asked for asked in new if asked.version is None and (asked.path, asked.text) not in texts), None)
    highest = max(rising, key=lambda pair: pair[0])[1] if rising else None
    return Rise(highest=highest, untold=untold) if highest or untold else None


def _read(kind: UpgradeKind, read: Read, found: Any) -> Iterator[Asked]:
    if read.instead_of and any(_texts(read.instead_of, found)):
        return
    for text in _texts(read.path, found):
        if not text or (read.only is not None and text not in read.only):
            continue
        version = version_in(text, read.dialect)
        if version is None and not _counts_untold(kind, read, found):
            continue
        yield Asked(path=str(read.path), of=read.of, version=version, text=text)


def _counts_untold(kind: UpgradeKind, read: Read, found: Any) -> bool:
    """Whether a version that cannot be told is one of Kubernetes at all: what the object runs may show that."""
    if kind.upgrader is None:
        return read.dialect is not Dialect.FREE_TEXT
    return any(map(kind.upgrader.pattern.matches, _texts(kind.upgrader.path, found)))


def _holds(condition: Condition, found: Any) -> bool:
    return any(text in condition.texts for text in _texts(condition.path, found))


def _texts(path: FieldPath, found: Any) -> Iterator[str]:
    """Yield the values of a field. What is no text is one that no dialect can tell, and stays apart from others."""
    for place, value in enumerate(path.values(found)):
        if place == _MOST_VALUES:
            yield "(too many values)"
            return
        match value:
            case str():
                yield value.strip()
            case Unreadable():
                yield f"(unreadable, {value.digest})"
            case _:
                yield f"(no text, {digest_of(value)})"
