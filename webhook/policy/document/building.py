"""A policy document that is right, turned into the Policy that the program uses."""

from webhook.policy.document.schema import EvidenceDocument, ExemptionDocument, MatrixDocument, PolicyDocument
from webhook.policy.document.upgrades import ClaimDocument, ThisClusterDocument, kind_of
from webhook.policy.document.windows import FreezeDocument, ModeChangesDocument, WindowDocument
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


def build_policy(document: PolicyDocument) -> Policy:
    """Build the value. Everything that could fail was checked by the document."""
    spec = document.spec
    return Policy(
        target=spec.target_version,
        name=document.metadata.name,
        modes=Modes(pods=spec.modes.pods, workloads=spec.modes.workloads, upgrades=spec.modes.upgrades),
        unknown=spec.unknown,
        unset_at_create=spec.unset_at_create,
        evidence=_evidence(spec.evidence),
        matrix=VENDOR_MATRIX if spec.matrix is None else _matrix(spec.matrix),
        exemptions=tuple(map(_exemption, spec.exemptions)),
        this_cluster=_this_cluster(spec.this_cluster),
        upgrade_kinds=UpgradeKinds(
            added=tuple(kind_from(kind_of(kind)) for kind in spec.upgrade_kinds.add),
            off=frozenset(spec.upgrade_kinds.off),
        ),
        calendar=Calendar(windows=tuple(map(_window, spec.windows)), freezes=tuple(map(_freeze, spec.freezes))),
        outside=_mode_changes(spec.outside_windows.modes),
        upgrades_outside_windows=spec.upgrades_outside_windows,
    )


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
    return Exemption(
        reason=exemption.reason,
        namespaces=frozenset(exemption.namespaces),
        users=frozenset(exemption.users),
        groups=frozenset(exemption.groups),
        pod_labels=exemption.pod_labels,
        expires=exemption.expires,
        counts_as_ready=exemption.counts_as_ready,
    )


def _this_cluster(cluster: ThisClusterDocument) -> ThisCluster:
    return ThisCluster(version=cluster.version, objects=tuple(map(_claim, cluster.objects)))


def _claim(claim: ClaimDocument) -> Claim:
    return Claim(
        group=claim.group,
        resource=claim.resource,
        namespace=claim.namespace,
        name=claim.name,
        labels=claim.labels,
    )


def _window(window: WindowDocument) -> Window:
    return Window(
        name=window.name,
        schedule=Schedule.parse(window.schedule, window.time_zone),
        duration=window.duration,
        modes=_mode_changes(window.modes),
    )


def _freeze(freeze: FreezeDocument) -> Freeze:
    return Freeze(begins=freeze.begins, ends=freeze.ends, reason=freeze.reason)


def _mode_changes(modes: ModeChangesDocument) -> ModeChanges:
    return ModeChanges(pods=modes.pods, workloads=modes.workloads, upgrades=modes.upgrades)
