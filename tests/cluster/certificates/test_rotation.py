"""That rotating certificates fails nobody, that replicas agree, and what OpenSSL makes of what a guard serves."""

import asyncio
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx2
import pytest
from cryptography import x509

from certs.bundle import fingerprint, read_bundle
from certs.keeping import Keeper
from certs.leaf import is_signed_by
from certs.names import service_names
from certs.pair import Pair
from tests.cluster.calls import Load, load
from tests.cluster.certificates.keeping import CONFIGURATIONS, NEEDED, replicas
from tests.cluster.certificates.registering import configuration, document
from tests.cluster.certificates.serving import SERVICE, Called, called, grant
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import answers_in

METRIC = "eci_upgrade_guard_certificates_in_order"
LOOKED = 75.0
"""Seconds within which a guard has looked at everything."""
TAKEN_UP = 210.0
"""Seconds within which an authority signs: made at a look, trusted for a minute, and found so at another look."""
MET = 100
"""Calls after which an API server is known to have heard of a change."""
LOADS = [
    pytest.param(1_000, 25, marks=pytest.mark.timeout(360, func_only=True), id="a thousand calls"),
    pytest.param(
        10_000, 50, marks=[pytest.mark.long, pytest.mark.timeout(1200, func_only=True)], id="ten thousand calls"
    ),
]


@pytest.mark.parametrize(("calls", "a_second"), LOADS)
def test_no_create_fails_while_leaf_and_authority_are_rotated(
    control_plane: ControlPlane, namespace: str, tmp_path: Path, calls: int, a_second: float
) -> None:
    rotations = 0
    with called(control_plane, namespace, tmp_path) as guarded, control_plane.client() as client:
        guarded.await_calls()
        with load(lambda: guarded.create(client), a_second) as going:
            while not rotations or going.calls < calls:
                rotate_both(guarded, going)
                rotations += 1
        _, log = guarded.guard.stop()
    print(f"\nleaf and authority rotated {rotations} x: {going}")
    assert going.failures == []
    assert going.calls >= calls
    assert answers_in(log)["allowed"] >= going.calls  # the guard was asked about each
    events = Counter(line["event"] for line in log)
    assert (events["leaf renewed"], events["authority taken up"]) == (1 + 2 * rotations, 1 + rotations), log


def rotate_both(guarded: Called, going: Load) -> None:
    leaf, authority = guarded.leaf(), guarded.authority()
    guarded.rotate("leaf")
    guarded.wake()
    leaf = another_than(leaf, guarded, LOOKED)
    assert guarded.authority() == authority
    call_anew(guarded, going)
    guarded.rotate("authority")
    guarded.wake()
    another_than(leaf, guarded, TAKEN_UP)
    assert guarded.authority() != authority
    assert authority in read_bundle(guarded.bundle().encode()).certificates  # for leaves that others still serve
    call_anew(guarded, going)


def call_anew(guarded: Called, going: Load) -> None:
    """Have the load meet what is served now: connections that were there before would not."""
    guarded.call_anew()
    enough = going.calls + MET
    guarded.control_plane.wait_until("calls by new connections", lambda: going.calls >= enough)


def another_than(leaf: x509.Certificate, guarded: Called, patience: float) -> x509.Certificate:
    """Return the leaf that is served once it is another."""
    guarded.control_plane.wait_until("another leaf to be served", lambda: guarded.leaf() != leaf, patience)
    return guarded.leaf()


@pytest.mark.anyio
async def test_ten_replicas_that_begin_at_once_agree_on_one_authority(
    every_control_plane: ControlPlane, namespace: str, guard: Path
) -> None:
    served: list[list[Pair]] = [[] for _ in range(10)]
    told: list[str] = []

    def tell(_: int, event: str, /, **__: object) -> None:
        told.append(event)

    with configuration(every_control_plane, namespace) as registered:
        registered.apply(document(namespace, {"a.x.io": "", "b.x.io": "theirs"}))
        async with replicas(guard, namespace, 10) as ten, asyncio.timeout(30), asyncio.TaskGroup() as group:
            names = service_names(SERVICE, namespace)
            keepers = [Keeper(names, kept, leaves.append, tell) for kept, leaves in zip(ten, served, strict=True)]
            running = [group.create_task(one.run()) for one in keepers]
            while not agreed(keepers, await asyncio.to_thread(registered.bundles)):  # noqa: ASYNC110 -- no event
                await asyncio.sleep(0.05)
            for one in running:
                one.cancel()
    (authority,) = read_bundle(keepers[0].state.bundle).certificates
    assert told.count("authorities written") == 1  # all the others read what was there
    for leaves in served:
        (leaf,) = leaves  # nobody served one that he had to take back
        assert is_signed_by(x509.load_pem_x509_certificate(leaf.certificate), authority)


