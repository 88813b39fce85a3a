"""Credentials that are rotated, printed by a plugin or read from a file, while a cluster is followed."""

from pathlib import Path

import pytest

from tests.builders import running
from tests.fake_api import CloseAtOnce, FakeApi
from tests.weather.following import Following, following
from tests.weather.kubeconfigs import exec_plugin, printing_token, write_kubeconfig

pytestmark = pytest.mark.anyio


def tokens(api: FakeApi) -> set[str | None]:
    """The Authorization headers of all requests so far."""
    return {one.headers.get("Authorization") for one in api.requests}


async def locked_out(followed: Following, accepted: str) -> None:
    """Have the API server refuse the token that is in use, on all watches at once."""
    await followed.synced()
    followed.api.settings.tokens = {accepted}
    followed.api.interrupt("watch pods", CloseAtOnce())
    followed.api.interrupt("watch namespaces", CloseAtOnce())
    await followed.until(lambda: followed.live.pods.contact.trouble)
    assert followed.live.pods.contact.trouble == "the API server answered 401 Unauthorized"


async def comes_back(followed: Following) -> None:
    """Wait until what happens is known again."""
    followed.api.cluster.put(running("after", "1.1.0"))
    await followed.until(lambda: "after" in followed.names())
    await followed.until(lambda: not followed.live.namespaces.contact.trouble)
    await followed.settled()
    assert followed.live.pods.contact.lists == 1


async def test_a_token_that_is_rotated_in_the_kubeconfig_is_taken_up(api: FakeApi, tmp_path: Path) -> None:
    api.settings.tokens = {"old"}
    kubeconfig = api.kubeconfig(tmp_path / "kubeconfig", "old")
    async with following(api, kubeconfig) as followed:
        await locked_out(followed, "new")
        kubeconfig.write_text("{half of a ne")
        await followed.until(lambda: "not YAML" in followed.live.pods.contact.trouble)
        kubeconfig.unlink()
        await followed.until(lambda: "there is no kubeconfig" in followed.live.pods.contact.trouble)
        api.kubeconfig(kubeconfig, "new")
        await comes_back(followed)
    assert tokens(api) == {"Bearer old", "Bearer new"}


async def test_a_refusal_of_one_watch_leaves_the_other_one_alive(api: FakeApi, tmp_path: Path) -> None:
    api.settings.tokens = {"old"}
    kubeconfig = api.kubeconfig(tmp_path / "kubeconfig", "old")
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        api.settings.tokens = {"new"}
        api.kubeconfig(kubeconfig, "new")
        api.interrupt("watch namespaces", CloseAtOnce())
        await followed.until(lambda: followed.live.namespaces.contact.watches == 2)
        await comes_back(followed)


@pytest.mark.parametrize("end", ["", "\n"], ids=["bare", "with a newline"])
async def test_a_token_file_is_read_and_read_anew_once_it_is_refused(end: str, api: FakeApi, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"old{end}")
    api.settings.tokens = {"old"}
    kubeconfig = write_kubeconfig(tmp_path / "kubeconfig", api.url, {"tokenFile": str(file)})
    async with following(api, kubeconfig) as followed:
        await locked_out(followed, "new")
        file.write_text(f"new{end}")
        await comes_back(followed)
    assert tokens(api) == {"Bearer old", "Bearer new"}


async def test_a_plugin_is_asked_once_and_again_only_when_its_token_is_refused(api: FakeApi, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("old")
    api.settings.tokens = {"old"}
    user = exec_plugin(tmp_path / "plugin.py", printing_token(source))
    async with following(api, write_kubeconfig(tmp_path / "kubeconfig", api.url, user)) as followed:
        await followed.synced()
        assert (tmp_path / "source.runs").read_text() == "run\n"
        source.write_text("new")  # before it is needed: else the plugin is asked in vain, and again
        api.settings.tokens = {"new"}
        api.interrupt("watch pods", CloseAtOnce())
        api.interrupt("watch namespaces", CloseAtOnce())
        await followed.until(lambda: "Bearer new" in tokens(api))
        await comes_back(followed)
    assert tokens(api) == {"Bearer old", "Bearer new"}
    assert (tmp_path / "source.runs").read_text().count("run") <= 3  # at most once for each of two watches


async def test_a_plugin_that_fails_for_a_while_is_asked_until_it_answers(api: FakeApi, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("old")
    api.settings.tokens = {"old"}
    user = exec_plugin(tmp_path / "plugin.py", printing_token(source))
    async with following(api, write_kubeconfig(tmp_path / "kubeconfig", api.url, user)) as followed:
        await followed.synced()
        source.unlink()
        api.settings.tokens = {"new"}
        api.interrupt("watch pods", CloseAtOnce())
        await followed.until(lambda: "exec: process returned 1" in followed.live.pods.contact.trouble)
        source.write_text("new")
        await comes_back(followed)
