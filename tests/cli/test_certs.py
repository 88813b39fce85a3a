"""``certs``: the commands, over a cluster."""

import base64
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from cryptography import x509

from certs.agreement import RENEW_AUTHORITY, RENEW_LEAVES
from certs.bundle import fingerprint, read_bundle
from certs.leaf import make_leaf
from certs.names import LOOPBACK
from certs.pair import Pair
from certs.stores import StoredSecret
from tests.cli.certificate_builders import (
    BEFORE,
    CURRENT,
    FOREIGN,
    NAMES,
    NO_AUTHORITY,
    NOBODY_CALLS,
    NOW,
    PODS,
    UPGRADES,
    WHOLE,
    certificate,
    changed,
    shown,
    stored,
    trusting,
)
from tests.cli.certificate_cluster import (
    AT,
    CONFIG_MAPS,
    CONFIGURATIONS,
    SECRETS,
    Cluster,
    Write,
)
from tests.commands import Run
from tests.server.test_tls import listening
from tests.weather.kubeconfigs import write_kubeconfig
from webhook.server.tls import ServedTls

Json = dict[str, Any]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """One with nothing in it; ``tmp_path / "kubeconfig"`` leads to it."""
    cluster = Cluster()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in two packets waits for the client's acknowledgement in between

        def answer(self) -> None:
            address = urlsplit(self.path)
            path = unquote(address.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            write = None
            if self.command != "GET":
                kind = self.headers.get_content_type()
                write = Write(self.command, path, parse_qs(address.query), kind, json.loads(body))
            code, document = cluster.answer(self.command, path, write)
            answer = json.dumps(document).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 -- what http.server looks for

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- its name there
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
        thread.start()
        write_kubeconfig(tmp_path / "kubeconfig", f"http://127.0.0.1:{server.server_address[1]}")
        yield cluster
        server.shutdown()
        thread.join()


@pytest.fixture
def reach(tmp_path: Path) -> tuple[object, ...]:
    """The options that lead to the cluster and to what is kept there."""
    return ("--kubeconfig", tmp_path / "kubeconfig", "--namespace", "guards", *AT)


@pytest.fixture
def in_order(cluster: Cluster) -> Cluster:
    cluster.put_secret(stored(CURRENT, BEFORE))
    cluster.put_configuration(trusting(CURRENT, BEFORE))
    return cluster


@pytest.mark.usefixtures("in_order")
@pytest.mark.parametrize("output", ["text", "json"])
def test_status_is_0_where_all_is_in_order(run: Run, reach: tuple[object, ...], output: str) -> None:
    ended = run("certs", "status", *reach, "-o", output)
    assert (ended.code, ended.err) == (0, "")
    if output == "json":
        assert json.loads(ended.out)["authority"] == shown(CURRENT)
    else:
        assert ended.out.startswith("All is in order.\n")


@pytest.mark.parametrize("output", ["text", "json"])
def test_status_is_3_where_something_is_not(run: Run, cluster: Cluster, reach: tuple[object, ...], output: str) -> None:
    cluster.put_secret(stored(CURRENT))
    cluster.put_configuration(trusting(BEFORE))
    ended = run("certs", "status", *reach, "-o", output)
    assert (ended.code, ended.err) == (3, "")
    if output == "json":
        assert json.loads(ended.out)["problems"] == [PODS, UPGRADES]
    else:
        assert ended.out.startswith(f"Not in order: {PODS}.\nNot in order: {UPGRADES}.\n\n")
    assert cluster.writes == []


def test_status_of_an_empty_cluster_is_3(run: Run, cluster: Cluster, reach: tuple[object, ...]) -> None:
    ended = run("certs", "status", *reach)
    assert (ended.code, ended.err) == (3, "")
    assert ended.out.startswith(f"Not in order: {NO_AUTHORITY}.\nNot in order: {NOBODY_CALLS}.\n\n")
    assert cluster.writes == []


@pytest.mark.usefixtures("in_order")
@pytest.mark.parametrize(("authority", "code"), [(CURRENT, 0), (BEFORE, 0), (FOREIGN, 3)])
def test_status_looks_at_what_is_served(run: Run, reach: tuple[object, ...], authority: Pair, code: int) -> None:
    leaf = make_leaf(authority, (*NAMES, *LOOPBACK), NOW)
    served = ServedTls()
    served.show(leaf)
    with listening(served) as port:
        ended = run("certs", "status", *reach, "--server", f"127.0.0.1:{port}", "-o", "json")
    assert (ended.code, ended.err) == (code, "")
    signer = fingerprint(certificate(authority)) if code == 0 else None
    assert json.loads(ended.out)["served"] == {"leaf": shown(leaf), "signedBy": signer}


@pytest.mark.usefixtures("in_order")
def test_a_server_where_nothing_listens_is_1_and_one_line(run: Run, reach: tuple[object, ...]) -> None:
    with socket.socket() as bound:  # and never listening
        bound.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{bound.getsockname()[1]}"
        ended = run("certs", "status", *reach, "--server", address)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"eci-upgrade-guard: {address} does not answer TLS: ")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.usefixtures("in_order")
