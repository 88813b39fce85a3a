"""``certs``: what is told of the certificates by which the guard is called, and what renews them."""

import base64
import json
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from certs.agreement import RENEW_AUTHORITY, RENEW_LEAVES
from certs.authority import make_authority
from certs.bundle import fingerprint, read_bundle
from certs.chest import Chest, data_of
from certs.leaf import make_leaf
from certs.names import LOOPBACK, service_names
from certs.pair import Pair
from certs.reading import read_authority
from certs.self_signed import make_self_signed
from certs.stores import Registered, StoredSecret
from certs.validity import CLOCK_SKEW
from tests.certs.forging import new_key
from tests.cli.conftest import Run
from tests.server.test_tls import listening
from tests.weather.kubeconfigs import write_kubeconfig
from webhook.cli.certificates_told import Told, as_json, as_text, tell_of
from webhook.cluster.certificate_names import CertificateNames
from webhook.server.tls import ServedTls

Json = dict[str, Any]

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
NAMES = service_names("guard", "guards")
PLACE = CertificateNames(namespace="guards", secret="guard-authority", config_map="guard-ca", configuration="guard")  # noqa: S106 -- a name

BEFORE, CURRENT, NEXT, FOREIGN = (make_authority(NAMES, NOW - age * DAY) for age in (300, 100, 0, 10))
ENDED = make_authority(NAMES, NOW - 400 * DAY)
LATER = make_authority(NAMES, NOW + 3 * DAY)


def certificate(pair: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate)


def stored(current: Pair, *before: Pair, following: Pair | None = None) -> StoredSecret:
    """The Secret as a guard writes it."""
    trusted = [current, *before, *([following] if following else [])]
    chest = Chest(
        current=read_authority(current),
        next=read_authority(following) if following else None,
        bundle=tuple(map(certificate, trusted)),
    )
    return StoredSecret(data_of(chest), {}, "1")


def changed(secret: StoredSecret, **values: bytes | None) -> StoredSecret:
    """The Secret with other values; None takes one away. Dots are written as underlines."""
    data = dict(secret.data) | {key.replace("_", "."): value for key, value in values.items() if value is not None}
    gone = {key.replace("_", ".") for key, value in values.items() if value is None}
    return StoredSecret({key: value for key, value in data.items() if key not in gone}, {}, "1")


def trusting(*trusted: Pair) -> bytes:
    return b"".join(pair.certificate for pair in trusted)


def registered(pods: bytes, upgrades: bytes) -> Registered:
    return Registered("uid-1", "1", {"pods.guard.io": pods, "upgrades.guard.io": upgrades})


def in_all(*trusted: Pair) -> Registered:
    return registered(trusting(*trusted), trusting(*trusted))


def leaf_of(authority: Pair, *, age: timedelta = timedelta(0)) -> Pair:
    return make_leaf(authority, NAMES, NOW - age)


