"""Alerts say what is wrong, with labels that they have, and lead to a paragraph that says what to do."""

import re
from datetime import timedelta
from typing import Any

import promql_parser
import pytest

from tests.documents.reading import links
from tests.monitoring.others_metrics import OF_THE_TARGET, OTHERS
from tests.monitoring.promql import kept_labels, parse, selectors
from tests.monitoring.published import ALERTS, FOLDER, RULE, RUNBOOK, sections

ROOT = FOLDER.parents[1]
SECTIONS = sections(RUNBOOK)
each_alert = pytest.mark.parametrize(("name", "rule"), ALERTS.items(), ids=ALERTS)


def test_it_is_what_the_prometheus_operator_reads() -> None:
    assert (RULE["apiVersion"], RULE["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
    groups = RULE["spec"]["groups"]
    assert len({group["name"] for group in groups}) == len(groups)
    assert sum(len(group["rules"]) for group in groups) == len(ALERTS)
    assert all(group.keys() == {"name", "rules"} for group in groups)


@each_alert
def test_an_alert_has_all_its_parts(name: str, rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"EciUpgradeGuard[A-Za-z]+", name)
    assert rule.keys() - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert rule["labels"].keys() == {"severity"}
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
    assert timedelta() < promql_parser.parse_duration(rule.get("for", "1s")) <= timedelta(hours=1)


@each_alert
def test_its_texts_name_only_labels_that_it_has(name: str, rule: dict[str, Any]) -> None:
    expression = parse(rule["expr"])
    kept = kept_labels(expression)
    if kept is None:
        metric = selectors(expression)[0].metric
        kept = OF_THE_TARGET | (OTHERS[metric][0] if metric in OTHERS else set())
    text = " ".join(rule["annotations"].values())
    assert set(re.findall(r"\$labels\.(\w+)", text)) <= kept
    assert all(re.match(r"\$(value|labels\.\w+)", used) for used in re.findall(r"{{ (.+?) }}", text))


@each_alert
def test_it_leads_to_its_paragraph(name: str, rule: dict[str, Any]) -> None:
    path, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    assert (ROOT / path).read_text() == RUNBOOK
    assert anchor == name.lower()
    assert len(SECTIONS[anchor]) > 200 or links(SECTIONS[anchor]), "or it leads to one"


def test_the_runbook_speaks_of_no_alert_that_is_gone() -> None:
    assert set(re.findall(r"^### (EciUpgradeGuard.+)$", RUNBOOK, re.MULTILINE)) == set(ALERTS)


def test_every_way_from_a_paragraph_to_another_leads_somewhere() -> None:
    ways = re.findall(r"\]\(#(.+?)\)", RUNBOOK)
    assert ways
    assert set(ways) <= set(SECTIONS)
