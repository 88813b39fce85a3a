"""The report for Prometheus' textfile collector or a pushgateway: numbers, with few labels and no names of objects."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from webhook.policy.verdict import Readiness
from webhook.readiness.report import ReadinessReport

VALUES = {Readiness.UNKNOWN: -1, Readiness.NOT_READY: 0, Readiness.READY: 1}


def render_prometheus(report: ReadinessReport) -> bytes:
    """Return the text exposition format."""
    registry = CollectorRegistry()

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"eci_upgrade_guard_report_{name}", text, labels, registry=registry)

    ready = gauge("readiness", "1 ready, 0 not ready, -1 unknown.", "target")
    for outlook in report.outlook:
        ready.labels(outlook.target).set(VALUES[outlook.readiness])
    pods = gauge("pods", "ECI pods, judged for the target.", "target", "verdict")
    for verdict, count in report.counts.by_verdict.items():
        pods.labels(report.target, verdict.value).set(count)
    running = gauge("running_pods", "ECI pods with an instance.", "platform_version")
    for version, count in report.counts.by_platform_version.items():
        running.labels(version).set(count)
    gauge("examined_objects", "Objects that were looked at.").set(report.counts.examined)
    gauge("unreadable_objects", "Objects that could not be read.").set(len(report.unreadable))
    gauge("complete", "1 if everything was read.").set(report.source.complete)
    return generate_latest(registry)
