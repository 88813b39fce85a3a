"""Every expression that is published parses, and speaks of metrics and labels that exist."""

import re

import promql_parser
import pytest
from promql_parser import Matcher, MatchOp

from tests.monitoring.others_metrics import OF_THE_TARGET, OTHERS
from tests.monitoring.promql import grouping_labels, parse, selectors
from tests.monitoring.published import DASHBOARD, EXPRESSIONS
from tests.server.metrics.scraping import scrape, whole_registry

OURS: dict[str, list[dict[str, str]]] = {}
"""The labels of each series of a guard that has everything to tell, by metric."""
for sample in scrape(whole_registry()).samples:
    OURS.setdefault(sample.name, []).append(sample.labels)


def matches(matcher: Matcher, value: str) -> bool:
    """Whether a label's value is one that a matcher lets pass, as Prometheus sees it: a pattern matches whole."""
    wanted = [matcher.value] if matcher.op in (MatchOp.Equal, MatchOp.NotEqual) else matcher.value.split("|")
    equal = any(one in (value, ".*") or re.fullmatch(one, value) for one in wanted)
    return equal == (matcher.op in (MatchOp.Equal, MatchOp.Re))


@pytest.mark.parametrize("text", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_it_parses_and_every_series_that_it_asks_for_can_exist(text: str) -> None:
    found = selectors(parse(text))
    assert found
    for selector in found:
        if selector.metric in OTHERS:
            labels, _ = OTHERS[selector.metric]
            assert {matcher.name for matcher in selector.matchers} <= labels
            continue
        asked = [matcher for matcher in selector.matchers if matcher.name not in OF_THE_TARGET]
        assert any(
            all(matcher.name in labels and matches(matcher, labels[matcher.name]) for matcher in asked)
            for labels in OURS.get(selector.metric, ())
        ), f"no series of {selector.metric} is like {asked}"


@pytest.mark.parametrize("text", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_it_groups_by_labels_that_its_metrics_have(text: str) -> None:
    expression = parse(text)
    known = set(OF_THE_TARGET)
    for selector in selectors(expression):
        known |= OTHERS[selector.metric][0] if selector.metric in OTHERS else set(OURS[selector.metric][0])
    assert grouping_labels(expression) <= known


def test_every_metric_of_others_that_is_listed_is_used() -> None:
    assert {s.metric for text in EXPRESSIONS.values() for s in selectors(parse(text))} >= set(OTHERS)


def test_variables_of_the_dashboard_ask_for_a_metric_that_exists() -> None:
    queries = [one["definition"] for one in DASHBOARD["templating"]["list"] if one["type"] == "query"]
    assert [re.fullmatch(r"label_values\((\w+), (\w+)\)", query) is not None for query in queries] == [True]
    assert all(query.partition("(")[2].partition(",")[0] in OURS for query in queries)


@pytest.mark.parametrize("wrong", ["sum(", "rate(up)", "nonsense(up)", "histogram_quantile(up)"])
def test_the_parser_is_a_real_one(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        promql_parser.parse(wrong)
