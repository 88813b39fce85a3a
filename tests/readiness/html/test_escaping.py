"""Whatever a cluster says stays text."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import running
from tests.readiness.html.reading import Page
from tests.readiness.reports import example_report, page_of, report_on
from webhook.readiness.making import Show
from webhook.readiness.report import ReadinessReport

MARKUP = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "<!--",
    "]]>",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "</tbody></table><h1>Ready</h1>",
]
KEPT = {"apiVersion", "kind", "readiness", "verdict", "recreation", "reason", "byVerdict", "id", "workload"}
hostile = st.sampled_from(MARKUP) | st.text(max_size=30)


def replaced(value: Any, texts: st.DataObject, key: str = "") -> Any:
    """The same document with other texts, wherever a cluster or a policy may choose them."""
    if isinstance(value, str) and key not in KEPT and not key.endswith(("At", "expires")):
        return texts.draw(hostile)
    if isinstance(value, list):
        return [replaced(one, texts, key) for one in value]
    if isinstance(value, dict):
        return {name: one if name in KEPT else replaced(one, texts, name) for name, one in value.items()}
    return value


def small_report() -> ReadinessReport:
    report = report_on(running("old", "1.0.0"), running("odd", "9", namespace="b"), 5)
    exemptions = example_report().exemptions
    return msgspec.structs.replace(report, exemptions=exemptions, outlook=report.outlook[-1:])


OURS = Page(page_of(small_report(), age=1))


@given(st.data())
def test_no_text_of_a_report_becomes_markup(texts: st.DataObject) -> None:
    document = msgspec.to_builtins(small_report(), str_keys=True)
    other = msgspec.convert(replaced(document, texts), ReadinessReport, strict=False)
    again = texts.draw(hostile)
    page = Page(page_of(other, again=again))
    assert page.code == OURS.code
    assert set(page.shape) <= set(OURS.shape)


@pytest.mark.parametrize("text", MARKUP)
def test_a_pod_named_with_markup_is_a_pod_with_that_name(text: str) -> None:
    plainly, oddly = (
        report_on(running(name, version, namespace=space, node=f"virtual-kubelet-{name}"), show=Show.ALL)
        for name, version, space in (("web", "9", "team"), (text, text, text))
    )
    page = Page(page_of(oddly))
    assert page.shape == Page(page_of(plainly)).shape
    assert "".join(page.said).count(text) >= 4
