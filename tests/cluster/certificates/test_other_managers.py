"""Others write the webhook configuration too: nobody fails because of the guard, and what they undo it does again."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.certificates.keeping import stores
from tests.cluster.certificates.registering import Configuration, Entries, Json, Write, configuration, document
from tests.cluster.control_plane import ControlPlane

pytestmark = pytest.mark.anyio

WRITES = [Configuration.apply, Configuration.apply_from_here, Configuration.put]
THEN: dict[str, tuple[Entries, Entries]] = {
    "drops an entry": ({"a.x.io": "", "b.x.io": ""}, {"b.x.io": ""}),
    "renames an entry": ({"a.x.io": "", "b.x.io": ""}, {"a.x.io": "", "c.x.io": ""}),
    "renames all": ({"a.x.io": "", "b.x.io": ""}, {"c.x.io": "", "d.x.io": ""}),
    "drops all": ({"a.x.io": "", "b.x.io": ""}, {}),
    "adds an entry before": ({"b.x.io": ""}, {"a.x.io": "", "b.x.io": ""}),
    "turns them round": ({"a.x.io": "", "b.x.io": ""}, {"b.x.io": "", "a.x.io": ""}),
    "writes the same again": ({"a.x.io": "", "b.x.io": ""}, {"a.x.io": "", "b.x.io": ""}),
    "sets a bundle": ({"a.x.io": "", "b.x.io": ""}, {"a.x.io": "theirs", "b.x.io": ""}),
    "sets its bundle again": ({"a.x.io": "theirs", "b.x.io": ""}, {"a.x.io": "theirs", "b.x.io": ""}),
    "sets another bundle": ({"a.x.io": "theirs"}, {"a.x.io": "theirs too"}),
    "sets a bundle no more": ({"a.x.io": "theirs"}, {"a.x.io": ""}),
    "drops an entry with its bundle": ({"a.x.io": "theirs", "b.x.io": "theirs"}, {"b.x.io": "theirs"}),
}


@pytest.fixture
def registered(every_control_plane: ControlPlane, namespace: str) -> Iterator[Configuration]:
    with configuration(every_control_plane, namespace) as one:
        yield one


async def keep(guard: Path, name: str) -> None:
    """Do what a guard does that sees a change."""
    async with stores(guard, name) as kept:
        found = await kept.configuration.read()
        assert found
        if found.owned or set(found.bundles.values()) - {b"ours"}:
            await kept.configuration.inject(found, b"ours")


def owners_but_of_bundles(found: Json) -> list[Json]:
    """Who owns what, without what the API server takes from others when the guard sets it."""
    owners: list[Json] = copy.deepcopy(found["metadata"].get("managedFields", []))
    for owner in owners:
        for entry in owner["fieldsV1"].get("f:webhooks", {}).values():
            entry.get("f:clientConfig", {}).pop("f:caBundle", None)
    return owners


def without_bundles(found: Json) -> list[Json]:
    entries: list[Json] = copy.deepcopy(found.get("webhooks", []))
    for entry in entries:
        entry["clientConfig"].pop("caBundle", None)
    return entries


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__)
@pytest.mark.parametrize(("before", "after"), THEN.values(), ids=THEN)
async def test_whoever_writes_succeeds_and_the_guard_puts_it_right_again(
    guard: Path, registered: Configuration, write: Write, before: Entries, after: Entries
) -> None:
    write(registered, document(registered.name, before))
    await keep(guard, registered.name)
    assert registered.bundles() == dict.fromkeys(before, "ours")
    for again in (after, after):
        write(registered, document(registered.name, again))
        theirs = registered.read()
        assert [one["name"] for one in theirs.get("webhooks", [])] == list(again)
        await keep(guard, registered.name)
        ours = registered.read()
        assert registered.bundles() == dict.fromkeys(again, "ours")
        assert without_bundles(ours) == without_bundles(theirs)
        assert owners_but_of_bundles(ours) == owners_but_of_bundles(theirs)
