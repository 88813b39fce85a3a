"""The whole way of a person and of a pipeline: a token from kubectl, the report by curl."""

import subprocess
from pathlib import Path

import pytest

from tests.cluster.access.accounts import READERS, accounts_in
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import write_policy
from tests.cluster.identities import guard_kubeconfig
from tests.server.running_guard import run_guard


@pytest.mark.parametrize("listening", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 -- as in a pod
def test_who_has_a_token_and_the_right_gets_the_report(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path, listening: str
) -> None:
    options = ["--host", listening, *(["--report-access", "token"] if listening == "127.0.0.1" else [])]
    inventory = ["--inventory", "cluster", "--kubeconfig", str(guard_kubeconfig(every_control_plane))]
    with accounts_in(every_control_plane, namespace) as accounts:
        for name in ("reader", "stranger"):
            accounts.make(name)
        accounts.grant("reader", READERS)
        accounts.wait_until_may("reader", "get", "/report")
        with run_guard(tmp_path, *options, policy=write_policy(tmp_path), inventory=inventory) as guard:
            address = guard.tls.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 -- as above

            def curl(path: str, *more: str) -> int:
                command = ["curl", "--silent", "--cacert", str(guard.certificate), "--write-out", "%{http_code}"]
                command += ["--output", str(tmp_path / "answer"), "--noproxy", "*", *more, f"{address}{path}"]
                return int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout)

            reader, stranger = accounts.token("reader"), accounts.token("stranger")
            assert curl("/livez") == 200
            assert curl("/report") == curl("/ready-for/1.26") == curl("/report?format=none") == 401
            assert curl("/report", "--header", f"Authorization: Bearer {stranger}") == 403
            assert curl("/report", "--header", f"Authorization: Bearer {reader}") == 200
            assert curl("/report?format=html", "--user", f"me:{reader}") == 200
            assert curl("/report", "--oauth2-bearer", accounts.token("reader", "--duration=1h")) == 401
            assert curl("/ready-for/" + "1" * 10_000, "--oauth2-bearer", reader) == 400
            assert curl("/ready-for/none", "--oauth2-bearer", reader) == 400
            _, log = guard.stop()
    assert reader not in str(log)
    assert stranger not in str(log)
