"""The report as one page for people: no network, no framework, and whole without its script.

All text comes from a cluster that may be hostile. The template escapes it, and the page's own policy lets a browser run
nothing but our script.
"""

from datetime import UTC, datetime

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Readiness
from webhook.policy.wording import elapsed
from webhook.readiness.next_step import next_step
from webhook.readiness.remarks import remarks
from webhook.readiness.rendering import Occasion
from webhook.readiness.renderings.html_page import assets, charts, drawings
from webhook.readiness.renderings.html_page.remedies import remedies
from webhook.readiness.renderings.html_page.workload_rows import workload_table
from webhook.readiness.report import ReadinessReport

_MOST_UNREADABLE = 50
_MOST_EXEMPTIONS = 100
_WORDS = {Readiness.READY: "Ready", Readiness.NOT_READY: "Not ready", Readiness.UNKNOWN: "Unknown"}


def render(report: ReadinessReport, occasion: Occasion) -> str:
    """Return the page."""
    table = workload_table(report)
    return assets.page_template().render(
        report=report,
        policy=assets.content_security_policy(),
        style=assets.style(),
        script=assets.script(),
        tab_icon=drawings.tab_icon(report.readiness),
        words=_WORDS,
        mark=drawings.mark,
        instant=_instant,
        age="" if occasion.age is None else elapsed(occasion.age),
        tally=charts.by_verdict(report),
        versions=charts.by_platform_version(report),
        namespaces=charts.by_namespace(report),
        runs=_minor(report.source.kubernetes_version),
        table=table,
        malformed=Reason.POD_MALFORMED.code,
        unreadable=report.unreadable[:_MOST_UNREADABLE],
        unreadable_left_out=max(0, len(report.unreadable) - _MOST_UNREADABLE),
        exemptions=report.exemptions[:_MOST_EXEMPTIONS],
        exemptions_left_out=max(0, len(report.exemptions) - _MOST_EXEMPTIONS),
        remedies=remedies(report),
        remarks=remarks(report),
        next=next_step(report, occasion),
    )


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _minor(version: str | None) -> str:
    """Return the minor that the cluster runs as the outlook writes it; "" where that is not known."""
    return str(KubernetesVersion.read(version or "") or "")
