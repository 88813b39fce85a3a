"""Starts a control plane: about four seconds from nothing to five nodes that are Ready."""

import socket
from contextlib import ExitStack
from pathlib import Path

import httpx2

from tests.cluster.control_plane import ControlPlane
from tests.cluster.keeper import start_keeper
from tests.cluster.nodes import nodes
from tests.cluster.programs import find_programs
from tests.cluster.records import Record, write_record


def start_control_plane(version: str, state: Path, *, outlives: bool = False) -> ControlPlane:
    """Start one of a version such as "1.37" in a folder that is made for it, and return when all nodes are Ready.

    It ends with this process, whatever becomes of that, unless it ``outlives`` it. Raises Missing where a program
    cannot be had, Died where one ended by itself, NotReady where it takes too long.
    """
    programs = dict(find_programs(version))
    (state / "log").mkdir(parents=True)
    ports = dict(zip(("etcd", "peers", "secure"), _free_ports(3), strict=True))
    write_record(state, Record(version, programs, ports, {}))
    started = ControlPlane(state)
    started.credentials.write(started.server)
    try:
        if not outlives:
            started.keeper = start_keeper(state)
        _bring_up(started)
    except BaseException:
        started.stop()
        raise
    return started


def _bring_up(control_plane: ControlPlane) -> None:
    control_plane.start_program("etcd")
    control_plane.start_program("kube-apiserver")
    control_plane.await_api_server()
    with control_plane.client() as client:
        for node in nodes(control_plane.version):
            client.post("/api/v1/nodes", json=node).raise_for_status()
        for name in ("kube-controller-manager", "kube-scheduler", "kwok"):
            control_plane.start_program(name)
        control_plane.wait_until("all nodes to be Ready", lambda: _all_ready(client))


def _all_ready(client: httpx2.Client) -> bool:
    """Whether all nodes are Ready, and nobody keeps pods from them for not being so."""
    for node in client.get("/api/v1/nodes").raise_for_status().json()["items"]:
        taints = {taint["key"] for taint in node["spec"].get("taints", [])}
        conditions = {one["type"]: one["status"] for one in node["status"].get("conditions", [])}
        if conditions.get("Ready") != "True" or "node.kubernetes.io/not-ready" in taints:
            return False
    return True


def _free_ports(count: int) -> list[int]:
    """Return ports that nobody has now. Somebody may take one before we do: the program's log then says so."""
    with ExitStack() as held:
        return [held.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(count)]