def test_a_server_that_speaks_no_tls_is_1_and_one_line(run: Run, reach: tuple[object, ...], tmp_path: Path) -> None:
    kubeconfig = json.loads((tmp_path / "kubeconfig").read_text())
    address = urlsplit(kubeconfig["clusters"][0]["cluster"]["server"]).netloc
    ended = run("certs", "status", *reach, "--server", address)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"eci-upgrade-guard: {address} does not answer TLS: ")
    assert len(ended.err.splitlines()) == 1


ADDRESS = "is no address; write it like 127.0.0.1:8443"
WHICH = "rotate goes with leaf or authority, and nothing else does"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "the following arguments are required: what"),
        (("renew",), "argument what: 'renew' is none of status, rotate, init"),
        (("rotate",), WHICH),
        (("rotate", "both"), "argument which: 'both' is none of"),
        (("status", "leaf"), WHICH),
        (("init", "authority"), WHICH),
        (("status", "--server", "localhost"), f"argument --server: localhost {ADDRESS}"),
        (("status", "--server", ":8443"), f"argument --server: :8443 {ADDRESS}"),
        (("status", "--server", "localhost:"), f"argument --server: localhost: {ADDRESS}"),
        (("status", "--server", "localhost:0"), f"argument --server: localhost:0 {ADDRESS}"),
        (("status", "--server", "localhost:65536"), f"argument --server: localhost:65536 {ADDRESS}"),
        (("status", "--server", "localhost:-1"), f"argument --server: localhost:-1 {ADDRESS}"),
        (("status", "--server", "localhost:٣"), f"argument --server: localhost:٣ {ADDRESS}"),
        (("status", "-o", "yaml"), "argument -o/--output: 'yaml' is none of"),
        (("status", "--servr", "x:1"), "there is no --servr; did you mean --server?"),
    ],
)
def test_wrong_usage_is_2_and_one_line(run: Run, arguments: tuple[str, ...], message: str) -> None:
    ended = run("certs", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"eci-upgrade-guard: {message}")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("what", [("status",), ("rotate", "leaf"), ("rotate", "authority")])
def test_a_cluster_that_refuses_is_1_and_one_line(
    run: Run, cluster: Cluster, reach: tuple[object, ...], what: tuple[str, ...]
) -> None:
    cluster.forbids = "GET"
    ended = run("certs", *what, *reach)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "eci-upgrade-guard: the guard cannot get secrets guards/guard-authority: the API server answered 403\n"
    )


@pytest.mark.parametrize("what", [("status",), ("rotate", "leaf"), ("init",)])
def test_without_a_cluster_it_is_1_and_one_line(run: Run, tmp_path: Path, what: tuple[str, ...]) -> None:
    ended = run("certs", *what, "--kubeconfig", tmp_path / "none")
    assert (ended.code, ended.out) == (1, "")
    assert str(tmp_path / "none") in ended.err
    assert len(ended.err.splitlines()) == 1


def annotating(annotations: Mapping[str, str]) -> Write:
    return Write(
        "PATCH",
        f"{SECRETS}/guard-authority",
        {"fieldManager": ["eci-upgrade-guard"]},
        "application/merge-patch+json",
        {"metadata": {"annotations": annotations}},
    )


def test_rotating_the_authority_names_the_one_that_is_to_go(
    run: Run, in_order: Cluster, reach: tuple[object, ...]
) -> None:
    ended = run("certs", "rotate", "authority", *reach)
    assert (ended.code, ended.err) == (0, "")
    assert "Next: eci-upgrade-guard certs status\n" in ended.out
    assert in_order.writes == [annotating({RENEW_AUTHORITY: fingerprint(certificate(CURRENT))})]
    assert in_order.secret == stored(CURRENT, BEFORE).data