def impostor_of(authority: Pair) -> Pair:
    """A leaf that names this authority, which never signed it, and no key of it: of one made anew by the same name."""
    key = new_key()
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "guard")]))
        .issuer_name(certificate(authority).subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    )
    return Pair.of(built, key)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is there, in order unless said otherwise, and what of it is told as a problem."""

    name: str
    secret: StoredSecret | None = field(default_factory=lambda: stored(CURRENT, BEFORE))
    registered: Registered | None = field(default_factory=lambda: in_all(CURRENT, BEFORE))
    served: Pair | None = None
    problems: tuple[str, ...] = ()

    def told(self) -> Told:
        served = certificate(self.served) if self.served else None
        return tell_of(PLACE, self.secret, self.registered, served, NOW)


SECRET = "Secret guards/guard-authority"  # noqa: S105 -- what it is called
NO_AUTHORITY = f"{SECRET} has no authority: a guard with --tls self makes it, and so does certs init"
NOBODY_CALLS = "there is no entry of a ValidatingWebhookConfiguration guard: nobody calls"
PODS, UPGRADES = (f"{kind}.guard.io does not trust the authority that signs" for kind in ("pods", "upgrades"))
UNKNOWN = "the certificate that is served is by an authority that nobody trusts"
WHOLE = stored(CURRENT)


def instant(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


CASES = [
    Case(name="all is in order"),
    Case(
        name="a change is under way",
        secret=stored(CURRENT, BEFORE, following=NEXT),
        registered=in_all(CURRENT, BEFORE, NEXT),
    ),
    Case(name="the next one is not trusted yet", secret=stored(CURRENT, following=NEXT), registered=in_all(CURRENT)),
    Case(name="others are trusted too", registered=in_all(FOREIGN, CURRENT)),
    Case(name="there is no Secret", secret=None, problems=(NO_AUTHORITY,)),
    Case(name="the Secret is empty", secret=StoredSecret({}, {}, "1"), problems=(NO_AUTHORITY,)),
    Case(name="there is nothing", secret=None, registered=None, problems=(NO_AUTHORITY, NOBODY_CALLS)),
    Case(name="there is no configuration", registered=None, problems=(NOBODY_CALLS,)),
    Case(name="the configuration has no entries", registered=Registered("uid-1", "1", {}), problems=(NOBODY_CALLS,)),
    Case(
        name="the key is missing",
        secret=changed(WHOLE, tls_key=None),
        problems=(f"{SECRET}: tls.key: it is missing", NO_AUTHORITY),
    ),
    Case(
        name="the key is another",
        secret=changed(WHOLE, tls_key=NEXT.key),
        problems=(f"{SECRET}: tls.crt and tls.key: the key is another than the certificate's", NO_AUTHORITY),
    ),
    Case(
        name="the Secret is of a server",
        secret=changed(WHOLE, tls_crt=leaf_of(CURRENT).certificate, tls_key=None),
        problems=(f"{SECRET}: tls.key: it is missing", NO_AUTHORITY),
    ),
    Case(
        name="the bundle is missing",
        secret=changed(WHOLE, ca_crt=None),
        problems=(f"{SECRET}: ca.crt: there is no certificate in it",),
    ),
    Case(
        name="the next one is without its key",
        secret=changed(stored(CURRENT, following=NEXT), next_key=None),
        problems=(f"{SECRET}: next.key: it is missing",),
    ),
    Case(
        name="one entry does not trust",
        registered=registered(trusting(CURRENT), trusting(BEFORE)),
        problems=(UPGRADES,),
    ),
    Case(name="entries have no bundle", registered=registered(b"", b""), problems=(PODS, UPGRADES)),
    Case(name="an entry has junk", registered=registered(b"junk", trusting(CURRENT)), problems=(PODS,)),
    Case(
        name="the authority has ended",
        secret=stored(ENDED),
        registered=in_all(ENDED),
        problems=(f"the authority ended at {instant(NOW - 35 * DAY)}",),
    ),
    Case(
        name="the authority is of the future",
        secret=stored(LATER),
        registered=in_all(LATER),
        problems=(f"the authority begins at {instant(NOW + 3 * DAY - CLOCK_SKEW)} only",),
    ),
    Case(name="what is served is by the authority", served=leaf_of(CURRENT)),
    Case(name="what is served is by the one before, which is trusted", served=leaf_of(BEFORE)),
    Case(
        name="what is served is by the one before, which one entry does not trust",
        registered=registered(trusting(CURRENT), trusting(CURRENT, BEFORE)),
        served=leaf_of(BEFORE),
        problems=(PODS,),
    ),
    Case(
        name="what is served is by the authority, and nobody calls",
        registered=None,
        served=leaf_of(CURRENT),
        problems=(NOBODY_CALLS,),
    ),
    Case(
        name="what is served is by the authority, and no entry has a bundle",
        registered=registered(b"", b""),
        served=leaf_of(CURRENT),
        problems=(PODS, UPGRADES),
    ),
    Case(name="what is served is by an unknown authority", served=leaf_of(FOREIGN), problems=(UNKNOWN,)),
    Case(name="what is served is self-signed", served=make_self_signed(NAMES, NOW), problems=(UNKNOWN,)),
    Case(
        name="what is served names an authority that did not sign it", served=impostor_of(CURRENT), problems=(UNKNOWN,)
    ),
    Case(
        name="what is served is by another's authority, whom entries trust",
        registered=in_all(CURRENT, FOREIGN),
        served=leaf_of(FOREIGN),
    ),
    Case(
        name="what is served has ended",
        served=leaf_of(CURRENT, age=8 * DAY),
        problems=(f"the certificate that is served ended at {instant(NOW - DAY)}",),
    ),
    Case(
        name="what is served is of the future",
        served=leaf_of(CURRENT, age=-DAY),
        problems=(f"the certificate that is served begins at {instant(NOW + DAY - CLOCK_SKEW)} only",),
    ),
    Case(
        name="nothing is as it should be",
        secret=changed(stored(ENDED), ca_crt=b""),
        registered=registered(b"", trusting(ENDED)),
        served=leaf_of(FOREIGN, age=9 * DAY),
        problems=(
            f"{SECRET}: ca.crt: there is no certificate in it",
            f"the authority ended at {instant(NOW - 35 * DAY)}",
            PODS,
            f"the certificate that is served ended at {instant(NOW - 2 * DAY)}",
            UNKNOWN,
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_problem_is_told_and_no_other(case: Case) -> None:
    assert case.told().problems == case.problems


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_form_shows_a_key_and_each_shows_every_problem(case: Case) -> None:
    told = case.told()
    document, text = json.loads(as_json(told)), as_text(told)
    assert document["problems"] == list(told.problems)
    first = [f"Not in order: {problem}." for problem in told.problems] or ["All is in order."]
    assert text.splitlines()[: len(first) + 1] == [*first, ""]
    keys = [pair.key for pair in (BEFORE, CURRENT, NEXT, FOREIGN, ENDED, LATER)]
    lines = {line for key in keys for line in key.decode().splitlines()[1:-1]}
    assert not [line for line in lines if line in text or line in as_json(told).decode()]


@given(trusted=st.dictionaries(st.text(max_size=12), st.sets(st.sampled_from([BEFORE, CURRENT, NEXT])), min_size=1))
def test_an_entry_is_named_if_and_only_if_it_does_not_trust_who_signs(trusted: Mapping[str, set[Pair]]) -> None:
    entries = {name: trusting(*pairs) for name, pairs in trusted.items()}
    told = tell_of(PLACE, stored(CURRENT), Registered("uid-1", "1", entries), None, NOW)
    assert len(told.problems) == sum(CURRENT not in pairs for pairs in trusted.values())
    assert all(problem.isprintable() for problem in told.problems)
    assert [set(entry.trusts) for entry in told.entries] == [
        {fingerprint(certificate(pair)) for pair in pairs} for pairs in trusted.values()
    ]


def shown(pair: Pair) -> Json:
    one = certificate(pair)
    return {
        "fingerprint": fingerprint(one),
        "notBefore": instant(one.not_valid_before_utc),
        "notAfter": instant(one.not_valid_after_utc),
    }


SERVED = leaf_of(BEFORE)
FULL = Case(
    name="",
    secret=stored(CURRENT, BEFORE, following=NEXT),
    registered=registered(trusting(CURRENT, BEFORE), trusting(CURRENT)),
    served=SERVED,
    problems=(UPGRADES,),
)


def test_json_tells_all_of_it() -> None:
    current, before = shown(CURRENT), shown(BEFORE)
    assert json.loads(as_json(FULL.told())) == {
        "secret": "guards/guard-authority",
        "authority": current,
        "next": shown(NEXT),
        "trusted": [current, before, shown(NEXT)],
        "configuration": "guard",
        "entries": [
            {"name": "pods.guard.io", "trusts": [current["fingerprint"], before["fingerprint"]]},
            {"name": "upgrades.guard.io", "trusts": [current["fingerprint"]]},
        ],
        "served": {"leaf": shown(SERVED), "signedBy": before["fingerprint"]},
        "problems": [UPGRADES],
    }


def row(pair: Pair) -> str:
    one = shown(pair)
    return f"{one['fingerprint'][:16]}, {one['notBefore']} to {one['notAfter']}"


def short(pair: Pair) -> str:
    return fingerprint(certificate(pair))[:16]


def table(text: str) -> list[list[str]]:
    return [re.split(" {2,}", line) for line in text.split("\n\n", 1)[1].splitlines()]


def test_text_tells_all_of_it() -> None:
    assert table(as_text(FULL.told())) == [
        ["Authority", row(CURRENT), "Secret guards/guard-authority"],
        ["Next", row(NEXT)],
        ["Trusted", row(CURRENT)],
        ["Trusted", row(BEFORE)],
        ["Trusted", row(NEXT)],
        ["Calls by", "pods.guard.io", f"trusts {short(CURRENT)}, {short(BEFORE)}"],
        ["Calls by", "upgrades.guard.io", f"trusts {short(CURRENT)}"],
        ["Served", row(SERVED), f"by {short(BEFORE)}"],
    ]


def test_text_and_json_tell_what_there_is_not() -> None:
    leaf = leaf_of(FOREIGN)
    told = Case(name="", secret=None, registered=registered(b"", b""), served=leaf).told()
    assert table(as_text(told)) == [
        ["Authority", "none", "Secret guards/guard-authority"],
        ["Next", "none"],
        ["Calls by", "pods.guard.io", "trusts nobody"],
        ["Calls by", "upgrades.guard.io", "trusts nobody"],
        ["Served", row(leaf), "by an unknown one"],
    ]
    document = json.loads(as_json(told))
    assert (document["authority"], document["next"], document["trusted"]) == (None, None, [])
    assert document["served"]["signedBy"] is None
    assert json.loads(as_json(Case(name="").told()))["served"] is None


def test_an_entry_that_is_called_oddly_drives_no_terminal() -> None:
    odd = Registered("uid-1", "1", {"\x1b[31m\nAll is in order.": b""})
    told = tell_of(PLACE, WHOLE, odd, None, NOW)
    assert "\x1b" not in as_text(told)
    assert "\\u001b" not in as_json(told).decode()
    assert "All is in order." not in as_text(told).splitlines()


SECRETS = "/api/v1/namespaces/guards/secrets"
CONFIG_MAPS = "/api/v1/namespaces/guards/configmaps"
CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
OURS = {"manager": "eci-upgrade-guard", "operation": "Update"}
AT = ("--service", "guard", "--webhook-configuration", "guard")


@dataclass(frozen=True)
class Write:
    """A request that changes something."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    content_type: str
    body: Any


