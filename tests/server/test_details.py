"""``/readyz?verbose``: a line for each thing that the guard goes by, and no name that is not for everybody."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from certs.state import Shown, State
from tests.builders import NOW, in_force, inventory, policy, running
from tests.policy.windows.test_calendar import calendar, freeze, window
from tests.server.metrics.scraping import NIGHTS, StandingCertificates, live_inventory, rules_as_found
from tests.server.running_guard import run_guard
from webhook.inventory.known import FileInventory, KnownInventory
from webhook.inventory.pod_item import Identity
from webhook.policy.policy import Policy
from webhook.server.details import Details
from webhook.server.ending import Ending
from webhook.server.health import TlsProbe, health_routes
from webhook.server.policy_in_force import PolicyInForce
from webhook.server.registered_rules import RegisteredRules
from webhook.server.window_now import WindowNow

POLICY = "[+]policy default for 1.26, read 2026-11-22T21:00:00Z"
INVENTORY = "[+]inventory"
READINESS = "[i]readiness Ready for 1.26, ECI pods: none"
WINDOW = "[i]window open: the policy names no windows"
CERTIFICATE = "[+]certificate until 2026-11-23T20:00:00Z"
SERVED = State(leaf=Shown(fingerprint="ab", not_before=NOW, not_after=NOW.replace(day=23, hour=20, minute=0, second=0)))


def lines(
    going_by: PolicyInForce | None = None,
    *,
    known: KnownInventory | None = None,
    registered: RegisteredRules | None = None,
    certificates: State = SERVED,
) -> list[str]:
    """What a guard tells that is well, and that no cluster calls, but for what is given."""
    going_by = going_by or in_force()
    known = known or FileInventory(inventory(), going_by.policy)
    registered = registered or RegisteredRules(None, "guard", going_by)
    source = StandingCertificates(certificates)
    return [*Details(going_by, known, registered, WindowNow(going_by, lambda: NOW), source, lambda: NOW).lines()]


def test_of_a_guard_that_is_well_each_line_says_so() -> None:
    assert lines(registered=rules_as_found()) == [
        POLICY,
        INVENTORY,
        READINESS,
        WINDOW,
        "[+]registered rules",
        CERTIFICATE,
    ]


def test_of_a_guard_that_no_cluster_calls_no_rules_are_spoken_of() -> None:
    assert lines() == [POLICY, INVENTORY, READINESS, WINDOW, CERTIFICATE]


def test_a_policy_that_is_refused_has_a_line_for_each_problem_below_the_one_in_force() -> None:
    going_by = in_force()
    going_by.refuse(("line 6: spec.modes.pods: must be Deny", "line 7: spec.colour: unknown field"))
    assert lines(going_by)[:3] == [
        POLICY,
        "[-]a newer policy document is refused: line 6: spec.modes.pods: must be Deny",
        "[-]a newer policy document is refused: line 7: spec.colour: unknown field",
    ]


@pytest.mark.parametrize(
    ("chosen", "line"),
    [
        (
            policy(calendar=calendar(NIGHTS)),
            "[i]window closed: no window is open; nights opens next at 2026-11-22 22:00 UTC",
        ),
        (
            policy(calendar=calendar(window("0 20 * * *", 4))),
            "[i]window open: window nights, until 2026-11-23 00:00 UTC",
        ),
        (
            policy(calendar=calendar(NIGHTS, freeze("22", "25"))),
            "[i]window closed: freeze until 2026-11-25T00:00:00Z (a fair); nights opens next at 2026-11-25 00:00 UTC",
        ),
    ],
    ids=["closed", "open", "freeze"],
)
def test_the_hours_are_told_with_their_reason(chosen: Policy, line: str) -> None:
    assert lines(in_force(chosen))[3] == line


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ("1.1.0", "[i]readiness Ready for 1.26, ECI pods: 1 Compatible"),
        ("1.0.0", "[i]readiness NotReady for 1.26, ECI pods: 1 Incompatible"),
        ("9.9.9", "[i]readiness Unknown for 1.26, ECI pods: 1 Unknown"),
    ],
)
def test_readiness_is_told_with_what_it_is_made_of(version: str, line: str) -> None:
    """Pods that cannot be judged are nothing that is amiss with the inventory."""
    assert lines(known=live_inventory(None, running("web", version)))[1:3] == [INVENTORY, line]


def test_doubt_about_the_pods_is_told() -> None:
    live = live_inventory()
    live.store.put_unreadable(Identity("", "team-a", "web-1"), "is odd")
    assert lines(known=live)[1] == "[-]inventory: some pods could not be read"
    live.pods.contact.monotonic = lambda: 2000.0
    assert lines(known=live)[1].startswith("[-]inventory: the API server was last heard at ")


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (rules_as_found(known=False), "[-]registered rules: they were not read yet"),
        (rules_as_found(missing=["cronjobs.batch", "pods"]), "[-]registered rules send none of: cronjobs.batch, pods"),
        (rules_as_found(missing=["pods"], problem="there is no such one"), "[-]registered rules: there is no such one"),
    ],
    ids=["not yet", "missing", "absent"],
)
def test_how_the_guard_is_registered_is_told(found: RegisteredRules, line: str) -> None:
    assert lines(registered=found)[4:] == [line, CERTIFICATE]


def test_who_the_guard_is_and_what_else_the_api_server_said_is_for_the_log_alone() -> None:
    said = 'the API server answered 403 User "system:serviceaccount:hunter2:hunter2" cannot do that'
    live = live_inventory()
    live.pods.contact.synced = False
    live.pods.contact.lost(said)
    assert "hunter2" in live.doubt()
    told = lines(known=live, registered=rules_as_found(known=False, problem=said))
    assert told[1] == "[-]inventory: the cluster was not read yet, and the log says why"
    assert told[4] == "[-]registered rules: they cannot be read, and the log says why"


def test_what_is_amiss_with_the_certificates_is_said_and_not_which_objects_it_is_about() -> None:
    state = replace(SERVED, problem="the guard may not patch secrets hunter2/hunter2: no role grants it")
    assert lines(certificates=state)[4:] == [
        "[-]certificates: not everything is in order, and the log says why",
        CERTIFICATE,
    ]
    assert lines(certificates=replace(state, leaf=None))[5:] == []


def test_nothing_that_a_policy_says_forges_a_line() -> None:
    forged = "\n[+]forged\x1b[2J\u202e"
    odd = policy(name=forged, calendar=calendar(replace(NIGHTS, name=forged), freeze("22", "25", forged)))
    assert all(line.isprintable() for line in lines(in_force(odd)))
    open_odd = policy(calendar=calendar(replace(window("0 20 * * *", 4), name=forged)))
    assert all(line.isprintable() for line in lines(in_force(open_odd)))
    assert len(lines(in_force(policy(name="n" * 10_000)))[0]) < 120


@dataclass
class Probe(TlsProbe):
    """A listener that answers TLS, or not."""

    well: bool = True

    async def answers(self) -> bool:
        return self.well


@dataclass
class Asked:
    """The plain port of a guard whose parts a test changes."""

    probe: Probe = field(default_factory=Probe)
    synced: bool = True
    ending: Ending = field(default_factory=Ending)
    details: list[str] = field(default_factory=lambda: ["[+]one", "[-]two"])

    def __call__(self, address: str) -> tuple[int, str]:
        """Return the status and the body."""
        routes = health_routes(self.probe, lambda: self.synced, self.ending, lambda: self.details)
        answer = TestClient(Starlette(routes=routes)).get(address)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        return answer.status_code, answer.text


def test_who_does_not_ask_for_more_gets_one_line() -> None:
    ask = Asked()
    assert ask("/readyz") == (200, "ok\n")
    assert ask("/livez?verbose") == (200, "ok\n")
    assert ask("/readyz?other") == (200, "ok\n")


@pytest.mark.parametrize("query", ["verbose", "verbose=", "verbose=1", "other&verbose"])
def test_details_stand_before_the_answer_and_change_nothing_of_it(query: str) -> None:
    assert Asked()(f"/readyz?{query}") == (200, "[+]one\n[-]two\nok\n")


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (Asked(Probe(well=False)), "TLS does not answer"),
        (Asked(synced=False), "the pods of the cluster were not read yet"),
        (Asked(Probe(well=False), synced=False), "the pods of the cluster were not read yet"),
    ],
    ids=["no TLS", "not synced", "neither"],
)
def test_a_guard_that_is_not_ready_says_why_after_its_details(ask: Asked, why: str) -> None:
    assert ask("/readyz") == (503, f"{why}\n")
    assert ask("/readyz?verbose") == (503, f"[+]one\n[-]two\n{why}\n")


@pytest.fixture(scope="module")
def plain_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    folder: Path = tmp_path_factory.mktemp("guard")
    chosen = folder / "policy.yaml"
    chosen.write_text(
        "apiVersion: eci-upgrade-guard.io/v1alpha1\n"
        "kind: UpgradePolicy\n"
        "metadata: {name: frozen}\n"
        'spec: {targetVersion: "1.26", freezes: [{from: 2020-01-01T00:00Z, to: 2999-01-01T00:00Z, reason: for ever}]}\n'
    )
    with run_guard(folder, policy=chosen) as guard, httpx2.Client(base_url=guard.health) as client:
        yield client


def test_the_program_serves_them_on_its_plain_port(plain_port: httpx2.Client) -> None:
    assert plain_port.get("/readyz").text == "ok\n"
    answer = plain_port.get("/readyz?verbose")
    assert answer.status_code == 200
    first, *rest, window, certificate, last = answer.text.splitlines()
    assert first.startswith("[+]policy frozen for 1.26, read 20")
    assert rest == [
        INVENTORY,
        "[i]readiness NotReady for 1.26, ECI pods: 2 Finished, 12 Compatible, 13 Incompatible, 2 Pending, 1 Unknown",
    ]
    assert window.startswith("[i]window closed: freeze until 2999-01-01T00:00:00Z (for ever)")
    assert certificate.startswith("[+]certificate until 20")
    assert last == "ok"
