"""The running program, met over real TLS."""

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.builders import Json, pod, review
from tests.server.running_guard import EXAMPLES, RunningGuard, run_guard

JSON = {"Content-Type": "application/json"}
MAX_BODY = 8 * 1024 * 1024


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGuard]:
    with run_guard(tmp_path_factory.mktemp("guard")) as running:
        yield running


@pytest.fixture(scope="module")
def client(guard: RunningGuard) -> Iterator[httpx2.Client]:
    with guard.client() as client:
        yield client


def post(client: httpx2.Client, body: bytes | Json, headers: dict[str, str] = JSON) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/validate?timeout=5s", content=content, headers=headers)


def test_a_denial_is_http_200_with_403_inside(client: httpx2.Client) -> None:
    answer = post(client, (EXAMPLES / "admission-review.json").read_bytes())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["response"]["status"]["code"] == 403


def test_an_ordinary_pod_is_allowed(client: httpx2.Client) -> None:
    assert post(client, review(pod())).json()["response"]["allowed"] is True


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_is_known_by_its_media_type_alone(client: httpx2.Client, content_type: str) -> None:
    assert post(client, review(pod()), {"Content-Type": content_type}).status_code == 200


@pytest.mark.parametrize(
    ("body", "headers", "status", "text"),
    [
        (b"{", JSON, 400, "the body is not JSON: Input data was truncated\n"),
        (b"{}", JSON, 400, "expected apiVersion admission.k8s.io/v1 and kind AdmissionReview\n"),
        (b"[" * 100_000, JSON, 400, "the body has a wrong type: Expected `object`, got `array`\n"),
        (b'{"a":' * 100_000, JSON, 400, "the body is nested too deeply\n"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "the Content-Type must be application/json\n"),
        (b"{}", {"Content-Type": "application/jsonx"}, 415, "the Content-Type must be application/json\n"),
        (b" " * (MAX_BODY + 1), JSON, 413, "the body is larger than 8,388,608 bytes\n"),
    ],
    ids=["cut short", "no review", "nested", "nested unread", "text", "like JSON", "too large"],
)
def test_what_is_no_review_gets_a_clear_error(
    client: httpx2.Client,
    body: bytes,
    headers: dict[str, str],
    status: int,
    text: str,
) -> None:
    answer = post(client, body, headers)
    assert (answer.status_code, answer.text) == (status, text)


def test_a_body_of_unknown_length_is_bounded_too(client: httpx2.Client) -> None:
    answer = client.post("/validate", content=iter([b" " * 65_536] * 150), headers=JSON)
    assert answer.status_code == 413


def test_a_review_just_within_the_bound_is_read(client: httpx2.Client) -> None:
    posted = json.dumps(review(pod())).encode()
    assert post(client, posted + b" " * (MAX_BODY - len(posted))).status_code == 200


def test_a_body_that_comes_piece_by_piece_is_read(client: httpx2.Client) -> None:
    posted = json.dumps(review(pod(platform_version="1.0.0"))).encode()
    pieces = iter([posted[:100], posted[100:101], posted[101:]])
    answer = client.post("/validate", content=pieces, headers=JSON)
    assert answer.json()["response"]["allowed"] is False


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/validate", 405),
        ("PUT", "/validate", 405),
        ("POST", "/report", 405),
        ("GET", "/", 404),
        ("GET", "/docs", 404),
    ],
)
def test_other_methods_and_paths_are_told_so(client: httpx2.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.text.count("\n")) == (status, 1)
    assert ("/report" in answer.text) is (status == 404)


def test_the_report_is_json_and_its_age_stands_in_a_header(client: httpx2.Client) -> None:
    answer = client.get("/report")
    assert answer.status_code == 200
    assert answer.json()["readiness"] == "NotReady"
    assert answer.json()["target"] == "1.26"
    assert int(answer.headers["x-inventory-age"]) >= 0
    assert client.get("/report?target=v1.24.6-aliyun.1").json()["readiness"] == "Unknown"
    assert len(client.get("/report?show=all").json()["findings"]) > len(answer.json()["findings"])


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("target=latest", "target is not a Kubernetes version; write it like 1.26 or v1.26.3-aliyun.1\n"),
        ("target=" + "1" * 100, "wrong query parameter: target\n"),
        ("show=<script>", "wrong query parameter: show\n"),
        (
            "tagret=1.24",
            "unknown query parameter; did you mean target? (this path takes target, format, namespace, show)\n",
        ),
        ("foramt=csv&target=1.24&target=1.26", "unknown query parameter; did you mean format? (this path takes "),
        ("<script>=1", "unknown query parameter (this path takes target, format, namespace, show)\n"),
    ],
)
def test_a_wrong_query_is_refused_and_not_repeated(client: httpx2.Client, query: str, text: str) -> None:
    answer = client.get(f"/report?{query}")
    assert answer.status_code == 400
    assert answer.text.startswith(text)


def test_a_gate_takes_no_parameters_at_all(client: httpx2.Client) -> None:
    answer = client.get("/ready-for/1.24?target=1.26")
    assert (answer.status_code, answer.text) == (400, "unknown query parameter (this path takes none)\n")


def test_the_plain_port_serves_health_and_nothing_else(guard: RunningGuard) -> None:
    with httpx2.Client(base_url=guard.health) as plain:
        assert [plain.get(path).status_code for path in ("/livez", "/readyz")] == [200, 200]
        assert [plain.get(path).status_code for path in ("/report", "/validate", "/")] == [404, 404, 404]


def test_one_connection_serves_many_reviews(guard: RunningGuard) -> None:
    address = urlsplit(guard.tls)
    context = ssl.create_default_context(cafile=str(guard.certificate))
    connection = http.client.HTTPSConnection(str(address.hostname), address.port, context=context)
    connection.connect()
    first = connection.sock
    for _ in range(3):
        connection.request("POST", "/validate", json.dumps(review(pod())), JSON)
        assert connection.getresponse().read()
    assert connection.sock is first
    connection.close()


def test_tls_before_1_2_is_refused(guard: RunningGuard) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    address = urlsplit(guard.tls)
    with socket.create_connection((str(address.hostname), address.port or 0)) as sock, pytest.raises(ssl.SSLError):
        context.wrap_socket(sock)


def test_a_guard_that_others_can_reach_keeps_its_report_closed(tmp_path: Path) -> None:
    with run_guard(tmp_path, "--host", "0.0.0.0") as open_guard:  # noqa: S104 -- the very thing under test
        port = urlsplit(open_guard.tls).port
        context = ssl.create_default_context(cafile=str(open_guard.certificate))
        with httpx2.Client(base_url=f"https://127.0.0.1:{port}", verify=context) as client:
            assert (client.get("/report").status_code, client.get("/readyz").status_code) == (403, 200)
