"""Of the policy document: which cluster is judged, and which kinds of objects ask for its upgrade."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictStr, StringConstraints, WithJsonSchema, model_validator

from webhook.policy.document.closed import Closed
from webhook.policy.document.fields import Pattern, Text, Version
from webhook.policy.nearest import nearest
from webhook.policy.upgrades.dialects import Dialect
from webhook.policy.upgrades.field_path import FieldPath
from webhook.policy.upgrades.kind import Part, Scope, Upgrades, Writer


def _path(text: str) -> str:
    FieldPath.parse(text)
    return text


Path = Annotated[StrictStr, AfterValidator(_path), WithJsonSchema({"type": "string", "examples": ["spec.version"]})]


class ClaimDocument(Closed):
    """Objects that stand for this cluster. All that is given must match, and names match whole."""

    group: Text | None = None
    resource: Text | None = None
    """The plural, as in clusters."""
    namespace: Text | None = None
    name: Text | None = None
    labels: dict[str, StrictStr] = {}
    """Who may change the object may change its labels: a name is safer."""

    @model_validator(mode="after")
    def _names_something(self) -> "ClaimDocument":
        if not (self.group or self.resource or self.namespace or self.name or self.labels):
            raise ValueError("it would claim every object; give group, resource, namespace, name or labels")
        return self


class ThisClusterDocument(Closed):
    """The cluster whose pods are judged."""

    version: Version | None = None
    """What it runs, where that cannot be read or is to be set; it stands before what the cluster says."""
    objects: tuple[ClaimDocument, ...] = ()
    """Objects of a management cluster that upgrade this cluster. Others of their kind are not judged."""


class ConditionDocument(Closed):
    """A field, and texts that it may have."""

    path: Path
    in_: Annotated[tuple[Text, ...], Field(alias="in", min_length=1)]


class ReadDocument(Closed):
    """A field that holds a version."""

    path: Path
    """Like spec.version, spec.pools[*].version, data['a.yml'] or data.Configuration|yaml.version."""
    of: Part = Part.BOTH
    dialect: Dialect = Dialect.KUBERNETES
    """How the field writes it. Image and OpenShiftImage read the tag; Channel names no version at all."""
    instead_of: Path | None = None
    """The field counts only where that other one has no value."""
    only: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """The texts that count."""


class UpgraderDocument(Closed):
    """The image by which an object of FreeText shows that it upgrades Kubernetes."""

    path: Path
    pattern: Pattern


Group = Annotated[StrictStr, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]
"""With a dot: the groups without one are of Kubernetes itself, and have other rules."""
Plural = Annotated[StrictStr, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]


class UpgradeKindDocument(Closed):
    """A kind of object that asks for an upgrade. One of the same group and resource takes the place of ours."""

    group: Group
    resource: Plural
    """As in clusters."""
    kind: Text
    scope: Scope
    upgrades: Upgrades
    """This: the cluster that the object is in. Another: the one that thisCluster.objects claims it for."""
    writer: Writer = Writer.PERSON
    """What a Controller writes is warned about at most, and so is all of the core group."""
    reads: Annotated[tuple[ReadDocument, ...], Field(min_length=1)]
    when: ConditionDocument | None = None
    """It asks for an upgrade only while this holds."""
    unless: ConditionDocument | None = None
    """It asks for none while this holds."""
    upgrader: UpgraderDocument | None = None
    source: Text
    """Who says so: an address, a repository."""


def _known(name: str) -> str:
    from webhook.policy.upgrades.catalogue import catalogue  # noqa: PLC0415 -- a policy that names no kind needs none

    names = [kind.name for kind in catalogue().values()]
    if name not in names:
        raise ValueError(f"there is no such kind{nearest(name, names)}; write RESOURCE.GROUP")
    return name


class UpgradeKindsDocument(Closed):
    """Kinds beside the built-in ones, and built-in ones that are not judged."""

    add: tuple[UpgradeKindDocument, ...] = ()
    off: tuple[Annotated[Text, AfterValidator(_known)], ...] = ()
    """Names like clusters.cluster.x-k8s.io."""

    @model_validator(mode="after")
    def _names_each_once(self) -> "UpgradeKindsDocument":
        keys = [(kind.group, kind.resource) for kind in self.add]
        if len(set(keys)) < len(keys):
            raise ValueError("a kind stands twice in add")
        if both := {f"{kind.resource}.{kind.group}" for kind in self.add}.intersection(self.off):
            raise ValueError(f"{min(both)} stands in add and in off")
        return self


def kind_of(document: UpgradeKindDocument) -> dict[str, Any]:
    """Return a kind as the catalogue writes it."""
    return document.model_dump(by_alias=True, exclude_none=True)
