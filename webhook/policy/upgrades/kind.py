"""A kind of object that asks for an upgrade: where its versions stand, who writes it, which cluster it means."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from webhook.policy.patterns import Patterns
from webhook.policy.upgrades.dialects import Dialect
from webhook.policy.upgrades.field_path import FieldPath


class Scope(StrEnum):
    """Where objects of a kind live."""

    NAMESPACED = "Namespaced"
    CLUSTER = "Cluster"


class Writer(StrEnum):
    """Who writes objects of a kind."""

    PERSON = "Person"
    """A person, or GitOps for one."""
    CONTROLLER = "Controller"
    """A controller, in the middle of its work: a denial would wedge it there."""


class Upgrades(StrEnum):
    """Which cluster an object means."""

    THIS = "This"
    """The one that it is in."""
    ANOTHER = "Another"
    """One that is managed from here: which, the policy says."""


class Part(StrEnum):
    """What of a cluster a version is for."""

    CONTROL_PLANE = "ControlPlane"
    WORKERS = "Workers"
    BOTH = "Both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One field that may hold a version."""

    path: FieldPath
    of: Part = Part.BOTH
    dialect: Dialect = Dialect.KUBERNETES
    instead_of: FieldPath | None = None
    """It counts only where that other field has no value."""
    only: frozenset[str] | None = None
    """The texts that count; None is all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Holds where a field has one of these texts."""

    path: FieldPath
    texts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrader:
    """How an object of a FreeText kind shows that it upgrades Kubernetes all the same: the image that it runs."""

    path: FieldPath
    pattern: Patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectName:
    """The one object of a kind that counts."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeKind:
    """A kind, known by its group and resource whatever versions of it are served."""

    group: str
    resource: str
    kind: str
    scope: Scope
    upgrades: Upgrades
    writer: Writer
    reads: tuple[Read, ...]
    source: str
    versions: tuple[str, ...] = ()
    """Served ones, as far as known. For people: every version of a kind is judged."""
    object: ObjectName | None = None
    when: Condition | None = None
    unless: Condition | None = None
    upgrader: Upgrader | None = None
    is_object: bool = True
    """Whether it is one of the API, which can be annotated. What stands in a plan cannot."""

    @property
    def name(self) -> str:
        """As CustomResourceDefinitions are named: ``clusters.cluster.x-k8s.io``."""
        return f"{self.resource}.{self.group}" if self.group else self.resource

    @property
    def deniable(self) -> bool:
        """Whether a request may be refused. What controllers write, and the core group, is warned about at most."""
        return self.writer is Writer.PERSON and bool(self.group)

    def may_be(self, *, namespace: str | None, name: str | None) -> bool:
        """Whether an object of this name counts, as far as a name is given."""
        return self.object is None or not name or (namespace, name) == (self.object.namespace, self.object.name)

    def fields(self) -> Iterator[FieldPath]:
        """Yield every field that is looked at."""
        for read in self.reads:
            yield read.path
            if read.instead_of:
                yield read.instead_of
        for other in (self.when, self.unless, self.upgrader):
            if other:
                yield other.path
