"""Where the certificate comes from, by what is asked for and where the guard runs."""

from pathlib import Path

import pytest

from tests.cli.serve_tls.serving import ALLOWED, FILES, MOUNTED, NOT_MOUNTED, NOWHERE, SERVE, Account, mount, options
from tests.commands import Run
from webhook.cli.certificate_options import certificate_names, host_names
from webhook.cli.tls_options import chosen_mode


@pytest.mark.parametrize(
    ("arguments", "files", "mode"),
    [
        pytest.param((), NOT_MOUNTED, "dev", id="on a laptop"),
        pytest.param((), MOUNTED, "self", id="in a pod"),
        pytest.param((), {"namespace": b"guards"}, "dev", id="in a pod that may not ask"),
        pytest.param((), {"token": b"t"}, "dev", id="in a pod of nobody knows where"),
        pytest.param((), {"token": b"t", "namespace": b"\xff"}, "dev", id="in a pod of an unreadable namespace"),
        pytest.param((), {"token": b"t", "namespace": b" \n"}, "dev", id="in a pod of an empty namespace"),
        pytest.param(("--kubeconfig", "k"), NOT_MOUNTED, "dev", id="a kubeconfig alone is no wish to write"),
        pytest.param(("--kubeconfig", "k", "--inventory", "cluster"), NOT_MOUNTED, "dev", id="nor are its pods"),
        pytest.param(("--kubeconfig", "k"), MOUNTED, "self", id="in a pod that calls another cluster"),
        pytest.param(FILES, NOT_MOUNTED, "files", id="files are given"),
        pytest.param(FILES, MOUNTED, "files", id="files are given in a pod"),
        pytest.param(("--tls", "files", *FILES), MOUNTED, "files", id="files are asked for and given"),
        pytest.param(("--tls", "dev"), MOUNTED, "dev", id="self-signed is asked for in a pod"),
        pytest.param(("--tls", "self"), NOT_MOUNTED, "self", id="self is asked for outside of a pod"),
    ],
)
def test_where_the_certificate_comes_from(arguments: tuple[str, ...], files: Account, mode: str, account: Path) -> None:
    mount(account, files)
    assert chosen_mode(options(*arguments)) == mode


@pytest.mark.parametrize(
    ("files", "arguments", "namespace"),
    [
        (MOUNTED, (), "guards"),
        (MOUNTED, ("--namespace", "other"), "other"),
        (NOT_MOUNTED, (), "eci-upgrade-guard"),
        (NOT_MOUNTED, ("--namespace", "other"), "other"),
        ({"token": b"t", "namespace": b""}, (), "eci-upgrade-guard"),
    ],
)
def test_the_namespace_is_the_one_given_or_else_the_guards_own_or_else_called_like_it(
    files: Account, arguments: tuple[str, ...], namespace: str, account: Path
) -> None:
    mount(account, files)
    args = options(*arguments)
    assert certificate_names(args).namespace == namespace
    assert host_names(args) == (
        f"eci-upgrade-guard.{namespace}.svc",
        f"eci-upgrade-guard.{namespace}.svc.cluster.local",
    )


@pytest.mark.usefixtures("account")
def test_the_secret_and_the_config_map_are_called_after_the_service_and_the_configuration_is_not() -> None:
    usual = certificate_names(options())
    assert (usual.secret, usual.config_map, usual.configuration) == (
        "eci-upgrade-guard-authority",
        "eci-upgrade-guard-ca",
        "eci-upgrade-guard",
    )
    args = options("--service", "blue", "--webhook-configuration", "calls-blue", "--namespace", "n")
    named = certificate_names(args)
    assert (named.secret, named.config_map, named.configuration) == ("blue-authority", "blue-ca", "calls-blue")
    assert host_names(args) == ("blue.n.svc", "blue.n.svc.cluster.local")


TOGETHER = "--tls-cert and --tls-key go together"
FILES_ALONE = "--tls files goes with --tls-cert and --tls-key, and nothing else does"
CLIENTS = "--client-ca and --client-name go together"


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--tls-cert", "c.pem"), TOGETHER),
        (("--tls-key", "k.pem"), TOGETHER),
        (("--tls", "files", "--tls-key", "k.pem"), TOGETHER),
        (("--tls", "dev", "--tls-cert", "c.pem"), TOGETHER),
        (("--tls", "files"), FILES_ALONE),
        (("--tls", "dev", *FILES), FILES_ALONE),
        (("--tls", "self", *FILES), FILES_ALONE),
        (("--client-ca", "ca.pem"), CLIENTS),
        (("--client-name", ALLOWED), CLIENTS),
        (("--tls", "none"), "argument --tls: 'none' is none of"),
        (("--client-nam", "x"), "there is no --client-nam; did you mean --client-name?"),
    ],
)
def test_wrong_usage_is_2_and_one_line(run: Run, arguments: tuple[str, ...], message: str) -> None:
    ended = run(*SERVE, *NOWHERE, *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"eci-upgrade-guard: {message}")
    assert len(ended.err.splitlines()) == 1
