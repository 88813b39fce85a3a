"""``GET /report`` and ``GET /ready-for/{version}`` as a client meets them."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx2
import pytest
import yaml

from tests.server.running_guard import run_guard
from webhook.readiness.rendering import Format


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    with run_guard(tmp_path_factory.mktemp("guard")) as guard, guard.client() as one:
        yield one


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """A guard over a cluster without pods."""
    folder: Path = tmp_path_factory.mktemp("ready")
    (folder / "pods.json").write_text('{"kind": "List", "items": []}')
    with run_guard(folder, inventory=("--inventory", str(folder / "pods.json"))) as guard, guard.client() as one:
        yield one


@pytest.mark.parametrize("chosen", Format)
def test_every_format_is_there_by_query_and_says_what_it_is(client: httpx2.Client, chosen: Format) -> None:
    answer = client.get("/report", params={"format": chosen.value})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == chosen.nature.media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content


def test_the_page_may_load_nothing_and_be_framed_by_nobody(client: httpx2.Client) -> None:
    policy = client.get("/report", params={"format": "html"}).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("frame-ancestors 'none'")
    assert "unsafe" not in policy


def test_formats_for_programs_can_be_read_by_programs(client: httpx2.Client) -> None:
    decoded = client.get("/report").json()
    assert decoded["kind"] == "ReadinessReport"
    assert yaml.safe_load(client.get("/report", headers={"accept": "application/yaml"}).text)["target"] == "1.26"
    junit = ET.fromstring(client.get("/report", headers={"accept": "application/xml"}).content)
    assert int(junit.attrib["failures"]) > 0


def test_a_format_that_nobody_knows_is_refused_by_name(client: httpx2.Client) -> None:
    answer = client.get("/report", params={"format": "pdf"})
    assert (answer.status_code, answer.text) == (400, "wrong query parameter: format\n")
    assert client.get("/report", headers={"accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    "query",
    [
        {"target": "latest"},
        {"target": "1" * 65},
        {"namespace": "a" * 10_000},
        {"namespace": "Shop"},
        {"namespace": "<b>"},
        {"show": "some"},
        {"<b>": "<b>"},
    ],
    ids=str,
)
def test_a_query_that_is_wrong_is_told_and_not_repeated(client: httpx2.Client, query: dict[str, str]) -> None:
    answer = client.get("/report", params=query)
    assert answer.status_code == 400
    assert len(answer.text) < 100
    assert next(iter(query.values())) not in answer.text


def test_one_namespace_is_reported_alone_and_the_summary_says_so(client: httpx2.Client) -> None:
    report = client.get("/report", params={"namespace": "data", "show": "all"}).json()
    assert {finding["namespace"] for finding in report["findings"]} == {"data"}
    assert " in namespace data" in report["summary"]


@pytest.mark.parametrize("chosen", ["json", "html", "csv"])
def test_what_did_not_change_is_not_sent_again(client: httpx2.Client, chosen: str) -> None:
    first = client.get("/report", params={"format": chosen})
    tag = first.headers["etag"]
    again = client.get("/report", params={"format": chosen}, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    other = client.get("/report", params={"format": chosen, "target": "1.24"}, headers={"if-none-match": tag})
    assert other.status_code == 200


def test_it_is_compressed_for_who_takes_it(client: httpx2.Client) -> None:
    with client.stream("GET", "/report", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(raw)) == client.get("/report", headers={"accept-encoding": "identity"}).json()


@pytest.mark.parametrize(
    ("version", "status", "readiness"), [("1.26", 409, "NotReady"), ("v1.27.3-aliyun.1", 409, "NotReady")]
)
def test_a_gate_answers_by_its_status(client: httpx2.Client, version: str, status: int, readiness: str) -> None:
    answer = client.get(f"/ready-for/{version}")
    assert (answer.status_code, answer.json()["readiness"]) == (status, readiness)
    assert len(answer.content) < 300


def test_a_gate_is_open_only_when_ready_and_503_when_that_is_not_known(
    client: httpx2.Client, ready: httpx2.Client
) -> None:
    assert ready.get("/ready-for/1.26").status_code == 200
    unknown = client.get("/ready-for/1.24")  # the example has a pod of a version that the matrix does not know
    assert (unknown.status_code, unknown.json()["readiness"]) == (503, "Unknown")


@pytest.mark.parametrize("version", ["latest", "1.x", "1" * 64, "%3Cb%3E"])
def test_a_gate_for_no_version_is_a_bad_request(client: httpx2.Client, version: str) -> None:
    assert client.get(f"/ready-for/{version}").status_code == 400


def test_the_page_names_the_policy_so_that_its_commands_go_by_it_too(client: httpx2.Client) -> None:
    page = client.get("/report", params={"format": "html"}).text
    for command in ("report", "recreate"):
        assert f"eci-upgrade-guard {command} --policy FILE --target 1.26" in page


def test_the_gates_summary_says_how_many_stand_in_the_way(client: httpx2.Client, ready: httpx2.Client) -> None:
    summaries = [one.get("/ready-for/1.26").json()["summary"] for one in (client, ready)]
    assert summaries[0].startswith("11 of 30 ECI pods cannot run under Kubernetes 1.26; ")
    assert summaries[1] == "of 0 ECI pods none stands in the way of Kubernetes 1.26"
    assert client.get("/ready-for/1.24").json()["summary"] == "1 could not be judged"


def test_nothing_found_still_says_what_was_examined(ready: httpx2.Client) -> None:
    for chosen in (one for one in Format if one.nature.for_people):
        assert "0 objects" in ready.get("/report", params={"format": chosen.value}).text, chosen