@dataclass
class Cluster:
    """An API server that keeps objects: just enough of one for the three that hold certificates."""

    objects: dict[str, Json] = field(default_factory=dict)
    """By their paths."""
    writes: list[Write] = field(default_factory=list)
    forbids: str = ""
    """The method that no role grants."""

    @property
    def secret(self) -> dict[str, bytes]:
        data = self.objects[f"{SECRETS}/guard-authority"]["data"]
        return {key: base64.b64decode(value) for key, value in data.items()}

    @property
    def bundles(self) -> dict[str, bytes]:
        entries = self.objects[f"{CONFIGURATIONS}/guard"]["webhooks"]
        return {one["name"]: base64.b64decode(one["clientConfig"].get("caBundle", "")) for one in entries}

    def put_secret(self, secret: StoredSecret) -> None:
        data = {key: base64.b64encode(value).decode() for key, value in secret.data.items()}
        self.objects[f"{SECRETS}/guard-authority"] = {"metadata": {"resourceVersion": "1", "uid": "s"}, "data": data}

    def put_configuration(self, bundle: bytes = b"") -> None:
        entries = [
            {"name": f"{kind}.guard.io", "clientConfig": {"service": {}} | _coded(bundle)}
            for kind in ("pods", "upgrades")
        ]
        self.objects[f"{CONFIGURATIONS}/guard"] = {
            "metadata": {"resourceVersion": "1", "uid": "c", "name": "guard"},
            "webhooks": entries,
        }

    def answer(self, method: str, path: str, write: Write | None) -> tuple[int, Json]:
        if method == self.forbids:
            return _status(403)
        if write is None:
            return (200, self.objects[path]) if path in self.objects else _status(404)
        self.writes.append(write)
        if method == "POST":
            path = f"{path}/{write.body['metadata']['name']}"
            if path in self.objects:
                return _status(409)
            self.objects[path] = {**write.body, "metadata": {**write.body["metadata"], "uid": "n"}}
        elif path not in self.objects:
            return _status(404)
        elif isinstance(write.body, list):
            self._patch(self.objects[path], write.body)
        else:
            _merge(self.objects[path], write.body)
        metadata = self.objects[path]["metadata"]
        metadata["resourceVersion"] = str(int(metadata.get("resourceVersion", 0)) + 1)
        return 201 if method == "POST" else 200, self.objects[path]

    def _patch(self, found: Json, operations: list[Json]) -> None:
        """Do a JSON patch, and write down who did, as for whatever does not say itself who owns what."""
        for one in operations:
            *way, last = one["path"].strip("/").split("/")
            at: Any = found
            for step in way:
                at = at[int(step) if isinstance(at, list) else step]
            key = int(last) if isinstance(at, list) else last
            match one["op"]:
                case "test":
                    assert at[key] == one["value"]
                case "remove":
                    del at[key]
                case _:
                    assert key != "resourceVersion" or at[key] == one["value"]
                    at[key] = one["value"]
        if not any("managedFields" in one["path"] for one in operations):
            found["metadata"].setdefault("managedFields", []).append(dict(OURS))


