"""Metrics of other programs that rules and dashboard use, each with the labels it has and who says so."""

_APISERVER = "kubernetes/apiserver, pkg/admission/metrics/metrics.go, the same in v1.24 and v1.37"
_KUBE_STATE_METRICS = "kubernetes/kube-state-metrics, docs/metrics/workload/deployment-metrics.md"

_CALL = {"name", "type", "operation"}

OTHERS: dict[str, tuple[set[str], str]] = {
    "apiserver_admission_webhook_rejection_count": (_CALL | {"error_type", "rejection_code"}, _APISERVER),
    "apiserver_admission_webhook_fail_open_count": ({"name", "type"}, _APISERVER),
    "apiserver_admission_webhook_admission_duration_seconds_bucket": (_CALL | {"rejected", "le"}, _APISERVER),
    "kube_deployment_status_replicas_available": ({"namespace", "deployment"}, _KUBE_STATE_METRICS),
    "kube_deployment_spec_replicas": ({"namespace", "deployment"}, _KUBE_STATE_METRICS),
}

OF_THE_TARGET = {"job", "instance", "namespace", "pod"}
"""Labels that Prometheus puts on what it scrapes from a pod."""
