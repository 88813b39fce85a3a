"""The report for Prometheus' textfile collector or a pushgateway: numbers, with few labels and no names of objects."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from webhook.policy.verdict import Readiness
from webhook.readiness.rendering import Occasion
from webhook.readiness.report import ReadinessReport
from webhook.readiness.report_list import ReadinessReportList

_MOST_VERSIONS = 20
"""Platform versions with a series of their own: a tenant may write any into the annotation."""
VALUES = {Readiness.UNKNOWN: -1, Readiness.NOT_READY: 0, Readiness.READY: 1}


def render(report: ReadinessReport, _occasion: Occasion) -> bytes:
    """Return the text exposition format."""
    gauges = _Gauges()
    gauges.take(report)
    return generate_latest(gauges.registry)


def render_list(reports: ReadinessReportList, _whole: Occasion, _each: Mapping[str, Occasion]) -> bytes:
    """Return it with a label for the cluster. One that was not read is Unknown and incomplete, and has no counts."""
    gauges = _Gauges("cluster")
    for item in reports.items:
        if item.report is not None:
            gauges.take(item.report, item.cluster)
            continue
        gauges.complete.labels(item.cluster).set(0)
        if item.target is not None:
            gauges.ready.labels(item.cluster, item.target).set(VALUES[item.readiness])
    return generate_latest(gauges.registry)


class _Gauges:
    """All there is; ``common`` names the labels that every one has."""

    def __init__(self, *common: str) -> None:
        self.registry = CollectorRegistry()

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"eci_upgrade_guard_report_{name}", text, (*common, *labels), registry=self.registry)

        self.ready = gauge("readiness", "1 ready, 0 not ready, -1 unknown.", "target")
        self._pods = gauge("pods", "ECI pods, judged for the target.", "target", "verdict")
        self._running = gauge("running_pods", "ECI pods with an instance.", "platform_version", "verdict")
        self._examined = gauge("examined_objects", "Objects that were looked at.")
        self._unreadable = gauge("unreadable_objects", "Objects that could not be read.")
        self.complete = gauge("complete", "1 if everything was read.")
        self._window_open = gauge("window_open", "1 if upgrades may be now, by the policy's windows and freezes.")

    def take(self, report: ReadinessReport, *common: str) -> None:
        """Set them for one report."""
        for outlook in report.outlook:
            self.ready.labels(*common, outlook.target).set(VALUES[outlook.readiness])
        for verdict, count in report.counts.by_verdict.items():
            self._pods.labels(*common, report.target, verdict.value).set(count)
        for place, (version, found) in enumerate(report.counts.by_platform_version.items()):
            label = version if place < _MOST_VERSIONS else "other"
            for verdict, count in found.items():
                self._running.labels(*common, label, verdict.value).inc(count)
        for gauge, value in (
            (self._examined, report.counts.examined),
            (self._unreadable, len(report.unreadable)),
            (self.complete, report.source.complete),
            (self._window_open, report.window.open),
        ):
            (gauge.labels(*common) if common else gauge).set(value)
