"""How the guard is registered, held against its policy: which kinds nobody sends, and that it is said once."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import yaml

from tests.builders import NOW, Json, in_force, policy
from webhook.admission.registration.configuration import Service, written
from webhook.admission.registration.entries import entries_for
from webhook.inventory.source import SourceFailed
from webhook.policy.modes import Mode, Modes
from webhook.policy.policy import Policy
from webhook.policy.upgrades.catalogue import UpgradeKinds, catalogue
from webhook.server import registered_rules
from webhook.server.policy_in_force import PolicyInForce
from webhook.server.registered_rules import RegisteredRules

pytestmark = pytest.mark.anyio

NAME = "guard"
PODS_ALONE = replace(policy(), modes=Modes(pods=Mode.DENY, workloads=Mode.OFF, upgrades=Mode.OFF))
FORBIDDEN = SourceFailed("the API server answered 403 forbidden: User anna cannot get it", status=403)
CANNOT = f"how the guard is registered cannot be read: {FORBIDDEN}"
ABSENT = f"there is no ValidatingWebhookConfiguration {NAME}, so nobody calls the guard"


def registered_for(chosen: Policy, *left_out: str) -> Json:
    """The configuration that a policy needs, without the resources that are left out."""
    found: Json = yaml.safe_load(written(entries_for(chosen, None), Service(), made_by="hand"))
    for webhook in found["webhooks"]:
        for rule in webhook["rules"]:
            rule["resources"] = [one for one in rule["resources"] if one not in left_out]
    return found


@dataclass
class Source:
    """Implements ConfigurationSource."""

    answer: Json | SourceFailed | None
    asked: list[str] = field(default_factory=list)

    async def get(self, name: str) -> Any | None:
        self.asked.append(name)
        if isinstance(self.answer, SourceFailed):
            raise self.answer
        return self.answer


@dataclass
class Looking:
    """A guard that looks at how it is registered when a test says so."""

    source: Source
    in_force: PolicyInForce
    rules: RegisteredRules

    async def look(self, *answers: Json | SourceFailed | None) -> None:
        """Look once for each of these answers."""
        for self.source.answer in answers:
            await self.rules.look(self.source)

    def state(self) -> tuple[bool, tuple[str, ...], str]:
        return self.rules.known, self.rules.missing, self.rules.problem


def looking(chosen: Policy | None = None, name: str = NAME) -> Looking:
    source, going_by = Source(None), in_force(chosen or policy())
    return Looking(source, going_by, RegisteredRules(source, name, going_by))


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], list[Json]]:
    caplog.set_level(logging.INFO, "eci-upgrade-guard")
    return lambda: [{"event": one.getMessage(), **getattr(one, "fields", {})} for one in caplog.records]


Log = Callable[[], list[Json]]


async def test_rules_that_send_everything_leave_nothing_to_say(log: Log) -> None:
    guard = looking()
    await guard.look(registered_for(policy()), registered_for(policy()))
    assert guard.state() == (True, (), "")
    assert log() == []
    assert guard.source.asked == [NAME, NAME]


async def test_rules_that_send_more_than_the_policy_claims_are_as_good() -> None:
    guard = looking(PODS_ALONE)
    await guard.look(registered_for(policy()))
    assert guard.state() == (True, (), "")


async def test_kinds_that_no_rule_sends_are_named_and_told_once(log: Log) -> None:
    guard, missing = looking(), ("aliclusterconfigs.ali.cattle.io", "cronjobs.batch", "pods")
    await guard.look(*[registered_for(policy(), "pods", "cronjobs", "aliclusterconfigs")] * 3)
    assert guard.state() == (True, missing, "")
    assert log() == [{"event": "registered rules", "notSent": missing}]


async def test_what_is_new_is_told_again_and_so_is_that_all_is_well(log: Log) -> None:
    guard = looking()
    await guard.look(
        registered_for(policy(), "pods"), registered_for(policy(), "pods", "cronjobs"), registered_for(policy())
    )
    assert [line["notSent"] for line in log()] == [("pods",), ("cronjobs.batch", "pods"), []]
    assert guard.state() == (True, (), "")


async def test_no_configuration_at_all_is_known_and_nobody_calls_the_guard(log: Log) -> None:
    guard = looking(PODS_ALONE)
    await guard.look(None, None)
    assert guard.state() == (True, ("pods",), ABSENT)
    assert log() == [{"event": "registered rules", "problem": ABSENT}]


async def test_what_cannot_be_read_is_not_known_and_what_was_known_before_is_not_told_on(log: Log) -> None:
    guard = looking()
    await guard.look(registered_for(policy(), "pods"), FORBIDDEN, FORBIDDEN)
    assert guard.state() == (False, (), CANNOT)
    assert log()[1:] == [{"event": "registered rules", "problem": CANNOT}]
    await guard.look(registered_for(policy(), "pods"))
    assert guard.state() == (True, ("pods",), "")
    assert log()[2:] == [{"event": "registered rules", "notSent": ("pods",)}]


async def test_before_the_first_look_nothing_is_known() -> None:
    assert looking().state() == (False, (), "")


async def test_a_policy_that_claims_more_is_compared_at_once_with_what_was_seen_last(log: Log) -> None:
    guard = looking(PODS_ALONE)
    await guard.look(registered_for(PODS_ALONE))
    assert guard.state() == (True, (), "")
    guard.in_force.take(replace(PODS_ALONE, modes=Modes(pods=Mode.DENY, workloads=Mode.OFF)), NOW)
    guard.rules.policy_changed()
    missing = guard.rules.missing
    assert "aliclusterconfigs.ali.cattle.io" in missing
    assert "pods" not in missing
    await guard.look(registered_for(PODS_ALONE))
    assert guard.rules.missing == missing
    assert log() == [{"event": "registered rules", "notSent": missing}]


async def test_before_the_first_look_another_policy_is_compared_with_nothing(log: Log) -> None:
    guard = looking(PODS_ALONE)
    guard.in_force.take(policy(), NOW)
    guard.rules.policy_changed()
    assert guard.state() == (False, (), "")
    assert log() == []


@pytest.mark.parametrize(
    "odd",
    [{}, {"webhooks": None}, {"webhooks": [None, {"rules": 7}, {"rules": [[], {"apiGroups": "", "resources": {}}]}]}],
    ids=["empty", "null", "of wrong types"],
)
async def test_a_configuration_of_an_odd_shape_sends_nothing(odd: Json) -> None:
    guard = looking(PODS_ALONE)
    await guard.look(odd)
    assert guard.state() == (True, ("pods",), "")


async def test_of_a_guard_that_no_cluster_calls_nothing_is_said(log: Log) -> None:
    alone = RegisteredRules(None, NAME, in_force())
    await alone.follow()
    assert (alone.asks, alone.known, alone.missing, alone.problem) == (False, False, (), "")
    assert log() == []


@pytest.mark.parametrize(
    ("answer", "pause"),
    [(registered_for(policy()), "EVERY"), (FORBIDDEN, "SOON"), (None, "SOON")],
    ids=["well", "failing", "absent"],
)
async def test_it_looks_again_and_again_until_it_is_ended_and_sooner_while_nothing_is_there(
    answer: Json | SourceFailed | None, pause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EVERY", "SOON"):
        monkeypatch.setattr(registered_rules, name, 0.001 if name == pause else 3600)
    guard = looking()
    guard.source.answer = answer
    following = asyncio.create_task(guard.rules.follow())
    async with asyncio.timeout(10):
        while len(guard.source.asked) < 3:
            assert not following.done()
            await asyncio.sleep(0.002)
    following.cancel()
    await asyncio.wait([following])
    assert following.cancelled()


async def test_what_is_told_is_a_line_whatever_the_policy_the_name_and_the_api_server_say(log: Log) -> None:
    some = next(iter(catalogue().values()))
    odd = replace(some, group="g\x1b[2J.io", resource="wonders\n[+]forged")
    guard = looking(policy(upgrade_kinds=UpgradeKinds(added=(odd,))), name="guard\nforged")
    await guard.look(registered_for(policy()))
    assert guard.rules.missing == ("wonders\ufffd[+]forged.g\ufffd[2J.io",)
    await guard.look(SourceFailed("answered\n500 \u202e" + "x" * 1000))
    assert guard.rules.problem.isprintable()
    assert len(guard.rules.problem) <= 400
    await guard.look(None)
    assert guard.rules.problem.isprintable()
    assert len(log()) == 3
    assert "\n" not in str([*log()[0]["notSent"], log()[1]["problem"], log()[2]["problem"]])