def _merge(found: Json, patch: Json) -> None:
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict):
            _merge(found.setdefault(key, {}), value)
        else:
            found[key] = value


def _status(code: int) -> tuple[int, Json]:
    return code, {"kind": "Status", "message": "", "code": code}


def _coded(bundle: bytes) -> Json:
    return {"caBundle": base64.b64encode(bundle).decode()} if bundle else {}


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
        (("renew",), "argument what: invalid choice: 'renew'"),
        (("rotate",), WHICH),
        (("rotate", "both"), "argument which: invalid choice: 'both'"),
        (("status", "leaf"), WHICH),
        (("init", "authority"), WHICH),
        (("status", "--server", "localhost"), f"argument --server: localhost {ADDRESS}"),
        (("status", "--server", ":8443"), f"argument --server: :8443 {ADDRESS}"),
        (("status", "--server", "localhost:"), f"argument --server: localhost: {ADDRESS}"),
        (("status", "--server", "localhost:0"), f"argument --server: localhost:0 {ADDRESS}"),
        (("status", "--server", "localhost:65536"), f"argument --server: localhost:65536 {ADDRESS}"),
        (("status", "--server", "localhost:-1"), f"argument --server: localhost:-1 {ADDRESS}"),
        (("status", "--server", "localhost:٣"), f"argument --server: localhost:٣ {ADDRESS}"),
        (("status", "-o", "yaml"), "argument -o/--output: invalid choice: 'yaml'"),
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
