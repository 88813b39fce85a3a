"""A report that was made is given again until what it says may change, and is not kept for longer."""

from datetime import timedelta

import pytest

from tests.builders import NOW, in_force, inventory, policy, running
from webhook.inventory.known import FileInventory
from webhook.readiness.making import Show
from webhook.readiness.rendering import Format
from webhook.server.policy_in_force import PolicyInForce
from webhook.server.registered_rules import RegisteredRules
from webhook.server.reporting import Asked, Reporting
from webhook.server.window_now import WindowNow

pytestmark = pytest.mark.anyio

JSON, CSV = (Asked(policy().target, chosen, "", Show.UNFIT) for chosen in (Format.JSON, Format.CSV))


def reporting_by(chosen: PolicyInForce) -> Reporting:
    known = FileInventory(inventory(running("old", "1.0.0")), chosen.policy)
    registered = RegisteredRules(None, "eci-upgrade-guard", chosen)
    return Reporting(chosen, known, lambda: NOW, registered, WindowNow(chosen, lambda: NOW))


async def test_while_nothing_changes_each_is_made_once() -> None:
    reporting = reporting_by(in_force())
    made = [await reporting.make(asked, compressed=False) for asked in (JSON, CSV, JSON, CSV)]
    assert made[0] is made[2]
    assert made[1] is made[3]


async def test_those_of_an_earlier_state_are_forgotten() -> None:
    chosen = in_force()
    reporting = reporting_by(chosen)
    for asked in (JSON, CSV):
        await reporting.make(asked, compressed=False)
    chosen.take(chosen.policy, NOW + timedelta(minutes=1))
    after = await reporting.make(JSON, compressed=False)
    assert list(reporting._kept._kept.values()) == [after]
