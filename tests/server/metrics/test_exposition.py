"""The page that is scraped: both text formats, well-formed, of our own registry, and cheap to ask for."""

import re

import pytest
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as read_text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.builders import engine, pod, request
from tests.server.metrics.scraping import whole_registry
from webhook import __version__
from webhook.server.metrics.decisions import DecisionMetrics
from webhook.server.metrics.exposition import metrics_route
from webhook.server.metrics.families import PREFIX

UNITS = ("_seconds", "_bytes", "_pods", "_objects", "_total", "_info", "_fds")
WITHOUT_UNIT = {
    PREFIX + name
    for name in (
        *("readiness", "inventory_synced", "inventory_complete"),
        *("policy_refused", "window_open", "registered_rules_known", "kinds_not_sent", "certificates_in_order"),
        "draining",
    )
}
LABELS = {
    *("resource", "operation", "decision", "reason", "status", "le"),
    *("kind", "outcome", "platform_version", "verdict", "target", "exemption", "right"),
    *("policy", "version", "python"),
}
BOUND = 600
"""Lines of one replica under the vendor's matrix, whatever happens to it short of odd requests: some 450, and room."""


def read_openmetrics(page: str) -> list[Metric]:
    return list(text_string_to_metric_families(page))  # type: ignore[no-untyped-call]  # it has no types


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def decisions() -> DecisionMetrics:
    return DecisionMetrics()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(decisions: DecisionMetrics, clock: Clock) -> TestClient:
    return TestClient(Starlette(routes=[metrics_route(whole_registry(decisions), clock)]))


def test_prometheus_reads_the_text_format(client: TestClient) -> None:
    answered = client.get("/metrics")
    assert answered.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = {family.name: family for family in read_text(answered.text)}
    build = families[PREFIX + "build_info"].samples[0]
    assert (build.labels["version"], build.value) == (__version__, 1)
    assert families["process_resident_memory_bytes"].samples[0].value > 1_000_000
    assert all(family.documentation for family in families.values())


def test_who_asks_for_openmetrics_gets_it(client: TestClient) -> None:
    # As Prometheus 3 asks.
    accept = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;q=0.4"
    answered = client.get("/metrics", headers={"Accept": accept})
    assert answered.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert answered.text.endswith("# EOF\n")
    assert PREFIX + "decisions" in {family.name for family in read_openmetrics(answered.text)}


def test_both_formats_say_the_same(client: TestClient) -> None:
    text = client.get("/metrics").text
    openmetrics = client.get("/metrics", headers={"Accept": "application/openmetrics-text"}).text
    ours = [
        {(s.name, tuple(sorted(s.labels.items())), s.value) for f in families for s in f.samples if PREFIX in s.name}
        for families in (read_text(text), read_openmetrics(openmetrics))
    ]
    assert ours[0] == ours[1]


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/openmetrics-text;version=x", "text/plain;version=x.y", ",;="]
)
def test_odd_wishes_get_a_page_and_no_echo(client: TestClient, accept: str) -> None:
    answered = client.get("/metrics", headers={"Accept": accept})
    assert answered.status_code == 200
    assert "version=x" not in answered.headers["content-type"]


def test_names_carry_prefix_and_unit_and_there_are_no_creation_times(client: TestClient) -> None:
    families = list(read_text(client.get("/metrics").text))
    assert not [s.name for family in families for s in family.samples if s.name.endswith("_created")]
    for family in families:
        assert re.match(r"eci_upgrade_guard_[a-z_]+$|process_", family.name)
        name = family.name + "_total" * (family.type == "counter")
        assert name.endswith(UNITS) or name in WITHOUT_UNIT, name


def test_labels_are_those_that_cannot_grow(client: TestClient) -> None:
    labels = {label for family in read_text(client.get("/metrics").text) for s in family.samples for label in s.labels}
    assert labels == LABELS
    assert len(client.get("/metrics").text.splitlines()) < BOUND


def test_the_librarys_own_registry_knows_nothing_of_us() -> None:
    whole_registry()
    assert PREFIX.encode() not in generate_latest(REGISTRY)


def test_a_flood_of_scrapes_costs_one_a_second(client: TestClient, decisions: DecisionMetrics, clock: Clock) -> None:
    asked = request(pod())
    pages = [client.get("/metrics").text]
    decisions.decided(asked, engine().decide(asked), 0.001)
    for clock.now in (0.5, 1.0, 1.1):
        pages.append(client.get("/metrics").text)
    count = PREFIX + "admission_duration_seconds_count"
    assert [re.findall(f"^{count} (.+)$", page, re.MULTILINE) for page in pages] == [["0.0"], ["0.0"], ["0.0"], ["1.0"]]
