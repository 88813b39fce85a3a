"""The report as a test run, for pipelines that show one: a case for each workload, and one for what was not read."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from webhook.policy.verdict import Verdict
from webhook.policy.wording import number
from webhook.readiness.rendering import Occasion
from webhook.readiness.report import Finding, ReadinessReport, Workload
from webhook.readiness.report_list import UNREADABLE, ClusterReport, ReadinessReportList

_COUNTS = ("tests", "failures", "errors", "skipped")
_READING = {"classname": "cluster", "name": "everything was read", "time": "0"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: ReadinessReport, _occasion: Occasion) -> bytes:
    """Return JUnit XML. Make the report with all pods: without a passing case a run looks as if it tested nothing."""
    return _write([_suite(report)])


def render_list(reports: ReadinessReportList, _whole: Occasion, _each: Mapping[str, Occasion]) -> bytes:
    """Return JUnit XML with a suite for each cluster, one that was not read included."""
    return _write([_suite_of(item) for item in reports.items])


def _write(suites: list[ET.Element]) -> bytes:
    counted = {name: str(sum(int(suite.attrib[name]) for suite in suites)) for name in _COUNTS}
    whole = ET.Element("testsuites", {"name": "eci-upgrade-guard", **counted})
    whole.extend(suites)
    ET.indent(whole)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(whole) + b"\n"


def _suite_of(item: ClusterReport) -> ET.Element:
    cluster = _xml(item.cluster)
    name = f"{cluster}: ready for Kubernetes {item.target}" if item.target else cluster
    if item.report is not None:
        suite = _suite(item.report)
        suite.attrib["name"] = name
        for case in suite.iter("testcase"):  # or the same workload of two clusters would be one test
            case.attrib["classname"] = f"{cluster}/{case.attrib['classname']}"
    else:
        suite = ET.Element("testsuite", {"name": name, "tests": "1", "failures": "0", "errors": "1", "skipped": "0"})
        case = ET.SubElement(suite, "testcase", {**_READING, "classname": f"{cluster}/cluster"})
        ET.SubElement(case, "error", {"type": UNREADABLE, "message": _xml(item.error or "")})
    return suite


def _suite(report: ReadinessReport) -> ET.Element:
    unfit: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        if finding.verdict.unfit:
            unfit[finding.workload].append(finding)
    cases = [*_reading(report), *(_workload(one, unfit[one.id], report.target) for one in report.workloads)]
    failures = sum(case.find("failure") is not None for case in cases)
    errors = sum(case.find("error") is not None for case in cases)
    counts = dict(zip(_COUNTS, map(str, (len(cases), failures, errors, 0)), strict=True))
    suite = ET.Element("testsuite", {"name": f"ready for Kubernetes {report.target}", **counts})
    properties = ET.SubElement(suite, "properties")
    for name, value in (("readiness", report.readiness.value), ("source", report.source.description)):
        ET.SubElement(properties, "property", {"name": name, "value": _xml(value)})
    suite.extend(cases)
    ET.SubElement(suite, "system-out").text = _xml(report.summary)
    return suite


def _reading(report: ReadinessReport) -> Iterator[ET.Element]:
    """The first case is that everything was read: without it the others prove little."""
    case = ET.Element("testcase", _READING)
    if not report.source.complete:
        lines = [*report.source.incomplete_because, *(f"{one.place}: {one.problem}" for one in report.unreadable)]
        error = ET.SubElement(case, "error", {"type": "Incomplete", "message": _xml(lines[0])})
        error.text = _xml("\n".join(lines))
    yield case


def _workload(workload: Workload, pods: list[Finding], target: str) -> ET.Element:
    case = ET.Element(
        "testcase",
        {
            "classname": _xml(workload.namespace) or "cluster",
            "name": _xml(f"{workload.kind}/{workload.name}"),
            "time": "0",
        },
    )
    incompatible = workload.by_verdict.get(Verdict.INCOMPATIBLE, 0)
    unknown = workload.by_verdict.get(Verdict.UNKNOWN, 0)
    if incompatible or unknown:
        unfit = f"{incompatible + unknown} of {number(workload.eci_pods, 'ECI pod')}"
        message = f"{unfit} cannot be shown to run under Kubernetes {target}"
        kind = "failure" if incompatible else "error"
        found = ET.SubElement(case, kind, {"type": ", ".join(workload.reasons), "message": _xml(message)})
        found.text = _xml("\n".join([*(f"{one.name}: {one.evidence}" for one in pods), *workload.notes]))
    return case


def _xml(text: str) -> str:
    """Replace what no XML document can hold, however it is written."""
    return _NOT_XML.sub("\ufffd", text)
