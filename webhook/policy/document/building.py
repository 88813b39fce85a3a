"""A policy document that is right, turned into the Policy that the program uses."""

from dataclasses import fields
from typing import TypeVar

from webhook.policy.document.closed import Closed
from webhook.policy.document.schema import EvidenceDocument, ExemptionDocument, MatrixDocument, PolicyDocument
from webhook.policy.document.upgrades import kind_of
from webhook.policy.document.windows import WindowDocument
from webhook.policy.evidence import NAMESPACE_LABELS, NODE_NAME_PATTERNS, POD_LABELS, EvidenceRules
from webhook.policy.exemptions import Exemption
from webhook.policy.matrix import VENDOR_MATRIX, Matrix, Support, normalise
from webhook.policy.modes import ModeChanges, Modes
from webhook.policy.patterns import Patterns
from webhook.policy.policy import Policy
from webhook.policy.upgrades.catalogue import UpgradeKinds, kind_from
from webhook.policy.upgrades.this_cluster import Claim, ThisCluster
from webhook.policy.windows.calendar import Calendar
from webhook.policy.windows.schedule import Schedule
from webhook.policy.windows.window import Freeze, Window

_T = TypeVar("_T")


def build_policy(document: PolicyDocument) -> Policy:
    """Build the value. Everything that could fail was checked by the document."""
    spec = document.spec
    return _made(
        Policy,
        spec,
        target=spec.target_version,
        name=document.metadata.name,
        modes=_made(Modes, spec.modes),
        evidence=_evidence(spec.evidence),
        matrix=VENDOR_MATRIX if spec.matrix is None else _matrix(spec.matrix),
        exemptions=tuple(map(_exemption, spec.exemptions)),
        this_cluster=_made(
            ThisCluster, spec.this_cluster, objects=tuple(_made(Claim, claim) for claim in spec.this_cluster.objects)
        ),
        upgrade_kinds=UpgradeKinds(
            added=tuple(kind_from(kind_of(kind)) for kind in spec.upgrade_kinds.add),
            off=frozenset(spec.upgrade_kinds.off),
        ),
        calendar=Calendar(
            windows=tuple(map(_window, spec.windows)),
            freezes=tuple(_made(Freeze, freeze) for freeze in spec.freezes),
        ),
        outside=_made(ModeChanges, spec.outside_windows.modes),
    )


def _made(value: type[_T], document: Closed, **given: object) -> _T:
    """Make a value of a part of the document: what has the same name in both is taken as it is."""
    names = (field.name for field in fields(value) if field.init and field.name not in given)  # type: ignore[arg-type]  # all are dataclasses
    return value(**{name: getattr(document, name) for name in names}, **given)


def _evidence(evidence: EvidenceDocument) -> EvidenceRules:
    built_in = evidence.built_in
    patterns, labels = (NODE_NAME_PATTERNS, POD_LABELS) if built_in else ((), {})
    return EvidenceRules(
        node_names=Patterns([*patterns, *evidence.node_name_patterns]),
        pod_labels={**labels, **evidence.pod_labels},
        namespace_labels=NAMESPACE_LABELS if built_in else {},
        every_pod=evidence.every_pod_is_eci,
    )


def _matrix(matrix: MatrixDocument) -> Matrix:
    rows = {
        normalise(row.platform_version): Support(
            source=matrix.source,
            listed=frozenset(row.supports),
            since=row.supports_from,
            ends_before=row.unsupported_from,
        )
        for row in matrix.platform_versions
    }
    return Matrix(rows) if matrix.replace else VENDOR_MATRIX.with_rows(rows)


def _exemption(exemption: ExemptionDocument) -> Exemption:
    return _made(
        Exemption,
        exemption,
        namespaces=frozenset(exemption.namespaces),
        users=frozenset(exemption.users),
        groups=frozenset(exemption.groups),
    )


def _window(window: WindowDocument) -> Window:
    schedule = Schedule.parse(window.schedule, window.time_zone)
    return _made(Window, window, schedule=schedule, modes=_made(ModeChanges, window.modes))
