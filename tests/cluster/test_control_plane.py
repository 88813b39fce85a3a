"""The control plane that other tests stand on is a real one."""

import httpx2
import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, Json, fill


def pods(control_plane: ControlPlane, namespace: str, **asked: int) -> Json:
    with control_plane.client() as client:
        found: Json = client.get(f"/api/v1/namespaces/{namespace}/pods", params=asked).raise_for_status().json()
        return found


def test_its_version_is_the_one_that_was_asked_for(every_control_plane: ControlPlane) -> None:
    with every_control_plane.client() as client:
        answer = client.get("/version").json()
    assert f"{answer['major']}.{answer['minor']}" == every_control_plane.version
    assert answer["gitVersion"].startswith(f"v{every_control_plane.version}.")


def test_an_ordinary_user_may_do_nothing(every_control_plane: ControlPlane, namespace: str) -> None:
    done = every_control_plane.kubectl("get", "pods", "--namespace", namespace, user="user", check=False)
    assert done.returncode
    assert 'User "anna" cannot list resource "pods"' in done.stderr


def test_an_ordinary_user_may_do_what_a_role_allows(every_control_plane: ControlPlane, namespace: str) -> None:
    every_control_plane.kubectl(
        "create", "rolebinding", "anna", "--clusterrole=view", "--user=anna", "--namespace", namespace
    )
    every_control_plane.wait_until(
        "the role to count",
        lambda: (
            not every_control_plane.kubectl(
                "get", "pods", "--namespace", namespace, user="user", check=False
            ).returncode
        ),
    )


def test_clients_that_do_not_know_its_certificate_do_not_trust_it(every_control_plane: ControlPlane) -> None:
    with pytest.raises(httpx2.ConnectError, match="certificate verify failed"):
        httpx2.get(f"{every_control_plane.server}/version", trust_env=False)


def test_a_service_accounts_token_passes_review_for_its_audience_alone(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    create = ["create", "token", "default", "--namespace", namespace, "--audience", "guard"]
    token = every_control_plane.kubectl(*create).stdout.strip()

    def review(audience: str) -> Json:
        spec = {"token": token, "audiences": [audience]}
        with every_control_plane.client() as client:
            path = "/apis/authentication.k8s.io/v1/tokenreviews"
            status: Json = client.post(path, json={"spec": spec}).raise_for_status().json()["status"]
            return status

    assert review("guard")["user"]["username"] == f"system:serviceaccount:{namespace}:default"
    assert not review("another").get("authenticated")


def test_a_kubeconfig_for_a_token_speaks_for_whose_token_it_is(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    token = every_control_plane.kubectl("create", "token", "default", "--namespace", namespace).stdout.strip()
    kubeconfig = every_control_plane.kubeconfig_for(token)
    done = every_control_plane.kubectl(f"--kubeconfig={kubeconfig}", "get", "pods", check=False)
    assert f'User "system:serviceaccount:{namespace}:default" cannot list' in done.stderr


def test_changes_that_were_asked_for_are_in_the_audit_log(every_control_plane: ControlPlane, namespace: str) -> None:
    every_control_plane.kubectl("create", "configmap", "noted", "--namespace", namespace)
    (noted,) = (
        one
        for one in every_control_plane.audit_events()
        if one["objectRef"].get("namespace") == namespace
        and one["objectRef"].get("resource") == "configmaps"
        and one["user"]["username"] == "admin"
    )
    assert (noted["verb"], noted["user"]["username"], noted["responseStatus"]["code"]) == ("create", "admin", 201)


def test_what_was_written_is_still_there_after_a_restart(every_control_plane: ControlPlane, namespace: str) -> None:
    fill(every_control_plane, Filling(workloads=1, pods_each=2, namespaces=(namespace,)))
    before = {pod["metadata"]["uid"] for pod in pods(every_control_plane, namespace)["items"]}
    every_control_plane.stop_api_server()
    with pytest.raises(httpx2.TransportError):
        pods(every_control_plane, namespace)
    every_control_plane.start_api_server()
    assert {pod["metadata"]["uid"] for pod in pods(every_control_plane, namespace)["items"]} == before
    fill(every_control_plane, Filling(workloads=1, pods_each=1, namespaces=(namespace,), name="after"))


def test_a_paused_api_server_is_silent_until_it_is_resumed(every_control_plane: ControlPlane) -> None:
    every_control_plane.pause_api_server()
    try:
        with every_control_plane.client(timeout=0.5) as client, pytest.raises(httpx2.TimeoutException):
            client.get("/version")
    finally:
        every_control_plane.resume_api_server()
    with every_control_plane.client() as client:
        assert client.get("/version").is_success


def test_a_forgotten_revision_is_too_old_to_list_and_to_watch(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    fill(every_control_plane, Filling(workloads=1, pods_each=3, namespaces=(namespace,)))
    old = pods(every_control_plane, namespace, limit=1)["metadata"]
    fill(every_control_plane, Filling(workloads=1, pods_each=1, namespaces=(namespace,), name="later"))
    every_control_plane.forget_history()

    path = f"/api/v1/namespaces/{namespace}/pods"
    with every_control_plane.client() as client:
        assert client.get(path, params={"limit": 1, "continue": old["continue"]}).status_code == httpx2.codes.GONE
        watch = {"watch": 1, "resourceVersion": old["resourceVersion"], "timeoutSeconds": 5}
        event = client.get(path, params=watch).json()
    assert (event["type"], event["object"]["code"]) == ("ERROR", httpx2.codes.GONE)
    assert "too old" in event["object"]["message"]
