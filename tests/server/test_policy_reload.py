"""The guard goes by its policy file as it is now: what is good is taken at once, what is bad is told and not taken."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from blockbuster import blockbuster_ctx

from tests.builders import NOW, Json
from webhook.policy.document.reading import MAX_BYTES, read_policy
from webhook.policy.policy import Policy
from webhook.server import policy_reload
from webhook.server.policy_in_force import PolicyInForce
from webhook.server.policy_reload import PolicyFile, follow_policy

pytestmark = pytest.mark.anyio

LIMIT = 10.0
"""Seconds that anything may take before a test gives up. Everything here takes milliseconds."""
TAKEN = NOW + timedelta(hours=1)


def document(target: str = "1.26", *more: str) -> bytes:
    """A good one, with more lines in its spec."""
    head = "apiVersion: eci-upgrade-guard.io/v1alpha1\nkind: UpgradePolicy\nmetadata: {name: followed}\nspec:\n"
    return "".join([head, *(f"  {line}\n" for line in (f'targetVersion: "{target}"', *more))]).encode()


GOOD, OTHER = document(), document("1.28")
BAD = document("1.26", "modes: {pods: Sometimes}", "colour: red")
PROBLEMS = (
    "line 6: spec.modes.pods: must be Deny or Warn or Audit or Off",
    "line 7: spec.colour: unknown field",
)


@dataclass
class Followed:
    """A policy file that is followed, and what comes of it."""

    path: Path
    in_force: PolicyInForce
    caplog: pytest.LogCaptureFixture
    task: asyncio.Task[None] | None = None
    looks: int = 0
    adopted: list[str] = field(default_factory=list)
    """The targets of the policies that were adopted."""

    def write(self, data: bytes) -> None:
        """All at once."""
        new = self.path.with_name("new")
        new.write_bytes(data)
        new.replace(self.path)

    @property
    def target(self) -> str:
        return str(self.in_force.policy.target)

    def log(self) -> list[Json]:
        return [{"event": record.getMessage(), **getattr(record, "fields", {})} for record in self.caplog.records]

    def told(self) -> list[str]:
        """The events alone."""
        return [line["event"] for line in self.log()]

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(LIMIT):
            while not condition():
                assert self.task is None or not self.task.done(), self.task
                await asyncio.sleep(0.002)

    async def looked(self, times: int = 3) -> None:
        """Wait until the file was looked at so often; by three what stood there before was surely seen."""
        wanted = self.looks + times
        await self.until(lambda: self.looks >= wanted)


Following = Callable[..., AbstractAsyncContextManager[Followed]]


def ignore(_: Policy) -> None:
    """Adopt nothing."""


@pytest.fixture
def following(tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Following:
    caplog.set_level(logging.INFO, "eci-upgrade-guard")

    @asynccontextmanager
    async def follow(path: Path | None = None, adopt: Callable[[Policy], None] = ignore) -> AsyncIterator[Followed]:
        """Follow a file for as long as the block lasts. Whatever ends the following ends the test."""
        if path is None:
            path = tmp_path / "policy.yaml"
            path.write_bytes(GOOD)
        followed = Followed(path, PolicyInForce(read_policy(GOOD), NOW), caplog)
        read = policy_reload._read

        def look(*asked: Any) -> Any:
            found = read(*asked)
            followed.looks += 1
            return found

        def take(policy: Policy) -> None:
            followed.adopted.append(str(policy.target))
            adopt(policy)

        monkeypatch.setattr(policy_reload, "_read", look)
        file = PolicyFile(path, GOOD)
        followed.task = asyncio.create_task(follow_policy(file, followed.in_force, take, lambda: TAKEN, every=0.002))
        try:
            yield followed
        finally:
            assert not followed.task.done(), followed.task
            followed.task.cancel()
            await asyncio.wait([followed.task])

    return follow


async def test_a_good_document_is_adopted_and_in_force(following: Following) -> None:
    async with following() as followed:
        followed.write(OTHER)
        await followed.until(lambda: followed.target == "1.28")
        assert followed.in_force.taken_at == TAKEN
        await followed.looked()
    assert followed.adopted == ["1.28"]
    assert followed.log() == [{"event": "policy taken", "policy": "followed", "target": "1.28"}]


async def test_nobody_meets_a_policy_that_is_only_half_adopted(following: Following) -> None:
    """What ``adopt`` changes and what is in force change together: other tasks see both as before, or both anew."""
    seen: list[tuple[str, str]] = []

    def adopt(policy: Policy) -> None:
        seen.append(("adopting", str(followed.in_force.policy.target)))
        asyncio.get_running_loop().call_soon(lambda: seen.append(("next", str(followed.in_force.policy.target))))

    async with following(adopt=adopt) as followed:
        followed.write(OTHER)
        await followed.until(lambda: len(seen) == 2)
    assert seen == [("adopting", "1.28"), ("next", "1.28")]


async def test_a_document_that_did_not_change_is_not_taken_anew(following: Following) -> None:
    async with following() as followed:
        followed.write(GOOD)
        await followed.looked(5)
    assert (followed.adopted, followed.told(), followed.in_force.taken_at) == ([], [], NOW)


async def test_a_bad_one_is_refused_with_all_its_problems_and_told_once(following: Following) -> None:
    async with following() as followed:
        followed.write(BAD)
        await followed.until(lambda: followed.in_force.problems)
        await followed.looked(10)
    assert followed.in_force.problems == PROBLEMS
    assert (followed.target, followed.in_force.taken_at, followed.adopted) == ("1.26", NOW, [])
    assert followed.log() == [{"event": "policy refused", "problems": PROBLEMS, "inForce": "followed"}]


async def test_it_is_told_again_only_where_something_else_is_wrong(following: Following) -> None:
    async with following() as followed:
        for data in (BAD, BAD + b"# the same once more\n", BAD + b"  size: large\n"):
            followed.write(data)
            await followed.looked()
    assert followed.told() == ["policy refused"] * 2
    assert len(followed.in_force.problems) == 3


async def test_a_document_that_was_mended_is_taken_although_it_is_the_one_in_force(following: Following) -> None:
    async with following() as followed:
        followed.write(BAD)
        await followed.until(lambda: followed.in_force.problems)
        followed.write(GOOD)
        await followed.until(lambda: not followed.in_force.problems)
    assert followed.adopted == ["1.26"]
    assert followed.told() == ["policy refused", "policy taken"]


async def test_a_file_that_is_gone_is_told_once_and_the_last_good_policy_stays(following: Following) -> None:
    async with following() as followed:
        followed.path.unlink()
        await followed.until(lambda: followed.in_force.problems)
        await followed.looked(5)
        assert followed.in_force.problems == ("it cannot be read: No such file or directory",)
        assert (followed.target, followed.told()) == ("1.26", ["policy refused"])
        followed.write(OTHER)
        await followed.until(lambda: followed.target == "1.28")
    assert followed.told() == ["policy refused", "policy taken"]


async def test_one_that_comes_back_empty_is_not_told_to_be_gone_still(following: Following) -> None:
    async with following() as followed:
        followed.path.unlink()
        await followed.until(lambda: followed.in_force.problems)
        followed.write(b"")
        await followed.looked()
    assert followed.in_force.problems == ("is empty",)


async def test_a_folder_in_its_place_is_refused(following: Following) -> None:
    async with following() as followed:
        followed.path.unlink()
        followed.path.mkdir()
        await followed.looked()
    assert followed.in_force.problems == ("it cannot be read: Is a directory",)


class ConfigMap:
    """A mounted one, as the kubelet writes it: each version in a folder of its own, and one link is swapped."""

    def __init__(self, mount: Path, data: bytes) -> None:
        self.file = mount / "policy.yaml"
        self._mount = mount
        self._versions = 0
        mount.mkdir()
        self.swap(data)
        self.file.symlink_to("..data/policy.yaml")

    def swap(self, data: bytes) -> None:
        self._versions += 1
        folder = self._mount / f"..2026_11_26_{self._versions}"
        folder.mkdir()
        (folder / "policy.yaml").write_bytes(data)
        (self._mount / "..data_tmp").symlink_to(folder.name)
        (self._mount / "..data_tmp").rename(self._mount / "..data")


async def test_a_config_map_is_followed_through_the_link_that_the_kubelet_swaps(
    following: Following, tmp_path: Path
) -> None:
    mounted = ConfigMap(tmp_path / "mounted", GOOD)
    async with following(mounted.file) as followed:
        mounted.swap(OTHER)
        await followed.until(lambda: followed.target == "1.28")
        mounted.swap(BAD)
        await followed.until(lambda: followed.in_force.problems)
        mounted.swap(GOOD)
        await followed.until(lambda: followed.target == "1.26")
    assert followed.told() == ["policy taken", "policy refused", "policy taken"]


async def test_a_document_that_is_half_written_is_refused_until_it_is_whole(following: Following) -> None:
    whole = document("1.28", "modes: {pods: Deny}")
    async with following() as followed:
        followed.write(whole[:-4])
        await followed.until(lambda: followed.in_force.problems)
        assert followed.target == "1.26"
        followed.write(whole)
        await followed.until(lambda: followed.target == "1.28")
    assert followed.in_force.problems == ()


async def test_one_of_more_than_a_mebibyte_is_refused_and_not_read_to_its_end(following: Following) -> None:
    async with following() as followed:
        followed.write(OTHER + b"#" * 3 * MAX_BYTES)
        await followed.until(lambda: followed.in_force.problems)
        assert followed.in_force.problems == ("larger than 1,048,576 bytes",)
        followed.write(OTHER + b"#" * (MAX_BYTES - len(OTHER)))
        await followed.until(lambda: followed.target == "1.28")


async def test_reading_holds_up_nobody(following: Following) -> None:
    """It is done in a thread: the event loop touches no file."""
    with blockbuster_ctx("webhook"):
        async with following() as followed:
            await followed.looked()


@pytest.mark.parametrize("kind", ["standard input", "named pipe", "<(command)", "/dev/null"])
async def test_what_can_be_read_only_once_is_not_followed(tmp_path: Path, kind: str) -> None:
    reading, writing = os.pipe()
    os.close(writing)
    os.mkfifo(tmp_path / "pipe")
    path = {"named pipe": tmp_path / "pipe", "<(command)": Path(f"/dev/fd/{reading}"), "/dev/null": Path("/dev/null")}
    in_force = PolicyInForce(read_policy(GOOD), NOW)
    try:
        async with asyncio.timeout(LIMIT):
            await follow_policy(PolicyFile(path.get(kind), GOOD), in_force, ignore, lambda: NOW, every=3600)
    finally:
        os.close(reading)
    assert in_force.problems == ()


async def test_problems_are_lines_that_are_safe_to_show(following: Following) -> None:
    forging = r"""evidence: {nodeNamePatterns: ["(\n[+]policy forged", "(\e[2J", "(\u202e"]}"""
    async with following() as followed:
        followed.write(document("1.26", forging))
        await followed.until(lambda: followed.in_force.problems)
    assert len(followed.in_force.problems) == 3
    assert all(problem.isprintable() for problem in followed.in_force.problems)


@pytest.mark.parametrize(
    "wrong",
    [
        b"hunter2",
        b"apiVersion: v1\nkind: Secret\ndata: {password: hunter2}\n",
        b"a: *hunter2",
        b"a: !hunter2 b: @",
        document("hunter2"),
        document("1.26", "modes: {pods: hunter2}", "unknown: hunter2", "exemptions: [{reason: r, users: hunter2}]"),
        document("1.26", "windows: [{name: n, schedule: 0 0 * * *, timeZone: hunter2, duration: hunter2}]"),
    ],
    ids=str,
)
async def test_of_what_is_wrong_the_field_is_named_and_its_value_is_not(following: Following, wrong: bytes) -> None:
    async with following() as followed:
        followed.write(wrong)
        await followed.until(lambda: followed.in_force.problems)
    assert "hunter2" not in str(followed.in_force.problems)


async def test_of_very_many_problems_the_first_are_told_and_the_rest_is_counted(following: Following) -> None:
    async with following() as followed:
        followed.write(document("1.26", *(f"{letter * 900}: 1" for letter in "abcdefghijklmnopqrstuvwxyz")))
        await followed.until(lambda: followed.in_force.problems)
    assert len(followed.in_force.problems) == 21
    assert followed.in_force.problems[-1] == "and 6 more, which eci-upgrade-guard policy check names"
    assert max(map(len, followed.in_force.problems)) < 200