def agreed(keepers: Sequence[Keeper], bundles: Mapping[str, str]) -> bool:
    """Tell whether all serve and go by one authority, and whoever calls them trusts it and no other."""
    states = [one.state for one in keepers]
    if any(one.problem or one.leaf is None for one in states) or len(set(bundles.values())) != 1:
        return False
    trusted = {fingerprint(one) for bundle in bundles.values() for one in read_bundle(bundle.encode()).certificates}
    return trusted == {one.authority.fingerprint for one in states if one.authority} and len(trusted) == 1


@pytest.fixture
def guarded(every_control_plane: ControlPlane, namespace: str, tmp_path: Path) -> Iterator[Called]:
    with called(every_control_plane, namespace, tmp_path) as one:
        one.await_calls()
        yield one


def openssl(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = ["openssl", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=20, check=False)


def shake_hands(guarded: Called, trusted: Path, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Connect as a strict client does, for whom the name has to be right as well."""
    strict = ["-verify_return_error", "-CAfile", str(trusted), "-no-CApath", "-no-CAstore", "-verify_hostname", name]
    host, port = guarded.address
    return openssl("s_client", "-connect", f"{host}:{port}", "-servername", name, *strict, *options)


def test_openssl_verifies_what_is_served_by_the_bundle_of_the_config_map(guarded: Called, tmp_path: Path) -> None:
    trusted, name = tmp_path / "ca.crt", f"{SERVICE}.{guarded.namespace}.svc"
    trusted.write_text(guarded.bundle(), encoding="ascii")
    for option, version in (("-tls1_3", "TLSv1.3"), ("-tls1_2", "TLSv1.2")):
        done = shake_hands(guarded, trusted, name, option)
        assert done.returncode == 0, done.stderr
        assert "Verification: OK" in done.stdout
        assert f"New, {version}, Cipher is" in done.stdout
    level = ["-cipher", "DEFAULT@SECLEVEL=0"]  # above it the client itself would refuse, and write nothing
    old = shake_hands(guarded, trusted, name, "-tls1_1", *level)
    assert old.returncode
    assert re.search(r"has read 0 bytes and written [1-9]\d* bytes", old.stdout), old
    others = shake_hands(guarded, trusted, f"other.{guarded.namespace}.svc")
    assert others.returncode
    assert "hostname mismatch" in others.stderr


def test_the_names_of_the_leaf_are_those_of_the_service_and_of_the_machine_itself(
    guarded: Called, tmp_path: Path
) -> None:
    host, port = guarded.address
    shown = openssl("s_client", "-connect", f"{host}:{port}").stdout
    told = openssl("x509", "-noout", "-ext", "subjectAltName", given=shown).stdout
    service = f"{SERVICE}.{guarded.namespace}.svc"
    assert [name.strip() for name in told.splitlines()[-1].split(",")] == [
        f"DNS:{service}",
        f"DNS:{service}.cluster.local",
        "DNS:localhost",
        "IP Address:127.0.0.1",
        "IP Address:0:0:0:0:0:0:0:1",
    ]


def test_a_guard_that_may_not_write_whom_to_trust_serves_and_says_so_and_writes_it_once_it_may(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    right = ("patch", CONFIGURATIONS)
    with called(every_control_plane, namespace, tmp_path, [one for one in NEEDED if one != right]) as guarded:
        every_control_plane.wait_until("the guard to say so", lambda: not in_order(guarded))
        assert "[-]certificates: not everything is in order" in verbose(guarded)
        with every_control_plane.client() as client:
            every_control_plane.wait_until(
                "nobody to trust it", lambda: "certificate signed by unknown authority" in guarded.create(client).text
            )
        trusted = tmp_path / "ca.crt"
        trusted.write_text(guarded.bundle(), encoding="ascii")
        assert shake_hands(guarded, trusted, f"{SERVICE}.{namespace}.svc").returncode == 0
        grant(every_control_plane, namespace, "patch", f"{CONFIGURATIONS}/{namespace}")
        guarded.await_calls()
        every_control_plane.wait_until("the guard to say so", lambda: in_order(guarded))
        assert "[-]certificates" not in verbose(guarded)
        _, log = guarded.guard.stop()
    told = [line.get("why", "") for line in log if line["event"].startswith("certificates are")]
    assert f"the guard may not patch {CONFIGURATIONS} {namespace}: no role grants it" in told[0]
    assert told[-1] == ""  # in order again


def in_order(guarded: Called) -> bool:
    lines = httpx2.get(f"{guarded.guard.health}/metrics", trust_env=False).raise_for_status().text.splitlines()
    (value,) = [line.removeprefix(METRIC) for line in lines if line.startswith(METRIC + " ")]
    return float(value) == 1


def verbose(guarded: Called) -> str:
    """Return what the guard says of itself, which is ready all the time."""
    answer = httpx2.get(f"{guarded.guard.health}/readyz", params={"verbose": ""}, trust_env=False)
    return answer.raise_for_status().text
