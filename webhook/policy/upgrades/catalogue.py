"""The kinds that ask for an upgrade: those of ``webhook/policy/upgrades.yaml``, less and more what the policy says."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from webhook.policy.patterns import Patterns
from webhook.policy.upgrades.dialects import Dialect
from webhook.policy.upgrades.field_path import FieldPath
from webhook.policy.upgrades.kind import (
    Condition,
    ObjectName,
    Part,
    Read,
    Scope,
    UpgradeKind,
    Upgrader,
    Upgrades,
    Writer,
)

Key = tuple[str, str]
"""Group and resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeKinds:
    """The kinds that a policy judges. The catalogue is read when the first is asked for."""

    added: tuple[UpgradeKind, ...] = ()
    """Each stands beside the catalogue's, or in place of the one of its group and resource."""
    off: frozenset[str] = frozenset()
    """Names of kinds that are not judged."""
    _found: dict[Key, UpgradeKind] = field(default_factory=dict, init=False, compare=False, repr=False)

    def by_key(self) -> Mapping[Key, UpgradeKind]:
        """Return them by group and resource."""
        if not self._found:
            kinds = {**catalogue(), **{(kind.group, kind.resource): kind for kind in self.added}}
            self._found.update({key: kind for key, kind in kinds.items() if kind.name not in self.off})
        return self._found

    def named(self, group: str, kind: str) -> UpgradeKind | None:
        """Return the one whose manifests have this group and kind."""
        return next((one for one in self.by_key().values() if (one.group, one.kind) == (group, kind)), None)


@cache
def catalogue() -> Mapping[Key, UpgradeKind]:
    """Return the kinds of the file, in its order."""
    text = pkgutil.get_data("webhook.policy", "upgrades.yaml") or b""
    kinds = [kind_from(entry) for entry in yaml.load(text, Loader=yaml.CSafeLoader)]
    return {(kind.group, kind.resource): kind for kind in kinds}


def kind_from(entry: dict[str, Any]) -> UpgradeKind:
    """Build a kind from an entry as the file has it. Everything that could fail was checked before."""
    return UpgradeKind(
        group=entry["group"],
        resource=entry["resource"],
        kind=entry["kind"],
        scope=Scope(entry["scope"]),
        upgrades=Upgrades(entry["upgrades"]),
        writer=Writer(entry["writer"]),
        reads=tuple(map(_read, entry["reads"])),
        source=entry["source"],
        versions=tuple(entry.get("versions", ())),
        object=ObjectName(**entry["object"]) if "object" in entry else None,
        when=_condition(entry.get("when")),
        unless=_condition(entry.get("unless")),
        upgrader=_upgrader(entry.get("upgrader")),
    )


def _read(read: dict[str, Any]) -> Read:
    return Read(
        path=FieldPath.parse(read["path"]),
        of=Part(read["of"]),
        dialect=Dialect(read.get("dialect", Dialect.KUBERNETES)),
        instead_of=FieldPath.parse(read["insteadOf"]) if "insteadOf" in read else None,
        only=frozenset(read["only"]) if "only" in read else None,
    )


def _condition(condition: dict[str, Any] | None) -> Condition | None:
    if condition is None:
        return None
    return Condition(path=FieldPath.parse(condition["path"]), texts=frozenset(condition["in"]))


def _upgrader(upgrader: dict[str, Any] | None) -> Upgrader | None:
    if upgrader is None:
        return None
    return Upgrader(path=FieldPath.parse(upgrader["path"]), pattern=Patterns([upgrader["pattern"]]))
