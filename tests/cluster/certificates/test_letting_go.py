"""That the guard owns nothing of the webhook configuration once it has put it right, and why that matters."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from certs.stores import Conflict
from tests.cluster.certificates.keeping import replicas, stores
from tests.cluster.certificates.registering import Configuration, coded, configuration, document
from tests.cluster.control_plane import ControlPlane

pytestmark = pytest.mark.anyio

OURS = "eci-upgrade-guard"


@pytest.fixture
def registered(every_control_plane: ControlPlane, namespace: str) -> Iterator[Configuration]:
    with configuration(every_control_plane, namespace) as one:
        one.apply(document(namespace, {"a.x.io": "", "b.x.io": ""}))
        yield one


@pytest.fixture
def half(registered: Configuration) -> Configuration:
    """As a guard leaves it that ends before it has let go."""
    for place in (0, 1):
        registered.patch(f"/webhooks/{place}/clientConfig/caBundle", coded("ours"), manager=OURS)
    assert registered.owners() == [("flux", "Apply"), (OURS, "Update")]
    return registered


async def test_what_the_guard_has_set_is_owned_by_nobody(guard: Path, registered: Configuration) -> None:
    async with stores(guard, registered.name) as kept:
        found = await kept.configuration.read()
        assert found
        assert not found.owned
        await kept.configuration.inject(found, b"ours")
        now = await kept.configuration.read()
    assert now
    assert (now.bundles, now.owned) == ({"a.x.io": b"ours", "b.x.io": b"ours"}, False)
    assert registered.owners() == [("flux", "Apply")]
    assert "caBundle" not in str(registered.read()["metadata"]["managedFields"])


async def test_what_was_not_let_go_of_fails_who_sets_a_bundle_until_the_guard_comes_again(
    guard: Path, half: Configuration
) -> None:
    theirs = document(half.name, {"a.x.io": "theirs", "b.x.io": ""})
    with pytest.raises(subprocess.CalledProcessError) as failed:
        half.apply(theirs)
    assert f'conflict with "{OURS}"' in failed.value.stderr
    assert ".clientConfig.caBundle" in failed.value.stderr
    async with stores(guard, half.name) as kept:
        found = await kept.configuration.read()
        assert found
        assert found.owned
        assert set(found.bundles.values()) == {b"ours"}
        await kept.configuration.inject(found, b"ours")
    assert half.owners() == [("flux", "Apply")]
    half.apply(theirs)
    assert half.bundles() == {"a.x.io": "theirs", "b.x.io": "ours"}


@pytest.mark.parametrize("then", [["b.x.io"], ["a.x.io", "c.x.io"], ["c.x.io", "d.x.io"], []], ids=str)
def test_an_apply_that_drops_or_renames_entries_meets_nobody_even_before_the_guard_has_let_go(
    half: Configuration, then: list[str]
) -> None:
    """For what it owns is the bundle alone, and not the entry around it."""
    half.apply(document(half.name, dict.fromkeys(then, "")))
    assert half.bundles() == {name: "ours" if name in {"a.x.io", "b.x.io"} else "" for name in then}


async def test_who_applies_by_the_name_of_the_guard_goes_on_to_own_what_he_applied(
    guard: Path, every_control_plane: ControlPlane, namespace: str
) -> None:
    with configuration(every_control_plane, namespace) as registered:
        registered.apply(document(namespace, {"a.x.io": ""}), manager=OURS)
        async with stores(guard, namespace) as kept:
            found = await kept.configuration.read()
            assert found
            await kept.configuration.inject(found, b"ours")
        assert registered.owners() == [(OURS, "Apply")]


async def test_one_whose_owners_nobody_keeps_is_put_right_as_well(guard: Path, registered: Configuration) -> None:
    registered.patch("/metadata/managedFields", [{}])
    assert registered.owners() == []
    async with stores(guard, registered.name) as kept:
        found = await kept.configuration.read()
        assert found
        await kept.configuration.inject(found, b"ours")
        assert await kept.configuration.read() != found
    assert registered.bundles() == {"a.x.io": "ours", "b.x.io": "ours"}
    assert registered.owners() == []


async def test_ten_that_put_it_right_at_once_all_succeed(guard: Path, half: Configuration) -> None:
    async with replicas(guard, half.name, 10) as ten:
        for bundle in (b"ours", b"new", b"newer"):
            found = await ten[0].configuration.read()
            assert found
            for one in ten:
                assert await one.configuration.read() == found
            await asyncio.gather(*(one.configuration.inject(found, bundle) for one in ten))
            assert set(half.bundles().values()) == {bundle.decode()}
            assert half.owners() == [("flux", "Apply")]


async def test_another_object_is_never_written_to(guard: Path, registered: Configuration) -> None:
    async with stores(guard, registered.name) as kept:
        found = await kept.configuration.read()
        assert found
        registered.delete()
        assert await kept.configuration.read() is None
        with pytest.raises(Conflict, match=f"{registered.name} is gone"):
            await kept.configuration.inject(found, b"ours")
        assert await kept.configuration.read() is None
        registered.apply(document(registered.name, {"a.x.io": "", "b.x.io": ""}))
        with pytest.raises(Conflict, match=f"{registered.name} was deleted and created anew"):
            await kept.configuration.inject(found, b"ours")
        assert set(registered.bundles().values()) == {""}
        again = await kept.configuration.read()
        assert again
        registered.apply(document(registered.name, {"b.x.io": "", "c.x.io": ""}))
        with pytest.raises(Conflict, match="has other entries than before"):
            await kept.configuration.inject(again, b"ours")
        assert set(registered.bundles().values()) == {""}
