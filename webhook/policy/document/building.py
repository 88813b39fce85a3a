"""A policy document that is right, turned into the Policy that the program uses."""

from webhook.policy.document.schema import EvidenceDocument, ExemptionDocument, MatrixDocument, PolicyDocument
from webhook.policy.evidence import NAMESPACE_LABELS, NODE_NAME_PATTERNS, POD_LABELS, EvidenceRules
from webhook.policy.exemptions import Exemption
from webhook.policy.matrix import VENDOR_MATRIX, Matrix, Support, normalise
from webhook.policy.modes import Modes
from webhook.policy.patterns import Patterns
from webhook.policy.policy import Policy


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
