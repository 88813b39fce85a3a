"""The policy document's shape. What stands under a field here is its description in the published JSON Schema."""

from typing import Annotated, Literal

from pydantic import Field, StrictStr, model_validator

from webhook.policy.document.closed import Closed
from webhook.policy.document.fields import Flag, Instant, Pattern, Text, Version
from webhook.policy.document.upgrades import ThisClusterDocument, UpgradeKindsDocument
from webhook.policy.document.windows import Freezes, OutsideWindowsDocument, Windows
from webhook.policy.matrix import normalise
from webhook.policy.modes import Mode, UnsetAtCreate, UpgradeAnswer


class MetadataDocument(Closed):
    """Names the policy."""

    name: Text
    """Shown in answers and reports."""
    labels: dict[str, StrictStr] = {}
    annotations: dict[str, StrictStr] = {}


class ModesDocument(Closed):
    """What to do about an object that does not fit, by kind of request."""

    pods: Mode = Mode.WARN
    """New pods, and pods being bound to a virtual node."""
    workloads: Mode = Mode.WARN
    """Workloads whose pod template declares an unsupported platform version."""
    upgrades: Mode = Mode.DENY
    """Objects that ask for an upgrade of the cluster."""


class EvidenceDocument(Closed):
    """How ECI pods are told from others, beside what is built in."""

    node_name_patterns: tuple[Pattern, ...] = ()
    """RE2 patterns for names of virtual nodes. A pattern is found anywhere in the name: anchor it."""
    pod_labels: dict[str, StrictStr] = {}
    """Labels by which a pod asks for ECI."""
    every_pod_is_eci: Annotated[Flag, Field(alias="everyPodIsECI")] = False
    """ACK Serverless: every pod runs on ECI, and nothing on it says so."""
    built_in: Flag = True
    """Whether the built-in patterns and labels hold too."""


class SupportDocument(Closed):
    """What one platform version supports."""

    platform_version: StrictStr
    """Like 1.1.0; empty for pods that have none."""
    supports: tuple[Version, ...] = ()
    """Supported minors, one by one."""
    supports_from: Version | None = None
    """This minor and every later one are supported."""
    unsupported_from: Version | None = None
    """This minor and every later one are called incompatible; it words the reason and decides nothing."""

    @model_validator(mode="after")
    def _says_something(self) -> "SupportDocument":
        if not self.supports and self.supports_from is None:
            raise ValueError("supports or supportsFrom is needed")
        if self.supports_from is not None and self.unsupported_from is not None:
            raise ValueError("supportsFrom and unsupportedFrom exclude each other")
        return self


class MatrixDocument(Closed):
    """Rows beside, or instead of, the vendor's matrix."""

    source: Text
    """Who says so, and when: an address and a date."""
    replace: Flag = False
    """Whether these rows replace the whole matrix. Otherwise a row replaces the one of its platform version."""
    platform_versions: tuple[SupportDocument, ...]

    @model_validator(mode="after")
    def _names_each_once(self) -> "MatrixDocument":
        versions = [normalise(row.platform_version) for row in self.platform_versions]
        if not versions:
            raise ValueError("platformVersions must not be empty")
        if len(set(versions)) < len(versions):
            raise ValueError("a platform version stands twice in platformVersions")
        return self


class ExemptionDocument(Closed):
    """Who and what is not held up. Every dimension that is given must match, and names match whole."""

    reason: Text
    """Why. Shown whenever the exemption acts."""
    namespaces: tuple[Text, ...] = ()
    users: tuple[Text, ...] = ()
    groups: tuple[Text, ...] = ()
    pod_labels: dict[str, StrictStr] = {}
    """All of them must be on the pod. Needs namespaces beside it, because a tenant can set labels."""
    expires: Instant | None = None
    """From this instant on it no longer holds."""
    counts_as_ready: Flag = False
    """Whether it also takes pods out of readiness. Otherwise it acts on admission alone."""

    @model_validator(mode="after")
    def _is_bounded(self) -> "ExemptionDocument":
        if self.pod_labels and not self.namespaces:
            raise ValueError("podLabels needs namespaces beside it, because a tenant can set labels")
        if not (self.namespaces or self.users or self.groups):
            raise ValueError("it would exempt everything; name namespaces, users or groups")
        if self.counts_as_ready and (self.users or self.groups or not self.namespaces):
            raise ValueError("countsAsReady goes with namespaces (and podLabels) alone: a running pod has no requester")
        return self


class SpecDocument(Closed):
    """What the user wants."""

    target_version: Version
    """The Kubernetes version that the cluster is to reach."""
    modes: ModesDocument = ModesDocument()
    unknown: UpgradeAnswer = UpgradeAnswer.DENY
    """What to do about a request for an upgrade while readiness is unknown."""
    unset_at_create: UnsetAtCreate = UnsetAtCreate.ALLOW
    """What a new pod without a platform version is taken for. Judge refuses new ECI pods."""
    evidence: EvidenceDocument = EvidenceDocument()
    matrix: MatrixDocument | None = None
    exemptions: Annotated[tuple[ExemptionDocument, ...], Field(max_length=100)] = ()
    this_cluster: ThisClusterDocument = ThisClusterDocument()
    upgrade_kinds: UpgradeKindsDocument = UpgradeKindsDocument()
    windows: Windows = ()
    """When upgrades may be. Without any they may always be, but in a freeze."""
    freezes: Freezes = ()
    outside_windows: OutsideWindowsDocument = OutsideWindowsDocument()
    upgrades_outside_windows: UpgradeAnswer | None = None
    """What a request for an upgrade gets outside the windows. Left out: what the mode of upgrades then says."""


class PolicyDocument(Closed):
    """A policy of eci-upgrade-guard."""

    api_version: Literal["eci-upgrade-guard.io/v1alpha1"]
    kind: Literal["UpgradePolicy"]
    metadata: MetadataDocument
    spec: SpecDocument