def test_rotating_leaves_wishes_something_new_each_time(run: Run, in_order: Cluster, reach: tuple[object, ...]) -> None:
    """A wish that was there already would be none."""
    ended = [run("certs", "rotate", "leaf", *reach) for _ in range(2)]
    assert [(one.code, one.out, one.err) for one in ended] == [
        (0, "Every replica makes a new leaf within a minute.\n", "")
    ] * 2
    wishes = [one.body["metadata"]["annotations"][RENEW_LEAVES] for one in in_order.writes]
    assert len(set(wishes)) == 2
    assert all(wishes)
    assert in_order.writes == [annotating({RENEW_LEAVES: wish}) for wish in wishes]


@pytest.mark.parametrize("which", ["leaf", "authority"])
@pytest.mark.parametrize("secret", [None, changed(WHOLE, tls_key=None)], ids=["no Secret", "one that is no good"])
def test_without_an_authority_there_is_nothing_to_rotate(
    run: Run, cluster: Cluster, reach: tuple[object, ...], secret: StoredSecret | None, which: str
) -> None:
    if secret is not None:
        cluster.put_secret(secret)
    ended = run("certs", "rotate", which, *reach)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "eci-upgrade-guard: there is no authority in Secret guards/guard-authority\n"
    assert cluster.writes == []


def test_init_makes_what_a_guard_makes_and_then_all_is_in_order(
    run: Run, cluster: Cluster, reach: tuple[object, ...]
) -> None:
    cluster.put_configuration()
    ended = run("certs", "init", *reach)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("There is an authority, and every entry there is trusts it.")
    bundle = cluster.secret["ca.crt"]
    assert read_bundle(bundle).certificates == (certificate(Pair(cluster.secret["tls.crt"], b"")),)
    assert cluster.objects[f"{CONFIG_MAPS}/guard-ca"]["data"] == {"ca.crt": bundle.decode()}
    assert cluster.bundles == {"pods.guard.io": bundle, "upgrades.guard.io": bundle}
    assert cluster.objects[f"{CONFIGURATIONS}/guard"]["metadata"]["managedFields"] == []
    assert run("certs", "status", *reach).code == 0


def test_init_of_what_is_there_changes_nothing(run: Run, cluster: Cluster, reach: tuple[object, ...]) -> None:
    cluster.put_configuration()
    run("certs", "init", *reach)
    writes = len(cluster.writes)
    assert run("certs", "init", *reach).code == 0
    assert len(cluster.writes) == writes


def test_init_signs_for_the_names_of_the_service_that_is_given(run: Run, cluster: Cluster, tmp_path: Path) -> None:
    names = ("--namespace", "guards", "--service", "blue", "--webhook-configuration", "guard")
    cluster.put_configuration()
    assert run("certs", "init", "--kubeconfig", tmp_path / "kubeconfig", *names).code == 0
    made = cluster.objects[f"{SECRETS}/blue-authority"]["data"]["tls.crt"]
    authority = x509.load_pem_x509_certificate(base64.b64decode(made))
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or ()
    hosts = {one.value for one in permitted if isinstance(one, x509.DNSName)}
    assert hosts == {"blue.guards.svc", "blue.guards.svc.cluster.local", "localhost"}
    assert f"{CONFIG_MAPS}/blue-ca" in cluster.objects


def test_init_that_may_not_write_is_no_success_and_says_why(
    run: Run, cluster: Cluster, reach: tuple[object, ...]
) -> None:
    cluster.put_configuration()
    cluster.forbids = "POST"
    ended = run("certs", "init", *reach)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("eci-upgrade-guard: certificates are not in order: the authority's Secret cannot be")
    assert "403" in ended.err
    assert cluster.bundles == {"pods.guard.io": b"", "upgrades.guard.io": b""}


def test_what_rotate_wishes_is_what_a_guard_hears(run: Run, cluster: Cluster, reach: tuple[object, ...]) -> None:
    cluster.put_configuration()
    run("certs", "init", *reach)
    first = cluster.secret["tls.crt"]
    run("certs", "rotate", "authority", *reach)
    run("certs", "init", *reach)  # a guard's look, as it would come by itself
    told = json.loads(run("certs", "status", *reach, "-o", "json").out)
    following = told["next"]["fingerprint"]
    assert cluster.secret["tls.crt"] == first  # until the other one was trusted for a minute
    assert following != told["authority"]["fingerprint"]
    assert all(following in entry["trusts"] for entry in told["entries"])
