"""A cluster that cannot be reached: one clear line that holds nothing secret, wherever it is met."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import Ended, Run
from tests.fake_api import FakeApi
from tests.weather.following import failure_of
from tests.weather.kubeconfigs import exec_plugin, unused_port, write_kubeconfig
from webhook.cluster.connection import connect
from webhook.cluster.credentials import Credentials

CONTEXT = "no-such-context"
Make = Callable[[Path], str]
"""Makes a kubeconfig in a folder; returns its path."""


def written(text: str) -> Make:
    def make(directory: Path) -> str:
        path = directory / "kubeconfig"
        path.write_text(text)
        return str(path)

    return make


def plugin(body: str, **changes: object) -> Make:
    def make(directory: Path) -> str:
        user = exec_plugin(directory / "plugin.py", body, **changes)
        return str(write_kubeconfig(directory / "kubeconfig", "http://127.0.0.1:1", user))

    return make


def document(**changes: object) -> str:
    whole = {
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "u", "user": {"token": "a-secret"}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "c",
    }
    return json.dumps(whole | changes)


FAILED_PLUGIN = (
    "import sys; sys.stderr.write('a-secret on\\nstandard error'); sys.stdout.write('a-secret'); sys.exit(3)"
)

UNUSABLE = [
    pytest.param(lambda directory: str(directory / "missing"), "there is no kubeconfig", id="missing"),
    pytest.param(str, "there is no kubeconfig", id="a folder"),
    pytest.param(written("{a: b: c"), "the kubeconfig is not YAML", id="no YAML"),
    pytest.param(written("\x00"), "the kubeconfig is not YAML", id="binary"),
    pytest.param(written("- a\n- list\n"), "kubeconfig", id="a YAML list"),
    pytest.param(written(""), "kubeconfig", id="empty"),
    pytest.param(written("a text: a-secret"), "kubeconfig", id="another document"),
    pytest.param(written(document(contexts=[])), "Expected object with name c in", id="without its context"),
    pytest.param(written(document(clusters=[])), "Expected object with name c in", id="without its cluster"),
    pytest.param(written(document(users=[])), "kubeconfig", id="without its user"),
    pytest.param(
        written(document(users=[{"name": "u", "token": "a-secret"}])), "Expected key user", id="a token astray"
    ),
    pytest.param(written(document(clusters=[{"name": "c"}])), "Expected key cluster", id="a cluster of nothing"),
    pytest.param(
        written(document(users=[{"name": "u", "user": {"tokenFile": "/nowhere/a-token"}}])),
        "No such file",
        id="without its token file",
    ),
    pytest.param(
        written(document(users=[{"name": "u", "user": {"client-certificate-data": "a-secret"}}])),
        "",
        id="a certificate that is none",
    ),
    pytest.param(plugin(FAILED_PLUGIN), "exec: process returned 3", id="a plugin that fails"),
    pytest.param(plugin("print('a-secret')"), "exec: failed to decode process output", id="a plugin without JSON"),
    pytest.param(plugin("print({})"), "exec: malformed response", id="a plugin with other JSON"),
    pytest.param(plugin("print([1])"), "exec", id="a plugin with a list"),
    pytest.param(plugin("", command="/nowhere/a-plugin"), "No such file", id="a plugin that is not there"),
]


def assert_one_line(ended: Ended, message: str) -> None:
    assert (ended.code, ended.out) == (1, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("eci-upgrade-guard: the cluster could not be read: ")
    assert message in line
    assert "a-secret" not in line
    assert "internal error" not in line


@pytest.mark.parametrize(("make", "message"), UNUSABLE)
def test_report_says_on_one_line_why_a_configuration_is_of_no_use(
    make: Make, message: str, run: Run, tmp_path: Path
) -> None:
    assert_one_line(run("report", "--target", "1.26", "--kubeconfig", make(tmp_path)), message)


@pytest.mark.anyio
@pytest.mark.parametrize(("make", "message"), UNUSABLE)
async def test_connecting_fails_with_one_line_that_holds_nothing_secret(
    make: Make, message: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def reach() -> None:
        async with connect(Credentials(make(tmp_path))):
            pass

    failure = await failure_of(reach())
    assert message in str(failure)
    assert str(failure)
    assert "\n" not in str(failure)
    assert "a-secret" not in str(failure) + caplog.text


def test_a_context_that_is_not_there_is_named(run: Run, kubeconfig: Path) -> None:
    ended = run("report", "--target", "1.26", "--kubeconfig", kubeconfig, "--context", CONTEXT)
    assert_one_line(ended, f"Expected object with name {CONTEXT} in {kubeconfig}/contexts list")


def test_a_server_that_is_not_there_is_said_so(run: Run, tmp_path: Path) -> None:
    with unused_port() as port:
        kubeconfig = write_kubeconfig(tmp_path / "kubeconfig", f"http://127.0.0.1:{port}", {"token": "a-secret"})
        ended = run("report", "--target", "1.26", "--kubeconfig", kubeconfig)
    assert_one_line(ended, "the API server cannot be reached: ")


def test_a_server_that_speaks_no_tls_is_said_so(run: Run, api: FakeApi, tmp_path: Path) -> None:
    server = api.url.replace("http:", "https:")
    kubeconfig = write_kubeconfig(tmp_path / "kubeconfig", server, {"token": "a-secret"})
    assert_one_line(run("report", "--target", "1.26", "--kubeconfig", kubeconfig), "the API server cannot be reached: ")


@pytest.mark.parametrize("server", ["127.0.0.1:1", "ftp://127.0.0.1", "http://", "http://a b", "what", "http://[::"])
def test_an_address_that_is_none_is_said_so(server: str, run: Run, tmp_path: Path) -> None:
    kubeconfig = write_kubeconfig(tmp_path / "kubeconfig", server, {"token": "a-secret"})
    assert_one_line(run("report", "--target", "1.26", "--kubeconfig", kubeconfig), "")


@pytest.mark.parametrize("token", ["a-secret\n", "a-sec\nret", "a-secret\x00", "a-secret\N{EURO SIGN}"], ids=ascii)
def test_a_token_that_no_header_can_hold_is_no_internal_error(
    token: str, run: Run, api: FakeApi, tmp_path: Path
) -> None:
    kubeconfig = write_kubeconfig(tmp_path / "kubeconfig", api.url, {"token": token})
    ended = run("report", "--target", "1.26", "--kubeconfig", kubeconfig)
    if ended.code != 0:
        assert_one_line(ended, "")


def test_a_refused_token_is_said_so_without_the_token(run: Run, api: FakeApi, tmp_path: Path) -> None:
    api.settings.tokens = {"another"}
    kubeconfig = api.kubeconfig(tmp_path / "kubeconfig", "a-secret")
    ended = run("report", "--target", "1.26", "--kubeconfig", kubeconfig)
    assert_one_line(ended, "the API server answered 401 Unauthorized")
    assert len(api.requests_of("list pods")) == 1
